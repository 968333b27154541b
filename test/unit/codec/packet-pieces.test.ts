import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type ByteRange,
  encodePacket,
  MAXIMUM_PACKET_SIZE,
  PacketParser,
  type PacketParserOptions,
  type ProtocolVersion,
  type PublishFrame,
  type QoS,
} from "../../../src/codec/index.ts";
import { publishPacket } from "../../support/packet-client.ts";
import { bytes } from "../../support/wire-cases/notation.ts";
import { OPENINGS } from "../../support/wire-cases/openings.ts";
import { splitAt } from "../../support/wire-cases/segments.ts";

const LARGE = 16 * 1024;
const CHUNK = 64 * 1024;

function serverParser(onPublish: (frame: PublishFrame) => void, version: ProtocolVersion = 4): PacketParser {
  const options: PacketParserOptions = {
    role: "server",
    maximumPacketSize: MAXIMUM_PACKET_SIZE,
    onPublish,
    onPacket: () => {},
  };
  const parser = new PacketParser(options);
  parser.push(bytes(OPENINGS[version]));
  return parser;
}

/** A QoS 0 message with a payload that shows where it was cut wrongly. */
function large(size: number, topic = "a"): Buffer {
  return encodePacket(publishPacket(topic, patterned(size)), 4);
}

const PATTERN = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 7 + (index >> 8)) & 0xff));

function patterned(size: number): Buffer {
  return PATTERN.subarray(0, size);
}

/** Where the frame lies: which chunk, from, to. */
function placesOf(frame: PublishFrame, chunks: readonly Buffer[]): number[][] {
  const first: ByteRange = { bytes: frame.bytes, from: frame.start, to: frame.end };
  return [first, ...frame.rest].map((range) => [chunks.indexOf(range.bytes), range.from, range.to]);
}

/** What a server's parser says of the frames in these chunks. */
function placesIn(chunks: readonly Buffer[]): number[][][] {
  const places: number[][][] = [];
  const parser = serverParser((frame) => places.push(placesOf(frame, chunks)));
  for (const chunk of chunks) parser.push(chunk);
  return places;
}

describe("a large PUBLISH in several chunks", () => {
  test("stays where it came, and the next one begins where it ends", () => {
    const frame = large(100_000);
    const stream = Buffer.concat([frame, frame, frame]);
    const chunks = splitAt(stream, [CHUNK, 2 * CHUNK, 3 * CHUNK, 4 * CHUNK]);
    const { length } = frame;
    expect(placesIn(chunks)).toEqual([
      [
        [0, 0, CHUNK],
        [1, 0, length - CHUNK],
      ],
      [
        [1, length - CHUNK, CHUNK],
        [2, 0, CHUNK],
        [3, 0, 2 * length - 3 * CHUNK],
      ],
      [
        [3, 2 * length - 3 * CHUNK, CHUNK],
        [4, 0, 3 * length - 4 * CHUNK],
      ],
    ]);
  });

  test("a small first piece is copied, the large ones behind it are not", () => {
    const frame = large(100_000);
    const chunks = splitAt(frame, [LARGE - 1, LARGE - 1 + CHUNK]);
    const [, ...rest] = [[], [1, 0, CHUNK], [2, 0, frame.length - CHUNK - LARGE + 1]];
    expect(placesIn(chunks)).toEqual([[[-1, 0, LARGE - 1], ...rest]]);
  });

  test("a small last piece stays where it is behind large ones, and is copied behind a small one", () => {
    const frame = large(LARGE + 10);
    expect(placesIn(splitAt(frame, [LARGE]))).toEqual([
      [
        [0, 0, LARGE],
        [1, 0, frame.length - LARGE],
      ],
    ]);
    expect(placesIn(splitAt(frame, [LARGE - 1]))).toEqual([[[-1, 0, frame.length]]]);
  });

  test("a small piece that is not the last is where putting together begins, once", () => {
    const frame = large(200_000);
    const chunks = splitAt(frame, [CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 1]);
    expect(placesIn(chunks)).toEqual([[[-1, 0, frame.length]]]);
  });

  test("is put together where more than the payload is cut", () => {
    const frame = large(50_000, "t".repeat(40_000));
    expect(placesIn(splitAt(frame, [CHUNK / 2]))).toEqual([[[-1, 0, frame.length]]]);
  });

  test("clients get it in one piece", () => {
    const frames: [number, Buffer][] = [];
    const parser = new PacketParser({
      role: "client",
      version: 4,
      maximumPacketSize: MAXIMUM_PACKET_SIZE,
      onPublish: (frame) => frames.push([frame.rest.length, Buffer.from(frame.payload)]),
      onPacket: () => {},
    });
    for (const chunk of splitAt(large(150_000), [CHUNK, 2 * CHUNK])) parser.push(chunk);
    expect(frames.map(([pieces, payload]) => [pieces, payload.equals(patterned(150_000))])).toEqual([[0, true]]);
  });

  test("what was kept is let go of", () => {
    let seen: PublishFrame | undefined;
    const parser = serverParser((frame) => {
      seen = frame;
    });
    for (const chunk of splitAt(large(100_000), [CHUNK])) parser.push(chunk);
    expect(seen).toMatchObject({ rest: [], bytes: Buffer.alloc(0) });
  });

  test("says the same as in one chunk, wherever it is cut, and its chunks are not written to", () => {
    const message = fc.record({
      topic: fc.constantFrom("a", "t".repeat(300), "u".repeat(20_000)),
      size: fc.constantFrom(0, 5, LARGE - 1, LARGE, 40_000, 70_000),
      qos: fc.constantFrom<QoS>(0, 1, 2),
      userProperty: fc.constantFrom(0, 10, 20_000),
    });
    const cut = fc.oneof(fc.integer({ min: 1, max: 200_000 }), fc.integer({ min: 1, max: 20 }));
    fc.assert(
      fc.property(
        fc.constantFrom<ProtocolVersion>(4, 5),
        fc.array(message, { minLength: 1, maxLength: 5 }),
        fc.array(cut, { minLength: 1, maxLength: 8 }),
        (version, messages, steps) => {
          const packets = messages.map(({ topic, size, qos, userProperty }, index) =>
            publishPacket(topic, patterned(size), {
              qos,
              packetId: qos > 0 ? index + 1 : undefined,
              properties:
                version === 5 && userProperty > 0 ? { userProperties: [["k", "v".repeat(userProperty)]] } : {},
            }),
          );
          const stream = Buffer.concat(packets.map((packet) => encodePacket(packet, version)));
          const chunks: Buffer[] = [];
          for (let from = 0, step = 0; from < stream.length; step += 1) {
            const to = from + (steps[step % steps.length] as number);
            chunks.push(Buffer.from(stream.subarray(from, to)));
            from = to;
            if (chunks.length > 3000) return;
          }
          const copies: Buffer[] = [];
          const decoded: Buffer[] = [];
          const parser = serverParser((frame) => {
            const packet = frame.decode();
            const twin = frame.copy();
            expect([frame.size, frame.payloadLength, twin.rest.length]).toEqual([
              twin.bytes.length,
              packet.payload.length,
              0,
            ]);
            copies.push(twin.bytes);
            decoded.push(encodePacket(packet, version));
          }, version);
          for (const chunk of chunks) parser.push(chunk);
          for (const seen of [chunks, copies, decoded]) {
            expect(Buffer.concat(seen).equals(stream)).toBe(true);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
