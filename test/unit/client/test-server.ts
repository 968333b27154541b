import { Client, type ClientHandlers, type ClientOptions, type Environment } from "../../../src/client/index.ts";
import {
  type ConnackPacket,
  type ConnackProperties,
  encodePacket,
  NO_PROPERTIES,
  type Packet,
  PacketParser,
  PacketType,
  ProtocolVersion,
  type PublishPacket,
  ReasonCode,
} from "../../../src/codec/index.ts";
import { Sweeper } from "../../../src/connection/index.ts";
import type { ByteStream } from "../../../src/transport/index.ts";
import { type MemoryStream, memoryStreamPair } from "../../support/memory-stream.ts";

/** The server's end of one connection, in the hands of a test. */
export class ServerEnd {
  readonly stream: MemoryStream;
  /** The client's end: for holding its writes, and breaking its connection. */
  readonly clientStream: MemoryStream;
  hasEnded = false;
  private readonly packets: Packet[] = [];
  private wanted: ((packet: Packet) => void) | undefined;
  private readonly parser: PacketParser;
  private readonly ended: Promise<void>;

  constructor(stream: MemoryStream, clientStream: MemoryStream) {
    this.stream = stream;
    this.clientStream = clientStream;
    this.parser = new PacketParser({
      role: "server",
      maximumPacketSize: Number.POSITIVE_INFINITY,
      onPublish: (frame) => this.arrived(frame.copy().decode()),
      onPacket: (packet) => this.arrived(packet),
    });
    stream.onData = (chunk) => this.parser.push(chunk);
    this.ended = new Promise((resolve) => {
      const end = (): void => {
        this.hasEnded = true;
        stream.end();
        resolve();
      };
      stream.onEnd = end;
      stream.onClose = end;
    });
  }

  /** The next packet of the client. */
  next(): Promise<Packet> {
    const packet = this.packets.shift();
    if (packet !== undefined) return Promise.resolve(packet);
    return new Promise((resolve) => {
      this.wanted = resolve;
    });
  }

  /** The next packet, which must be of this type. */
  async expect<Type extends Packet["type"]>(type: Type): Promise<Extract<Packet, { type: Type }>> {
    const packet = await this.next();
    if (packet.type !== type) throw new Error(`expected packet type ${type}, got ${JSON.stringify(packet)}`);
    return packet as Extract<Packet, { type: Type }>;
  }

  /** What has come and was not asked for yet, after everything in flight has arrived. */
  async rest(): Promise<Packet[]> {
    await turns();
    return this.packets.splice(0);
  }

  /** The client has ended the connection, or dropped it. */
  end(): Promise<void> {
    return this.ended;
  }

  send(...packets: Packet[]): void {
    this.sendRaw(Buffer.concat(packets.map((packet) => encodePacket(packet, this.parser.version))));
  }

  sendRaw(bytes: Uint8Array | string): void {
    this.stream.write(typeof bytes === "string" ? Buffer.from(bytes.replaceAll(" ", ""), "hex") : bytes);
  }

  private arrived(packet: Packet): void {
    const wanted = this.wanted;
    this.wanted = undefined;
    if (wanted === undefined) this.packets.push(packet);
    else wanted(packet);
  }
}

/** A world for clients: a network in memory, and a clock that the test turns. */
export class TestWorld implements Environment {
  time = 1_000_000;
  readonly clock = { now: (): number => this.time };
  readonly sweeper = new Sweeper(this.clock);
  /** How the next attempts to connect fail; empty: they succeed. */
  readonly dialFailures: Error[] = [];
  dials = 0;
  /** When the waiting delays are due, in milliseconds from now. */
  private readonly delays = new Set<{ readonly at: number; readonly callback: () => void }>();
  private readonly accepted: ServerEnd[] = [];
  private wanted: ((end: ServerEnd) => void) | undefined;

  dial = async (): Promise<ByteStream> => {
    this.dials += 1;
    const failure = this.dialFailures.shift();
    if (failure !== undefined) throw failure;
    const [client, server] = memoryStreamPair();
    const end = new ServerEnd(server, client);
    const wanted = this.wanted;
    this.wanted = undefined;
    if (wanted === undefined) this.accepted.push(end);
    else wanted(end);
    return client;
  };

