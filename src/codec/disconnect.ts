import type { PacketType } from "./packet.ts";
import type { DisconnectProperties } from "./properties.ts";
import type { ReasonCode } from "./reason-code.ts";

/** Section 3.14. In 3.1 and 3.1.1 only clients send it, and it says nothing but that they leave. */
export interface DisconnectPacket {
  readonly type: typeof PacketType.DISCONNECT;
  readonly reasonCode: ReasonCode;
  readonly properties: DisconnectProperties;
}
