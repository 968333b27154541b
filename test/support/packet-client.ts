import { connect as openSocket, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import {
  type ConnackPacket,
  type ConnectPacket,
  encodePacket,
  NO_PROPERTIES,
  type Packet,
  PacketParser,
  PacketType,
  PINGREQ,
  type ProtocolVersion,
  type PublishPacket,
  type SubackPacket,
  type SubscribeProperties,
  type Subscription,
} from "../../src/codec/index.ts";

/** How long a broker may take for what it has to do at once, in milliseconds. */
const PATIENCE = 15_000;

/** What a test wants to say about a CONNECT; the rest is as plain as possible. */
export type ConnectWishes = Partial<Omit<ConnectPacket, "type">>;
type PacketOf<Type extends Packet["type"]> = Extract<Packet, { type: Type }>;

/** A frame that arrived, as bytes and as what they mean. */
export interface Arrived {
  readonly bytes: Buffer;
  readonly packet: Packet;
}

let clients = 0;

/**
 * A client that does nothing by itself: it sends the packets it is told to, acknowledges nothing, and gives what arrives
 * in order. It is destroyed when the test is over.
 */
export class PacketClient {
  readonly version: ProtocolVersion;
  /** What arrived and was not asked for yet. */
  readonly arrived: Arrived[] = [];
  /** The broker has ended the connection. */
  isClosed = false;
  connack: ConnackPacket | undefined;
  private readonly socket: Socket;
  private waiting: (() => void)[] = [];
  private packetId = 0;

  private constructor(socket: Socket, version: ProtocolVersion) {
    this.socket = socket;
    this.version = version;
    const add = (packet: Packet, bytes: Buffer): void => {
      this.arrived.push({ packet, bytes });
    };
    const parser = new PacketParser({
      role: "client",
      version,
      maximumPacketSize: Number.POSITIVE_INFINITY,
      onPublish: (frame) => add(frame.decode(), frame.copy().bytes),
      onPacket: (packet) => add(packet, encodePacket(packet, version)),
    });
    socket.on("data", (chunk) => {
      parser.push(chunk);
      this.wake();
    });
    socket.on("end", () => this.closed());
    socket.on("error", () => this.closed());
    socket.on("close", () => this.closed());
  }

  /** A network connection, without a word said on it. */
  static open(at: { host: string; port: number }, version: ProtocolVersion = 5): Promise<PacketClient> {
    return new Promise((resolve, reject) => {
      const socket = openSocket({ ...at, allowHalfOpen: true, noDelay: true }, () =>
        resolve(new PacketClient(socket, version)),
      );
      socket.once("error", reject);
      onTestFinished(() => {
        socket.destroy();
      });
    });
  }

  /** Connects, and reads the CONNACK, whatever it says, into `connack`. */
  static async connect(at: { host: string; port: number }, wishes: ConnectWishes = {}): Promise<PacketClient> {
    const packet = connectPacket(wishes);
    const client = await PacketClient.open(at, packet.protocolVersion);
    client.send(packet);
    client.connack = await client.nextOf(PacketType.CONNACK);
    return client;
  }

  /** Sends packets in one piece. */
  send(...packets: Packet[]): void {
    this.sendBytes(Buffer.concat(packets.map((packet) => encodePacket(packet, this.version))));
  }

  sendBytes(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  /** The next packet. Rejects when the connection ends before it, or nothing comes in time. */
  async next(patience = PATIENCE): Promise<Packet> {
    return (await this.nextArrived(patience)).packet;
  }

  async nextArrived(patience = PATIENCE): Promise<Arrived> {
    await this.until(() => this.arrived.length > 0 || this.isClosed, "a packet", patience);
    const first = this.arrived.shift();
    if (first === undefined) {
      throw new Error("the broker closed the connection instead of sending a packet");
    }
    return first;
  }

  /** The next packet, which must be of this type. */
  async nextOf<Type extends Packet["type"]>(type: Type, patience = PATIENCE): Promise<PacketOf<Type>> {
    const packet = await this.next(patience);
    if (packet.type !== type) {
      throw new Error(`a packet of type ${type} was expected: ${JSON.stringify(packet)}`);
    }
    return packet as PacketOf<Type>;
  }

  /** The next `count` packets. */
  async take(count: number, patience = PATIENCE): Promise<Packet[]> {
    await this.until(() => this.arrived.length >= count || this.isClosed, `${count} packets`, patience);
    return this.arrived.splice(0, count).map(({ packet }) => packet);
  }

  /** Everything that the broker had to say to us until now: it answers a ping behind it. */
  async settled(): Promise<Packet[]> {
    return (await this.settledFrames()).map(({ packet }) => packet);
  }

  /** The same, with the bytes as they came. */
  async settledFrames(): Promise<Arrived[]> {
    const isAnswer = ({ packet }: Arrived): boolean => packet.type === PacketType.PINGRESP;
    this.send(PINGREQ);
    await this.until(() => this.isClosed || this.arrived.some(isAnswer), "the answer to a ping");
    return this.arrived.splice(0).filter((arrived) => !isAnswer(arrived));
  }

  /** Waits for the end of the connection; gives what came before it. */
  async ended(patience = PATIENCE): Promise<Packet[]> {
    await this.until(() => this.isClosed, "the end of the connection", patience);
    return this.arrived.splice(0).map(({ packet }) => packet);
  }

  /** Waits until the condition holds; it is looked at whenever something arrives. */
  async until(condition: () => boolean, what: string, patience = PATIENCE): Promise<void> {
    let isLate = false;
    const deadline = setTimeout(() => {
      isLate = true;
      this.wake();
    }, patience);
    while (!condition()) {
      if (isLate) {
        const unread = JSON.stringify(this.arrived.slice(0, 5).map(({ packet }) => packet));
        throw new Error(`${what} did not come within ${patience} ms; unread: ${unread}`);
      }
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    clearTimeout(deadline);
  }

  /** Subscribes and waits for the SUBACK; filters alone mean QoS 0 and no options. */
  async subscribe(
    subscriptions: string | Partial<Subscription> | readonly (string | Partial<Subscription>)[],
    properties: SubscribeProperties = NO_PROPERTIES,
  ): Promise<SubackPacket> {
    const list = Array.isArray(subscriptions) ? subscriptions : [subscriptions];
    this.packetId += 1;
    this.send({
      type: PacketType.SUBSCRIBE,
      packetId: this.packetId,
      properties,
      subscriptions: list.map((wish) => ({
        filter: "",
        qos: 0,
        noLocal: false,
        retainAsPublished: false,
        retainHandling: 0,
        ...(typeof wish === "string" ? { filter: wish } : wish),
      })),
    });
    return this.nextOf(PacketType.SUBACK);
  }

  /** Sends a PUBLISH; above QoS 0 with a packet id of its own unless one is given. */
  publish(topic: string, payload: string | Uint8Array, wishes: Partial<PublishPacket> = {}): PublishPacket {
    const packet = publishPacket(topic, payload, { packetId: wishes.qos ? this.newPacketId() : undefined, ...wishes });
    this.send(packet);
    return packet;
  }

  /** PUBACK, PUBREC, PUBREL or PUBCOMP with success. */
  acknowledge(type: 4 | 5 | 6 | 7, packetId: number | undefined): void {
    this.send({ type, packetId: packetId as number, reasonCode: 0, properties: NO_PROPERTIES });
  }

  newPacketId(): number {
    this.packetId += 1;
    return this.packetId;
  }

  /** Says goodbye and waits for the end. */
  async disconnect(): Promise<void> {
    this.send({ type: PacketType.DISCONNECT, reasonCode: 0, properties: NO_PROPERTIES });
    await this.ended();
    this.socket.end();
  }

  /** Cuts the connection without a word. */
  destroy(): void {
    this.socket.destroy();
  }

  /** Stops reading, as a program does that has frozen. */
  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  private closed(): void {
    this.isClosed = true;
    this.socket.end();
    this.wake();
  }

  private wake(): void {
    for (const waiting of this.waiting.splice(0)) {
      waiting();
    }
  }
}

/** A CONNECT of 5.0 with a client id of its own and a clean start, but for what is wished. */
export function connectPacket(wishes: ConnectWishes = {}): ConnectPacket {
  clients += 1;
  return {
    type: PacketType.CONNECT,
    protocolVersion: 5,
    bridge: false,
    cleanStart: true,
    keepAlive: 0,
    clientId: `client-${clients}`,
    will: undefined,
    userName: undefined,
    password: undefined,
    properties: NO_PROPERTIES,
    ...wishes,
  };
}

/** A PUBLISH at QoS 0, but for what is wished. */
export function publishPacket(
  topic: string,
  payload: string | Uint8Array,
  wishes: Partial<PublishPacket> = {},
): PublishPacket {
  return {
    type: PacketType.PUBLISH,
    dup: false,
    qos: 0,
    retain: false,
    topic,
    packetId: undefined,
    properties: NO_PROPERTIES,
    payload: typeof payload === "string" ? Buffer.from(payload) : payload,
    ...wishes,
  };
}

/** The payloads of the PUBLISH packets among these, as text. */
export function payloadsOf(packets: readonly Packet[]): string[] {
  return packets.flatMap((packet) =>
    packet.type === PacketType.PUBLISH ? [Buffer.from(packet.payload).toString("utf8")] : [],
  );
}
