import { PacketType } from "./packet.ts";

/** Section 3.12. */
export interface PingreqPacket {
  readonly type: typeof PacketType.PINGREQ;
}
/** Section 3.13. */
export interface PingrespPacket {
  readonly type: typeof PacketType.PINGRESP;
}

/** There is nothing in them, so one of each is enough. */
export const PINGREQ: PingreqPacket = Object.freeze({ type: PacketType.PINGREQ });
export const PINGRESP: PingrespPacket = Object.freeze({ type: PacketType.PINGRESP });
