import {
  type DisconnectPacket,
  type Packet,
  PacketType,
  ProtocolError,
  type PublishPacket,
  packetName,
  ReasonCode,
  type SubackPacket,
  type UnsubackPacket,
} from "../codec/index.ts";
import type { PendingRequests } from "./pending-requests.ts";
import type { Pinger } from "./pinger.ts";
import type { Publishing } from "./publishing.ts";
import type { Receiving } from "./receiving.ts";
import type { Subscriptions } from "./subscriptions.ts";

/** The parts of a client that packets are for; they outlive its connections. */
export interface ClientParts {
  readonly publishing: Publishing;
  readonly receiving: Receiving;
  readonly requests: PendingRequests;
  readonly subscriptions: Subscriptions;
  readonly pinger: Pinger;
}

/** Every packet that comes after CONNACK, but for PUBLISH: to the part that it is for. Throws ProtocolError. */
export function handleServerPacket(
  parts: ClientParts,
  packet: Exclude<Packet, PublishPacket>,
  disconnect: (packet: DisconnectPacket) => void,
): void {
  switch (packet.type) {
    case PacketType.PUBACK:
      parts.publishing.puback(packet);
      return parts.requests.send();
    case PacketType.PUBREC:
      parts.publishing.pubrec(packet);
      return parts.requests.send();
    case PacketType.PUBREL:
      return parts.receiving.pubrel(packet);
    case PacketType.PUBCOMP:
      parts.publishing.pubcomp(packet);
      return parts.requests.send();
    case PacketType.SUBACK:
    case PacketType.UNSUBACK:
      return handleAnswer(parts, packet);
    case PacketType.PINGRESP:
      return parts.pinger.answered();
    case PacketType.DISCONNECT:
      return disconnect(packet);
    case PacketType.AUTH:
      throw violation("AUTH: there is nothing to authenticate"); // [MQTT-4.12.0-6], and we never re-authenticate
    case PacketType.CONNACK:
      throw violation("CONNACK: the second one"); // [MQTT-3.2.0-2]
    case PacketType.CONNECT:
    case PacketType.SUBSCRIBE:
    case PacketType.UNSUBSCRIBE:
    case PacketType.PINGREQ:
      throw violation(`${packetName(packet.type)}: from a server`);
    default:
      packet satisfies never;
  }
}

function handleAnswer(
  { requests, subscriptions, publishing }: ClientParts,
  packet: SubackPacket | UnsubackPacket,
): void {
  const request = requests.answered(packet);
  if (request.type === PacketType.SUBSCRIBE && packet.type === PacketType.SUBACK) {
    subscriptions.granted(request, packet.reasonCodes);
    request.resolve(packet);
  } else if (request.type === PacketType.UNSUBSCRIBE && packet.type === PacketType.UNSUBACK) {
    subscriptions.removed(request, packet.reasonCodes);
    request.resolve(packet);
  }
  // A packet id is free again, for whoever waited for one.
  requests.send();
  publishing.madeRoom();
}

function violation(message: string): ProtocolError {
  return new ProtocolError(ReasonCode.PROTOCOL_ERROR, message);
}
