import { decodeProperties } from "./decode-properties.ts";
import { encodeProperties } from "./encode-properties.ts";
import { PacketType } from "./packet.ts";
import type { PacketReader } from "./packet-reader.ts";
import type { PacketWriter } from "./packet-writer.ts";
import { NO_PROPERTIES, type UnsubscribeProperties } from "./properties.ts";
import { ProtocolVersion } from "./protocol-version.ts";
import { MOST_FILTERS, skipTopicFilter } from "./subscribe.ts";
import { checkTopicFilter } from "./topic-characters.ts";

/** Section 3.10. What arrives with more than `MOST_FILTERS` has an empty filter for each one beyond. */
export interface UnsubscribePacket {
  readonly type: typeof PacketType.UNSUBSCRIBE;
  readonly packetId: number;
  readonly properties: UnsubscribeProperties;
  readonly filters: readonly string[];
}

export function decodeUnsubscribe(reader: PacketReader, version: ProtocolVersion): UnsubscribePacket {
  const packetId = reader.packetId();
  const properties = version === ProtocolVersion.V5_0 ? decodeProperties(reader, "UNSUBSCRIBE") : NO_PROPERTIES;
  const filters: string[] = [];
  while (reader.remaining > 0 && filters.length < MOST_FILTERS) {
    const filter = reader.utf8();
    checkTopicFilter(reader.type, filter);
    filters.push(filter);
  }
  if (filters.length === 0) throw reader.violation("no topic filter"); // [MQTT-3.10.3-2]
  let unread = 0;
  while (reader.remaining > 0) {
    skipTopicFilter(reader);
    unread += 1;
  }
  return {
    type: PacketType.UNSUBSCRIBE,
    packetId,
    properties,
    filters: unread === 0 ? filters : filters.concat(new Array(unread).fill("")),
  };
}

export function encodeUnsubscribe(writer: PacketWriter, packet: UnsubscribePacket, version: ProtocolVersion): void {
  const frame = writer.openFrame(PacketType.UNSUBSCRIBE, 0b0010);
  writer.packetId(packet.packetId);
  if (version === ProtocolVersion.V5_0) encodeProperties(writer, "UNSUBSCRIBE", packet.properties);
  if (packet.filters.length === 0) throw writer.violation("no topic filter");
  for (const filter of packet.filters) {
    checkTopicFilter(writer.type, filter);
    writer.utf8(filter);
  }
  writer.closeFrame(frame);
}
