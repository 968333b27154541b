import type { PacketType } from "./packet.ts";
import type { ConnackProperties } from "./properties.ts";
import type { ReasonCode } from "./reason-code.ts";

/** Section 3.2. The return codes of 3.1 and 3.1.1 are read and written as the reason codes that mean the same. */
export interface ConnackPacket {
  readonly type: typeof PacketType.CONNACK;
  readonly sessionPresent: boolean;
  readonly reasonCode: ReasonCode;
  readonly properties: ConnackProperties;
}
