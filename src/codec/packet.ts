import type { AuthPacket } from "./auth.ts";
import type { ConnackPacket } from "./connack.ts";
import type { ConnectPacket } from "./connect.ts";
import type { DisconnectPacket } from "./disconnect.ts";
import type { PingreqPacket, PingrespPacket } from "./ping.ts";
import type { PublishPacket } from "./publish.ts";
import type { PubackPacket, PubcompPacket, PubrecPacket, PubrelPacket } from "./publish-acks.ts";
import type { SubackPacket } from "./suback.ts";
import type { SubscribePacket } from "./subscribe.ts";
import type { UnsubackPacket } from "./unsuback.ts";
import type { UnsubscribePacket } from "./unsubscribe.ts";

/** The control packet types by their number on the wire (section 2.1.2). */
export const PacketType = {
  CONNECT: 1,
  CONNACK: 2,
  PUBLISH: 3,
  PUBACK: 4,
  PUBREC: 5,
  PUBREL: 6,
  PUBCOMP: 7,
  SUBSCRIBE: 8,
  SUBACK: 9,
  UNSUBSCRIBE: 10,
  UNSUBACK: 11,
  PINGREQ: 12,
  PINGRESP: 13,
  DISCONNECT: 14,
  AUTH: 15,
} as const;
export type PacketType = (typeof PacketType)[keyof typeof PacketType];
export type PacketName = keyof typeof PacketType;

/** How hard both sides try to deliver a message: at most once, at least once, exactly once (section 4.3). */
export type QoS = 0 | 1 | 2;

/** Who sent a packet; some packets and reason codes are legal in one direction only. */
export type Sender = "client" | "server";

/** A decoded control packet, told apart by `type`. None of them knows its version: that is a parameter of the codec. */
export type Packet =
  | ConnectPacket
  | ConnackPacket
  | PublishPacket
  | PubackPacket
  | PubrecPacket
  | PubrelPacket
  | PubcompPacket
  | SubscribePacket
  | SubackPacket
  | UnsubscribePacket
  | UnsubackPacket
  | PingreqPacket
  | PingrespPacket
  | DisconnectPacket
  | AuthPacket;

const NAMES = Object.keys(PacketType) as PacketName[];

/** The name that the standard uses, for messages to people: "SUBSCRIBE". */
export function packetName(type: PacketType): PacketName {
  return NAMES[type - 1] as PacketName;
}
