import { decodeProperties } from "./decode-properties.ts";
import { encodeProperties } from "./encode-properties.ts";
import { PacketType, type Sender } from "./packet.ts";
import type { PacketReader } from "./packet-reader.ts";
import type { PacketWriter } from "./packet-writer.ts";
import { type AuthProperties, isEmpty, NO_PROPERTIES } from "./properties.ts";
import { ProtocolVersion } from "./protocol-version.ts";
import { ReasonCode } from "./reason-code.ts";

/** Section 3.15; does not exist before 5.0. */
export interface AuthPacket {
  readonly type: typeof PacketType.AUTH;
  readonly reasonCode: ReasonCode;
  readonly properties: AuthProperties;
}

/**
 * Section 3.15.2.1 lets success without properties have no bytes at all, section 3.15.2.2.2 forbids to leave out the method: the empty
 * form is read and left to the state of the exchange to judge. From a client it would say what only servers may (table 3-11).
 */
export function decodeAuth(reader: PacketReader, sender: Sender): AuthPacket {
  if (reader.remaining === 0) {
    if (sender === "client") throw reader.violation("success from a client");
    return { type: PacketType.AUTH, reasonCode: ReasonCode.SUCCESS, properties: NO_PROPERTIES };
  }
  const reasonCode = reader.reasonCode(sender);
  const properties = decodeProperties(reader, "AUTH");
  reader.expectEnd();
  if (properties.authenticationMethod === undefined) throw reader.violation("no authentication method");
  return { type: PacketType.AUTH, reasonCode, properties };
}

export function encodeAuth(writer: PacketWriter, packet: AuthPacket, version: ProtocolVersion): void {
  const frame = writer.openFrame(PacketType.AUTH, 0);
  if (version !== ProtocolVersion.V5_0) throw writer.violation("does not exist before MQTT 5.0");
  if (packet.reasonCode !== ReasonCode.SUCCESS || !isEmpty(packet.properties)) {
    if (packet.properties.authenticationMethod === undefined) throw writer.violation("no authentication method");
    writer.reasonCode(packet.reasonCode);
    encodeProperties(writer, "AUTH", packet.properties);
  }
  writer.closeFrame(frame);
}
