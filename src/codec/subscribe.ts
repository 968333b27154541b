import type { PacketType, QoS } from "./packet.ts";
import type { SubscribeProperties } from "./properties.ts";

/** A topic filter and what its subscriber wants; 3.1 and 3.1.1 only know the QoS. */
export interface Subscription {
  readonly filter: string;
  /** The highest QoS that messages may be sent with. */
  readonly qos: QoS;
  /** Do not send back what the same client published. */
  readonly noLocal: boolean;
  /** Keep the retain flag of the publisher. */
  readonly retainAsPublished: boolean;
  /** Send retained messages: 0 always, 1 if the subscription is new, 2 never. */
  readonly retainHandling: 0 | 1 | 2;
}

/** Section 3.8. */
export interface SubscribePacket {
  readonly type: typeof PacketType.SUBSCRIBE;
  readonly packetId: number;
  readonly properties: SubscribeProperties;
  readonly subscriptions: readonly Subscription[];
}
