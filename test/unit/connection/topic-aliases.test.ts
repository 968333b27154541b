import { describe, expect, test } from "vitest";
import { encodePacket, PacketType, PublishFrame, ReasonCode } from "../../../src/codec/index.ts";
import { IncomingAliases, OutgoingAliases } from "../../../src/connection/topic-aliases.ts";

function frameOf(topic: string, topicAlias: number): PublishFrame {
  const packet = {
    type: PacketType.PUBLISH,
    dup: false,
    qos: 0,
    retain: false,
    topic,
    packetId: undefined,
    properties: { topicAlias },
    payload: Buffer.from("payload"),
  } as const;
  return PublishFrame.from(encodePacket(packet, 5), 5);
}

describe("IncomingAliases", () => {
  test("an alias means the topic it was last sent with", () => {
    const aliases = new IncomingAliases(10);
    expect(aliases.resolve(frameOf("first", 3)).bytes.toString()).toBe("first");
    expect(aliases.resolve(frameOf("", 3)).bytes.toString()).toBe("first");
    aliases.resolve(frameOf("other", 10));
    aliases.resolve(frameOf("second", 3));
    expect(aliases.resolve(frameOf("", 3)).bytes.toString()).toBe("second");
    expect(aliases.resolve(frameOf("", 10)).bytes.toString()).toBe("other");
  });

  test("what it remembers does not change with the bytes it came in", () => {
    const aliases = new IncomingAliases(10);
    const frame = frameOf("topic", 1);
    aliases.resolve(frame);
    frame.bytes.fill(0x78);
    expect(aliases.resolve(frameOf("", 1)).bytes.toString()).toBe("topic");
  });

  test("[MQTT-3.3.2-9] an alias above the announced maximum is refused with 0x94", () => {
    const aliases = new IncomingAliases(10);
    expect(() => aliases.resolve(frameOf("topic", 11))).toThrow(
      expect.objectContaining({ reasonCode: ReasonCode.TOPIC_ALIAS_INVALID }),
    );
    expect(() => new IncomingAliases(0).resolve(frameOf("topic", 1))).toThrow(
      expect.objectContaining({ reasonCode: ReasonCode.TOPIC_ALIAS_INVALID }),
    );
  });

  test("an alias that was never set is a protocol error", () => {
    expect(() => new IncomingAliases(10).resolve(frameOf("", 1))).toThrow(
      expect.objectContaining({ reasonCode: ReasonCode.PROTOCOL_ERROR }),
    );
  });
});

describe("OutgoingAliases", () => {
  test("[MQTT-3.1.2-26] the first topics get aliases from 1 to the peer's maximum, the others none", () => {
    const aliases = new OutgoingAliases<string>(2);
    expect(aliases.known("a")).toBe(0);
    expect(aliases.assign("a")).toBe(1);
    expect(aliases.assign("b")).toBe(2);
    expect(aliases.assign("c")).toBe(0);
    expect(["a", "b", "c"].map((topic) => aliases.known(topic))).toEqual([1, 2, 0]);
  });
});
