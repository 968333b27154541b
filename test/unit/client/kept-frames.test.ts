import { describe, expect, test } from "vitest";
import { KeptFrames } from "../../../src/client/kept-frames.ts";

const SLAB_SIZE = 64 * 1024;

function keep(frames: KeptFrames, id: number, length: number): void {
  frames.open(id, length).raw(Buffer.alloc(length, id & 255));
}

function isIntact(frames: KeptFrames, id: number, length: number): boolean {
  const frame = frames.bytesOf(id).subarray(frames.startOf(id), frames.endOf(id));
  return frame.equals(Buffer.alloc(length, id & 255));
}

describe("kept frames", () => {
  test("lie one behind the other, so that a run of them is one range", () => {
    const frames = new KeptFrames();
    keep(frames, 1, 10);
    keep(frames, 2, 20);
    expect(frames.bytesOf(2)).toBe(frames.bytesOf(1));
    expect([frames.startOf(1), frames.endOf(1), frames.startOf(2), frames.endOf(2)]).toEqual([0, 10, 10, 30]);
  });

  test("stay what they are while others come and go, in whatever order", () => {
    const frames = new KeptFrames();
    const live = new Map<number, number>();
    for (let step = 0; step < 20_000; step++) {
      const id = 1 + ((step * 7919) % 200);
      const length = live.get(id);
      if (length === undefined) {
        const next = 1 + ((step * 31) % 3000);
        keep(frames, id, next);
        live.set(id, next);
      } else {
        if (!isIntact(frames, id, length)) throw new Error(`frame ${id} was overwritten in step ${step}`);
        frames.release(id);
        live.delete(id);
      }
    }
    for (const [id, length] of live) expect(isIntact(frames, id, length)).toBe(true);
  });

  test("cost no new memory in a steady state", () => {
    const frames = new KeptFrames();
    const slabs = new Set<Buffer>();
    for (let step = 0; step < 100_000; step++) {
      const id = 1 + (step % 100);
      frames.release(id);
      keep(frames, id, 100);
      slabs.add(frames.bytesOf(id));
    }
    expect(slabs.size).toBeLessThan(4);
  });

  test("that are larger than a slab have memory of their own, which is not kept", () => {
    const frames = new KeptFrames();
    keep(frames, 1, 10);
    keep(frames, 2, SLAB_SIZE + 1);
    keep(frames, 3, 10);
    expect(frames.bytesOf(3)).toBe(frames.bytesOf(1));
    expect(isIntact(frames, 2, SLAB_SIZE + 1)).toBe(true);
    const large = frames.bytesOf(2);
    frames.release(2);
    keep(frames, 4, SLAB_SIZE + 1);
    expect(frames.bytesOf(4)).not.toBe(large);
  });

  test("may be released twice, and before they were ever kept", () => {
    const frames = new KeptFrames();
    frames.release(5);
    keep(frames, 1, 10);
    keep(frames, 2, 10);
    frames.release(1);
    frames.release(1);
    expect(isIntact(frames, 2, 10)).toBe(true);
    keep(frames, 3, 10);
    expect(frames.startOf(3)).toBe(20);
  });
});
