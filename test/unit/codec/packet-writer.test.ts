import { describe, expect, test } from "vitest";
import { encodePacketInto, PacketType, PacketWriter, type ProtocolError } from "../../../src/codec/index.ts";
import { bytes, hex } from "../../support/wire-cases/notation.ts";
import { connect, publish } from "../../support/wire-cases/packets.ts";

function written(write: (writer: PacketWriter) => void, writer = new PacketWriter()): string {
  write(writer);
  return hex(writer.bytes.subarray(0, writer.position));
}

describe("numbers", () => {
  test("take their place", () => {
    const everything = written((writer) => {
      writer.uint8(0xfe);
      writer.uint16(0xfedc);
      writer.uint32(0xfedc_ba98);
    });
    expect(everything).toBe("fefedcfedcba98");
  });

  test.each([
    [0, "00"],
    [127, "7f"],
    [128, "8001"],
    [16_383, "ff7f"],
    [16_384, "808001"],
    [2_097_151, "ffff7f"],
    [2_097_152, "80808001"],
    [268_435_455, "ffffff7f"],
  ])("the variable byte integer %i is %s (table 1-1)", (value, expected) => {
    expect(written((writer) => writer.varint(value))).toBe(expected);
  });

  test.each([
    ["uint8", 256],
    ["uint16", 65_536],
    ["uint32", 0x1_0000_0000],
    ["varint", 268_435_456],
    ["uint16", -1],
    ["uint16", 1.5],
    ["uint16", Number.NaN],
  ] as const)("%s does not take %d", (method, value) => {
    const writer = new PacketWriter();
    expect(() => writer[method](value, "keep alive")).toThrow(`keep alive ${value}`);
    expect(writer.position).toBe(0);
  });
});

describe("strings", () => {
  test.each(["", "a", "größe", "\u{1f600}", "\ufeffbom", "a".repeat(32), "a".repeat(33), `${"a".repeat(31)}ü`])(
    "%j is written as UTF-8 behind its length",
    (text) => {
      expect(written((writer) => writer.utf8(text))).toBe(hex(bytes(`<"${text}">`)));
    },
  );

  test("up to 65,535 bytes", () => {
    const writer = new PacketWriter();
    writer.utf8("ü".repeat(32_767));
    expect(writer.position).toBe(2 + 65_534);
    expect(() => writer.utf8("ü".repeat(32_768))).toThrow("more than 65535 bytes");
    expect(() => writer.utf8("a".repeat(65_536))).toThrow("more than 65535 bytes");
    expect(() => writer.binary(Buffer.alloc(65_536))).toThrow("more than 65535 bytes");
    expect(writer.position).toBe(2 + 65_534);
  });

  test.each(["\u0000", "short\u0000", `${"long ".repeat(20)}\u0000`, "\ud800", `${"long ".repeat(20)}\udfff`])(
    "%j has no encoding",
    (text) => {
      const writer = new PacketWriter();
      expect(() => writer.utf8(text)).toThrow(expect.objectContaining({ code: "protocol" }));
      expect(writer.position).toBe(0);
    },
  );
});

describe("what is encoded already", () => {
  test("a fixed header whose length is known", () => {
    expect(written((writer) => writer.fixedHeader(0x3d, 200), new PacketWriter(1))).toBe("3dc801");
    expect(() => written((writer) => writer.fixedHeader(0x30, 268_435_456))).toThrow("268435456");
  });

  test("a string goes on with its length, from where it lies", () => {
    const around = Buffer.from("xxtopicyy");
    expect(written((writer) => writer.encodedUtf8(around, 2, 7), new PacketWriter(1))).toBe(hex(bytes('<"topic">')));
    const long = Buffer.alloc(65_536, "t");
    expect(written((writer) => writer.encodedUtf8(long, 0, 65_535)).slice(0, 8)).toBe("ffff7474");
    expect(() => written((writer) => writer.encodedUtf8(long, 0, 65_536))).toThrow("65535");
  });
});

