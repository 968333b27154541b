import { PacketType } from "./packet.ts";
import type { PacketReader } from "./packet-reader.ts";
import type { PacketWriter } from "./packet-writer.ts";

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

export function decodePing<Ping extends PingreqPacket | PingrespPacket>(reader: PacketReader, ping: Ping): Ping {
  reader.expectEnd();
  return ping;
}

export function encodePing(writer: PacketWriter, packet: PingreqPacket | PingrespPacket): void {
  writer.closeFrame(writer.openFrame(packet.type, 0));
}
