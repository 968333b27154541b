import { describe, expect, test } from "vitest";
import { seededRandom } from "../../../src/bench/seeded-random.ts";
import {
  compareRounds,
  type Estimate,
  holm,
  medianOf,
  noiseOf,
  roundsNeeded,
  verdictOf,
} from "../../../src/bench/statistics.ts";

/** Normally distributed numbers with mean 0 and deviation 1 (Box–Muller). */
function normal(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/**
 * Rounds on a shared virtual machine: its speed is its own (8 %) and drifts (AR(1), 6 %), each measurement has noise
 * (3 %), and in 3 % of the rounds something hits one side, which loses up to half. In each round A and B follow each
 * other, in alternating order.
 */
function simulate(random: () => number, rounds: number, change: number): { a: number[]; b: number[] } {
  const gauss = normal(random);
  const machine = Math.exp(0.08 * gauss());
  const persistence = 0.9;
  let drift = gauss();
  const measure = (speed: number): number => {
    drift = persistence * drift + Math.sqrt(1 - persistence ** 2) * gauss();
    return speed * machine * Math.exp(0.06 * drift + 0.03 * gauss());
  };
  const a: number[] = [];
  const b: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const hit = random() < 0.03 ? Math.floor(2 * random()) : -1;
    const left = (side: number): number => (side === hit ? 1 - 0.5 * random() : 1);
    const sides = [() => a.push(measure(1000) * left(0)), () => b.push(measure(1000 * (1 + change)) * left(1))];
    for (const side of round % 2 === 0 ? sides : sides.reverse()) side();
  }
  return { a, b };
}

/** How often each verdict is given. */
function verdicts(runs: number, rounds: number, change: number, metrics = 1): Record<string, number> {
  const random = seededRandom(42);
  const counts: Record<string, number> = { better: 0, same: 0, worse: 0, inconclusive: 0 };
  for (let run = 0; run < runs; run++) {
    const { a, b } = simulate(random, rounds, change);
    const estimate = compareRounds(a, b) as Estimate;
    const adjusted = holm([estimate.p, ...new Array(metrics - 1).fill(1)])[0] as number;
    const verdict = verdictOf(estimate, adjusted, "higher", 0.05);
    counts[verdict] = (counts[verdict] ?? 0) + 1;
  }
  return counts;
}

describe("simulated rounds on a noisy machine", () => {
  test.each([10, 12])("%i rounds, no change: fewer than 1 % false alarms", (rounds) => {
    const { worse, better, same } = verdicts(1000, rounds, 0);
    expect(worse).toBeLessThan(10);
    expect(better).toBeLessThan(10);
    expect(same).toBeGreaterThan(650);
  });

  test.each([10, 12])("%i rounds, 10 % slower: found in more than 95 %", (rounds) => {
    const { worse, better } = verdicts(1000, rounds, -0.1);
    expect(worse).toBeGreaterThan(950);
    expect(better).toBe(0);
  });

  test("15 % faster is better, also among four metrics", () => {
    expect(verdicts(300, 12, 0.15, 4)["better"]).toBeGreaterThan(290);
  });

  test("the interval holds the truth in about 95 %", () => {
    const random = seededRandom(7);
    let held = 0;
    for (let run = 0; run < 1000; run++) {
      const { a, b } = simulate(random, 12, -0.1);
      const { low, high } = compareRounds(a, b) as Estimate;
      if (low <= -0.1 && high >= -0.1) held++;
    }
    expect(held).toBeGreaterThan(910);
    expect(held).toBeLessThan(990);
  });
});

