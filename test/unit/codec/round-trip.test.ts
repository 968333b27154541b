import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  encodePacket,
  type Packet,
  PacketParser,
  PacketType,
  type ProtocolVersion,
  PublishFrame,
} from "../../../src/codec/index.ts";
import { arbitraryConnect, arbitraryPackets, arbitraryPublish, type Sender } from "../../support/arbitrary-packets.ts";
import { bytes } from "../../support/wire-cases/notation.ts";
import { type Parsed, type ParseOptions, parse } from "../../support/wire-cases/parse.ts";
import { readable } from "../../support/wire-cases/readable.ts";
import { splitAt } from "../../support/wire-cases/segments.ts";
import { UNLIMITED } from "../../support/wire-cases/wire-case.ts";

const VERSIONS: readonly ProtocolVersion[] = [3, 4, 5];
const DIRECTIONS = VERSIONS.flatMap((version) =>
  (["client", "server"] as const).map((sender) => ({ version, sender })),
);
const RUNS = { numRuns: 100 };

/** Places to cut bytes, as fractions of their length. */
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

function segmented(whole: Buffer, fractions: readonly number[]): Buffer[] {
  return splitAt(
    whole,
    fractions.map((fraction) => Math.floor(fraction * whole.length)),
  );
}

function receiving(sender: Sender, version: ProtocolVersion): ParseOptions {
  return { role: sender === "client" ? "server" : "client", version };
}

/** What a connection may carry: a client's CONNECT is the first packet, a DISCONNECT the last one. */
function arbitraryTraffic(version: ProtocolVersion, sender: Sender): fc.Arbitrary<Packet[]> {
  const packets = arbitraryPackets(version, sender);
  const connect = packets.get("CONNECT");
  const disconnect = packets.get("DISCONNECT");
  const between = [...packets].filter(([name]) => name !== "CONNECT" && name !== "DISCONNECT");
  return fc
    .tuple(
      connect === undefined ? fc.constant(undefined) : connect,
      fc.array(fc.oneof(...between.map(([, arbitrary]) => arbitrary)), { maxLength: 8 }),
      disconnect === undefined ? fc.constant(undefined) : fc.option(disconnect, { nil: undefined }),
    )
    .map(([first, others, last]) => [first, ...others, last].filter((packet) => packet !== undefined));
}

