import { RawClient } from "../../support/raw-client.ts";
import type { Properties } from "./properties.ts";
import {
  type Ack,
  type Connack,
  type Farewell,
  type Packet,
  type PacketName,
  type PacketOf,
  type Publish,
  read,
  type Suback,
} from "./read.ts";
import {
  type AckName,
  ack,
  type ConnectFields,
  connect,
  disconnect,
  type FilterFields,
  PINGREQ,
  type PublishFields,
  publish,
  subscribe,
  unsubscribe,
  type Version,
} from "./write.ts";

/** Where the broker listens. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/** One network connection to the broker, with the words in which the tests are written. */
export class MqttClient {
  readonly raw: RawClient;
  readonly version: Version;
  /** What the broker answered to CONNECT. */
  connack!: Connack;
  private lastId = 0;
  private readonly packets: Packet[] = [];

  private constructor(raw: RawClient, version: Version) {
    this.raw = raw;
    this.version = version;
  }

  /** A network connection; nothing is said yet. */
  static async open(place: Place, version: Version): Promise<MqttClient> {
    return new MqttClient(await RawClient.connect(place), version);
  }

  send(...pieces: (string | Uint8Array)[]): void {
    this.raw.send(...pieces);
  }

  // What arrives

  /** The next packet, whatever it is. */
  async next(patience?: number): Promise<Packet> {
    return this.packets.shift() ?? read(await this.raw.frame(patience), this.version);
  }

  /** The next packet, which must be of this type. */
  async expect<Name extends PacketName>(type: Name, patience?: number): Promise<PacketOf<Name>> {
    const packet = await this.next(patience);
    if (packet.type !== type) {
      throw new Error(
        `the broker sent ${packet.type} ${packet.bytes.subarray(0, 60).toString("hex")} instead of ${type}`,
      );
    }
    return packet as PacketOf<Name>;
  }

  /** The first packet of this type; others that come before it are kept. */
  async find<Name extends PacketName>(type: Name, patience?: number): Promise<PacketOf<Name>> {
    for (let index = 0; ; index += 1) {
      const packet = this.packets[index] ?? read(await this.raw.frame(patience), this.version);
      if (packet.type === type) {
        this.packets.splice(index, 1);
        return packet as PacketOf<Name>;
      }
      this.packets[index] = packet;
    }
  }

  /** The next packet, which must be a PUBLISH; it is not acknowledged. */
  message(patience?: number): Promise<Publish> {
    return this.expect("PUBLISH", patience);
  }

  /** The next packet, which must be a PUBLISH; the exchange of its QoS is completed. */
  async take(patience?: number): Promise<Publish> {
    const message = await this.message(patience);
    await this.acknowledge(message);
    return message;
  }

  /** Completes the exchange of a QoS 1 or 2 message. */
  async acknowledge(message: Publish): Promise<void> {
    if (message.qos === 1) {
      this.send(ack("PUBACK", message.id));
    } else if (message.qos === 2) {
      this.send(ack("PUBREC", message.id));
      await this.find("PUBREL");
      this.send(ack("PUBCOMP", message.id));
    }
  }

  /** The payloads of the next `count` messages, acknowledged. */
  async texts(count: number): Promise<string[]> {
    const texts: string[] = [];
    while (texts.length < count) {
      texts.push((await this.take()).text);
    }
    return texts;
  }

  /** The end of the connection; gives what came before it. */
  async end(patience?: number): Promise<Packet[]> {
    const frames = await this.raw.end(patience);
    return [...this.packets.splice(0), ...frames.map((frame) => read(frame, this.version))];
  }

  // Exchanges

  async subscribe(filters: string | FilterFields | readonly FilterFields[], properties?: Properties): Promise<Suback> {
    this.send(subscribe(this.version, this.nextId(), filterList(filters), properties));
    return this.find("SUBACK");
  }

  async unsubscribe(...filters: string[]): Promise<Suback> {
    this.send(unsubscribe(this.version, this.nextId(), filters));
    return this.find("UNSUBACK");
  }

  /** Publishes and completes the exchange; gives the PUBACK or PUBREC. */
  async publish(fields: PublishFields): Promise<Ack | undefined> {
    const id = fields.id ?? (fields.qos === undefined || fields.qos === 0 ? 0 : this.nextId());
    this.send(publish(this.version, { ...fields, id }));
    if (fields.qos === 1) {
      return this.find("PUBACK");
    }
    if (fields.qos === 2) {
      const received = await this.find("PUBREC");
      if (received.code < 0x80) {
        this.send(ack("PUBREL", id));
        await this.find("PUBCOMP");
      }
      return received;
    }
    return undefined;
  }

  /** Asserts that the broker has nothing more to say: the answer to a PINGREQ is the next packet. */
  async quiet(): Promise<void> {
    this.send(PINGREQ);
    await this.expect("PINGRESP");
  }

  /** Says goodbye; resolves when the broker has closed the connection. */
  async disconnect(code?: number, properties?: Properties): Promise<void> {
    this.send(disconnect(code, properties));
    await this.end();
  }

  /** Acknowledges in the middle of an exchange. */
  acknowledgeWith(name: AckName, id: number, code?: number, properties?: Properties): void {
    this.send(ack(name, id, code, properties));
  }

  nextId(): number {
    this.lastId += 1;
    return this.lastId;
  }

  /** Connects; the broker must accept. */
  async connect(fields: ConnectFields): Promise<Connack> {
    this.send(connect(this.version, fields));
    this.connack = await this.expect("CONNACK");
    if (this.connack.code !== 0) {
      throw new Error(`the broker refused the connection with 0x${this.connack.code.toString(16)}`);
    }
    return this.connack;
  }
}

/** The DISCONNECT among the last words of a broker. */
export function farewellOf(packets: readonly Packet[]): Farewell | undefined {
  return packets.find((packet): packet is Farewell => packet.type === "DISCONNECT");
}

function filterList(filters: string | FilterFields | readonly FilterFields[]): readonly FilterFields[] {
  if (typeof filters === "string") {
    return [{ filter: filters }];
  }
  return isList(filters) ? filters : [filters];
}

function isList(filters: FilterFields | readonly FilterFields[]): filters is readonly FilterFields[] {
  return Array.isArray(filters);
}
