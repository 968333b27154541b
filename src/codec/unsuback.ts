import { decodeProperties } from "./decode-properties.ts";
import { encodeProperties } from "./encode-properties.ts";
import { PacketType } from "./packet.ts";
import type { PacketReader } from "./packet-reader.ts";
import type { PacketWriter } from "./packet-writer.ts";
import { NO_PROPERTIES, type UnsubackProperties } from "./properties.ts";
import { ProtocolVersion } from "./protocol-version.ts";
import type { ReasonCode } from "./reason-code.ts";

/** Section 3.11: one reason code per topic filter; none at all in 3.1 and 3.1.1. */
export interface UnsubackPacket {
  readonly type: typeof PacketType.UNSUBACK;
  readonly packetId: number;
  readonly properties: UnsubackProperties;
  readonly reasonCodes: readonly ReasonCode[];
}

export function decodeUnsuback(reader: PacketReader, version: ProtocolVersion): UnsubackPacket {
  const packetId = reader.packetId();
  const reasonCodes: ReasonCode[] = [];
  if (version !== ProtocolVersion.V5_0) {
    reader.expectEnd();
    return { type: PacketType.UNSUBACK, packetId, properties: NO_PROPERTIES, reasonCodes };
  }
  const properties = decodeProperties(reader, "UNSUBACK");
  while (reader.remaining > 0) reasonCodes.push(reader.reasonCode("server"));
  if (reasonCodes.length === 0) throw reader.violation("no reason code");
  return { type: PacketType.UNSUBACK, packetId, properties, reasonCodes };
}

export function encodeUnsuback(writer: PacketWriter, packet: UnsubackPacket, version: ProtocolVersion): void {
  const frame = writer.openFrame(PacketType.UNSUBACK, 0);
  writer.packetId(packet.packetId);
  if (version === ProtocolVersion.V5_0) {
    encodeProperties(writer, "UNSUBACK", packet.properties);
    if (packet.reasonCodes.length === 0) throw writer.violation("no reason code");
    writer.reasonCodes(packet.reasonCodes);
  }
  writer.closeFrame(frame);
}
