import { describe, expect, test } from "vitest";
import { encodePacket, PublishFrame } from "../../../src/codec/index.ts";
import type { Message } from "../../../src/delivery/message.ts";
import { messageOf } from "../../support/messages.ts";
import { publishPacket } from "../../support/packet-client.ts";

function topicOf(message: Message): string {
  return message.topicBytes.subarray(message.topicStart, message.topicEnd).toString();
}

describe("Message", () => {
  test("what is kept owns its bytes: those it came in may go", () => {
    const message = messageOf("a/b", "payload", { qos: 1 });
    message.expiresAt = 5000;
    const kept = message.keep();
    message.frame.bytes.fill(0);
    expect(kept.frame.decode()).toMatchObject({ topic: "a/b", qos: 1, payload: Buffer.from("payload") });
    expect(topicOf(kept)).toBe("a/b");
    expect([kept.topic, kept.publisher, kept.expiresAt]).toEqual(["a/b", "publisher", 5000]);
  });

  test("it is copied at most once per PUBLISH", () => {
    const message = messageOf("a", "1");
    const kept = message.keep();
    expect(message.keep()).toBe(kept);
    expect(kept.keep()).toBe(kept);
    message.read(PublishFrame.from(encodePacket(publishPacket("a", "2"), 5), 5), undefined);
    expect(message.keep()).not.toBe(kept);
    expect(kept.frame.payload.toString()).toBe("1");
  });

  test("a topic that came as an alias is known by its bytes, and stays so when it is kept", () => {
    const message = messageOf("first", "");
    const packet = publishPacket("", "payload", { properties: { topicAlias: 1 } });
    message.read(PublishFrame.from(encodePacket(packet, 5), 5), Buffer.from("from an alias"));
    expect(topicOf(message)).toBe("from an alias");
    expect(topicOf(message.keep())).toBe("from an alias");
  });

  test("the next PUBLISH does not inherit the expiry of the last one", () => {
    const message = messageOf("a", "");
    message.expiresAt = 1;
    message.read(PublishFrame.from(encodePacket(publishPacket("b", ""), 5), 5), undefined);
    expect(message.remainingExpiry(1_000_000)).toBe(-1);
  });

  test("[MQTT-3.3.2-6] whole seconds that have passed are subtracted; what has expired has 0 left", () => {
    const message = messageOf("a", "");
    message.expiresAt = 10_000;
    expect([0, 1, 999, 1000, 1001, 9000, 9999].map((now) => message.remainingExpiry(now))).toEqual([
      10, 10, 10, 9, 9, 1, 1,
    ]);
    expect([10_000, 10_001, 99_999].map((now) => message.remainingExpiry(now))).toEqual([0, 0, 0]);
  });

  test("knows its size: the frame for keeping it, the payload for what it says", () => {
    const message = messageOf("a", "12345", {}, 4);
    expect([message.size, message.payloadLength]).toEqual([2 + 2 + 1 + 5, 5]);
  });
});
