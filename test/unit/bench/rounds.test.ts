import { expect, test } from "vitest";
import { middleOf } from "../../../src/bench/middle.ts";
import { turnsOf } from "../../../src/bench/rounds.ts";

test("targets take turns, and the seed decides who begins", () => {
  const order = (seed: number) =>
    turnsOf(["A", "B"], 3, seed)
      .map(({ round, target }) => `${round}${target}`)
      .join(" ");
  expect(order(0)).toBe("1A 1B 2B 2A 3A 3B");
  expect(order(1)).toBe("1B 1A 2A 2B 3B 3A");
  expect(turnsOf(["A"], 2, 1)).toEqual([
    { round: 1, target: "A" },
    { round: 2, target: "A" },
  ]);
});

test("the middle of odd, even and no values", () => {
  expect(middleOf([9, 1, 5])).toBe(5);
  expect(middleOf([4, 1, 2, 9])).toBe(3);
  expect(middleOf([])).toBeNaN();
});
