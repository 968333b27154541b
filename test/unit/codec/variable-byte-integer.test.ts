import { expect, test } from "vitest";
import { MAXIMUM_PACKET_SIZE, variableByteIntegerLength } from "../../../src/codec/index.ts";

test.each([
  [0, 1],
  [127, 1],
  [128, 2],
  [16_383, 2],
  [16_384, 3],
  [2_097_151, 3],
  [2_097_152, 4],
  [268_435_455, 4],
])("%i takes %i bytes (table 1-1)", (value, length) => {
  expect(variableByteIntegerLength(value)).toBe(length);
});

test("the largest packet has a fixed header of five bytes", () => {
  expect(MAXIMUM_PACKET_SIZE).toBe(268_435_460);
});
