import {
  PacketType,
  ProtocolError,
  type PubackPacket,
  type PubcompPacket,
  type PubrecPacket,
  type PubrelPacket,
  ReasonCode,
} from "../../codec/index.ts";
import { InFlightState } from "../../delivery/index.ts";
import type { ClientConnection } from "../client-connection.ts";

type Client = Pick<ClientConnection, "session" | "sendAck" | "unreleased">;

/** 3.4: the client has a QoS 1 message. An id that is not in flight is ignored: it may belong to an earlier connection. */
export function handlePuback(client: Client, packet: PubackPacket): void {
  if (isAt(client, packet.packetId, InFlightState.AWAITS_PUBACK, "PUBACK")) {
    client.session.finished(packet.packetId);
  }
}

/** 3.5: the client owns a QoS 2 message, or refuses it: then its id is free [MQTT-4.3.3-9]. */
export function handlePubrec(client: Client, packet: PubrecPacket): void {
  const { session } = client;
  const { packetId } = packet;
  const state = session.inFlight.stateOf(packetId);
  if (state === InFlightState.NONE) {
    client.sendAck(PacketType.PUBREL, packetId, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
    return;
  }
  if (state === InFlightState.AWAITS_PUBACK) {
    throw new ProtocolError(ReasonCode.PROTOCOL_ERROR, `PUBREC: packet id ${packetId} is in use for QoS 1`);
  }
  if (packet.reasonCode >= 0x80) {
    session.finished(packetId);
    return;
  }
  session.received(packetId);
  client.sendAck(PacketType.PUBREL, packetId);
}

/** 3.6: the client releases a packet id that it used for a QoS 2 message of its own. */
export function handlePubrel(client: Client, packet: PubrelPacket): void {
  const isKnown = client.session.receiver.release(packet.packetId);
  if (isKnown && client.unreleased > 0) {
    client.unreleased -= 1;
  }
  client.sendAck(
    PacketType.PUBCOMP,
    packet.packetId,
    isKnown ? ReasonCode.SUCCESS : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND,
  );
}

/** 3.7: a QoS 2 exchange is complete. */
export function handlePubcomp(client: Client, packet: PubcompPacket): void {
  if (isAt(client, packet.packetId, InFlightState.AWAITS_PUBCOMP, "PUBCOMP")) {
    client.session.finished(packet.packetId);
  }
}

/** Is the message at this point of its exchange? False when it is not in flight; at another point, the protocol is broken. */
function isAt(client: Client, packetId: number, expected: InFlightState, name: string): boolean {
  const state = client.session.inFlight.stateOf(packetId);
  if (state !== expected && state !== InFlightState.NONE) {
    throw new ProtocolError(
      ReasonCode.PROTOCOL_ERROR,
      `${name}: packet id ${packetId} is at another point of its exchange`,
    );
  }
  return state === expected;
}
