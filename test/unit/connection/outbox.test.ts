import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodePacket, PacketType, PINGRESP, type PublishPacket } from "../../../src/codec/index.ts";
import { Outbox } from "../../../src/connection/outbox.ts";
import { type MemoryStream, memoryStreamPair } from "../../support/memory-stream.ts";
import { turn } from "../../support/turn.ts";

/** An outbox at one end of a stream, and what comes out of the other. */
class Line {
  readonly outbox: Outbox;
  readonly stream: MemoryStream;
  /** How often the outbox said that its peer has caught up. */
  drains = 0;
  hasEnded = false;
  private readonly chunks: Buffer[] = [];

  constructor() {
    const [here, there] = memoryStreamPair();
    this.stream = here;
    this.outbox = new Outbox(here, this);
    there.onData = (chunk) => this.chunks.push(chunk);
    there.onEnd = () => {
      this.hasEnded = true;
    };
  }

  onDrain(): void {
    this.drains += 1;
  }

  get arrived(): Buffer {
    return Buffer.concat(this.chunks);
  }

  /** The network takes what was handed over, and holds back what is handed over then. */
  async step(): Promise<void> {
    this.stream.release();
    this.stream.hold();
    await turn(3);
  }
}

function patterned(length: number, seed = 0): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let index = 0; index < length; index += 1) {
    bytes[index] = (index * 31 + (index >> 8) * 7 + seed) & 0xff;
  }
  return bytes;
}

function publish(payloadLength: number, seed = 0): PublishPacket {
  return {
    type: PacketType.PUBLISH,
    dup: false,
    qos: 0,
    retain: false,
    topic: "t",
    packetId: undefined,
    properties: {},
    payload: patterned(payloadLength, seed),
  };
}

const pong = encodePacket(PINGRESP, 4);

