import { type DisconnectPacket, ProtocolError, ReasonCode } from "../../codec/index.ts";
import type { ClientConnection } from "../client-connection.ts";

/** 3.14: the client ends the connection, and may change how long its session stays. */
export function handleDisconnect(
  client: Pick<ClientConnection, "isAdmitted" | "session" | "core" | "goodbye">,
  packet: DisconnectPacket,
): void {
  if (!client.isAdmitted) {
    // It gave up while it was asked who it is.
    client.goodbye(packet.reasonCode);
    return;
  }
  const { session } = client;
  const interval = packet.properties.sessionExpiryInterval;
  if (interval !== undefined) {
    if (interval > 0 && session.expiryInterval === 0) {
      throw new ProtocolError(
        ReasonCode.PROTOCOL_ERROR,
        "DISCONNECT: a session that was to end with its connection cannot be kept",
      );
    }
    session.expiryInterval = Math.min(interval, client.core.options.maximumSessionExpiry);
  }
  client.goodbye(packet.reasonCode);
}
