import { describe, expect, test } from "vitest";
import {
  encodePacket,
  encodePacketInto,
  type Packet,
  PacketWriter,
  PINGREQ,
  PINGRESP,
  type ProtocolError,
  type ReasonCode,
} from "../../../src/codec/index.ts";
import { acceptedCases, refusedCases, wireCases } from "../../support/wire-cases/index.ts";
import { bytes, hex } from "../../support/wire-cases/notation.ts";
import { publish } from "../../support/wire-cases/packets.ts";
import { type Parsed, parse } from "../../support/wire-cases/parse.ts";
import { isSame, readable } from "../../support/wire-cases/readable.ts";
import { byteByByte, seededRandom, splitAt, splitAtRandom } from "../../support/wire-cases/segments.ts";
import { unencodableCases } from "../../support/wire-cases/unencodable.ts";

const PING = { server: bytes("c0 00"), client: bytes("d0 00") } as const;
const PING_PACKET = { server: PINGREQ, client: PINGRESP } as const;

/** Frames up to this size are taken apart at every place; larger ones would only repeat it thousands of times. */
const SMALL = 600;

/** The bytes whole, byte by byte and cut at random places. */
function segmentations(whole: Buffer): Buffer[][] {
  const random = seededRandom(whole.length);
  const atRandom = Array.from({ length: 4 }, () => splitAtRandom(whole, random));
  return [[Buffer.from(whole)], ...(whole.length > SMALL ? [] : [byteByByte(whole)]), ...atRandom];
}

/** The bytes in two, at every place; at the edges of large ones. */
function inTwo(whole: Buffer): Buffer[][] {
  if (whole.length <= SMALL) return Array.from({ length: whole.length - 1 }, (_, index) => splitAt(whole, [index + 1]));
  return [1, 2, 3, 4, 5, 6, 7, 8].flatMap((place) => [splitAt(whole, [place]), splitAt(whole, [bytes.length - place])]);
}

function expectPackets(parsed: Parsed, ...packets: Packet[]): void {
  if (parsed.error === undefined && isSame(parsed.packets, packets)) return;
  expect(parsed.error).toBe(undefined);
  expect(parsed.packets.map(readable)).toStrictEqual(packets.map(readable));
}

/** Refused for this reason, with nothing delivered but the packets before. */
function expectRefusal(parsed: Parsed, error: ReasonCode, ...before: Packet[]): void {
  const { code, reasonCode, message } = (parsed.error ?? {}) as Partial<ProtocolError>;
  if (code === "protocol" && reasonCode === error && isSame(parsed.packets, before)) return;
  expect({ code, reasonCode: hexadecimal(reasonCode), message, packets: readable(parsed.packets) }).toEqual({
    code: "protocol",
    reasonCode: hexadecimal(error),
    message: expect.anything(),
    packets: readable(before),
  });
}

function hexadecimal(reasonCode: number | undefined): string {
  return reasonCode === undefined ? "none" : `0x${reasonCode.toString(16).padStart(2, "0")}`;
}

describe("the table", () => {
  test("covers all packets and versions", () => {
    const seen = new Set(
      acceptedCases.map((wireCase) => `type ${wireCase.packet.type}, version ${wireCase.version}, ${wireCase.role}`),
    );
    const expected = [3, 4, 5].flatMap((version) => [
      ...[1, 3, 4, 5, 6, 7, 8, 10, 12, 14].map((type) => `type ${type}, version ${version}, server`),
      ...[2, 3, 4, 5, 6, 7, 9, 11, 13].map((type) => `type ${type}, version ${version}, client`),
    ]);
    const newer = ["type 14, version 5, client", "type 15, version 5, client", "type 15, version 5, server"];
    expect([...seen].sort()).toEqual([...expected, ...newer].sort());
  });

  test("has a name for every case", () => {
    const names = wireCases.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});

/** Vitest shortens what it inserts for `$name`. */
function named<C extends { readonly name: string }>(cases: readonly C[]): [name: string, wireCase: C][] {
  return cases.map((wireCase) => [wireCase.name, wireCase]);
}

describe("accepted", () => {
  test.each(named(acceptedCases))("%s", (_, wireCase) => {
    const { frame, packet, version, role, opensConnection, encodes } = wireCase;
    const ping = PING_PACKET[role];
    for (const chunks of [...segmentations(frame), ...inTwo(frame)]) {
      const parsed = parse(chunks, wireCase);
      expectPackets(parsed, packet);
      if (parsed.version !== version) expect(parsed.version).toBe(version);
    }
    const followed = Buffer.concat([frame, PING[role]]);
    for (const chunks of segmentations(followed)) expectPackets(parse(chunks, wireCase), packet, ping);
    if (!opensConnection) {
      const between = Buffer.concat([PING[role], followed]);
      for (const chunks of segmentations(between)) expectPackets(parse(chunks, wireCase), ping, packet, ping);
    }
    const encoded = encodePacket(packet, version);
    if (encodes) expect(readable(encoded)).toBe(readable(frame));
    else expectPackets(parse([encoded], wireCase), packet);
  });
});

describe("refused", () => {
  test.each(named(refusedCases))("%s", (_, wireCase) => {
    const { frame, role, error, opensConnection } = wireCase;
    expectRefusal(parse([frame], wireCase), error);
    // [MQTT-4.13.1-1] MP-30: what stands behind the violation is not looked at, whether it comes with it or later.
    const followed = Buffer.concat([frame, PING[role], PING[role]]);
    for (const chunks of [...segmentations(followed), ...inTwo(followed)]) {
      expectRefusal(parse(chunks, wireCase), error);
    }
    if (opensConnection) return;
    const between = Buffer.concat([PING[role], followed]);
    for (const chunks of segmentations(between)) expectRefusal(parse(chunks, wireCase), error, PING_PACKET[role]);
  });
});

describe("not encoded", () => {
  test.each(named(unencodableCases))("%s", (_, { packet, version }) => {
    const writer = new PacketWriter();
    encodePacketInto(writer, publish({ payload: Buffer.from("before") }), version);
    const { position } = writer;
    const before = hex(writer.bytes.subarray(0, position));
    expect(() => encodePacketInto(writer, packet, version)).toThrow(expect.objectContaining({ code: "protocol" }));
    expect(writer.position).toBe(position);
    expect(hex(writer.bytes.subarray(0, position))).toBe(before);
    expect(() => encodePacket(packet, version)).toThrow(expect.objectContaining({ code: "protocol" }));
  });

  test("MP-32 PUBLISH: larger than any packet can be", () => {
    const payload = Buffer.alloc(268_435_456);
    expect(() => encodePacket(publish({ payload }), 4)).toThrow(expect.objectContaining({ code: "protocol" }));
  });
});