describe("Outbox", () => {
  test("what is sent in one turn leaves in one write, after the turn", async () => {
    const line = new Line();
    line.outbox.send(PINGRESP, 4);
    line.outbox.sendAck(0x40, 258);
    line.outbox.send(publish(5), 4);
    expect(line.stream.writes).toBe(0);
    expect(line.outbox.pending).toBe(2 + 4 + 10);
    await turn(3);
    expect(line.stream.writes).toBe(1);
    expect(line.arrived).toEqual(Buffer.concat([pong, Buffer.from([0x40, 2, 1, 2]), encodePacket(publish(5), 4)]));
    expect(line.outbox.pending).toBe(0);
  });

  test("ranges that continue each other leave as the bytes they are, in one write", async () => {
    const line = new Line();
    const bytes = patterned(1000);
    for (let from = 0; from < 1000; from += 10) {
      line.outbox.sendRange(bytes, from, from + 10);
    }
    expect(line.outbox.pending).toBe(1000);
    await turn(3);
    expect(line.stream.writes).toBe(1);
    expect(line.arrived).toEqual(bytes);
  });

  test("ranges that do not continue each other stay in order among packets", async () => {
    const line = new Line();
    const bytes = patterned(100);
    line.outbox.sendRange(bytes, 0, 10);
    line.outbox.sendRange(bytes, 20, 30);
    line.outbox.send(PINGRESP, 4);
    line.outbox.sendRange(bytes, 30, 40);
    line.outbox.sendRange(bytes, 30, 40);
    await turn(3);
    const range = (from: number) => bytes.subarray(from, from + 10);
    expect(line.arrived).toEqual(Buffer.concat([range(0), range(20), pong, range(30), range(30)]));
    expect(line.stream.writes).toBe(1);
  });

  test("a large range is not copied: its memory is what the stream gets", async () => {
    const line = new Line();
    line.stream.hold();
    const bytes = patterned(100_000);
    line.outbox.sendRange(bytes, 0, bytes.length);
    await turn(1);
    bytes.fill(0xee);
    line.stream.release();
    await turn(3);
    expect(line.arrived.equals(Buffer.alloc(100_000, 0xee))).toBe(true);
  });

  test("much in one turn is handed over before the turn ends", async () => {
    const line = new Line();
    for (let count = 0; count < 100; count += 1) {
      line.outbox.send(publish(10_000), 4);
    }
    expect(line.stream.writes).toBeGreaterThan(2);
    expect(line.outbox.pending).toBeLessThan(300_000);
    await turn(3);
    const frame = encodePacket(publish(10_000), 4);
    expect(line.arrived.equals(Buffer.concat(new Array(100).fill(frame)))).toBe(true);
  });

  test("one write does not hold so much that it would hide whether a slow peer makes progress", async () => {
    const line = new Line();
    line.stream.hold();
    for (let count = 0; count < 100; count += 1) {
      line.outbox.sendRange(patterned(60_000, count), 0, 60_000);
      line.outbox.send(PINGRESP, 4);
    }
    await turn(1);
    expect(line.stream.writableLength).toBeLessThan(400_000);
    expect(line.outbox.pending).toBe(100 * 60_002);
  });

  test("large ranges are collected for longer, and leave in several writes as long as the network takes them", async () => {
    const line = new Line();
    for (let count = 0; count < 15; count += 1) {
      line.outbox.sendRange(patterned(60_000, count), 0, 60_000);
    }
    expect(line.stream.writes).toBe(0);
    await turn(3);
    expect(line.stream.writes).toBe(4);
    expect(line.arrived.equals(Buffer.concat(Array.from({ length: 15 }, (_, count) => patterned(60_000, count))))).toBe(
      true,
    );
    for (let count = 0; count < 25; count += 1) {
      line.outbox.sendRange(patterned(60_000, count), 0, 60_000);
    }
    expect(line.outbox.pending).toBeLessThan(1_100_000);
  });

  test("while the network works on a write, everything waits, then leaves in slices", async () => {
    const line = new Line();
    line.stream.hold();
    line.outbox.send(PINGRESP, 4);
    await turn(2);
    expect(line.outbox.isBehind).toBe(true);
    const frame = encodePacket(publish(10_000), 4);
    for (let count = 0; count < 100; count += 1) {
      line.outbox.send(publish(10_000), 4);
    }
    await turn(2);
    expect(line.stream.writes).toBe(1);
    expect(line.outbox.pending).toBe(2 + 100 * frame.length);
    const steps: number[] = [];
    while (line.outbox.pending > 0) {
      const before = line.outbox.pending;
      await line.step();
      steps.push(before - line.outbox.pending);
    }
    expect(line.arrived.equals(Buffer.concat([pong, ...new Array(100).fill(frame)]))).toBe(true);
    expect(Math.max(...steps)).toBeLessThanOrEqual(64 * 1024);
    expect(line.drains).toBe(steps.length);
    expect(line.outbox.isBehind).toBe(false);
  });

  test("a packet that cannot be encoded throws, and nothing of it is sent", async () => {
    const line = new Line();
    line.outbox.send(PINGRESP, 4);
    expect(() => line.outbox.send({ ...publish(3), topic: "a/#" }, 4)).toThrow(/PUBLISH/);
    line.outbox.send(PINGRESP, 4);
    await turn(3);
    expect(line.arrived).toEqual(Buffer.concat([pong, pong]));
  });

  test("end: everything leaves first, however slow the network is", async () => {
    const line = new Line();
    line.stream.hold();
    line.outbox.send(publish(200_000), 4);
    line.outbox.flush();
    line.outbox.send(publish(300_000, 1), 4);
    line.outbox.send(PINGRESP, 4);
    line.outbox.end();
    while (line.outbox.pending > 0) {
      expect(line.hasEnded).toBe(false);
      await line.step();
    }
    line.stream.release();
    await turn(3);
    expect(line.hasEnded).toBe(true);
    const expected = [encodePacket(publish(200_000), 4), encodePacket(publish(300_000, 1), 4), pong];
    expect(line.arrived.equals(Buffer.concat(expected))).toBe(true);
  });

  test("end with nothing to say ends the stream at once", async () => {
    const line = new Line();
    line.outbox.end();
    await turn(3);
    expect(line.hasEnded).toBe(true);
  });

  test("close forgets what was not handed over, and nothing is sent any more", async () => {
    const line = new Line();
    line.stream.hold();
    line.outbox.send(PINGRESP, 4);
    await turn(1);
    line.outbox.send(PINGRESP, 4);
    line.outbox.close();
    expect(line.outbox.pending).toBe(0);
    line.stream.release();
    await turn(3);
    line.outbox.sendRange(pong, 0, pong.length);
    await turn(3);
    expect(line.arrived).toEqual(pong);
    expect(line.drains).toBe(0);
  });

  test("connections do not mix: writers go from one to the other", async () => {
    const lines = Array.from({ length: 20 }, () => new Line());
    for (let round = 0; round < 10; round += 1) {
      for (const [index, line] of lines.entries()) {
        if (index % 3 === round % 3) {
          line.stream.hold();
        }
        line.outbox.send(publish(100 + index, index), 4);
      }
      await turn(2);
      for (const line of lines) {
        line.stream.release();
      }
      await turn(2);
    }
    for (const [index, line] of lines.entries()) {
      const frame = encodePacket(publish(100 + index, index), 4);
      expect(line.arrived).toEqual(Buffer.concat(new Array(10).fill(frame)));
    }
  });

  test("bytes leave in exactly the order in which they were appended, whatever the mix and the network", async () => {
    const size = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 10_000, max: 90_000 }));
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ what: fc.constant("send" as const), size }) },
      { weight: 2, arbitrary: fc.record({ what: fc.constant("ack" as const), size }) },
      { weight: 6, arbitrary: fc.record({ what: fc.constant("continue" as const), size }) },
      { weight: 2, arbitrary: fc.record({ what: fc.constant("skip" as const), size }) },
      { weight: 3, arbitrary: fc.record({ what: fc.constant("compose" as const), size }) },
      { weight: 2, arbitrary: fc.record({ what: fc.constantFrom("turn", "hold", "release", "step"), size }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const line = new Line();
        const expected: Uint8Array[] = [];
        const foreign = patterned(400_000);
        let position = 0;
        for (const [index, { what, size }] of steps.entries()) {
          if (what === "send") {
            line.outbox.send(publish(size, index), 4);
            expected.push(encodePacket(publish(size, index), 4));
          } else if (what === "ack") {
            line.outbox.sendAck(0x62, index + 1);
            expected.push(Buffer.from([0x62, 2, 0, index + 1]));
          } else if (what === "continue" || what === "skip") {
            const from = (what === "skip" ? position + 1 : position) % 300_000;
            line.outbox.sendRange(foreign, from, from + size);
            position = from + size;
            expected.push(foreign.subarray(from, from + size));
          } else if (what === "compose") {
            // As a PUBLISH is: a head of its own, then a payload that is referenced.
            line.outbox.open().raw(Buffer.from([index, 1, 2, 3]));
            line.outbox.sendRange(foreign, 0, size);
            expected.push(Buffer.from([index, 1, 2, 3]), foreign.subarray(0, size));
          } else if (what === "hold") {
            line.stream.hold();
          } else if (what === "release") {
            line.stream.release();
          } else if (what === "step") {
            await line.step();
          } else {
            await turn(1);
          }
        }
        const whole = Buffer.concat(expected);
        line.outbox.end();
        line.stream.release();
        for (let patience = 0; !line.hasEnded && patience < 100; patience += 1) {
          line.stream.release();
          await turn(1);
        }
        expect(line.hasEnded).toBe(true);
        expect(line.arrived.equals(whole)).toBe(true);
        expect(line.outbox.pending).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
