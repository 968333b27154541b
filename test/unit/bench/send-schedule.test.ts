import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fixedSchedule, poissonSchedule, type SendSchedule } from "../../../src/bench/send-schedule.ts";

const at = (rate: number, duration: number) => [{ from: rate, to: rate, duration }];

function expectNothingEarlyNorWithheld(schedule: SendSchedule, elapsed: number): void {
  const due = schedule.dueBy(elapsed);
  if (due > 0) expect(schedule.timeOf(due - 1)).toBeLessThanOrEqual(elapsed);
  if (due < schedule.count) expect(schedule.timeOf(due)).toBeGreaterThan(elapsed);
}

describe("fixedSchedule", () => {
  test("spreads a rate evenly, from the first moment on", () => {
    const schedule = fixedSchedule(at(1000, 5));
    expect(schedule.count).toBe(5);
    expect([0, 1, 2, 3, 4].map(schedule.timeOf)).toEqual([0, 1, 2, 3, 4]);
    expect([-1, 0, 0.5, 1, 3.9, 4, 100].map(schedule.dueBy)).toEqual([0, 1, 1, 2, 4, 5, 5]);
  });

  test("has a message even where the rate is too low for the time", () => {
    expect(fixedSchedule(at(0.1, 100)).count).toBe(1);
  });

  test("nothing is due before its time, and nothing due is withheld", () => {
    const rates = fc.double({ min: 0.5, max: 5_000_000, noNaN: true });
    const times = fc.double({ min: 0, max: 60_000, noNaN: true });
    fc.assert(
      fc.property(rates, times, (rate, elapsed) => {
        expectNothingEarlyNorWithheld(fixedSchedule(at(rate, 60_000)), elapsed);
      }),
    );
  });
});

describe("stages", () => {
  // 0 → 1000/s in 2 s are 1000 messages, 1 s at 1000/s another 1000, 1000/s → 0 in 1 s 500.
  const stages = [
    { from: 0, to: 1000, duration: 2000 },
    { from: 1000, to: 1000, duration: 1000 },
    { from: 1000, to: 0, duration: 1000 },
  ];

  test("the rate grows, stays and falls", () => {
    const schedule = fixedSchedule(stages);
    expect(schedule.count).toBe(2500);
    // At constant acceleration a quarter of the messages is due at half of the time.
    expect(schedule.timeOf(250)).toBeCloseTo(1000, 6);
    expect(schedule.timeOf(1000)).toBeCloseTo(2000, 6);
    expect(schedule.timeOf(1500)).toBeCloseTo(2500, 6);
    // And three quarters are due at half of the time in which it falls.
    expect(schedule.timeOf(2375)).toBeCloseTo(3500, 6);
    expect(schedule.dueBy(4000)).toBe(2500);
  });

  test("nothing is due before its time, and nothing due is withheld", () => {
    const schedules = [fixedSchedule(stages), poissonSchedule(stages, 7)];
    for (let elapsed = 0; elapsed <= 4000; elapsed += 13) {
      for (const schedule of schedules) expectNothingEarlyNorWithheld(schedule, elapsed);
    }
  });
});

describe("poissonSchedule", () => {
  const schedule = poissonSchedule(at(1000, 60_000), 42);

  test("has the rate on average, the distances of independent users, and the same times with the same seed", () => {
    // 60,000 ± 4 standard deviations (√60,000 = 245).
    expect(Math.abs(schedule.count - 60_000)).toBeLessThan(980);
    const gaps = Array.from({ length: schedule.count - 1 }, (_, i) => schedule.timeOf(i + 1) - schedule.timeOf(i));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    expect(mean).toBeCloseTo(1, 1);
    // Exponential: as wide as it is long, and 1/e of all gaps are longer than the mean.
    expect(Math.sqrt(variance) / mean).toBeCloseTo(1, 1);
    expect(gaps.filter((gap) => gap > mean).length / gaps.length).toBeCloseTo(Math.exp(-1), 1);
    const again = poissonSchedule(at(1000, 60_000), 42);
    expect([again.count, again.timeOf(12_345)]).toEqual([schedule.count, schedule.timeOf(12_345)]);
    expect(poissonSchedule(at(1000, 60_000), 43).timeOf(12_345)).not.toBe(schedule.timeOf(12_345));
  });
});
