import { describe, expect, test } from "vitest";
import { encodePacket, NO_PROPERTIES, PublishFrame } from "../../../src/codec/index.ts";
import { bytes, hex } from "../../support/wire-cases/notation.ts";
import { publish } from "../../support/wire-cases/packets.ts";

const EVERYTHING = '3d [ <"a/b"> 12 34 [ 26 <"k"> <"v"> 23 00 07 0b 05 02 00 00 0e 10 01 01 08 <"r"> ] "payload" ]';

/** The frame, with something before and behind it. */
function frameWithin(notation: string, version: 3 | 4 | 5): PublishFrame {
  const frame = bytes(notation);
  const chunk = Buffer.concat([Buffer.alloc(11, 0xff), frame, Buffer.alloc(5, 0xff)]);
  const view = new PublishFrame();
  const lengthBytes = frame.length > 129 ? 2 : 1;
  view.read(chunk, 11, 12 + lengthBytes, 11 + frame.length, version, "server");
  return view;
}

/** The bytes that a pair of positions encloses. */
function between(frame: PublishFrame, from: number, to: number): string {
  return hex(frame.bytes.subarray(from, to));
}

describe("positions", () => {
  test("say where everything lies in 5.0", () => {
    const frame = frameWithin(EVERYTHING, 5);
    expect(between(frame, frame.start, frame.end)).toBe(hex(bytes(EVERYTHING)));
    expect(between(frame, frame.topicStart, frame.topicEnd)).toBe(hex(bytes('"a/b"')));
    expect(between(frame, frame.topicEnd, frame.topicEnd + 2)).toBe("1234");
    expect(between(frame, frame.propertiesStart - 1, frame.propertiesStart)).toBe("17");
    expect(frame.propertiesEnd - frame.propertiesStart).toBe(0x17);
    expect(between(frame, frame.topicAliasStart, frame.topicAliasStart + 3)).toBe("230007");
    expect(between(frame, frame.messageExpiryStart, frame.messageExpiryStart + 5)).toBe("0200000e10");
    expect(between(frame, frame.payloadStart, frame.end)).toBe(hex(bytes('"payload"')));
    expect(frame).toMatchObject({
      version: 5,
      dup: true,
      qos: 2,
      retain: true,
      packetId: 0x1234,
      topicAlias: 7,
      messageExpiryInterval: 3600,
      payloadFormatIndicator: 1,
      hasSubscriptionIdentifiers: true,
    });
  });

  test("say what is absent", () => {
    const frame = frameWithin('30 [ <"a"> "x" ]', 4);
    expect(frame).toMatchObject({
      version: 4,
      dup: false,
      qos: 0,
      retain: false,
      packetId: 0,
      topicAlias: 0,
      topicAliasStart: -1,
      messageExpiryInterval: -1,
      messageExpiryStart: -1,
      payloadFormatIndicator: 0,
      hasSubscriptionIdentifiers: false,
    });
    expect(frame.propertiesStart).toBe(frame.payloadStart);
    expect(frame.propertiesEnd).toBe(frame.payloadStart);
  });

  test("of one PUBLISH do not show in the next", () => {
    const frame = frameWithin(EVERYTHING, 5);
    const plain = bytes('30 [ <"c"> [] "x" ]');
    frame.read(plain, 0, 2, plain.length, 5, "server");
    const fresh = new PublishFrame();
    fresh.read(plain, 0, 2, plain.length, 5, "server");
    expect(frame).toEqual(fresh);
  });

  test("the greatest expiry interval is not taken for none", () => {
    const frame = frameWithin('30 [ <"a"> [ 02 ff ff ff ff ] ]', 5);
    expect(frame.messageExpiryInterval).toBe(0xffff_ffff);
  });

  test("property lengths of two bytes", () => {
    const frame = frameWithin(`30 [ <"a"> [ 09 < 00*200 > 23 00 01 ] "x" ]`, 5);
    expect(frame.propertiesEnd - frame.propertiesStart).toBe(206);
    expect(between(frame, frame.topicAliasStart, frame.topicAliasStart + 3)).toBe("230001");
    expect(frame.payload.toString()).toBe("x");
  });
});

describe("a copy", () => {
  test("has bytes of its own, which hold this frame and nothing else", () => {
    const frame = frameWithin(EVERYTHING, 5);
    const copy = frame.copy();
    const packet = copy.decode();
    frame.bytes.fill(0);
    expect(hex(copy.bytes)).toBe(hex(bytes(EVERYTHING)));
    expect(copy.decode()).toEqual(packet);
    expect(copy).toEqual(PublishFrame.from(bytes(EVERYTHING), 5));
  });

  test("keeps what is absent absent", () => {
    const frame = frameWithin('30 [ <"a"> [] "x" ]', 5);
    expect(frame.copy()).toMatchObject({ topicAliasStart: -1, messageExpiryStart: -1, start: 0, end: 7 });
  });
});

describe("what it says", () => {
  test("decode makes the packet that was encoded", () => {
    const packet = publish({
      dup: true,
      qos: 1,
      retain: true,
      topic: "größe/π",
      packetId: 65_535,
      properties: {
        topicAlias: 1,
        messageExpiryInterval: 0,
        correlationData: Buffer.from([0, 1]),
        userProperties: [
          ["k", "1"],
          ["k", "2"],
        ],
        subscriptionIdentifiers: [1, 268_435_455],
      },
      payload: Buffer.alloc(300, 1),
    });
    expect(PublishFrame.from(encodePacket(packet, 5), 5).decode()).toEqual(packet);
  });

  test("decodeProperties answers with the shared set where there are none", () => {
    expect(frameWithin('30 [ <"a"> [] ]', 5).decodeProperties()).toBe(NO_PROPERTIES);
    expect(frameWithin('30 [ <"a"> ]', 4).decodeProperties()).toBe(NO_PROPERTIES);
  });

  test("the payload is a view", () => {
    const frame = frameWithin('30 [ <"a"> "x" ]', 4);
    frame.bytes[frame.payloadStart] = 0x79;
    expect(frame.payload.toString()).toBe("y");
  });

  test("an ill-formed topic is refused when it is asked for, never replaced", () => {
    const frame = frameWithin("30 [ < c3 28 > ]", 4);
    expect(() => frame.topic).toThrow("PUBLISH: ill-formed UTF-8");
    expect(() => frame.decode()).toThrow(expect.objectContaining({ reasonCode: 0x81 }));
  });

  test.each(["#", "a/+"])("decode refuses the topic %s", (topic) => {
    expect(() => frameWithin(`30 [ <"${topic}"> ]`, 4).decode()).toThrow(expect.objectContaining({ reasonCode: 0x90 }));
  });

  test("a topic alias may stand for the topic", () => {
    const frame = frameWithin("30 [ < > [ 23 00 01 ] ]", 5);
    expect(frame.topicStart).toBe(frame.topicEnd);
    expect(frame.decode()).toMatchObject({ topic: "", properties: { topicAlias: 1 } });
  });
});

test("[MQTT-3.3.4-6] only servers may send subscription identifiers", () => {
  const frame = bytes('30 [ <"a"> [ 0b 01 ] ]');
  expect(() => new PublishFrame().read(frame, 0, 2, frame.length, 5, "client")).toThrow(
    expect.objectContaining({ reasonCode: 0x82 }),
  );
});
