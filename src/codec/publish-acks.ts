import type { PacketType } from "./packet.ts";
import type { AckProperties } from "./properties.ts";
import type { ReasonCode } from "./reason-code.ts";

interface PublishAck<Type extends PacketType> {
  readonly type: Type;
  readonly packetId: number;
  /** Always SUCCESS in 3.1 and 3.1.1, which have none. */
  readonly reasonCode: ReasonCode;
  readonly properties: AckProperties;
}

/** Section 3.4: answers QoS 1. */
export type PubackPacket = PublishAck<typeof PacketType.PUBACK>;
/** Section 3.5: first answer to QoS 2. */
export type PubrecPacket = PublishAck<typeof PacketType.PUBREC>;
/** Section 3.6: the sender releases the packet id. */
export type PubrelPacket = PublishAck<typeof PacketType.PUBREL>;
/** Section 3.7: the end of QoS 2. */
export type PubcompPacket = PublishAck<typeof PacketType.PUBCOMP>;
