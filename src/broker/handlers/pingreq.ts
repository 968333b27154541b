import { PINGRESP, ProtocolError, ReasonCode } from "../../codec/index.ts";
import type { ClientConnection } from "../client-connection.ts";

/** 3.12: the client is alive, and wants to know whether we are. */
export function handlePingreq(client: Pick<ClientConnection, "isAdmitted" | "send">): void {
  if (!client.isAdmitted) {
    throw new ProtocolError(ReasonCode.PROTOCOL_ERROR, "PINGREQ before the connection was accepted");
  }
  client.send(PINGRESP);
}
