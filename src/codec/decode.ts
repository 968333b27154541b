import { decodeAuth } from "./auth.ts";
import { decodeConnack } from "./connack.ts";
import { decodeConnect } from "./connect.ts";
import { decodeDisconnect } from "./disconnect.ts";
import { type Packet, PacketType, type Sender } from "./packet.ts";
import type { PacketReader } from "./packet-reader.ts";
import { decodePing, PINGREQ, PINGRESP } from "./ping.ts";
import type { ProtocolVersion } from "./protocol-version.ts";
import type { PublishPacket } from "./publish.ts";
import { decodePublishAck } from "./publish-acks.ts";
import { decodeSuback } from "./suback.ts";
import { decodeSubscribe } from "./subscribe.ts";
import { decodeUnsuback } from "./unsuback.ts";
import { decodeUnsubscribe } from "./unsubscribe.ts";

/** What decoding needs to know about a connection; a CONNECT sets the version. */
export interface Dialect {
  version: ProtocolVersion;
  /** The Maximum Packet Size in a CONNECT of 5.0 that is refused. */
  announcedPacketSize: number | undefined;
  readonly sender: Sender;
}

/** Every packet but PUBLISH, which is read as a PublishFrame. */
export type PlainPacket = Exclude<Packet, PublishPacket>;

/** Decodes the body that the reader points at. Its first byte and its size have been checked before. */
export function decodePacket(
  reader: PacketReader,
  type: Exclude<PacketType, typeof PacketType.PUBLISH>,
  dialect: Dialect,
): PlainPacket {
  switch (type) {
    case PacketType.CONNECT:
      return decodeConnect(reader, dialect);
    case PacketType.CONNACK:
      return decodeConnack(reader, dialect.version);
    case PacketType.PUBACK:
    case PacketType.PUBREC:
    case PacketType.PUBREL:
    case PacketType.PUBCOMP:
      return decodePublishAck(reader, type, dialect.version, dialect.sender);
    case PacketType.SUBSCRIBE:
      return decodeSubscribe(reader, dialect.version);
    case PacketType.SUBACK:
      return decodeSuback(reader, dialect.version);
    case PacketType.UNSUBSCRIBE:
      return decodeUnsubscribe(reader, dialect.version);
    case PacketType.UNSUBACK:
      return decodeUnsuback(reader, dialect.version);
    case PacketType.PINGREQ:
      return decodePing(reader, PINGREQ);
    case PacketType.PINGRESP:
      return decodePing(reader, PINGRESP);
    case PacketType.DISCONNECT:
      return decodeDisconnect(reader, dialect.version, dialect.sender);
    case PacketType.AUTH:
      return decodeAuth(reader, dialect.sender);
    default:
      return type satisfies never;
  }
}
