import { decodeProperties } from "./decode-properties.ts";
import { encodeProperties } from "./encode-properties.ts";
import { PacketType } from "./packet.ts";
import type { PacketReader } from "./packet-reader.ts";
import type { PacketWriter } from "./packet-writer.ts";
import { NO_PROPERTIES, type SubackProperties } from "./properties.ts";
import { ProtocolVersion } from "./protocol-version.ts";
import { ReasonCode } from "./reason-code.ts";

/** Section 3.9: one reason code per topic filter, in their order. 3.1 and 3.1.1 know one failure only, 0x80. */
export interface SubackPacket {
  readonly type: typeof PacketType.SUBACK;
  readonly packetId: number;
  readonly properties: SubackProperties;
  readonly reasonCodes: readonly ReasonCode[];
}

export function decodeSuback(reader: PacketReader, version: ProtocolVersion): SubackPacket {
  const packetId = reader.packetId();
  const isVersion5 = version === ProtocolVersion.V5_0;
  const properties = isVersion5 ? decodeProperties(reader, "SUBACK") : NO_PROPERTIES;
  const reasonCodes: ReasonCode[] = [];
  while (reader.remaining > 0) {
    const reasonCode = reader.reasonCode("server");
    // [MQTT-3.9.3-2] of 3.1.1.
    if (!isVersion5 && reasonCode > ReasonCode.UNSPECIFIED_ERROR) throw reader.violation(`return code ${reasonCode}`);
    reasonCodes.push(reasonCode);
  }
  if (reasonCodes.length === 0) throw reader.violation("no reason code");
  return { type: PacketType.SUBACK, packetId, properties, reasonCodes };
}

export function encodeSuback(writer: PacketWriter, packet: SubackPacket, version: ProtocolVersion): void {
  const frame = writer.openFrame(PacketType.SUBACK, 0);
  const isVersion5 = version === ProtocolVersion.V5_0;
  writer.packetId(packet.packetId);
  if (isVersion5) encodeProperties(writer, "SUBACK", packet.properties);
  if (packet.reasonCodes.length === 0) throw writer.violation("no reason code");
  writer.reasonCodes(isVersion5 ? packet.reasonCodes : packet.reasonCodes.map(returnCodeOf));
  writer.closeFrame(frame);
}

/** 3.1.1 has one code for every failure. 3.1 has none: its clients get the same, as from other brokers. */
function returnCodeOf(reasonCode: ReasonCode): ReasonCode {
  return reasonCode < ReasonCode.UNSPECIFIED_ERROR ? reasonCode : ReasonCode.UNSPECIFIED_ERROR;
}