describe("comparing rounds", () => {
  test("the same data give the same estimate", () => {
    const { a, b } = simulate(seededRandom(1), 10, 0);
    expect(compareRounds(a, b)).toEqual(compareRounds(a, b));
  });

  test("swapping A and B turns the ratio over", () => {
    const { a, b } = simulate(seededRandom(2), 9, -0.2);
    const there = compareRounds(a, b) as Estimate;
    const back = compareRounds(b, a) as Estimate;
    expect(back.change).toBeCloseTo(1 / (1 + there.change) - 1, 10);
    expect(back.p).toBe(there.p);
  });

  test("a constant ratio is known exactly", () => {
    const estimate = compareRounds([100, 200, 300, 100, 200, 300], [90, 180, 270, 90, 180, 270]) as Estimate;
    expect(estimate.rounds).toBe(6);
    for (const value of [estimate.change, estimate.low, estimate.high]) expect(value).toBeCloseTo(-0.1, 10);
    expect(estimate.p).toBe(2 / 2 ** 6);
  });

  test("p of three rounds, by hand", () => {
    // Sums of ±1 ±2 ±3: of eight, 6 and -6 reach 6; 4 and -4 too reach 4.
    const of = (...logs: number[]) =>
      (
        compareRounds(
          logs.map(() => 1),
          logs.map((log) => Math.exp(log / 100)),
        ) as Estimate
      ).p;
    expect(of(1, 2, 3)).toBe(2 / 8);
    expect(of(-1, 2, 3)).toBe(4 / 8);
    expect(of(1, 2, -3)).toBe(1);
  });

  test("many rounds: sampled flips agree with what is known", () => {
    const ones = new Array(40).fill(1);
    const clear = compareRounds(ones, new Array(40).fill(1.1)) as Estimate;
    expect(clear.p).toBeLessThan(0.0001);
    const even = compareRounds(
      ones,
      ones.map((_, index) => (index % 2 === 0 ? 1.1 : 1 / 1.1)),
    ) as Estimate;
    expect(even.p).toBe(1);
  });

  test("no change at all is the same", () => {
    const estimate = compareRounds([5, 6, 7, 5, 6, 7], [5, 6, 7, 5, 6, 7]) as Estimate;
    expect(estimate).toEqual({ rounds: 6, change: 0, low: 0, high: 0, p: 1 });
    expect(verdictOf(estimate, 1, "higher", 0.05)).toBe("same");
  });

  test("rounds without a ratio do not count", () => {
    expect(compareRounds([0, 1, 1, Number.NaN], [1, 0, 2])).toMatchObject({ rounds: 1, change: 1 });
    expect(compareRounds([0], [0])).toBeUndefined();
    expect(compareRounds([], [1])).toBeUndefined();
  });

  test("one stalled round of ten hides nothing", () => {
    const a = [100, 101, 99, 100, 102, 98, 100, 101, 99, 40];
    const b = [85, 86, 84, 85, 87, 83, 85, 86, 84, 85];
    const estimate = compareRounds(a, b) as Estimate;
    expect(estimate.change).toBeCloseTo(-0.15, 2);
    expect(verdictOf(estimate, estimate.p, "higher", 0.05)).toBe("worse");
  });
});

describe("verdicts", () => {
  const estimate = (low: number, change: number, high: number, rounds = 10): Estimate => ({
    ...{ rounds, change, low, high },
    p: 0.01,
  });

  test.each<[string, Estimate, number, "higher" | "lower", string]>([
    ["clearly more of what should be high", estimate(0.06, 0.1, 0.14), 0.01, "higher", "better"],
    ["clearly more of what should be low", estimate(0.06, 0.1, 0.14), 0.01, "lower", "worse"],
    ["clearly less of what should be high", estimate(-0.2, -0.1, -0.01), 0.01, "higher", "worse"],
    ["clearly less of what should be low", estimate(-0.2, -0.1, -0.01), 0.01, "lower", "better"],
    ["beyond the margin, and perhaps chance", estimate(-0.2, -0.1, 0.01), 0.01, "higher", "inconclusive"],
    ["significant alone, not among many", estimate(-0.2, -0.1, -0.01), 0.06, "higher", "inconclusive"],
    ["real and within the margin", estimate(-0.04, -0.03, -0.02), 0.01, "higher", "same"],
    ["the median within, the interval not", estimate(-0.08, -0.03, -0.02), 0.01, "higher", "inconclusive"],
    ["perhaps better, and not worse", estimate(-0.02, 0.04, 0.09), 0.2, "higher", "same"],
    ["perhaps worse, where low is good", estimate(-0.02, 0.04, 0.09), 0.2, "lower", "inconclusive"],
    ["too few rounds", estimate(-0.2, -0.1, -0.09, 5), 0.01, "higher", "inconclusive"],
  ])("%s", (_, given, adjusted, direction, expected) => {
    expect(verdictOf(given, adjusted, direction, 0.05)).toBe(expected);
  });

  test("the margin is as far in both directions", () => {
    expect(verdictOf(estimate(-0.6, -0.49, -0.4), 0.01, "higher", 1)).toBe("inconclusive");
    expect(verdictOf(estimate(-0.6, -0.51, -0.4), 0.01, "higher", 1)).toBe("worse");
  });
});

test("Holm: the smallest p is multiplied most, and none overtakes", () => {
  expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
  expect(holm([0.5, 0.9])).toEqual([1, 1]);
  expect(holm([])).toEqual([]);
});

test("how many rounds it takes for significance to be possible", () => {
  expect([0, 1, 2, 3, 6, 10].map(roundsNeeded)).toEqual([6, 6, 7, 7, 8, 9]);
});

test("noise is what an A/A comparison shows", () => {
  expect(noiseOf({ rounds: 10, change: 0.01, low: -0.02, high: 0.04, p: 0.4 })).toBeCloseTo(0.03);
  expect(noiseOf({ rounds: 10, change: -0.05, low: -0.06, high: -0.04, p: 0.4 })).toBe(0.05);
});

test("medians", () => {
  expect(medianOf([1, 2, 10])).toBe(2);
  expect(medianOf([1, 2, 4, 10])).toBe(3);
});
