import { expect, test } from "vitest";
import { ageText, countText, rateText, sizeText } from "../../../../src/cli/live/figures.ts";
import { previewOf } from "../../../../src/cli/live/preview.ts";
import { Rate } from "../../../../src/cli/live/rate.ts";

test.each([
  [rateText, undefined, "–"],
  [rateText, 0.001, ""],
  [rateText, 0.05, "0.05/s"],
  [rateText, 0.1, "0.1/s"],
  [rateText, 9.96, "10/s"],
  [rateText, 12_345.6, "12,346/s"],
  [countText, 999, "999"],
  [countText, 1_204_331, "1,204,331"],
  [ageText, 999, "now"],
  [ageText, 59_999, "59s"],
  [ageText, 60_000, "1m"],
  [ageText, 3_600_000, "1h"],
  [ageText, 4 * 86_400_000, "4d"],
  [sizeText, 999, "999 B"],
  [sizeText, 1234, "1.2 kB"],
  [sizeText, 999_600, "1.0 MB"],
  [sizeText, 61e6, "61 MB"],
] as const)("%o of %s is %s", (render, value, text) => {
  expect((render as (value: number | undefined) => string)(value)).toBe(text);
});

test.each([
  ["21.5", "21.5"],
  ["", "(null)"],
  ['{\n  "a": 1\n}\n', '{ "a": 1 }'],
  ["\u001b[2J\u202e", "\\x1b[2J\\u202e"],
])("%j is shown as %s", (payload, shown) => {
  expect(previewOf(Buffer.from(payload))).toBe(shown);
});

test("bytes that are no text are shown escaped", () => {
  expect(previewOf(Buffer.from([0xff, 0x41, 0]))).toBe("\\xffA\\x00");
});

test.each([0.2, 1, 10, 5000])("a steady %d/s is seen as that, from the first seconds on", (perSecond) => {
  const rate = new Rate(0);
  expect(rate.perSecond(0)).toBeUndefined();
  const step = 1000 / perSecond;
  let now = 0;
  for (let count = 1; count <= Math.max(4, 5 * perSecond); count++) {
    now = count * step;
    rate.add(now);
  }
  expect(rate.perSecond(now) as number).toBeGreaterThan(perSecond * 0.7);
  expect(rate.perSecond(now) as number).toBeLessThan(perSecond * 1.4);
  expect(rate.perSecond(now + 60_000) as number).toBeLessThan(perSecond * 0.01);
});
