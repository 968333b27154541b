import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { encodePacket, type Packet, PacketType, PINGREQ } from "../../../src/codec/index.ts";
import { memoryNow } from "../process-figures.ts";
import { RawConnection } from "./raw-connection.ts";

/**
 * What is measured beside messages per second:
 * - idle: bytes of the broker's memory for each of 5,000 connections that say nothing
 * - connects: connections that come, are accepted and say goodbye, per second, 100 at a time; the first 5,000 do not count
 * - retained: seconds until 100,000 retained messages have reached a client that subscribes to `#`
 */
export type Probe = "idle" | "connects" | "retained";

export interface ProbeResult {
  readonly value: number;
  readonly isComplete: boolean;
}

const CONNECTIONS = 5000;
const CONNECTS = 10_000;
const AT_A_TIME = 100;
const RETAINED = 100_000;
/** Retained messages that are on their way to the broker at a time. */
const WINDOW = 1000;
/** Milliseconds without anything new after which the rest counts as lost. */
const PATIENCE = 4000;

export function runProbe(probe: Probe, port: number, brokerPid: number): Promise<ProbeResult> {
  switch (probe) {
    case "idle":
      return idle(port, brokerPid);
    case "connects":
      return connects(port);
    case "retained":
      return retained(port);
  }
}

async function idle(port: number, brokerPid: number): Promise<ProbeResult> {
  const before = memoryNow(brokerPid) ?? Number.NaN;
  const clients: Client[] = [];
  for (let index = 0; index < CONNECTIONS; index += AT_A_TIME) {
    const more = Array.from({ length: AT_A_TIME }, () => new Client(port));
    await Promise.all(more.map((client, at) => client.open(`idle${index + at}`)));
    clients.push(...more);
  }
  await sleep(1000);
  const value = ((memoryNow(brokerPid) ?? Number.NaN) - before) / CONNECTIONS;
  for (const client of clients) client.close();
  return { value, isComplete: true };
}

async function connects(port: number): Promise<ProbeResult> {
  await comeAndGo(port, CONNECTIONS);
  const start = performance.now();
  await comeAndGo(port, CONNECTS);
  return { value: (CONNECTS * 1000) / (performance.now() - start), isComplete: true };
}

async function comeAndGo(port: number, count: number): Promise<void> {
  const goodbye = encodePacket({ type: PacketType.DISCONNECT, reasonCode: 0, properties: {} }, 4);
  let left = count;
  const one = async (): Promise<void> => {
    for (; left > 0; ) {
      left -= 1;
      const socket: Socket = connect({ host: "127.0.0.1", port, noDelay: true });
      socket.write(connectFrame(`c${left}`));
      const [answer] = (await once(socket, "data")) as [Buffer];
      if (answer[0] !== 0x20 || answer[3] !== 0) throw new Error("a connection was refused");
      socket.write(goodbye);
      socket.destroySoon();
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, one));
}

async function retained(port: number): Promise<ProbeResult> {
  const publisher = new Client(port);
  await publisher.open("publisher");
  await publisher.publishAll(RETAINED, (index) => `ret/${Math.floor(index / 1000)}/dev${index % 1000}`, true, WINDOW);
  const subscriber = new Client(port);
  await subscriber.open("subscriber");
  const start = performance.now();
  subscriber.subscribe(["#"]);
  await subscriber.receives(RETAINED);
  const value = (subscriber.lastArrival - start) / 1000;
  publisher.close();
  subscriber.close();
  return { value, isComplete: subscriber.received === RETAINED };
}

/** A client that counts. */
export class Client extends RawConnection {
  received = 0;
  /** By `performance.now()`. */
  lastArrival = 0;
  private acknowledged = 0;
  private taken: (() => void) | undefined;
  private resume: (() => void) | undefined;
  private packetId = 0;

  constructor(port: number) {
    super(port, 4, (reason) => {
      throw new Error(`connection lost: ${reason}`);
    });
  }

  override send(packet: Packet): void {
    super.send(packet);
  }

  /** Resolves when the broker has answered. */
  async subscribe(filters: readonly string[]): Promise<void> {
    const suback = this.answer(PacketType.SUBACK);
    const options = { qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
    const subscriptions = filters.map((filter) => ({ filter, ...options }));
    this.send({ type: PacketType.SUBSCRIBE, packetId: this.nextId(), properties: {}, subscriptions });
    await suback;
  }

  async unsubscribe(filters: readonly string[]): Promise<void> {
    const unsuback = this.answer(PacketType.UNSUBACK);
    this.send({ type: PacketType.UNSUBSCRIBE, packetId: this.nextId(), properties: {}, filters });
    await unsuback;
  }

  /** Publishes with QoS 1, so many unacknowledged at a time, and resolves when all are acknowledged. */
  async publishAll(count: number, topicOf: (index: number) => string, retain: boolean, window: number): Promise<void> {
    const first = this.acknowledged;
    for (let sent = 0; sent < count; ) {
      const frames: Buffer[] = [];
      for (; sent < count && first + sent - this.acknowledged < window; sent += 1) {
        frames.push(publishFrame(topicOf(sent), this.nextId(), retain));
      }
      this.write(Buffer.concat(frames));
      await new Promise<void>((resolve) => {
        this.resume = resolve;
      });
    }
    while (this.acknowledged < first + count) {
      await new Promise<void>((resolve) => {
        this.resume = resolve;
      });
    }
  }

  /** Hands bytes over, and resolves when the system has taken them. */
  async writeAll(bytes: Buffer): Promise<void> {
    this.write(bytes);
    if (this.isBlocked) {
      await new Promise<void>((resolve) => {
        this.taken = resolve;
      });
    }
  }

  /** Resolves when the broker has handled everything that was sent before. */
  async ping(): Promise<void> {
    const pingresp = this.answer(PacketType.PINGRESP);
    this.send(PINGREQ);
    await pingresp;
  }

  /** Waits until so many messages have arrived, or nothing comes any more. */
  async receives(count: number): Promise<void> {
    this.lastArrival = performance.now();
    while (this.received < count && performance.now() - this.lastArrival < PATIENCE) {
      await sleep(20);
    }
  }

  protected unblocked(): void {
    const { taken } = this;
    this.taken = undefined;
    taken?.();
  }

  protected onBatch(): void {
    this.lastArrival = performance.now();
    const { resume } = this;
    this.resume = undefined;
    resume?.();
  }

  protected onFrame(firstByte: number): void {
    if (firstByte >> 4 === PacketType.PUBACK) this.acknowledged += 1;
    else this.received += 1;
  }

  private nextId(): number {
    this.packetId = (this.packetId % 65_535) + 1;
    return this.packetId;
  }
}

function connectFrame(clientId: string): Buffer {
  return encodePacket(
    {
      type: PacketType.CONNECT,
      protocolVersion: 4,
      bridge: false,
      cleanStart: true,
      keepAlive: 0,
      clientId,
      will: undefined,
      userName: undefined,
      password: undefined,
      properties: {},
    },
    4,
  );
}

/** QoS 1 with a payload of 16 bytes; packet id 0: QoS 0. */
export function publishFrame(topic: string, packetId: number, retain: boolean): Buffer {
  const qos = packetId === 0 ? 0 : 1;
  return encodePacket(
    {
      type: PacketType.PUBLISH,
      dup: false,
      qos,
      retain,
      topic,
      packetId: packetId === 0 ? undefined : packetId,
      properties: {},
      payload: PAYLOAD,
    },
    4,
  );
}

const PAYLOAD = Buffer.alloc(16, "x");
