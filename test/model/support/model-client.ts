import {
  encodePacket,
  type Packet,
  PacketParser,
  PacketType,
  type ProtocolVersion,
  type PublishPacket,
} from "../../../src/codec/index.ts";
import type { MemoryStream } from "../../support/memory-stream.ts";

/** A client at one end of a stream in memory: sends what it is told, acknowledges nothing, notes what arrives. */
export class ModelClient {
  readonly version: ProtocolVersion;
  /** PUBLISH packets that arrived, with topic aliases resolved. */
  publishes: PublishPacket[] = [];
  others: Exclude<Packet, PublishPacket>[] = [];
  isClosed = false;
  /** Counts everything that happens here, so that somebody can tell when nothing does. */
  activity = 0;
  readonly stream: MemoryStream;
  private readonly aliases = new Map<number, string>();

  constructor(stream: MemoryStream, version: ProtocolVersion) {
    this.stream = stream;
    this.version = version;
    const parser = new PacketParser({
      role: "client",
      version,
      maximumPacketSize: Number.POSITIVE_INFINITY,
      onPublish: (frame) => this.publishes.push(this.resolved(frame.decode())),
      onPacket: (packet) => this.others.push(packet),
    });
    stream.onData = (chunk) => {
      this.activity += 1;
      parser.push(chunk);
    };
    stream.onEnd = () => {
      this.activity += 1;
      this.isClosed = true;
      stream.end();
    };
    stream.onClose = () => {
      this.activity += 1;
      this.isClosed = true;
    };
  }

  send(...packets: Packet[]): void {
    this.stream.write(Buffer.concat(packets.map((packet) => encodePacket(packet, this.version))));
  }

  private resolved(packet: PublishPacket): PublishPacket {
    const alias = packet.properties.topicAlias;
    if (alias === undefined) return packet;
    if (packet.topic !== "") this.aliases.set(alias, packet.topic);
    const topic = this.aliases.get(alias);
    if (topic === undefined) throw new Error(`the broker used alias ${alias}, which it never set`);
    if (packet.dup) throw new Error("an alias in a message that is sent again");
    return { ...packet, topic };
  }
}

/** A packet that is no PUBLISH in the words of the model. */
export function inWords(packet: Exclude<Packet, PublishPacket>, version: ProtocolVersion): string {
  switch (packet.type) {
    case PacketType.CONNACK:
      return packet.reasonCode === 0 ? `CONNACK ${packet.sessionPresent}` : `CONNACK refused ${packet.reasonCode}`;
    case PacketType.SUBACK:
      return `SUBACK ${packet.packetId} ${packet.reasonCodes}`;
    case PacketType.UNSUBACK:
      return `UNSUBACK ${packet.packetId}${version === 5 ? ` ${packet.reasonCodes}` : ""}`;
    case PacketType.PUBACK:
    case PacketType.PUBREC:
      // Whether nobody was there to get it may be said or not (0x10).
      return `${packet.type === PacketType.PUBACK ? "PUBACK" : "PUBREC"} ${packet.packetId}${packet.reasonCode >= 0x80 ? ` ${packet.reasonCode}` : ""}`;
    case PacketType.PUBREL:
      return `PUBREL ${packet.packetId}`;
    case PacketType.PUBCOMP:
      return `PUBCOMP ${packet.packetId} ${packet.reasonCode}`;
    case PacketType.DISCONNECT:
      return `DISCONNECT ${FAREWELLS[packet.reasonCode] ?? packet.reasonCode}`;
    default:
      return `type ${packet.type}`;
  }
}

const FAREWELLS: Readonly<Record<number, string>> = {
  130: "PROTOCOL_ERROR",
  142: "SESSION_TAKEN_OVER",
  151: "QUOTA_EXCEEDED",
};
