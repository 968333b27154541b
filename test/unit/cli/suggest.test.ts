import fc from "fast-check";
import { expect, test } from "vitest";
import { editDistance, suggestion } from "../../../src/cli/suggest.ts";

test.each([
  ["", "", 0],
  ["", "abc", 3],
  ["kitten", "sitting", 3],
  ["pbu", "pub", 1],
  ["ca", "abc", 3],
])("from %j to %j it is %d", (from, to, distance) => expect(editDistance(from, to)).toBe(distance));

test("the distance is symmetric, 0 only for equal words, at most the longer word", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (one, other) => {
      const distance = editDistance(one, other);
      expect(distance).toBe(editDistance(other, one));
      expect(distance === 0).toBe(one === other);
      expect(distance).toBeLessThanOrEqual(Math.max(one.length, other.length));
    }),
  );
});

test.each([
  ["pbu", "pub"],
  ["borker", "broker"],
  ["comp", "completion"],
  ["x", undefined],
  ["qqqqqq", undefined],
])("%j → %j", (typed, meant) => expect(suggestion(typed, ["pub", "sub", "broker", "completion"])).toBe(meant));