describe.each(DIRECTIONS)("version $version, sent by a $sender", ({ version, sender }) => {
  const options = receiving(sender, version);

  test.each([...arbitraryPackets(version, sender)])("%s: what was encoded is decoded", (_, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, cuts, (packet, fractions) => {
        const opensConnection = packet.type === PacketType.CONNECT;
        const parsed = parse(segmented(encodePacket(packet, version), fractions), { ...options, opensConnection });
        expect(parsed.error).toBe(undefined);
        expect(parsed.packets.map(readable)).toStrictEqual([readable(packet)]);
      }),
      RUNS,
    );
  });

  test("many packets in any segmentation are the same packets", () => {
    fc.assert(
      fc.property(arbitraryTraffic(version, sender), cuts, (packets, fractions) => {
        const whole = Buffer.concat(packets.map((packet) => encodePacket(packet, version)));
        const parsed = parse(segmented(whole, fractions), { ...options, opensConnection: true });
        expect(parsed.error).toBe(undefined);
        expect(parsed.packets.map(readable)).toStrictEqual(packets.map(readable));
      }),
      RUNS,
    );
  });

  test("pausing in callbacks and resuming later changes nothing", () => {
    const pauses = fc.array(fc.boolean(), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(arbitraryTraffic(version, sender), cuts, pauses, (packets, fractions, pattern) => {
        const whole = Buffer.concat(packets.map((packet) => encodePacket(packet, version)));
        const seen: Packet[] = [];
        const take = (packet: Packet) => {
          if (pattern[seen.length % pattern.length]) parser.pause();
          seen.push(packet);
        };
        const parser = new PacketParser({
          role: options.role,
          version,
          maximumPacketSize: UNLIMITED,
          onPublish: (frame) => take(frame.decode()),
          onPacket: take,
        });
        for (const [index, chunk] of segmented(whole, fractions).entries()) {
          const before = seen.length;
          const wasPaused = parser.isPaused;
          parser.push(chunk);
          if (wasPaused) expect(seen).toHaveLength(before);
          if (index % 3 === 1) parser.resume();
        }
        for (const _ of packets) parser.resume();
        expect(seen.map(readable)).toStrictEqual(packets.map(readable));
      }),
      RUNS,
    );
  });

  test("a parser that was stopped in a callback has seen its last packet", () => {
    const traffic = arbitraryTraffic(version, sender).filter((packets) => packets.length > 1);
    fc.assert(
      fc.property(traffic, cuts, fc.nat(), (packets, fractions, number) => {
        const last = number % packets.length;
        const whole = Buffer.concat(packets.map((packet) => encodePacket(packet, version)));
        let seen = 0;
        const take = () => {
          if (seen === last) parser.stop();
          seen += 1;
        };
        const { role } = options;
        const parser = new PacketParser({
          role,
          version,
          maximumPacketSize: UNLIMITED,
          onPublish: take,
          onPacket: take,
        });
        for (const chunk of segmented(whole, fractions)) parser.push(chunk);
        parser.resume();
        parser.push(whole);
        expect(parser.isPaused).toBe(false);
        expect(seen).toBe(last + 1);
      }),
      RUNS,
    );
  });

  test("damaged traffic ends in a ProtocolError or in packets that can be sent, however it is cut", () => {
    const damages = fc.array(damage, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(arbitraryTraffic(version, sender), damages, cuts, (packets, changes, fractions) => {
        const whole = Buffer.concat(packets.map((packet) => encodePacket(packet, version)));
        const damaged = changes.reduce<Buffer>((frame, change) => change(frame), whole);
        verdictOn(damaged, fractions, options);
      }),
      { numRuns: 400 },
    );
  });

  test("garbage behind a plausible first byte does not harm either", () => {
    const firstByte = fc.oneof(fc.constantFrom(...FIRST_BYTES), fc.integer({ min: 0, max: 255 }));
    const frame = fc
      .tuple(firstByte, fc.uint8Array({ maxLength: 60 }), fc.boolean())
      .map(([first, body, fits]) =>
        fits ? bytes(`${hexByte(first)} [ ${Buffer.from(body).toString("hex")} ]`) : Buffer.from([first, ...body]),
      );
    fc.assert(
      fc.property(
        fc.array(frame, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        cuts,
        (frames, opensConnection, fractions) => {
          verdictOn(Buffer.concat(frames), fractions, { ...options, opensConnection });
        },
      ),
      { numRuns: 500 },
    );
  });
});

const FIRST_BYTES = [
  0x10, 0x20, 0x30, 0x32, 0x34, 0x40, 0x50, 0x62, 0x70, 0x82, 0x90, 0xa2, 0xb0, 0xc0, 0xd0, 0xe0, 0xf0,
];

function hexByte(byte: number): string {
  return Buffer.of(byte).toString("hex");
}

type Damage = (frame: Buffer) => Buffer;

const somewhere = fc.double({ min: 0, max: 1, noNaN: true });
const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0x00, 0x01, 0x7f, 0x80, 0xff));

