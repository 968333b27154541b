import { describe, expect, test } from "vitest";
import { encodePacket, type ProtocolVersion, ReasonCode } from "../../../src/codec/index.ts";
import { bytes, hex } from "../../support/wire-cases/notation.ts";
import {
  auth,
  connect,
  disconnect,
  puback,
  publish,
  pubrec,
  suback,
  subscribe,
  subscription,
  unsuback,
  will,
} from "../../support/wire-cases/packets.ts";

const OLD: readonly ProtocolVersion[] = [3, 4];

describe("what 3.1 and 3.1.1 do not know is left out", () => {
  test.each(OLD)("version %i", (version) => {
    const { NOT_AUTHORIZED, QUOTA_EXCEEDED } = ReasonCode;
    const properties = { reasonString: "why", userProperties: [["k", "v"]] as const };
    const encoded = [
      publish({ properties: { topicAlias: 1, messageExpiryInterval: 2 }, payload: Buffer.from("x") }),
      puback({ properties }),
      pubrec({ reasonCode: QUOTA_EXCEEDED, properties }),
      subscribe({
        properties: { subscriptionIdentifier: 1 },
        subscriptions: [subscription({ qos: 1, noLocal: true, retainAsPublished: true, retainHandling: 2 })],
      }),
      suback({ reasonCodes: [0, 1, 2, NOT_AUTHORIZED], properties }),
      unsuback({ reasonCodes: [ReasonCode.NO_SUBSCRIPTION_EXISTED], properties }),
      disconnect({ reasonCode: ReasonCode.DISCONNECT_WITH_WILL_MESSAGE, properties }),
    ].map((packet) => hex(encodePacket(packet, version)));
    const expected = [
      '30 [ <"a"> "x" ]',
      "40 [ 000a ]",
      "50 [ 000a ]",
      '82 [ 000a <"a"> 01 ]',
      "90 [ 000a 00 01 02 80 ]",
      "b0 [ 000a ]",
      "e0 []",
    ].map((notation) => hex(bytes(notation)));
    expect(encoded).toEqual(expected);
  });

  test.each(OLD)("version %i: the session expiry of a CONNECT is in Clean Session", (version) => {
    const resumed = connect({
      protocolVersion: version,
      cleanStart: false,
      properties: { sessionExpiryInterval: 0xffff_ffff },
      will: will({ properties: { willDelayInterval: 5 } }),
    });
    const start = version === 3 ? '<"MQIsdp"> 03' : '<"MQTT"> 04';
    expect(hex(encodePacket(resumed, version))).toBe(hex(bytes(`10 [ ${start} 04 00 3c <"c"> <"w"> <"m"> ]`)));
  });

  test.each(OLD)("version %i: AUTH does not exist", (version) => {
    expect(() => encodePacket(auth(), version)).toThrow("AUTH: does not exist before MQTT 5.0");
  });
});

describe("a buffer of its own", () => {
  test("is not touched by the next packet", () => {
    const first = encodePacket(publish({ payload: Buffer.from("one") }), 4);
    const before = hex(first);
    encodePacket(publish({ payload: Buffer.from("two") }), 4);
    expect(hex(first)).toBe(before);
  });

  test("holds large packets too, again and again", () => {
    for (let round = 0; round < 3; round++) {
      const frame = encodePacket(publish({ payload: Buffer.alloc(300_000, round) }), 4);
      expect(frame.length).toBe(300_000 + 3 + 4);
      expect(frame.at(-1)).toBe(round);
    }
  });

  test("comes after a packet that could not be encoded", () => {
    expect(() => encodePacket(publish({ topic: "\ud800" }), 4)).toThrow("lone surrogate");
    expect(hex(encodePacket(publish(), 4))).toBe(hex(bytes('30 [ <"a"> ]')));
  });
});

test("a CONNECT says its version itself, and it must be the one it is encoded in", () => {
  expect(() => encodePacket(connect({ protocolVersion: 5 }), 4)).toThrow("CONNECT: protocol version 5 encoded as 4");
  expect(() => encodePacket(connect({ bridge: true }), 5)).toThrow("CONNECT: bridge bit in MQTT 5.0");
});
