import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RetainedMessages } from "../../../../src/broker/routing/retained-messages.ts";
import type { Message } from "../../../../src/delivery/index.ts";
import { matches } from "../../../../src/topic/index.ts";
import { messageOf } from "../../../support/messages.ts";
import { TurnedClock } from "../../../support/running-broker.ts";

function update(retained: RetainedMessages, topic: string, payload: string): boolean {
  return retained.update(topic.split("/"), messageOf(topic, payload, { retain: true }));
}

function shown(messages: Iterable<Message | undefined>): string[] {
  return [...messages].map((message) => `${message?.topic}=${message?.frame.payload}`).sort();
}

describe("RetainedMessages", () => {
  test("[MQTT-3.3.1-5] [MQTT-3.3.1-6] [MQTT-3.3.1-7] has the last message of each topic, none after an empty one", () => {
    const topic = fc.constantFrom("a", "a/b", "a/b/c", "b", "$SYS/a", "/", "a/");
    const filter = fc.constantFrom("#", "+", "a/#", "a/+", "$SYS/#", "+/b", "/", "+/+");
    fc.assert(
      fc.property(
        fc.array(fc.tuple(topic, fc.constantFrom("", "1", "22")), { maxLength: 40 }),
        filter,
        (updates, of) => {
          const retained = new RetainedMessages(100, 10_000, new TurnedClock());
          const plain = new Map<string, string>();
          for (const [name, payload] of updates) {
            expect(update(retained, name, payload)).toBe(true);
            plain.set(name, payload);
            if (payload === "") {
              plain.delete(name);
            }
          }
          expect(retained.size).toBe(plain.size);
          const expected = [...plain].filter(([name]) => matches(of.split("/"), name.split("/")));
          expect(shown(retained.matching(of.split("/")))).toEqual(expected.map((each) => each.join("=")).sort());
        },
      ),
    );
  });

  test("no more topics than allowed: those that are kept stay, and can be replaced and removed", () => {
    const retained = new RetainedMessages(2, 10_000, new TurnedClock());
    expect(["a", "b", "c"].map((topic) => update(retained, topic, "1"))).toEqual([true, true, false]);
    expect(update(retained, "a", "2")).toBe(true);
    expect(update(retained, "b", "")).toBe(true);
    expect(update(retained, "c", "1")).toBe(true);
    expect(shown(retained.matching(["#"]))).toEqual(["a=2", "c=1"]);
  });

  test("no more bytes than allowed: what goes makes room again, replaced or removed", () => {
    const retained = new RetainedMessages(100, 1000, new TurnedClock());
    expect(update(retained, "a", "x".repeat(600))).toBe(true);
    expect(update(retained, "b", "x".repeat(600))).toBe(false);
    expect(update(retained, "a", "x".repeat(900))).toBe(true);
    expect(update(retained, "a", "x".repeat(1100))).toBe(false);
    expect(update(retained, "a", "x".repeat(10))).toBe(true);
    expect(update(retained, "b", "x".repeat(600))).toBe(true);
    expect(update(retained, "b", "")).toBe(true);
    expect(update(retained, "c", "x".repeat(900))).toBe(true);
    expect(shown(retained.matching(["+"])).map((text) => text[0])).toEqual(["a", "c"]);
  });

  test("messages may come and go while others are looked through", () => {
    const retained = new RetainedMessages(1000, 100_000, new TurnedClock());
    for (let index = 0; index < 100; index += 1) {
      update(retained, `t/${index}`, "1");
    }
    const seen: string[] = [];
    for (const message of retained.matching(["t", "+"])) {
      if (message === undefined) {
        continue;
      }
      seen.push(message.topic);
      update(retained, `t/${100 - seen.length}`, "");
      update(retained, message.topic, "2");
      update(retained, `other/${seen.length}`, "1");
    }
    expect(seen).toEqual(Array.from({ length: 50 }, (_, index) => `t/${index}`));
  });
});
