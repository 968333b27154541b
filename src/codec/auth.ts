import type { PacketType } from "./packet.ts";
import type { AuthProperties } from "./properties.ts";
import type { ReasonCode } from "./reason-code.ts";

/** Section 3.15; does not exist before 5.0. */
export interface AuthPacket {
  readonly type: typeof PacketType.AUTH;
  readonly reasonCode: ReasonCode;
  readonly properties: AuthProperties;
}
