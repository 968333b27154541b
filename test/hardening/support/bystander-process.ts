import { connect, type Socket } from "node:net";
import { setPriority } from "node:os";
import { performance } from "node:perf_hooks";
import {
  encodePacket,
  NO_PROPERTIES,
  type Packet,
  PacketParser,
  PacketType,
  type PublishPacket,
} from "../../../src/codec/index.ts";

/**
 * A publisher and a subscriber who have nothing to do with what else goes on, in a process of their own, which is not
 * kept waiting by those who make the load: `bystander-process.ts HOST PORT`. Says what it saw when its stdin ends.
 */
export interface WhatItSaw {
  readonly sent: number;
  /** Messages that came, as long as they came in order and nothing else did. */
  readonly inOrder: number;
  /** Milliseconds between two messages, without those in which this process itself was not run. */
  readonly longestGap: number;
  /** Milliseconds from sending to arrival, likewise. */
  readonly longestDelay: number;
  /** Milliseconds for which this process was not run at a stretch. */
  readonly longestStall: number;
}

/** How often something is said, and how often it is looked whether this process runs, in milliseconds. */
const EVERY = 20;
const TICK = 2;

const TOPIC = `bystander/${process.pid}`;

/** Time in which this process was there. */
class OwnTime {
  longestStall = 0;
  private stalled = 0;
  private last = performance.now();

  constructor() {
    setInterval(() => this.look(), TICK);
  }

  get now(): number {
    this.look();
    return this.last - this.stalled;
  }

  private look(): void {
    const now = performance.now();
    const stall = now - this.last - TICK;
    // Timers are a little late at the best of times.
    if (stall > TICK) {
      this.stalled += stall;
      this.longestStall = Math.max(this.longestStall, stall);
    }
    this.last = now;
  }
}

function open(
  host: string,
  port: number,
  clientId: string,
  onPublish: (packet: PublishPacket) => void,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    socket.once("error", reject);
    const parser = new PacketParser({
      role: "client",
      version: 5,
      maximumPacketSize: Number.POSITIVE_INFINITY,
      onPublish: (frame) => onPublish(frame.decode()),
      onPacket: (packet) => {
        if (packet.type === PacketType.CONNACK) resolve(socket);
      },
    });
    socket.on("data", (chunk) => parser.push(chunk));
    send(socket, {
      type: PacketType.CONNECT,
      protocolVersion: 5,
      bridge: false,
      cleanStart: true,
      keepAlive: 0,
      clientId,
      will: undefined,
      userName: undefined,
      password: undefined,
      properties: NO_PROPERTIES,
    });
  });
}

function send(socket: Socket, packet: Packet): void {
  socket.write(encodePacket(packet, 5));
}

async function run([host = "", port]: readonly string[]): Promise<void> {
  try {
    setPriority(-15);
  } catch {
    // Not allowed to everybody; then the stalls are longer, and still do not count.
  }
  const time = new OwnTime();
  const sentAt: number[] = [];
  let inOrder = 0;
  let isOrdered = true;
  let lastArrival = 0;
  let longestGap = 0;
  let longestDelay = 0;
  const subscriber = await open(host, Number(port), `${TOPIC}/subscriber`, ({ payload }) => {
    const now = time.now;
    isOrdered &&= Number(Buffer.from(payload).toString()) === inOrder;
    if (!isOrdered) return;
    if (inOrder > 0) longestGap = Math.max(longestGap, now - lastArrival);
    longestDelay = Math.max(longestDelay, now - (sentAt[inOrder] ?? now));
    lastArrival = now;
    inOrder += 1;
  });
  send(subscriber, {
    type: PacketType.SUBSCRIBE,
    packetId: 1,
    properties: NO_PROPERTIES,
    subscriptions: [{ filter: TOPIC, qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 }],
  });
  const publisher = await open(host, Number(port), `${TOPIC}/publisher`, () => {});
  const saying = setInterval(() => {
    sentAt.push(time.now);
    send(publisher, {
      type: PacketType.PUBLISH,
      dup: false,
      qos: 0,
      retain: false,
      topic: TOPIC,
      packetId: undefined,
      properties: NO_PROPERTIES,
      payload: Buffer.from(`${sentAt.length - 1}`),
    });
  }, EVERY);
  process.stdout.write("ready\n");
  process.stdin.resume().once("end", () => {
    clearInterval(saying);
    const deadline = performance.now() + 5000;
    setInterval(() => {
      if (inOrder < sentAt.length && performance.now() < deadline) return;
      const saw: WhatItSaw = {
        sent: sentAt.length,
        inOrder,
        longestGap: Math.round(longestGap),
        longestDelay: Math.round(longestDelay),
        longestStall: Math.round(time.longestStall),
      };
      process.stdout.write(`${JSON.stringify(saw)}\n`, () => process.exit());
    }, EVERY);
  });
}

run(process.argv.slice(2));
