import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SequenceTracker } from "../../../src/bench/sequence-tracker.ts";

function track(...numbers: number[]) {
  const tracker = new SequenceTracker();
  const answers = numbers.map((number) => tracker.accept(number));
  const { next, delivered, duplicated, reordered } = tracker;
  return { answers, next, delivered, duplicated, reordered };
}

describe("SequenceTracker", () => {
  test("in order", () => {
    expect(track(0, 1, 2)).toEqual({ answers: [0, 1, 2], next: 3, delivered: 3, duplicated: 0, reordered: 0 });
  });

  test("a gap is neither delivered nor reordered", () => {
    expect(track(0, 3)).toMatchObject({ next: 4, delivered: 2, duplicated: 0, reordered: 0 });
  });

  test("a late message is reordered, once", () => {
    expect(track(0, 2, 1)).toMatchObject({ answers: [0, 2, 1], delivered: 3, duplicated: 0, reordered: 1 });
    expect(track(0, 2, 1, 1)).toMatchObject({ delivered: 3, duplicated: 1, reordered: 1 });
  });

  test("a duplicate is told from a late message", () => {
    expect(track(0, 0)).toMatchObject({ answers: [0, -1], delivered: 1, duplicated: 1, reordered: 0 });
    expect(track(0, 1, 3, 1, 2)).toMatchObject({
      answers: [0, 1, 3, -1, 2],
      delivered: 4,
      duplicated: 1,
      reordered: 1,
    });
  });

  test("counts on where the 32 bits of a number wrap", () => {
    const tracker = new SequenceTracker();
    tracker.next = 2 ** 32 - 1;
    expect([tracker.accept(0xffff_ffff), tracker.accept(0), tracker.accept(2), tracker.accept(1)]).toEqual([
      2 ** 32 - 1,
      2 ** 32,
      2 ** 32 + 2,
      2 ** 32 + 1,
    ]);
  });

  test("a gap longer than its memory is still counted right", () => {
    expect(track(0, 200_000, 199_999, 199_999, 200_001)).toMatchObject({
      next: 200_002,
      delivered: 4,
      duplicated: 1,
      reordered: 1,
    });
  });

  test("agrees with a plain set of what arrived, on random traffic", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 })), (numbers) => {
        const seen = new Set<number>();
        let highest = -1;
        const expected = { delivered: 0, duplicated: 0, reordered: 0 };
        for (const number of numbers) {
          if (seen.has(number)) expected.duplicated += 1;
          else if (number < highest) expected.reordered += 1;
          if (!seen.has(number)) expected.delivered += 1;
          seen.add(number);
          highest = Math.max(highest, number);
        }
        expect(track(...numbers)).toMatchObject(expected);
      }),
    );
  });
});
