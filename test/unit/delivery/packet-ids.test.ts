import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PacketIds } from "../../../src/delivery/packet-ids.ts";

describe("PacketIds", () => {
  test("[MQTT-2.2.1-3] gives identifiers that are not zero and not in use, whatever is taken and released", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 99 }), { maxLength: 400 }), (steps) => {
        const ids = new PacketIds();
        const inUse: number[] = [];
        for (const step of steps) {
          if (step < 60 || inUse.length === 0) {
            const id = ids.take();
            expect(id).toBeGreaterThan(0);
            expect(id).toBeLessThanOrEqual(ids.highest);
            expect(inUse).not.toContain(id);
            inUse.push(id);
          } else {
            ids.release(inUse.splice(step % inUse.length, 1)[0] as number);
          }
          expect(ids.inUse).toBe(inUse.length);
        }
      }),
    );
  });

  test("[MQTT-2.2.1-3] all 65,535 can be in use; then there is none, until one comes back", () => {
    const ids = new PacketIds();
    const taken = new Set<number>();
    for (let count = 0; count < 65_535; count += 1) {
      taken.add(ids.take());
    }
    expect(taken.size).toBe(65_535);
    expect(taken.has(0)).toBe(false);
    expect(Math.max(...taken)).toBe(65_535);
    expect(ids.take()).toBe(0);
    expect(ids.take()).toBe(0);
    ids.release(4711);
    expect(ids.take()).toBe(4711);
    expect(ids.take()).toBe(0);
  });

  test("an identifier rests as long as possible before it is used again", () => {
    const ids = new PacketIds();
    const first = ids.take();
    const others: number[] = [];
    ids.release(first);
    for (let id = ids.take(); id !== first; id = ids.take()) {
      others.push(id);
      ids.release(id);
    }
    expect(new Set(others).size).toBe(ids.highest - 1);
  });

  test("few are in circulation while few are in use, so that tables stay small", () => {
    const ids = new PacketIds();
    for (let count = 0; count < 100_000; count += 1) {
      ids.release(ids.take());
    }
    expect(ids.highest).toBeLessThanOrEqual(16);
  });
});
