import { encodeAuth } from "./auth.ts";
import { encodeConnack } from "./connack.ts";
import { encodeConnect } from "./connect.ts";
import { encodeDisconnect } from "./disconnect.ts";
import { type Packet, PacketType } from "./packet.ts";
import { PacketWriter } from "./packet-writer.ts";
import { encodePing } from "./ping.ts";
import type { ProtocolVersion } from "./protocol-version.ts";
import { encodePublish } from "./publish.ts";
import { encodePublishAck } from "./publish-acks.ts";
import { encodeSuback } from "./suback.ts";
import { encodeSubscribe } from "./subscribe.ts";
import { encodeUnsuback } from "./unsuback.ts";
import { encodeUnsubscribe } from "./unsubscribe.ts";

/**
 * Appends exactly one frame. What a version does not know (properties and most reason codes before 5.0) is left out or mapped to what
 * comes closest. A packet with impossible values throws a ProtocolError and leaves nothing behind in the writer.
 */
export function encodePacketInto(writer: PacketWriter, packet: Packet, version: ProtocolVersion): void {
  const start = writer.position;
  try {
    encode(writer, packet, version);
  } catch (error) {
    writer.position = start;
    throw error;
  }
}

const WRITER_SIZE = 4096;
const LARGEST_KEPT_WRITER = 64 * 1024;
let writer = new PacketWriter(WRITER_SIZE);

/** One frame in a buffer of its own. */
export function encodePacket(packet: Packet, version: ProtocolVersion): Buffer {
  writer.reset();
  encodePacketInto(writer, packet, version);
  const frame = Buffer.from(writer.bytes.subarray(0, writer.position));
  if (writer.bytes.length > LARGEST_KEPT_WRITER) writer = new PacketWriter(WRITER_SIZE);
  return frame;
}

function encode(writer: PacketWriter, packet: Packet, version: ProtocolVersion): void {
  switch (packet.type) {
    case PacketType.CONNECT:
      encodeConnect(writer, packet, version);
      break;
    case PacketType.CONNACK:
      encodeConnack(writer, packet, version);
      break;
    case PacketType.PUBLISH:
      encodePublish(writer, packet, version);
      break;
    case PacketType.PUBACK:
    case PacketType.PUBREC:
    case PacketType.PUBREL:
    case PacketType.PUBCOMP:
      encodePublishAck(writer, packet, version);
      break;
    case PacketType.SUBSCRIBE:
      encodeSubscribe(writer, packet, version);
      break;
    case PacketType.SUBACK:
      encodeSuback(writer, packet, version);
      break;
    case PacketType.UNSUBSCRIBE:
      encodeUnsubscribe(writer, packet, version);
      break;
    case PacketType.UNSUBACK:
      encodeUnsuback(writer, packet, version);
      break;
    case PacketType.PINGREQ:
    case PacketType.PINGRESP:
      encodePing(writer, packet);
      break;
    case PacketType.DISCONNECT:
      encodeDisconnect(writer, packet, version);
      break;
    case PacketType.AUTH:
      encodeAuth(writer, packet, version);
      break;
    default:
      packet satisfies never;
  }
}
