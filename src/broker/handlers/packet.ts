import { type Packet, PacketType, ProtocolError, type PublishPacket, ReasonCode } from "../../codec/index.ts";
import { checkStrings } from "../checks.ts";
import type { ClientConnection } from "../client-connection.ts";
import { handleAuth } from "./auth.ts";
import { handleConnect } from "./connect.ts";
import { handleDisconnect } from "./disconnect.ts";
import { handlePingreq } from "./pingreq.ts";
import { handlePuback, handlePubcomp, handlePubrec, handlePubrel } from "./publish-acks.ts";
import { handleSubscribe } from "./subscribe.ts";
import { handleUnsubscribe } from "./unsubscribe.ts";

/** Takes each packet, but for PUBLISH, to its handler. */
export function handlePacket(client: ClientConnection, packet: Exclude<Packet, PublishPacket>): void {
  if (client.core.options.strictUtf8 && packet.type !== PacketType.CONNECT) {
    checkStrings(packet.type, packet);
  }
  switch (packet.type) {
    case PacketType.CONNECT:
      return handleConnect(client, packet);
    case PacketType.PUBACK:
      return handlePuback(client, packet);
    case PacketType.PUBREC:
      return handlePubrec(client, packet);
    case PacketType.PUBREL:
      return handlePubrel(client, packet);
    case PacketType.PUBCOMP:
      return handlePubcomp(client, packet);
    case PacketType.SUBSCRIBE:
      return handleSubscribe(client, packet);
    case PacketType.UNSUBSCRIBE:
      return handleUnsubscribe(client, packet);
    case PacketType.PINGREQ:
      return handlePingreq(client);
    case PacketType.DISCONNECT:
      return handleDisconnect(client, packet);
    case PacketType.AUTH:
      return handleAuth(client, packet);
    case PacketType.CONNACK:
    case PacketType.SUBACK:
    case PacketType.UNSUBACK:
    case PacketType.PINGRESP:
      // The parser refuses what only a server may send.
      throw new ProtocolError(ReasonCode.PROTOCOL_ERROR, "a packet that only a server may send");
    default:
      packet satisfies never;
  }
}
