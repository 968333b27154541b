import { encodeProperties } from "./encode-properties.ts";
import { PacketType, type QoS } from "./packet.ts";
import type { PacketWriter } from "./packet-writer.ts";
import type { PublishProperties } from "./properties.ts";
import { ProtocolVersion } from "./protocol-version.ts";
import { checkTopicName } from "./topic-characters.ts";

/** Section 3.3. Arriving ones are seen as a `PublishFrame` first; its `decode()` makes this. */
export interface PublishPacket {
  readonly type: typeof PacketType.PUBLISH;
  readonly dup: boolean;
  readonly qos: QoS;
  readonly retain: boolean;
  /** May be empty where a topic alias stands for it. */
  readonly topic: string;
  /** 1 to 65,535; undefined for QoS 0. */
  readonly packetId: number | undefined;
  readonly properties: PublishProperties;
  readonly payload: Uint8Array;
}

export function encodePublish(writer: PacketWriter, packet: PublishPacket, version: ProtocolVersion): void {
  const { dup, qos, retain, topic, packetId, properties, payload } = packet;
  const frame = writer.openFrame(PacketType.PUBLISH, (dup ? 8 : 0) | (writer.qos(qos) << 1) | (retain ? 1 : 0));
  const isVersion5 = version === ProtocolVersion.V5_0;
  if (topic !== "" || !isVersion5) checkTopicName(packet.type, "topic", topic);
  else if (properties.topicAlias === undefined) throw writer.violation("neither topic nor topic alias");
  writer.utf8(topic);
  if (qos === 0) {
    if (dup) throw writer.malformed("DUP with QoS 0"); // [MQTT-3.3.1-2]
    if (packetId !== undefined) throw writer.malformed("packet identifier with QoS 0"); // [MQTT-2.2.1-2]
  } else {
    writer.packetId(packetId);
  }
  if (isVersion5) encodeProperties(writer, "PUBLISH", properties);
  writer.closeFrame(frame, payload.length);
  writer.raw(payload);
}
