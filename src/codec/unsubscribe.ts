import type { PacketType } from "./packet.ts";
import type { UnsubscribeProperties } from "./properties.ts";

/** Section 3.10. */
export interface UnsubscribePacket {
  readonly type: typeof PacketType.UNSUBSCRIBE;
  readonly packetId: number;
  readonly properties: UnsubscribeProperties;
  readonly filters: readonly string[];
}
