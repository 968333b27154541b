import { describe, expect, test } from "vitest";
import type { BenchResult, Flag, Sample } from "../../../src/bench/bench-result.ts";
import { endingsOf, judge, NO_EXPECTATIONS } from "../../../src/bench/judgement.ts";
import { seededRandom } from "../../../src/bench/seeded-random.ts";
import { benchResult, countsOf, type Place } from "../../support/bench-results.ts";

/** Rounds with 2 % of noise, in which a target does `speeds` of 10,000 messages per second. */
function measured(
  speeds: Readonly<Record<string, number>>,
  changes: Partial<Sample> | ((place: Place) => Partial<Sample>) = {},
  rounds = 10,
): BenchResult {
  const random = seededRandom(11);
  return benchResult({
    ...{ targets: Object.keys(speeds), rounds, loops: ["closed"] },
    sample: (place) => ({
      throughput: {
        perSecond: 10_000 * (speeds[place.target] as number) * (0.99 + 0.02 * random()),
        payloadBytesPerSecond: 1,
      },
      ...(typeof changes === "function" ? changes(place) : changes),
    }),
  });
}

const gated = { ...NO_EXPECTATIONS, gates: ["throughput"] };

/** What throughput came to. */
function throughput(judgement: ReturnType<typeof judge>) {
  const [comparison] = judgement.comparisons;
  return comparison?.metrics.find(({ metric }) => metric.name === "throughput");
}

describe("targets of one run", () => {
  test.each([
    [0.8, "worse", ["regressed"]],
    [1, "same", []],
    [1.3, "better", []],
  ])("B at %d of A is %s", (speed, verdict, endings) => {
    const judgement = judge(measured({ base: 1, head: speed }), { ...gated, baseline: "base" });
    expect(throughput(judgement)).toMatchObject({ verdict, isGate: true, estimate: { rounds: 10 } });
    expect(throughput(judgement)?.estimate?.change).toBeCloseTo(speed - 1, 1);
    expect(endingsOf(judgement)).toEqual(endings);
  });

  test("are compared with the first, which decides only where it was named", () => {
    const judgement = judge(measured({ one: 1, two: 0.5, three: 2 }), gated);
    expect(judgement.comparisons.map(({ a, b, decides }) => [a, b, decides])).toEqual([
      ["one", "two", false],
      ["one", "three", false],
    ]);
    expect(endingsOf(judgement)).toEqual([]);
    const other = judge(measured({ one: 1, two: 0.5, three: 2 }), { ...gated, baseline: "two" });
    expect(other.comparisons.map(({ a, b }) => [a, b])).toEqual([
      ["two", "one"],
      ["two", "three"],
    ]);
  });

  describe("where the machine or the generator was in the way", () => {
    const flagged = (speed: number, flag: Flag, isFlagged: (place: Place) => boolean) =>
      judge(
        measured({ base: 1, head: speed }, (place) => ({ flags: isFlagged(place) ? [flag] : [] })),
        { ...gated, baseline: "base" },
      );
    const always = () => true;

    test("sameness is doubtful, and a difference is one all the same", () => {
      expect(throughput(flagged(1, "noisy", always))).toMatchObject({ verdict: "inconclusive", doubts: ["noisy"] });
      expect(throughput(flagged(1.3, "noisy", always))).toMatchObject({ verdict: "better", doubts: [] });
      expect(throughput(flagged(0.7, "noisy", always))).toMatchObject({ verdict: "worse", doubts: [] });
      expect(endingsOf(flagged(1, "noisy", always))).toEqual(["inconclusive"]);
      expect(endingsOf(flagged(0.7, "noisy", always))).toEqual(["regressed"]);
    });

    test("a limited generator makes its own side seem worse: who is better beside it may not be", () => {
      const limited = (speed: number, name: string) =>
        throughput(flagged(speed, "generator-limited", ({ target }) => target === name));
      expect(limited(1.3, "base")).toMatchObject({ verdict: "inconclusive", doubts: ["generator-limited"] });
      expect(limited(1.3, "head")).toMatchObject({ verdict: "better", doubts: [] });
      expect(limited(1, "head")).toMatchObject({ verdict: "inconclusive" });
      expect(limited(0.7, "head")).toMatchObject({ verdict: "worse" });
    });

    test("a round or two in ten do not move the median, three may", () => {
      const upTo = (last: number) => throughput(flagged(1, "noisy", ({ round }) => round <= last));
      expect(upTo(2)).toMatchObject({ verdict: "same", doubts: [] });
      expect(upTo(3)).toMatchObject({ verdict: "inconclusive", doubts: ["noisy"] });
    });

    test("what is told by other samples, or is not a matter of time, is in no doubt", () => {
      const result = benchResult({
        ...{ targets: ["base", "head"], rounds: 10, loops: ["closed", "open"] },
        sample: ({ loop }) => ({ flags: loop === "open" ? ["noisy"] : [] }),
      });
      const { comparisons } = judge(result, { ...NO_EXPECTATIONS, baseline: "base" });
      const verdicts = comparisons[0]?.metrics.map(({ metric, verdict }) => `${metric.name} ${verdict}`);
      expect(verdicts).toEqual([
        ...["throughput same", "latency.p99 inconclusive", "cpu inconclusive", "latency.p50 inconclusive"],
        ...["latency.p99.9 inconclusive", "connect.p99 inconclusive", "rss same"],
      ]);
      expect(comparisons[0]?.notes).toEqual([
        "noisy: others used the machine, which may hide a difference in latency.p99, cpu, latency.p50, latency.p99.9, connect.p99",
      ]);
    });
  });

  test("too few rounds: inconclusive, and how many it takes", () => {
    const { comparisons } = judge(measured({ base: 1, head: 0.5 }, {}, 3), { ...gated, baseline: "base" });
    expect(comparisons[0]?.metrics[0]?.verdict).toBe("inconclusive");
    expect(comparisons[0]?.notes).toContain("3 rounds: a verdict on one metric takes at least 6 (--rounds 10)");
  });

  test("twice the noise of a calibration is the margin, where that is more", () => {
    const random = seededRandom(5);
    const noisy = benchResult({
      ...{ targets: ["base", "base again"], rounds: 10, loops: ["closed"] },
      sample: () => ({ throughput: { perSecond: 10_000 * (0.7 + 0.6 * random()), payloadBytesPerSecond: 1 } }),
    });
    const slower = measured({ base: 1, head: 0.85 });
    expect(throughput(judge(slower, gated))?.verdict).toBe("worse");
    const calibrated = throughput(judge(slower, gated, { calibration: noisy }));
    expect(calibrated?.noise).toBeGreaterThan(0.1);
    expect(calibrated?.margin).toBeCloseTo(2 * (calibrated?.noise as number));
    expect(calibrated?.verdict).not.toBe("worse");
    const notes = (calibration: BenchResult) => judge(slower, gated, { calibration }).comparisons[0]?.notes.join("\n");
    expect(notes(noisy)).toMatch(/^throughput, pair qos0 64B mqtt5: the margin is \d\d %, twice the noise$/);
    const elsewhere = benchResult({ targets: ["a", "a again"], cells: [{ qos: 2 }] });
    expect(notes(elsewhere)).toBe("the calibration does not tell how noisy these are: pair qos0 64B mqtt5");
    expect(() => judge(slower, gated, { calibration: measured({ one: 1 }) })).toThrow("one broker twice");
  });
});

