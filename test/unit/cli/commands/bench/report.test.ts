import { describe, expect, test } from "vitest";
import type { BenchResult, CellResult, Sample } from "../../../../../src/bench/index.ts";
import { failures, report } from "../../../../../src/cli/commands/bench/report.ts";
import { benchResult, countsOf, latencyOf, sampleAt } from "../../../../support/bench-results.ts";

const asIs = (text: string) => text;
const theme = { heading: asIs, name: asIs, good: asIs, bad: asIs, warning: asIs, faint: asIs, selected: asIs };

const times = {
  ...latencyOf(100),
  ...{ count: 500, min: 20, mean: 90, p50: 85.2, p90: 120, p99: 1240, p999: 12_300, max: 150_000 },
};
const counts = countsOf({ sent: 1000, expected: 1000, received: 1000 });
const place = { cell: "", target: "mqtt://broker.example:1883", round: 1 };

function capacity(changes: Partial<Sample> = {}): Sample {
  const throughput = { perSecond: 1_234_567, payloadBytesPerSecond: 79_012_288 };
  return sampleAt({ ...place, loop: "closed" }, { counts, throughput, ...changes });
}

function latency(changes: Partial<Sample> = {}): Sample {
  return sampleAt(
    { ...place, loop: "open" },
    { counts, offeredRate: 617_283, latency: times, sendLag: times, ...changes },
  );
}

function result(...cells: (Partial<CellResult> & { readonly samples: readonly Sample[] })[]): BenchResult {
  const whole = benchResult({ targets: [place.target], cells });
  return { ...whole, cells: whole.cells.map((cell, index) => ({ ...cell, samples: cells[index]?.samples ?? [] })) };
}

describe("the table", () => {
  test("capacity, and latency at half of it", () => {
    const cells = [
      { samples: [capacity(), latency()] },
      { qos: 1 as const, payloadSize: 65_536, samples: [capacity()] },
    ];
    expect(
      report(result(...cells), theme),
    ).toBe(`mqtt://broker.example:1883 · MQTT 5.0 · 10 × publisher → subscriber · 5 s each

┌─────┬───────┬──────────┬───────┬────────┬───────┬────────┬────────┬───────┐
│ QoS │ bytes │ capacity │  rate │    p50 │   p90 │    p99 │  p99.9 │   max │
│     │       │    msg/s │ msg/s │        │       │        │        │       │
├─────┼───────┼──────────┼───────┼────────┼───────┼────────┼────────┼───────┤
│ 0   │    64 │    1.23M │  617k │ 85.2µs │ 120µs │ 1.24ms │ 12.3ms │ 150ms │
│ 1   │   64k │    1.23M │     – │      – │     – │      – │      – │     – │
└─────┴───────┴──────────┴───────┴────────┴───────┴────────┴────────┴───────┘
Latency: from when each message was due, at a fixed rate.
3,000 messages checked: none lost, duplicated, reordered or corrupted.
`);
  });

  test("is never wider than 80 columns", () => {
    const wide = { p50: 12_345, p90: 12_345, p99: 12_345, p999: 12_345, max: 1_234_567 };
    const flags = ["generator-limited"] as const;
    const cell = {
      payloadSize: 65_536,
      samples: [
        capacity({ throughput: { perSecond: 12_345_678, payloadBytesPerSecond: 1e12 }, flags }),
        latency({ offeredRate: 12_345, latency: { ...times, ...wide }, flags }),
      ],
    };
    for (const line of report(result(cell), theme).split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  test("capacity alone says nothing about latency", () => {
    const text = report(result({ samples: [capacity()] }), theme);
    expect(text).toContain("│ 0   │    64 │    1.23M │    79.0 │");
    expect(text).not.toMatch(/p99|Latency/);
  });

  test("a rate alone says nothing about capacity", () => {
    expect(report(result({ samples: [latency()] }), theme)).not.toContain("capacity\n");
  });

  test("nothing measured, nothing printed", () => {
    expect(report(result(), theme)).toBe("");
  });
});

describe("what must be known", () => {
  test("when the generator was the limit of the capacity", () => {
    const text = report(result({ samples: [capacity({ flags: ["generator-limited"] })] }), theme);
    expect(text).toContain("│   ≥1.23M │");
    expect(text).toContain("≥ The load generator was the limit; the broker may be able to do more.");
  });

  test("when the generator was late", () => {
    const text = report(result({ samples: [latency({ flags: ["generator-limited"] })] }), theme);
    expect(text).toContain("│ 617k* │");
    expect(text).toContain("* The load generator was late itself (p99 1.24ms), which adds to these.");
  });

  test("when the generator could not keep up", () => {
    const text = report(result({ samples: [latency({ unsent: 4321, flags: ["generator-limited"] })] }), theme);
    expect(text).toContain("* The load generator could not keep up: 4,321 messages were not sent in time.");
  });

  test("when flow control held messages back; that outweighs a late generator", () => {
    const flags = ["generator-limited", "held-back"] as const;
    const text = report(result({ samples: [latency({ heldBack: 250, flags })] }), theme);
    expect(text).toContain("│ 617k~ │");
    expect(text).toContain("~ Flow control held back 25 % of the messages; that wait is in these.");
    expect(text).not.toContain("* ");
  });

  test("when the broker was overloaded", () => {
    const text = report(result({ samples: [latency({ unsent: 4321, flags: ["overloaded"] })] }), theme);
    expect(text).toContain("│ 617k! │");
    expect(text).toContain("! Overloaded: 4,321 messages found no room; these are lower bounds.");
  });

  test("when a measurement ended early", () => {
    const text = report(result({ samples: [capacity({ complete: false })] }), theme);
    expect(text).toContain("The last measurement ended early; what was under way is not counted as lost.");
  });

  test("what was not delivered as promised, and where", () => {
    const bad = { ...counts, lost: 3, corrupted: 1 };
    const run = result({ qos: 1, samples: [capacity(), latency({ counts: bad })] });
    expect(failures(run)).toEqual([
      "mqtt://broker.example:1883, pair qos1 64B mqtt5, latency: 3 lost, 1 corrupted of 1,000 messages",
    ]);
    expect(report(run, theme)).toContain(`2,000 messages checked, not all of them well:
  mqtt://broker.example:1883, pair qos1 64B mqtt5, latency: 3 lost, 1 corrupted of 1,000 messages
`);
  });

  test("duplicates that QoS 1 allows", () => {
    const text = report(result({ qos: 1, samples: [capacity({ counts: { ...counts, duplicated: 7 } })] }), theme);
    expect(text).toContain("1,000 messages checked: none lost, reordered or corrupted. 7 duplicates, as QoS 1 allows.");
  });
});