/** A byte changed, a bit flipped, bytes put in, cut out or repeated. */
const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.tuple(somewhere, byte).map(
    ([where, value]): Damage =>
      (frame) =>
        replaced(frame, where, 1, Buffer.of(value)),
  ),
  fc.tuple(somewhere, fc.integer({ min: 0, max: 7 })).map(
    ([where, bit]): Damage =>
      (frame) => {
        const at = Math.floor(where * frame.length);
        return replaced(frame, where, 1, Buffer.of((frame[at] ?? 0) ^ (1 << bit)));
      },
  ),
  fc.tuple(somewhere, fc.uint8Array({ maxLength: 5 })).map(
    ([where, more]): Damage =>
      (frame) =>
        replaced(frame, where, 0, Buffer.from(more)),
  ),
  fc.tuple(somewhere, fc.integer({ min: 1, max: 20 })).map(
    ([where, count]): Damage =>
      (frame) =>
        replaced(frame, where, count, Buffer.alloc(0)),
  ),
  fc.tuple(somewhere, fc.integer({ min: 1, max: 20 })).map(
    ([where, count]): Damage =>
      (frame) => {
        const at = Math.floor(where * frame.length);
        return replaced(frame, where, 0, frame.subarray(at, at + count));
      },
  ),
);

function replaced(frame: Buffer, where: number, count: number, by: Buffer): Buffer {
  const at = Math.floor(where * frame.length);
  return Buffer.concat([frame.subarray(0, at), by, frame.subarray(at + count)]);
}

/**
 * Whatever these bytes are: the parser says the same whole and in pieces (MP-30), throws nothing but ProtocolError, and what it lets
 * through is in order: it can be encoded, and that says the same again.
 */
function verdictOn(whole: Buffer, fractions: readonly number[], options: ParseOptions): void {
  const opensConnection = options.opensConnection ?? true;
  const atOnce = parse([whole], { ...options, opensConnection });
  const inPieces = parse(segmented(whole, fractions), { ...options, opensConnection });
  expect(verdict(inPieces)).toStrictEqual(verdict(atOnce));
  if (atOnce.error !== undefined) expect(atOnce.error).toMatchObject({ code: "protocol" });
  for (const packet of atOnce.packets) {
    const again = parse([encodePacket(packet, atOnce.version)], {
      ...options,
      version: atOnce.version,
      opensConnection: packet.type === PacketType.CONNECT,
    });
    expect(verdict(again)).toStrictEqual({ packets: [readable(packet)], reasonCode: undefined, message: undefined });
  }
}

function verdict({ packets, error }: Parsed): unknown {
  const { reasonCode, message } = (error ?? {}) as { reasonCode?: unknown; message?: unknown };
  return { packets: packets.map(readable), reasonCode, message };
}

describe("memory", () => {
  const silent = { maximumPacketSize: UNLIMITED, onPublish: () => {}, onPacket: () => {} } as const;
  /** PUBLISH with a remaining length of 200,000,000. */
  const header = bytes("30 80 84 af 5f");

  function usedMemory(): number {
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  }

  test("an announced length reserves nothing", () => {
    const before = usedMemory();
    const parsers = Array.from({ length: 500 }, () => new PacketParser({ ...silent, role: "client", version: 5 }));
    for (const parser of parsers) {
      parser.push(Buffer.from(header));
      parser.push(bytes('<"topic"> 00'));
      for (let count = 0; count < 20; count++) parser.push(Buffer.of(count));
    }
    // 100 GB are announced; a few kilobytes have arrived.
    expect(usedMemory() - before).toBeLessThan(20_000_000);
    expect(parsers).toHaveLength(500);
  });

  test("what is kept grows with what arrived", () => {
    const parser = new PacketParser({ ...silent, role: "client", version: 5 });
    const before = usedMemory();
    parser.push(Buffer.from(header));
    for (let count = 0; count < 1000; count++) parser.push(Buffer.alloc(1000));
    expect(usedMemory() - before).toBeLessThan(40_000_000);
  });

  test("MP-02: announced by the first packet, it is refused before its body", () => {
    const parser = new PacketParser({ ...silent, role: "server", maximumPacketSize: 65_536 });
    expect(() => parser.push(bytes("10 ff ff ff 7f"))).toThrow(expect.objectContaining({ reasonCode: 0x95 }));
  });

  test("a large packet in small chunks costs linear time", () => {
    // Copying all that was kept with every chunk would move 170 GB.
    const payload = Buffer.alloc(8_000_000, "x");
    const frame = encodePacket({ ...EMPTY_PUBLISH, payload }, 4);
    let received = 0;
    const onPublish = (publish: { readonly payload: Buffer }) => {
      received = publish.payload.length;
    };
    const parser = new PacketParser({ ...silent, role: "client", version: 4, onPublish });
    for (let start = 0; start < frame.length; start += 200) parser.push(frame.subarray(start, start + 200));
    expect(received).toBe(payload.length);
  });
});

