import type { PacketType } from "./packet.ts";
import type { SubackProperties } from "./properties.ts";
import type { ReasonCode } from "./reason-code.ts";

/** Section 3.9: one reason code per topic filter, in their order. 3.1 and 3.1.1 know one failure only, 0x80. */
export interface SubackPacket {
  readonly type: typeof PacketType.SUBACK;
  readonly packetId: number;
  readonly properties: SubackProperties;
  readonly reasonCodes: readonly ReasonCode[];
}
