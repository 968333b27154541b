import { ProtocolError, ReasonCode } from "../../codec/index.ts";

/** AUTH belongs to an exchange that CONNECT begins by naming a method [MQTT-4.12.0-6]; no method is configured. */
export function handleAuth(): never {
  throw new ProtocolError(ReasonCode.PROTOCOL_ERROR, "AUTH: the connection has no authentication method");
}
