import fc from "fast-check";
import { expect, test } from "vitest";
import { ticksBetween, ticksOf } from "../../../src/bench/ticks.ts";

test("a tick is a tenth of a microsecond", () => {
  expect(ticksBetween(ticksOf(5), ticksOf(6.5))).toBe(15_000);
});

test("differences stay right where the 32 bits wrap", () => {
  const start = fc.double({ min: 0, max: 1e9, noNaN: true });
  const span = fc.double({ min: 0, max: 429_000, noNaN: true });
  fc.assert(
    fc.property(start, span, (from, milliseconds) => {
      const ticks = ticksBetween(ticksOf(from), ticksOf(from + milliseconds));
      expect(Math.abs(ticks / 10_000 - milliseconds)).toBeLessThan(0.0002);
    }),
  );
});
