import { describe, expect, test } from "vitest";
import { PacketType } from "../../../src/codec/index.ts";
import { PacketReader } from "../../../src/codec/packet-reader.ts";
import { bytes, hex } from "../../support/wire-cases/notation.ts";

/** A reader over these bytes, with others before and behind them. */
function reading(notation: string): PacketReader {
  const body = bytes(notation);
  const chunk = Buffer.concat([Buffer.alloc(3, 0xff), body, Buffer.alloc(9, 0x01)]);
  return new PacketReader().open(PacketType.CONNACK, chunk, 3, 3 + body.length);
}

const malformed = expect.objectContaining({ reasonCode: 0x81 });

describe("numbers", () => {
  test("are read in their order", () => {
    const reader = reading("fe fedc fedcba98");
    expect([reader.uint8(), reader.uint16(), reader.uint32()]).toEqual([0xfe, 0xfedc, 0xfedc_ba98]);
    expect(reader.remaining).toBe(0);
  });

  test.each([
    ["00", 0],
    ["7f", 127],
    ["8001", 128],
    ["ff7f", 16_383],
    ["808001", 16_384],
    ["ffff7f", 2_097_151],
    ["80808001", 2_097_152],
    ["ffffff7f", 268_435_455],
  ])("the variable byte integer %s is %i (table 1-1)", (notation, value) => {
    expect(reading(notation).varint()).toBe(value);
  });

  test.each(["80808080 01", "ffffffff 00", "80 00", "ff8000", "80 80 80 00", "80", "ff ff ff"])(
    "[MQTT-1.5.5-1] %s is no variable byte integer",
    (notation) => {
      expect(() => reading(notation).varint()).toThrow(malformed);
    },
  );
});

describe("the end of the body", () => {
  test.each([
    ["uint8", ""],
    ["uint16", "01"],
    ["uint32", "010203"],
    ["utf8", "0003 6162"],
    ["utf8", "00"],
    ["binary", "ffff 0102"],
    ["packetId", "01"],
  ] as const)("%s does not read beyond it, though there are bytes", (method, notation) => {
    expect(() => reading(notation)[method]()).toThrow(malformed);
  });

  test("nothing may be left", () => {
    const reader = reading("01 02");
    reader.uint8();
    expect(() => reader.expectEnd()).toThrow("CONNACK: trailing bytes: 1");
    reader.uint8();
    expect(() => reader.expectEnd()).not.toThrow();
  });

  test("a part ends where its length says", () => {
    const reader = reading("02 0001 05");
    const outerEnd = reader.enter(reader.varint());
    expect(reader.uint16()).toBe(1);
    expect(() => reader.uint8()).toThrow(malformed);
    reader.leave(outerEnd);
    expect(reader.uint8()).toBe(5);
    expect(() => reading("02").enter(2)).toThrow(malformed);
  });
});

describe("strings and bytes", () => {
  test("a BOM is kept [MQTT-1.5.4-3]", () => {
    expect(reading("< ef bb bf 61 >").utf8()).toBe("\ufeffa");
  });

  test("binary data are a copy", () => {
    const reader = reading("< 01 02 >");
    const data = reader.binary();
    reader.bytes.fill(0);
    expect(hex(data)).toBe("0102");
  });

  test("zero is no packet identifier", () => {
    expect(() => reading("0000").packetId()).toThrow(malformed);
    expect(reading("ffff").packetId()).toBe(65_535);
  });

  test("a reason code must be one of this packet and of its sender", () => {
    expect(reading("87").reasonCode("server")).toBe(0x87);
    expect(() => reading("87").reasonCode("client")).toThrow("CONNACK: reason code 0x87 from a client");
    expect(() => reading("8e").reasonCode("server")).toThrow(expect.objectContaining({ reasonCode: 0x82 }));
  });
});
