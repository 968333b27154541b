import { createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import {
  encodePacket,
  NO_PROPERTIES,
  type Packet,
  PacketParser,
  PacketType,
  type PublishFrame,
  ReasonCode,
} from "../../src/codec/index.ts";

/**
 * A broker with known delays, in a process of its own, for MQTT 3.1.1 and QoS 1. Says its port; each line of stdin is a
 * Pace that holds from then on, answered with the record of what came since the last one.
 */
export interface Pace {
  /** Messages are kept for so many milliseconds, */
  readonly delay: number;
  /** and for so many if their topic ends with "57". */
  readonly slowDelay: number;
  /** The process stands still, from so many milliseconds after the first message on, for so many. */
  readonly stall?: { readonly after: number; readonly time: number };
}

/** What happened to a message, in milliseconds of the broker's clock. */
export interface Kept {
  /** The two times in its payload (payload-stamp.ts), in ticks of the sender's clock. */
  readonly intended: number;
  readonly sent: number;
  /** Its bytes were read, and handed to the network again; its acknowledgement was read, or 0. */
  readonly arrivedAt: number;
  leftAt: number;
  ackedAt: number;
}

interface Waiting {
  readonly at: number;
  readonly kept: Kept;
  readonly socket: Socket | undefined;
  readonly bytes: Uint8Array;
}

const INTENDED = 4;
const SENT = 8;

class DelayingBroker {
  #pace: Pace = { delay: 0, slowDelay: 0 };
  /** The packet id of a delivery is its place in here, from 1 on. */
  #record: Kept[] = [];
  readonly #subscribers = new Map<string, Socket>();
  /** What is kept long and what is kept short is delivered in order, each by itself. */
  readonly #queues: readonly [Waiting[], Waiting[]] = [[], []];
  #isWaiting = false;

  setPace(pace: Pace): readonly Kept[] {
    const record = this.#record;
    this.#record = [];
    this.#pace = pace;
    return record;
  }

  serve(socket: Socket): void {
    let readAt = 0;
    const answer = (packet: Packet) => socket.write(encodePacket(packet, parser.version));
    const parser = new PacketParser({
      role: "server",
      maximumPacketSize: Number.POSITIVE_INFINITY,
      onPublish: (frame) => {
        const { packetId } = frame;
        this.#keep(frame, readAt);
        answer({ type: PacketType.PUBACK, packetId, reasonCode: ReasonCode.SUCCESS, properties: NO_PROPERTIES });
      },
      onPacket: (packet) => {
        if (packet.type === PacketType.PUBACK) (this.#record[packet.packetId - 1] as Kept).ackedAt = readAt;
        if (packet.type === PacketType.CONNECT) {
          const accepted = { sessionPresent: false, reasonCode: ReasonCode.SUCCESS, properties: NO_PROPERTIES };
          answer({ type: PacketType.CONNACK, ...accepted });
        }
        if (packet.type !== PacketType.SUBSCRIBE) return;
        for (const { filter } of packet.subscriptions) this.#subscribers.set(filter, socket);
        const reasonCodes = packet.subscriptions.map(() => ReasonCode.GRANTED_QOS_1);
        answer({ type: PacketType.SUBACK, packetId: packet.packetId, properties: NO_PROPERTIES, reasonCodes });
      },
    });
    socket.setNoDelay(true);
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      readAt = performance.now();
      parser.push(chunk);
    });
  }

  #keep({ topic, bytes: chunk, start, end, topicEnd, payloadStart }: PublishFrame, arrivedAt: number): void {
    const { delay, slowDelay, stall } = this.#pace;
    const bytes = Buffer.from(chunk.subarray(start, end));
    const intended = chunk.readUInt32LE(payloadStart + INTENDED);
    const sent = chunk.readUInt32LE(payloadStart + SENT);
    const kept: Kept = { intended, sent, arrivedAt, leftAt: 0, ackedAt: 0 };
    bytes.writeUInt16BE(this.#record.push(kept), topicEnd - start);
    if (this.#record.length === 1 && stall !== undefined) setTimeout(standStill, stall.after, stall.time);
    const isSlow = topic.endsWith("57");
    const at = arrivedAt + (isSlow ? slowDelay : delay);
    this.#queues[isSlow ? 1 : 0].push({ at, kept, socket: this.#subscribers.get(topic), bytes });
    if (!this.#isWaiting) setImmediate(this.#deliver);
    this.#isWaiting = true;
  }

  readonly #deliver = (): void => {
    for (const queue of this.#queues) {
      const now = performance.now();
      let count = 0;
      while (count < queue.length && (queue[count] as Waiting).at <= now) count += 1;
      for (const { socket, bytes, kept } of queue.splice(0, count)) {
        kept.leftAt = performance.now();
        socket?.write(bytes);
      }
    }
    this.#isWaiting = this.#queues.some(({ length }) => length > 0);
    if (this.#isWaiting) setImmediate(this.#deliver);
  };
}

function standStill(time: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, time);
}

function main(): void {
  const broker = new DelayingBroker();
  const server = createServer((socket) => broker.serve(socket));
  server.listen(0, "127.0.0.1", () => console.log((server.address() as { port: number }).port));
  createInterface(process.stdin)
    .on("line", (line) => console.log(JSON.stringify(broker.setPace(JSON.parse(line) as Pace))))
    .once("close", () => process.exit());
}

main();
