import { expect, test } from "vitest";
import { mergeSamples, partsOf } from "../../../src/bench/parts.ts";
import { benchResult, countsOf, latencyOf, sampleAt } from "../../support/bench-results.ts";

const [cell] = benchResult().plan.cells;
if (cell === undefined) throw new Error("a result has a cell");
const stages = [{ from: 0, to: 1000, duration: 500 }];

test("streams and rate are dealt to the workers", () => {
  const parts = partsOf({ ...cell, publishers: 10, subscribers: 10, count: 100 }, stages, 3);
  expect(parts.map(({ cell: { publishers, subscribers, count } }) => [publishers, subscribers, count])).toEqual([
    [4, 4, 40],
    [3, 3, 30],
    [3, 3, 30],
  ]);
  expect(parts.map(({ stages }) => stages?.[0]?.to)).toEqual([400, 300, 300]);
});

test("no worker without a stream, and scenarios that cannot be parted stay whole", () => {
  expect(partsOf({ ...cell, publishers: 2, subscribers: 2 }, undefined, 8)).toHaveLength(2);
  for (const scenario of ["fan-out", "fan-in", "shared", "retained", "conn"]) {
    expect(partsOf({ ...cell, scenario }, undefined, 8)).toHaveLength(1);
  }
  const churn = partsOf({ ...cell, scenario: "churn", publishers: 0, subscribers: 0, clients: 5 }, undefined, 2);
  expect(churn.map(({ cell: { clients } }) => clients)).toEqual([3, 2]);
});

test("what they measured is added, histograms too", () => {
  const place = { cell: "", target: "t", round: 1, loop: "open" } as const;
  const quick = sampleAt(place, { latency: latencyOf(100, 100, 100), timeline: [{ at: 1, rate: 5, p50: 1, p99: 2 }] });
  const slow = sampleAt(place, {
    latency: latencyOf(9000),
    counts: countsOf({ lost: 2 }),
    flags: ["noisy"],
    timeline: [
      { at: 1.1, rate: 6, p50: 1, p99: 2 },
      { at: 2, rate: 7, p50: 1, p99: 2 },
    ],
  });
  const { broker, machine, sys } = quick;
  const generator = { ...quick.generator, cpuSeconds: 7 };
  const merged = mergeSamples([quick, slow], { startedAfter: 1, broker, generator, machine, sys });
  expect(merged).toMatchObject({
    throughput: { perSecond: 20_000 },
    offeredRate: 20_000,
    counts: { sent: 100_000, lost: 2 },
    latency: { count: 4 },
    generator: { cpuSeconds: 7, workers: 2 },
    // 0.5 s for 5 s at 20,000 per second
    broker: { cpuSeconds: 0.5, cpuPerOperation: 5 },
    timeline: [
      { at: 1.1, rate: 11, p50: null, p99: null },
      { at: 2, rate: 7 },
    ],
    flags: ["noisy"],
  });
  expect(merged.latency?.p50).toBeCloseTo(100, 0);
  expect(merged.latency?.max).toBeGreaterThan(8900);
});
