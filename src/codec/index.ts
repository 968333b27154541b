export type { AuthPacket } from "./auth.ts";
export type { ConnackPacket } from "./connack.ts";
export type { ConnectPacket, Will } from "./connect.ts";
export type { DisconnectPacket } from "./disconnect.ts";
export { encodePacket, encodePacketInto } from "./encode.ts";
export { encodeProperties } from "./encode-properties.ts";
export { ProtocolError } from "./errors.ts";
export { type Packet, type PacketName, PacketType, packetName, type QoS, type Sender } from "./packet.ts";
export { PacketParser, type PacketParserOptions } from "./packet-parser.ts";
export { PacketWriter } from "./packet-writer.ts";
export { PINGREQ, PINGRESP, type PingreqPacket, type PingrespPacket } from "./ping.ts";
export {
  type AckProperties,
  type AuthProperties,
  type ConnackProperties,
  type ConnectProperties,
  type DisconnectProperties,
  NO_PROPERTIES,
  type PropertyType,
  type PublishProperties,
  propertyNamed,
  propertyOf,
  type SubackProperties,
  type SubscribeProperties,
  type UnsubackProperties,
  type UnsubscribeProperties,
  type WillProperties,
} from "./properties.ts";
export { ProtocolVersion, protocolVersionName } from "./protocol-version.ts";
export type { PublishPacket } from "./publish.ts";
export type { PubackPacket, PubcompPacket, PubrecPacket, PubrelPacket } from "./publish-acks.ts";
export { type ByteRange, IN_ONE_PIECE, PublishFrame } from "./publish-frame.ts";
export { mayCarry, ReasonCode, reasonCodeHex, reasonCodeMeaning, reasonCodeName } from "./reason-code.ts";
export type { SubackPacket } from "./suback.ts";
export { MOST_FILTERS, type SubscribePacket, type Subscription } from "./subscribe.ts";
export type { UnsubackPacket } from "./unsuback.ts";
export type { UnsubscribePacket } from "./unsubscribe.ts";
export { isWellFormedUtf8 } from "./utf8.ts";
export { MAXIMUM_PACKET_SIZE, variableByteIntegerLength } from "./variable-byte-integer.ts";
