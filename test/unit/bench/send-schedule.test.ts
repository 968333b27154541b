import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fixedSchedule } from "../../../src/bench/send-schedule.ts";

describe("fixedSchedule", () => {
  test("spreads a rate evenly, from the first moment on", () => {
    const schedule = fixedSchedule(1000, 5);
    expect(schedule.count).toBe(5);
    expect([0, 1, 2, 3, 4].map(schedule.timeOf)).toEqual([0, 1, 2, 3, 4]);
    expect([-1, 0, 0.5, 1, 3.9, 4, 100].map(schedule.dueBy)).toEqual([0, 1, 1, 2, 4, 5, 5]);
  });

  test("has a message even where the rate is too low for the time", () => {
    expect(fixedSchedule(0.1, 100).count).toBe(1);
  });

  test("nothing is due before its time, and nothing due is withheld", () => {
    const rates = fc.double({ min: 0.5, max: 5_000_000, noNaN: true });
    const times = fc.double({ min: 0, max: 60_000, noNaN: true });
    fc.assert(
      fc.property(rates, times, (rate, elapsed) => {
        const schedule = fixedSchedule(rate, 60_000);
        const due = schedule.dueBy(elapsed);
        if (due > 0) expect(schedule.timeOf(due - 1)).toBeLessThanOrEqual(elapsed);
        if (due < schedule.count) expect(schedule.timeOf(due)).toBeGreaterThan(elapsed);
      }),
    );
  });
});
