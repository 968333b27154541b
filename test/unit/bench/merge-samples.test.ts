import { expect, test } from "vitest";
import { mergeSamples } from "../../../src/bench/merge-samples.ts";
import { countsOf, latencyOf, sampleAt } from "../../support/bench-results.ts";

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
  const merged = mergeSamples(
    [quick, slow].map((sample) => ({ sample, completed: 50_000 })),
    { broker, generator, machine, sys },
  );
  expect(merged).toMatchObject({
    throughput: { perSecond: 20_000 },
    offeredRate: 10_000,
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
