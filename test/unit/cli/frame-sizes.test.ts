import { expect, test } from "vitest";
import { FrameSizes } from "../../../src/cli/frame-sizes.ts";

test.each([1, 2, 3, 1000])("sizes on the wire, in chunks of %i bytes, as they were sent", (length) => {
  const pubackInFull = [0x40, 4, 0, 1, 0, 0];
  const longHeader = [0x40, 0x82, 0x00, 0, 1];
  const publish = [0x30, 0xc8, 0x01, ...Array(200).fill(0x61)];
  const bytes = Uint8Array.from([0xd0, 0, ...pubackInFull, ...longHeader, ...publish, 0xd0, 0]);
  const sizes = new FrameSizes();
  for (let at = 0; at < bytes.length; at += length) sizes.push(bytes.subarray(at, at + length));
  expect([1, 2, 3, 4, 5].map(() => sizes.next())).toEqual([2, 6, 5, 203, 2]);
});