describe("room", () => {
  test("grows, and keeps what was written", () => {
    const writer = new PacketWriter(4);
    const expected = Buffer.alloc(1000);
    for (let index = 0; index < 1000; index++) {
      writer.uint8(index & 0xff);
      expected[index] = index;
    }
    expect(hex(writer.bytes.subarray(0, writer.position))).toBe(hex(expected));
  });

  test("reserve lets the next bytes be written without moving", () => {
    const writer = new PacketWriter(4);
    writer.reserve(500);
    const { bytes: before } = writer;
    writer.raw(Buffer.alloc(500));
    expect(writer.bytes).toBe(before);
  });

  test.each([8, 16, 17, 300])("raw writes a range of %i bytes", (length) => {
    const source = Buffer.from(Array.from({ length: 400 }, (_, index) => index & 0xff));
    const range = written((writer) => writer.raw(source, 50, 50 + length));
    expect(range).toBe(hex(source.subarray(50, 50 + length)));
    const whole = written((writer) => writer.raw(new Uint8Array(source.subarray(0, length))));
    expect(whole).toBe(hex(source.subarray(0, length)));
  });

  test("reset begins anew in the same bytes", () => {
    const writer = new PacketWriter();
    writer.uint8(1);
    const { bytes: before } = writer;
    writer.reset();
    expect(writer.position).toBe(0);
    expect(writer.bytes).toBe(before);
  });
});

describe("lengths that are known last", () => {
  test.each([0, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152])("%i bytes", (length) => {
    const body = Buffer.alloc(length, 0xab);
    const expected = bytes("30 [ 05 ]").subarray(0, 1);
    const frame = written((writer) => {
      const open = writer.openFrame(PacketType.PUBLISH, 0);
      writer.raw(body);
      writer.closeFrame(open);
      writer.uint8(0xff);
    });
    expect(frame.startsWith(hex(expected))).toBe(true);
    expect(frame).toBe(hex(Buffer.concat([expected, lengthOf(length), body, Buffer.from([0xff])])));
  });

  test("one within the other", () => {
    const frame = written((writer) => {
      const open = writer.openFrame(PacketType.SUBSCRIBE, 2);
      const inner = writer.openLength();
      writer.raw(Buffer.alloc(200, 1));
      writer.closeLength(inner);
      writer.uint8(2);
      writer.closeFrame(open);
    });
    expect(frame).toBe(hex(bytes("82 [ [ 01*200 ] 02 ]")));
  });

  test("a packet cannot be larger than its Remaining Length can say", () => {
    const writer = new PacketWriter();
    const open = writer.openFrame(PacketType.PUBLISH, 0);
    expect(() => writer.closeFrame(open, 268_435_456)).toThrow(expect.objectContaining({ reasonCode: 0x95 }));
  });

  function lengthOf(value: number): Buffer {
    const writer = new PacketWriter();
    writer.varint(value);
    return Buffer.from(writer.bytes.subarray(0, writer.position));
  }
});

describe("a packet that cannot be encoded", () => {
  test("leaves nothing behind, also where the writer had to grow", () => {
    const writer = new PacketWriter(16);
    encodePacketInto(writer, publish({ payload: Buffer.from("x") }), 5);
    const { position } = writer;
    const before = hex(writer.bytes.subarray(0, position));
    const packet = connect({
      clientId: "c".repeat(5000),
      properties: { receiveMaximum: 100_000 },
    });
    expect(() => encodePacketInto(writer, packet, 5)).toThrow("CONNECT: receiveMaximum 100000");
    const last = connect({ clientId: "c".repeat(5000), userName: "\ud800" });
    expect(() => encodePacketInto(writer, last, 5)).toThrow("CONNECT: a lone surrogate in a string");
    expect(writer.position).toBe(position);
    expect(hex(writer.bytes.subarray(0, position))).toBe(before);
  });

  test("is blamed by name and with a reason code", () => {
    const writer = new PacketWriter();
    let error: unknown;
    try {
      encodePacketInto(writer, publish({ topic: "a/#" }), 5);
    } catch (thrown) {
      error = thrown;
    }
    const { code, reasonCode, message } = error as ProtocolError;
    expect({ code, reasonCode, message }).toEqual({
      code: "protocol",
      reasonCode: 0x90,
      message: "PUBLISH: wildcard in the topic",
    });
  });
});
