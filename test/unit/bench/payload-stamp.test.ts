import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MINIMUM_PAYLOAD_SIZE, PayloadStamps, streamKey } from "../../../src/bench/payload-stamp.ts";

/** Reads the payload where it lies among other bytes. */
function read(stamps: PayloadStamps, key: number, payload: Buffer): boolean {
  const bytes = Buffer.concat([Buffer.alloc(7, 0xaa), payload, Buffer.alloc(5, 0xbb)]);
  return stamps.read(key, 3, bytes, 7, 7 + payload.length);
}

const word = fc.integer({ min: 0, max: 0xffff_ffff });
const size = fc.integer({ min: MINIMUM_PAYLOAD_SIZE, max: 300 });

describe("PayloadStamps", () => {
  test("what is written is read back, at every size", () => {
    fc.assert(
      fc.property(size, word, word, word, word, (bytes, key, sequence, intended, sent) => {
        const stamps = new PayloadStamps(bytes);
        const payload = Buffer.from(stamps.write(key, 3, sequence, intended, sent));
        stamps.write(key, 3, 0, 0, 0);
        expect(payload.length).toBe(bytes);
        expect(read(stamps, key, payload)).toBe(true);
        expect(stamps).toMatchObject({ sequence, intended, sent });
      }),
    );
  });

  test("a change of any single byte is noticed", () => {
    const change = fc.integer({ min: 1, max: 255 });
    fc.assert(
      fc.property(size, fc.nat(), change, word, word, (bytes, place, flip, sequence, sent) => {
        const stamps = new PayloadStamps(bytes);
        const payload = Buffer.from(stamps.write(7, 3, sequence, 1, sent));
        const at = place % bytes;
        payload[at] = (payload[at] as number) ^ flip;
        expect(read(stamps, 7, payload)).toBe(false);
      }),
    );
  });

  test("a message of another stream is noticed, though nothing in it was changed", () => {
    const stamps = new PayloadStamps(64);
    const payload = stamps.write(streamKey(1, 1, 0), 3, 5, 100, 101);
    for (const other of [streamKey(1, 1, 1), streamKey(1, 2, 0), streamKey(2, 1, 0)]) {
      expect(read(stamps, other, payload)).toBe(false);
    }
    expect(read(stamps, streamKey(1, 1, 0), payload)).toBe(true);
  });

  test("a part of the next message in this one is noticed", () => {
    const stamps = new PayloadStamps(1000);
    const first = Buffer.from(stamps.write(1, 3, 0, 0, 0));
    const second = Buffer.from(stamps.write(1, 3, 1, 0, 0));
    second.copy(first, 500, 500, 600);
    expect(read(stamps, 1, first)).toBe(false);
  });

  test.each([0, 15, 63, 65])("a payload of %i bytes instead of 64 is noticed", (length) => {
    expect(read(new PayloadStamps(64), 1, Buffer.alloc(length))).toBe(false);
  });

  test("payloads that the client does not copy are never written again", () => {
    const stamps = new PayloadStamps(16 * 1024 + 1);
    const first = stamps.write(1, 3, 0, 0, 0);
    for (let sequence = 1; sequence < 100; sequence++) stamps.write(1, 3, sequence, 0, 0);
    expect(read(stamps, 1, first)).toBe(true);
  });

  test("streams have different keys", () => {
    const keys = new Set<number>();
    for (let pair = 0; pair < 10_000; pair++) keys.add(streamKey(0xabcdef, 3, pair));
    expect(keys.size).toBe(10_000);
  });

  test("from 20 bytes on says whose it is, and another stream's number in it is found", () => {
    for (const size of [20, 21, 64, 1000]) {
      const stamps = new PayloadStamps(size);
      const payload = Buffer.from(stamps.write(1, 3, 0, 0, 0));
      expect(stamps.streamOf(payload, 0, size)).toBe(3);
      expect(stamps.streamOf(payload, 0, size - 1)).toBe(-1);
      payload[12] = 4;
      expect(read(stamps, 1, payload)).toBe(false);
    }
    expect(new PayloadStamps(16).streamOf(Buffer.alloc(16), 0, 16)).toBe(-1);
  });
});
