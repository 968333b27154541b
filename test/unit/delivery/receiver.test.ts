import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Receiver } from "../../../src/delivery/receiver.ts";

const packetId = fc.oneof(fc.integer({ min: 1, max: 65_535 }), fc.constantFrom(1, 31, 32, 33, 4095, 4096, 65_535));

describe("Receiver", () => {
  test("[MQTT-4.3.3-10] a message is new once, and again only after its PUBREL", () => {
    const receiver = new Receiver();
    expect(receiver.receive(7)).toBe(true);
    expect(receiver.receive(7)).toBe(false);
    expect(receiver.release(7)).toBe(true);
    expect(receiver.receive(7)).toBe(true);
  });

  test("a PUBREL for an id that is not known says so", () => {
    const receiver = new Receiver();
    expect(receiver.release(1)).toBe(false);
    receiver.receive(2);
    expect(receiver.release(1)).toBe(false);
    receiver.release(2);
    expect(receiver.release(2)).toBe(false);
  });

  test("remembers exactly the ids that a plain set would", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), packetId), { maxLength: 300 }), (steps) => {
        const receiver = new Receiver();
        const plain = new Set<number>();
        for (const [arrives, id] of steps) {
          if (arrives) {
            expect(receiver.receive(id)).toBe(!plain.has(id));
            plain.add(id);
          } else {
            expect(receiver.release(id)).toBe(plain.delete(id));
          }
          expect(receiver.has(id)).toBe(plain.has(id));
          expect(receiver.unreleased).toBe(plain.size);
        }
      }),
    );
  });

  test("all 65,535 ids can wait for their PUBREL at once", () => {
    const receiver = new Receiver();
    const ids = Array.from({ length: 65_535 }, (_, index) => index + 1);
    expect(ids.filter((id) => receiver.receive(id))).toHaveLength(65_535);
    expect(receiver.unreleased).toBe(65_535);
    expect(ids.filter((id) => receiver.receive(id))).toEqual([]);
    expect(ids.filter((id) => receiver.release(id))).toHaveLength(65_535);
    expect(receiver.unreleased).toBe(0);
  });
});
