import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Delivery, MessageQueue } from "../../../../src/broker/sessions/message-queue.ts";
import { messageOf } from "../../../support/messages.ts";

const KILOBYTE = Buffer.alloc(1000);

function deliveryOf(payload: string | Uint8Array): Delivery {
  return { message: messageOf("t", payload), qos: 1, retain: false, identifiers: [], group: undefined };
}

describe("MessageQueue", () => {
  test("first in, first out, as a plain list", () => {
    const step = fc.constantFrom("push", "push", "push", "shift", "shift", "peek", "clear");
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 30, arbitrary: step }), { maxLength: 300 }), (steps) => {
        const queue = new MessageQueue(20, 1_000_000);
        let plain: Delivery[] = [];
        for (const [index, what] of steps.entries()) {
          if (what === "push") {
            const delivery = deliveryOf(`${index}`);
            expect(queue.push(delivery)).toBe(plain.length < 20);
            plain = [...plain, delivery].slice(0, 20);
          } else if (what === "shift") {
            expect(queue.shift()).toBe(plain.shift());
          } else if (what === "peek") {
            expect(queue.peek()).toBe(plain[0]);
          } else if (index % 7 === 0) {
            queue.clear();
            plain = [];
          }
          expect(queue.length).toBe(plain.length);
          expect(queue.isEmpty).toBe(plain.length === 0);
          expect([...queue]).toEqual(plain);
        }
      }),
      { numRuns: 50 },
    );
  });

  test("is bounded in bytes, and what goes makes room", () => {
    const queue = new MessageQueue(1000, 4000);
    const pushed = [1, 2, 3, 4, 5].map(() => queue.push(deliveryOf(KILOBYTE)));
    expect(pushed).toEqual([true, true, true, false, false]);
    queue.shift();
    expect(queue.push(deliveryOf(KILOBYTE))).toBe(true);
    expect(queue.push(deliveryOf(KILOBYTE))).toBe(false);
    queue.clear();
    expect(queue.push(deliveryOf(KILOBYTE))).toBe(true);
  });

  test("tells when half and a quarter are used, by number or bytes", () => {
    const byNumber = new MessageQueue(8, 1_000_000);
    const states: string[] = [];
    for (let count = 0; count < 6; count += 1) {
      byNumber.push(deliveryOf(""));
      states.push(`${byNumber.isQuarterFull} ${byNumber.isHalfFull}`);
    }
    expect(states).toEqual(["false false", "false false", "true false", "true false", "true true", "true true"]);
    const byBytes = new MessageQueue(1000, 10_000);
    for (let count = 0; count < 3; count += 1) {
      byBytes.push(deliveryOf(KILOBYTE));
    }
    expect([byBytes.isQuarterFull, byBytes.isHalfFull]).toEqual([true, false]);
  });

  test("millions that come and go leave nothing behind", () => {
    const queue = new MessageQueue(1000, 1_000_000);
    const delivery = deliveryOf("");
    for (let count = 0; count < 1_000_000; count += 1) {
      queue.push(delivery);
      if (count % 1000 > 500) {
        queue.shift();
        queue.shift();
      }
    }
    while (queue.shift() !== undefined) {
      // Emptied below.
    }
    expect((queue as unknown as { items: unknown[] }).items.length).toBeLessThan(10);
  });
});