describe("a baseline in another file", () => {
  test("single targets are compared whatever their names, others by name", () => {
    const names = (before: BenchResult, after: BenchResult) =>
      judge(after, gated, { baseline: { result: before, label: "main" }, label: "branch" })
        .comparisons.filter(({ decides }) => decides)
        .map(({ a, b }) => [a, b]);
    expect(names(measured({ x: 1 }), measured({ y: 1 }))).toEqual([["main", "branch"]]);
    expect(names(measured({ x: 1, y: 1 }), measured({ y: 1, z: 1 }))).toEqual([["main y", "branch y"]]);
    expect(() => names(measured({ x: 1, y: 1 }), measured({ z: 1 }))).toThrow("no target in common");
  });

  test("slower is a regression, and the notes say how it was measured", () => {
    const before = measured({ x: 1 });
    const after = { ...measured({ x: 0.8 }), environment: { ...before.environment, cpu: "Another CPU" } };
    const judgement = judge(after, gated, { baseline: { result: before, label: "main" } });
    expect(endingsOf(judgement)).toEqual(["regressed"]);
    expect(judgement.comparisons[0]?.notes.join()).toContain("measured on different machines (cpu)");
  });

  test("nothing in common is an error", () => {
    const before = benchResult({ cells: [{ qos: 2 }] });
    expect(() => judge(benchResult(), gated, { baseline: { result: before, label: "main" } })).toThrow(
      "main and this run measured nothing in common",
    );
  });
});

describe("endings, the worst first", () => {
  test("lost messages, then thresholds, then regressions", () => {
    const bad = measured({ base: 1, head: 0.5 }, { counts: countsOf({ lost: 1 }) });
    const judgement = judge(bad, { ...gated, baseline: "base", thresholds: ["throughput>1M", "lost{target:head}<1"] });
    expect(endingsOf(judgement)).toEqual(["undelivered", "breached", "regressed"]);
    expect(judgement.failures[0]).toMatchObject({ target: "base", round: 1, problems: ["1 lost"] });
  });

  test("of a run that ended early only the delivery is judged", () => {
    const early = { ...measured({ base: 1, head: 0.5 }), status: "interrupted" as const };
    const judgement = judge(early, { ...gated, baseline: "base", thresholds: ["throughput>1M"] });
    expect(judgement).toEqual({ failures: [], thresholds: [], comparisons: [] });
  });
});
