import type { PacketType, QoS } from "./packet.ts";
import type { PublishProperties } from "./properties.ts";

/** Section 3.3. Arriving ones are seen as a `PublishFrame` first; its `decode()` makes this. */
export interface PublishPacket {
  readonly type: typeof PacketType.PUBLISH;
  readonly dup: boolean;
  readonly qos: QoS;
  readonly retain: boolean;
  /** May be empty where a topic alias stands for it. */
  readonly topic: string;
  /** 1 to 65,535; undefined for QoS 0. */
  readonly packetId: number | undefined;
  readonly properties: PublishProperties;
  readonly payload: Uint8Array;
}
