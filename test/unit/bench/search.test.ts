import { describe, expect, test } from "vitest";
import type { Sample } from "../../../src/bench/bench-result.ts";
import { parseObjectives, unmet } from "../../../src/bench/objectives.ts";
import { searchCapacity } from "../../../src/bench/search.ts";
import { benchResult, countsOf, latencyOf, sampleAt } from "../../support/bench-results.ts";

const place = { cell: "", target: "t", round: 1, loop: "open" } as const;
const [quick, slow] = [latencyOf(1000), latencyOf(80_000)];
const base = sampleAt(place);
const objectives = parseObjectives("p99<50ms,loss=0");

/** A broker whose latency is 1 ms up to a rate and 80 ms beyond. */
function kneeAt(knee: number, changes: (rate: number) => Partial<Sample> = () => ({})) {
  const rates: number[] = [];
  const at = async (rate: number) => {
    rates.push(rate);
    return { ...base, latency: rate <= knee ? quick : slow, ...changes(rate) };
  };
  return { rates, trial: { target: "t", slo: "p99<50ms,loss=0", objectives, at } };
}

describe("the search", () => {
  test.each([1, 10, 1000, 33_333, 1_000_000])("finds a knee at %i from far below and far above", async (knee) => {
    for (const capacity of [knee / 10, knee * 3, knee * 40]) {
      const { trial } = kneeAt(knee);
      const { search, samples } = await searchCapacity({ ...trial, capacity });
      expect(search).toMatchObject({ target: "t", slo: trial.slo, complete: true });
      expect(search.maximum).toBeLessThanOrEqual(knee);
      expect(search.maximum).toBeGreaterThanOrEqual(Math.floor(knee * 0.9));
      expect(samples.map(({ round }) => round)).toEqual([1, 2, 3]);
      expect(search.steps.slice(-3).every(({ phase, met }) => phase === "confirm" && met)).toBe(true);
    }
  });

  test("steps up, bisects between what holds and what does not, and tells why", async () => {
    const { trial } = kneeAt(3000);
    const { search } = await searchCapacity({ ...trial, capacity: 4000 });
    expect(search.steps.slice(0, 4)).toMatchObject([
      { phase: "step", rate: 1000, met: true, reasons: [] },
      { phase: "step", rate: 2000, met: true },
      { phase: "step", rate: 4000, met: false, reasons: ["p99 80 ms"] },
      { phase: "bisect", rate: 3000, met: true },
    ]);
  });

  test("what holds only once is not confirmed: a little less is", async () => {
    let tries = 0;
    const { trial } = kneeAt(3000, (rate) => (rate > 2900 && ++tries > 1 ? { counts: countsOf({ lost: 1 }) } : {}));
    const { search } = await searchCapacity({ ...trial, capacity: 4000 });
    expect(search.maximum).toBeLessThanOrEqual(2900);
    expect(search.maximum).toBeGreaterThan(2500);
  });

  test("a broker that never holds has no maximum", async () => {
    const { trial } = kneeAt(0);
    const { search, samples } = await searchCapacity({ ...trial, capacity: 16 });
    expect(search).toMatchObject({ maximum: null, complete: true });
    expect(samples).toEqual([]);
  });

  test("the generator's limit is not the broker's", async () => {
    const { trial } = kneeAt(1e9, (rate) => (rate > 5000 ? { unsent: 10, flags: ["generator-limited"] } : {}));
    const { search } = await searchCapacity({ ...trial, capacity: 4000 });
    expect(search.maximum).toBeGreaterThan(4500);
    expect(search.complete).toBe(false);
    expect(search.steps.find(({ met }) => !met)?.reasons).toEqual(["the generator did not send 10 messages in time"]);
  });

  test("ends when a measurement cannot be made", async () => {
    const at = () => Promise.resolve(undefined);
    const { search } = await searchCapacity({ target: "t", slo: "loss=0", objectives, capacity: 9, at });
    expect(search).toMatchObject({ steps: [], maximum: null, complete: false });
  });
});

describe("objectives", () => {
  const sample = sampleAt(place, { latency: latencyOf(1000), counts: countsOf({ lost: 5 }) });

  test.each([
    ["p99<2ms", []],
    ["p99.9<=1.1ms,max<1s,mean<1100us", []],
    ["p50<900µs", ["p50 1 ms"]],
    ["loss=0", ["5 of 50000 lost"]],
    ["loss<=5, loss<0.1%", []],
    ["loss<0.001%,p95<0.5ms", ["5 of 50000 lost", "p95 1 ms"]],
  ])("%s", (typed, reasons) => {
    expect(unmet(parseObjectives(typed), sample)).toEqual(reasons);
  });

  test.each(["", "p99", "p98<5ms", "p99<5", "p99=5ms", "loss<5ms", "p99>5ms", "p99<5ms,"])("%j is none", (typed) => {
    expect(() => parseObjectives(typed)).toThrow(/expected|less than a time|number of messages/);
  });

  test("nothing measured meets nothing", () => {
    expect(unmet(parseObjectives("p99<1s"), { ...sample, latency: null })).toHaveLength(1);
    expect(benchResult().cells[0]?.searches).toEqual([]);
  });
});
