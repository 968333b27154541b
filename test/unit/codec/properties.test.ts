import { describe, expect, test } from "vitest";
import { decodeProperties } from "../../../src/codec/decode-properties.ts";
import { encodeProperties } from "../../../src/codec/encode-properties.ts";
import { type ConnectProperties, NO_PROPERTIES, type PublishProperties } from "../../../src/codec/index.ts";
import { PacketReader } from "../../../src/codec/packet-reader.ts";
import { PacketWriter } from "../../../src/codec/packet-writer.ts";
import { type Carrier, isEmpty, misplaced, propertyOf } from "../../../src/codec/properties.ts";
import { bytes, hex } from "../../support/wire-cases/notation.ts";

/** The last column of table 2-4, typed anew from the standard. */
const TABLE: Readonly<Record<Carrier, readonly number[]>> = {
  CONNECT: [0x11, 0x15, 0x16, 0x17, 0x19, 0x21, 0x22, 0x26, 0x27],
  CONNACK: [0x11, 0x12, 0x13, 0x15, 0x16, 0x1a, 0x1c, 0x1f, 0x21, 0x22, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2a],
  PUBLISH: [0x01, 0x02, 0x03, 0x08, 0x09, 0x0b, 0x23, 0x26],
  WILL: [0x01, 0x02, 0x03, 0x08, 0x09, 0x18, 0x26],
  PUBACK: [0x1f, 0x26],
  PUBREC: [0x1f, 0x26],
  PUBREL: [0x1f, 0x26],
  PUBCOMP: [0x1f, 0x26],
  SUBSCRIBE: [0x0b, 0x26],
  SUBACK: [0x1f, 0x26],
  UNSUBSCRIBE: [0x26],
  UNSUBACK: [0x1f, 0x26],
  DISCONNECT: [0x11, 0x1c, 0x1f, 0x26],
  AUTH: [0x15, 0x16, 0x1f, 0x26],
};

function decode<C extends Carrier>(carrier: C, notation: string) {
  const frame = bytes(notation);
  return decodeProperties(new PacketReader().open(1, frame, 0, frame.length), carrier);
}

function encode(carrier: Carrier, properties: object): string {
  const writer = new PacketWriter();
  writer.openFrame(1, 0);
  writer.reset();
  encodeProperties(writer, carrier, properties);
  return hex(writer.bytes.subarray(0, writer.position));
}

describe("the table", () => {
  test.each(Object.entries(TABLE))("%s carries what table 2-4 says", (carrier, expected) => {
    const carried: number[] = [];
    for (let id = 0; id <= 0xff; id++) if (propertyOf(carrier as Carrier, id) !== undefined) carried.push(id);
    expect(carried).toEqual(expected);
  });

  test("tells an unknown property from a misplaced one", () => {
    expect(misplaced(0x7f)).toBe("unknown property 0x7F");
    expect(misplaced(0x1c)).toBe("property 0x1C, which it cannot carry");
  });
});

describe("decoding", () => {
  test("no properties are always the same object", () => {
    expect(decode("CONNECT", "[]")).toBe(NO_PROPERTIES);
  });

  test("repeatable properties are lists, in their order", () => {
    const properties: PublishProperties = decode(
      "PUBLISH",
      '[ 26 <"b"> <"2"> 0b 05 26 <"a"> <"1"> 0b 80 01 26 <"b"> <"2"> ]',
    );
    expect(properties).toEqual({
      userProperties: [
        ["b", "2"],
        ["a", "1"],
        ["b", "2"],
      ],
      subscriptionIdentifiers: [5, 128],
    });
  });

  test("flags are true or false", () => {
    const properties: ConnectProperties = decode("CONNECT", "[ 17 00 19 01 ]");
    expect(properties).toEqual({ requestProblemInformation: false, requestResponseInformation: true });
  });

  test("a value does not reach beyond the length of the properties", () => {
    expect(() => decode("CONNECT", "03 11 00 00 00 05")).toThrow(expect.objectContaining({ reasonCode: 0x81 }));
  });

  test("a long list of user properties is read in one pass", () => {
    const properties = decode("CONNECT", `[ ${'26 <"k"> <"v"> '.repeat(15_000)} ]`);
    expect(properties.userProperties).toHaveLength(15_000);
  });
});

describe("encoding", () => {
  test("keeps the order in which properties are listed", () => {
    expect(encode("CONNECT", { receiveMaximum: 5, sessionExpiryInterval: 1 })).toBe(
      hex(bytes("[ 21 00 05 11 00 00 00 01 ]")),
    );
    expect(encode("CONNECT", { sessionExpiryInterval: 1, receiveMaximum: 5 })).toBe(
      hex(bytes("[ 11 00 00 00 01 21 00 05 ]")),
    );
  });

  test("leaves out what is undefined and lists that are empty", () => {
    const properties = { receiveMaximum: undefined, userProperties: [], requestProblemInformation: false };
    expect(encode("CONNECT", properties)).toBe(hex(bytes("[ 17 00 ]")));
    expect(isEmpty({ reasonString: undefined })).toBe(true);
    expect(isEmpty({ reasonString: "" })).toBe(false);
    expect(isEmpty(NO_PROPERTIES)).toBe(true);
  });

  test.each([
    ["CONNECT", { topicAlias: 1 }, "topicAlias"],
    ["SUBSCRIBE", { subscriptionIdentifiers: [1] }, "subscriptionIdentifiers"],
    ["PUBLISH", { subscriptionIdentifier: 1 }, "subscriptionIdentifier"],
    ["PUBLISH", { nonsense: 1 }, "nonsense"],
    ["PUBLISH", { toString: 1 }, "toString"],
  ] as const)("%s refuses %j", (carrier, properties, key) => {
    expect(() => encode(carrier, properties)).toThrow(`property ${key}, which it cannot carry`);
  });

  test.each([
    ["CONNECT", { receiveMaximum: 0 }, 0x82],
    ["CONNECT", { maximumPacketSize: 0 }, 0x82],
    ["CONNECT", { requestProblemInformation: 2 }, 0x82],
    ["CONNECT", { topicAliasMaximum: 65_536 }, 0x82],
    ["CONNACK", { maximumQoS: 2 }, 0x82],
    ["SUBSCRIBE", { subscriptionIdentifier: 0 }, 0x82],
    ["SUBSCRIBE", { subscriptionIdentifier: 268_435_456 }, 0x82],
    ["PUBLISH", { topicAlias: 0 }, 0x94],
    ["PUBLISH", { responseTopic: "a/#" }, 0x82],
    ["PUBLISH", { responseTopic: "" }, 0x82],
    ["PUBLISH", { userProperties: [["k", "\ud800"]] }, 0x81],
  ] as const)("%s does not take %j", (carrier, properties, reasonCode) => {
    expect(() => encode(carrier, properties)).toThrow(expect.objectContaining({ reasonCode }));
  });
});
