import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { grouped, rateText, sizeText, timeText } from "../../../../../src/cli/commands/bench/units.ts";
import { payloadSizes } from "../../../../../src/cli/commands/bench/value-types.ts";

describe("three digits and a unit", () => {
  test.each([
    [0, "0"],
    [950, "950"],
    [9_999, "9,999"],
    [9_999.6, "10.0k"],
    [12_345, "12.3k"],
    [99_960, "100k"],
    [999_499, "999k"],
    [999_500, "1.00M"],
    [12_345_678, "12.3M"],
  ])("%d messages per second: %s", (rate, text) => {
    expect(rateText(rate)).toBe(text);
  });

  test.each([
    [0, "0.00µs"],
    [9.5, "9.50µs"],
    [85.04, "85.0µs"],
    [999.4, "999µs"],
    [999.5, "1.00ms"],
    [12_345, "12.3ms"],
    [999_499, "999ms"],
    [1_234_567, "1.23s"],
    [123_456_789, "123s"],
  ])("%d µs: %s", (time, text) => {
    expect(timeText(time)).toBe(text);
  });

  test("never wider than six characters", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 4e8, noNaN: true }), (value) => {
        expect(timeText(value).length).toBeLessThanOrEqual(6);
        expect(rateText(value).length).toBeLessThanOrEqual(6);
      }),
    );
  });
});

describe("sizes", () => {
  test.each([
    [16, "16"],
    [1000, "1000"],
    [1024, "1k"],
    [1536, "1.5k"],
    [65_536, "64k"],
    [1_048_576, "1M"],
  ])("%d bytes: %s", (bytes, text) => {
    expect(sizeText(bytes)).toBe(text);
  });

  test("what is printed can be typed", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1 << 26 }), (bytes) => {
        expect(payloadSizes.parse(sizeText(bytes))).toEqual([bytes]);
      }),
    );
  });
});

test("large counts are grouped", () => {
  expect([0, 999, 1000, 1_234_567].map(grouped)).toEqual(["0", "999", "1,000", "1,234,567"]);
});