  delay = (milliseconds: number, callback: () => void): (() => void) => {
    const entry = { at: this.time + milliseconds, callback };
    this.delays.add(entry);
    return () => this.delays.delete(entry);
  };

  /** Milliseconds until each of the delays that run. */
  get running(): number[] {
    return [...this.delays].map(({ at }) => at - this.time);
  }

  /** Turns the clock, in steps as small as the sweep's. */
  advance(milliseconds: number): void {
    const end = this.time + milliseconds;
    while (this.time < end) {
      this.time = Math.min(end, this.time + 200);
      for (const entry of this.delays) {
        if (entry.at > this.time) continue;
        this.delays.delete(entry);
        entry.callback();
      }
      this.sweeper.sweep();
    }
  }

  /** The next connection that a client opens. */
  accept(): Promise<ServerEnd> {
    const end = this.accepted.shift();
    if (end !== undefined) return Promise.resolve(end);
    return new Promise((resolve) => {
      this.wanted = resolve;
    });
  }
}

export const V5: Partial<ClientOptions> = { protocolVersion: ProtocolVersion.V5_0 };

export function optionsFrom(changes: Partial<ClientOptions> = {}): ClientOptions {
  return {
    address: { scheme: "mqtt", host: "server.example", port: 1883, path: "" },
    protocolVersion: ProtocolVersion.V3_1_1,
    clientId: "c1",
    cleanStart: true,
    keepAlive: 60,
    connectTimeout: 5000,
    ...changes,
  };
}

export function connack(properties: ConnackProperties = NO_PROPERTIES, sessionPresent = false): ConnackPacket {
  return { type: PacketType.CONNACK, sessionPresent, reasonCode: ReasonCode.SUCCESS, properties };
}

export interface Connected {
  readonly client: Client;
  readonly server: ServerEnd;
  readonly world: TestWorld;
}

/** A client that is connected; the server's end has its CONNECT behind it. */
export async function connected(
  changes: Partial<ClientOptions> = {},
  handlers: ClientHandlers = {},
  answer: ConnackPacket = connack(),
): Promise<Connected> {
  const world = new TestWorld();
  const connecting = Client.connect(optionsFrom(changes), handlers, world);
  const server = await world.accept();
  await server.expect(PacketType.CONNECT);
  server.send(answer);
  return { client: await connecting, server, world };
}

/** The next connection of a client that reconnects, accepted. */
export async function reconnected(world: TestWorld, answer: ConnackPacket = connack()): Promise<ServerEnd> {
  const server = await world.accept();
  await server.expect(PacketType.CONNECT);
  server.send(answer);
  return server;
}

export function publishPacket(changes: Partial<PublishPacket> = {}): PublishPacket {
  return {
    type: PacketType.PUBLISH,
    dup: false,
    qos: 0,
    retain: false,
    topic: "a/b",
    packetId: undefined,
    properties: NO_PROPERTIES,
    payload: Buffer.from("hello"),
    ...changes,
  };
}

type AckType =
  | typeof PacketType.PUBACK
  | typeof PacketType.PUBREC
  | typeof PacketType.PUBREL
  | typeof PacketType.PUBCOMP;

export function ack(type: AckType, packetId: number, reasonCode: ReasonCode = ReasonCode.SUCCESS): Packet {
  return { type, packetId, reasonCode, properties: NO_PROPERTIES };
}

export function suback(packetId: number, ...reasonCodes: ReasonCode[]): Packet {
  return { type: PacketType.SUBACK, packetId, properties: NO_PROPERTIES, reasonCodes };
}

export function unsuback(packetId: number, ...reasonCodes: ReasonCode[]): Packet {
  return { type: PacketType.UNSUBACK, packetId, properties: NO_PROPERTIES, reasonCodes };
}

/** Some turns of the event loop: enough for everything in memory to arrive and be answered. */
export async function turns(count = 10): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
