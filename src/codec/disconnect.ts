import { decodeProperties } from "./decode-properties.ts";
import { encodeProperties } from "./encode-properties.ts";
import { PacketType, type Sender } from "./packet.ts";
import type { PacketReader } from "./packet-reader.ts";
import type { PacketWriter } from "./packet-writer.ts";
import { type DisconnectProperties, isEmpty, NO_PROPERTIES } from "./properties.ts";
import { ProtocolVersion } from "./protocol-version.ts";
import { ReasonCode } from "./reason-code.ts";

/** Section 3.14. In 3.1 and 3.1.1 only clients send it, and it says nothing but that they leave. */
export interface DisconnectPacket {
  readonly type: typeof PacketType.DISCONNECT;
  readonly reasonCode: ReasonCode;
  readonly properties: DisconnectProperties;
}

export function decodeDisconnect(reader: PacketReader, version: ProtocolVersion, sender: Sender): DisconnectPacket {
  let reasonCode: ReasonCode = ReasonCode.NORMAL_DISCONNECTION;
  let properties: DisconnectProperties = NO_PROPERTIES;
  if (reader.remaining > 0 && version === ProtocolVersion.V5_0) {
    reasonCode = reader.reasonCode(sender);
    if (reader.remaining > 0) properties = decodeProperties(reader, "DISCONNECT");
  }
  reader.expectEnd();
  // [MQTT-3.14.2-2]
  if (sender === "server" && properties.sessionExpiryInterval !== undefined) {
    throw reader.violation("session expiry interval from a server");
  }
  return { type: PacketType.DISCONNECT, reasonCode, properties };
}

export function encodeDisconnect(writer: PacketWriter, packet: DisconnectPacket, version: ProtocolVersion): void {
  const frame = writer.openFrame(PacketType.DISCONNECT, 0);
  if (version === ProtocolVersion.V5_0) {
    const hasProperties = !isEmpty(packet.properties);
    if (hasProperties || packet.reasonCode !== ReasonCode.NORMAL_DISCONNECTION) writer.reasonCode(packet.reasonCode);
    if (hasProperties) encodeProperties(writer, "DISCONNECT", packet.properties);
  }
  writer.closeFrame(frame);
}
