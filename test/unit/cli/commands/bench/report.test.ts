import { describe, expect, test } from "vitest";
import type { BenchResult, CellResult } from "../../../../../src/bench/index.ts";
import { failures, report } from "../../../../../src/cli/commands/bench/report.ts";

type Capacity = NonNullable<CellResult["capacity"]>;
type Latency = NonNullable<CellResult["latency"]>;

const asIs = (text: string) => text;
const theme = { heading: asIs, name: asIs, good: asIs, bad: asIs, warning: asIs, faint: asIs };

const counts = {
  sent: 1000,
  received: 1000,
  ...{ lost: 0, duplicated: 0, reordered: 0, corrupted: 0 },
  unacknowledged: 0,
};
const times = {
  count: 500,
  min: 20,
  mean: 90,
  p50: 85.2,
  p90: 120,
  p99: 1240,
  p999: 12_300,
  max: 150_000,
  histogram: "",
};
const common = { complete: true, seconds: 5, counts, generator: { cpu: 0.8, eventLoop: 0.7 }, flags: [] };

function capacity(changes: Partial<Capacity> = {}): Capacity {
  const rates = { messagesPerSecond: 1_234_567, payloadBytesPerSecond: 79_012_288 };
  return { ...common, ...rates, loop: "closed", window: 500, closedLoopLatency: times, ...changes };
}

function latency(changes: Partial<Latency> = {}): Latency {
  const rates = { messagesPerSecond: 617_283, payloadBytesPerSecond: 39_506_112 };
  const own = { rate: 617_283, latency: times, serviceLatency: times, sendLag: times, heldBack: 0, unsent: 0 };
  return { ...common, ...rates, loop: "open", ...own, ...changes };
}

function result(...cells: Partial<CellResult>[]): BenchResult {
  return {
    ...{ schema: "mqtk-bench/1", startedAt: "2026-01-01T00:00:00.000Z", seconds: 12, run: "00abcd" },
    ...{ status: "complete", error: null },
    environment: {
      ...{ mqtk: "0", node: "20", os: "linux 6", architecture: "x64", cpu: "c", cores: 2, memoryBytes: 1, ci: false },
    },
    address: { scheme: "mqtt", host: "broker.example", port: 1883, path: "" },
    plan: {
      target: { scheme: "mqtt", host: "broker.example", port: 1883, path: "" },
      connection: { protocolVersion: 5, cleanStart: true, keepAlive: 60, connectTimeout: 1000 },
      ...{ topicPrefix: "mqtk/bench", pairs: 10, warmUp: 1000, duration: 5000, drainTimeout: 3000 },
      cells: [{ qos: 0, payloadSize: 64, maximumInFlight: 65_535, loads: [{ loop: "open", shareOfCapacity: 0.5 }] }],
    },
    cells: cells.map((cell) => ({ qos: 0, payloadSize: 64, capacity: null, latency: null, ...cell })),
  };
}

describe("the table", () => {
  test("capacity, and latency at half of it", () => {
    const cells = [
      { capacity: capacity(), latency: latency() },
      { qos: 1 as const, payloadSize: 65_536, capacity: capacity() },
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
Latency: from when each message was due, at a fixed rate, half the capacity.
3,000 messages checked: none lost, duplicated, reordered or corrupted.
`);
  });

  test("is never wider than 80 columns", () => {
    const wide = { p50: 12_345, p90: 12_345, p99: 12_345, p999: 12_345, max: 1_234_567 };
    const flags = ["generator-limited"] as const;
    const cell = {
      payloadSize: 65_536,
      capacity: capacity({ messagesPerSecond: 12_345_678, flags }),
      latency: latency({ rate: 12_345, latency: { ...times, ...wide }, flags }),
    };
    for (const line of report(result(cell), theme).split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  test("capacity alone says nothing about latency", () => {
    const text = report(result({ capacity: capacity() }), theme);
    expect(text).toContain("│ 0   │    64 │    1.23M │    79.0 │");
    expect(text).not.toMatch(/p99|Latency/);
  });

  test("a rate alone says nothing about capacity", () => {
    expect(report(result({ latency: latency() }), theme)).not.toContain("capacity\n");
  });

  test("nothing measured, nothing printed", () => {
    expect(report(result(), theme)).toBe("");
  });
});

describe("what must be known", () => {
  test("when the generator was the limit of the capacity", () => {
    const text = report(result({ capacity: capacity({ flags: ["generator-limited"] }) }), theme);
    expect(text).toContain("│   ≥1.23M │");
    expect(text).toContain("≥ The load generator was the limit; the broker may be able to do more.");
  });

  test("when the generator was late", () => {
    const text = report(result({ latency: latency({ flags: ["generator-limited"] }) }), theme);
    expect(text).toContain("│ 617k* │");
    expect(text).toContain("* The load generator was late itself (p99 1.24ms), which adds to these.");
  });

  test("when the generator could not keep up", () => {
    const text = report(result({ latency: latency({ unsent: 4321, flags: ["generator-limited"] }) }), theme);
    expect(text).toContain("* The load generator could not keep up: 4,321 messages were not sent in time.");
  });

  test("when flow control held messages back; that outweighs a late generator", () => {
    const flags = ["generator-limited", "held-back"] as const;
    const text = report(result({ latency: latency({ heldBack: 250, flags }) }), theme);
    expect(text).toContain("│ 617k~ │");
    expect(text).toContain("~ Flow control held back 25 % of the messages; that wait is in these.");
    expect(text).not.toContain("* ");
  });

  test("when the broker was overloaded", () => {
    const text = report(result({ latency: latency({ unsent: 4321, flags: ["overloaded"] }) }), theme);
    expect(text).toContain("│ 617k! │");
    expect(text).toContain("! Overloaded: 4,321 messages found no room; these are lower bounds.");
  });

  test("when a measurement ended early", () => {
    const text = report(result({ capacity: capacity({ complete: false }) }), theme);
    expect(text).toContain("The last measurement ended early; what was under way then is not counted as lost.");
  });

  test("what was not delivered as promised, and where", () => {
    const bad = { ...counts, lost: 3, corrupted: 1 };
    const run = result({ qos: 1, capacity: capacity(), latency: latency({ counts: bad }) });
    expect(failures(run)).toEqual(["QoS 1, 64 bytes, latency: 3 lost, 1 corrupted of 1,000 messages"]);
    expect(report(run, theme)).toContain(`2,000 messages checked, not all of them well:
  QoS 1, 64 bytes, latency: 3 lost, 1 corrupted of 1,000 messages
`);
  });

  test("duplicates that QoS 1 allows", () => {
    const text = report(result({ qos: 1, capacity: capacity({ counts: { ...counts, duplicated: 7 } }) }), theme);
    expect(text).toContain("1,000 messages checked: none lost, reordered or corrupted. 7 duplicates, as QoS 1 allows.");
  });
});
