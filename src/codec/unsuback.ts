import type { PacketType } from "./packet.ts";
import type { UnsubackProperties } from "./properties.ts";
import type { ReasonCode } from "./reason-code.ts";

/** Section 3.11: one reason code per topic filter; none at all in 3.1 and 3.1.1. */
export interface UnsubackPacket {
  readonly type: typeof PacketType.UNSUBACK;
  readonly packetId: number;
  readonly properties: UnsubackProperties;
  readonly reasonCodes: readonly ReasonCode[];
}