const EMPTY_PUBLISH = {
  type: PacketType.PUBLISH,
  dup: false,
  qos: 0,
  retain: false,
  topic: "a",
  packetId: undefined,
  properties: {},
} as const;

describe("a view of a PUBLISH says the same as the packet", () => {
  test.each(DIRECTIONS)("version $version, sent by a $sender", ({ version, sender }) => {
    fc.assert(
      fc.property(arbitraryConnect(version), arbitraryPublish(version, sender), cuts, (connect, packet, fractions) => {
        let seen = 0;
        const parser = new PacketParser({
          role: sender === "client" ? "server" : "client",
          ...(sender === "server" ? { version } : {}),
          maximumPacketSize: UNLIMITED,
          onPacket: () => {},
          onPublish: (frame) => {
            seen += 1;
            const { properties } = packet;
            expect(frame.version).toBe(version);
            expect(frame.dup).toBe(packet.dup);
            expect(frame.qos).toBe(packet.qos);
            expect(frame.retain).toBe(packet.retain);
            expect(frame.packetId).toBe(packet.packetId ?? 0);
            expect(frame.topic).toBe(packet.topic);
            expect(frame.bytes.toString("utf8", frame.topicStart, frame.topicEnd)).toBe(
              Buffer.from(packet.topic).toString(),
            );
            expect(readable(frame.payload)).toEqual(readable(packet.payload));
            expect(frame.payloadLength).toBe(packet.payload.length);
            expect(frame.topicAlias).toBe(properties.topicAlias ?? 0);
            expect(frame.messageExpiryInterval).toBe(properties.messageExpiryInterval ?? -1);
            expect(frame.payloadFormatIndicator).toBe(properties.payloadFormatIndicator ?? 0);
            expect(frame.hasSubscriptionIdentifiers).toBe("subscriptionIdentifiers" in properties);
            expect(frame.topicAliasStart >= 0).toBe("topicAlias" in properties);
            if (frame.topicAliasStart >= 0) {
              expect(frame.bytes[frame.topicAliasStart]).toBe(0x23);
              expect(frame.bytes.readUInt16BE(frame.topicAliasStart + 1)).toBe(properties.topicAlias);
            }
            expect(frame.messageExpiryStart >= 0).toBe("messageExpiryInterval" in properties);
            if (frame.messageExpiryStart >= 0) {
              expect(frame.bytes[frame.messageExpiryStart]).toBe(0x02);
              expect(frame.bytes.readUInt32BE(frame.messageExpiryStart + 1)).toBe(properties.messageExpiryInterval);
            }
            expect(readable(frame.decodeProperties())).toEqual(readable(properties));
            const copy = frame.copy();
            expect(readable(copy.bytes.subarray(copy.start, copy.end))).toEqual(
              readable(encodePacket(packet, version)),
            );
            expect(copy.bytes).toHaveLength(frame.size);
            expect(readable(copy.decode())).toStrictEqual(readable(packet));
            expect(readable(PublishFrame.from(copy.bytes, version).decode())).toStrictEqual(readable(packet));
          },
        });
        const frames = [
          ...(sender === "client" ? [encodePacket(connect, version)] : []),
          encodePacket(packet, version),
        ];
        for (const chunk of segmented(Buffer.concat(frames), fractions)) parser.push(chunk);
        expect(seen).toBe(1);
      }),
      RUNS,
    );
  });
});
