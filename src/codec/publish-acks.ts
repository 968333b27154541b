import { decodeProperties } from "./decode-properties.ts";
import { encodeProperties } from "./encode-properties.ts";
import { PacketType, type Sender } from "./packet.ts";
import type { PacketReader } from "./packet-reader.ts";
import type { PacketWriter } from "./packet-writer.ts";
import { type AckProperties, isEmpty, NO_PROPERTIES } from "./properties.ts";
import { ProtocolVersion } from "./protocol-version.ts";
import { ReasonCode } from "./reason-code.ts";

type PublishAckType =
  | typeof PacketType.PUBACK
  | typeof PacketType.PUBREC
  | typeof PacketType.PUBREL
  | typeof PacketType.PUBCOMP;

/** The four packets of the QoS handshakes have one form. */
interface PublishAck<Type extends PublishAckType> {
  readonly type: Type;
  readonly packetId: number;
  /** Always SUCCESS in 3.1 and 3.1.1, which have none. */
  readonly reasonCode: ReasonCode;
  readonly properties: AckProperties;
}

/** Section 3.4: answers QoS 1. */
export type PubackPacket = PublishAck<typeof PacketType.PUBACK>;
/** Section 3.5: first answer to QoS 2. */
export type PubrecPacket = PublishAck<typeof PacketType.PUBREC>;
/** Section 3.6: the sender releases the packet id. */
export type PubrelPacket = PublishAck<typeof PacketType.PUBREL>;
/** Section 3.7: the end of QoS 2. */
export type PubcompPacket = PublishAck<typeof PacketType.PUBCOMP>;

export function decodePublishAck<Type extends PublishAckType>(
  reader: PacketReader,
  type: Type,
  version: ProtocolVersion,
  sender: Sender,
): PublishAck<Type> {
  const packetId = reader.packetId();
  let reasonCode: ReasonCode = ReasonCode.SUCCESS;
  let properties: AckProperties = NO_PROPERTIES;
  if (reader.remaining > 0 && version === ProtocolVersion.V5_0) {
    reasonCode = reader.reasonCode(sender);
    if (reader.remaining > 0) properties = decodeProperties(reader, "PUBACK");
  }
  reader.expectEnd();
  return { type, packetId, reasonCode, properties };
}

export function encodePublishAck(
  writer: PacketWriter,
  packet: PublishAck<PublishAckType>,
  version: ProtocolVersion,
): void {
  const { type, packetId, reasonCode, properties } = packet;
  // [MQTT-3.6.1-1] PUBREL has the flags of a packet that wants an answer.
  const frame = writer.openFrame(type, type === PacketType.PUBREL ? 0b0010 : 0);
  writer.packetId(packetId);
  if (version === ProtocolVersion.V5_0) {
    const hasProperties = !isEmpty(properties);
    if (hasProperties || reasonCode !== ReasonCode.SUCCESS) writer.reasonCode(reasonCode);
    if (hasProperties) encodeProperties(writer, "PUBACK", properties);
  }
  writer.closeFrame(frame);
}
