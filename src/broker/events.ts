import type { ProtocolVersion, QoS, ReasonCode, Subscription } from "../codec/index.ts";

/** Who an event is about. */
export interface ClientInfo {
  readonly clientId: string;
  readonly remote: string;
  readonly version: ProtocolVersion;
}

/**
 * Why a message did not reach a subscriber: it makes no progress (QoS 0), its queue is full, it accepts no packet as
 * large, the message expired while it waited, too much waits for all clients together.
 */
export type DropReason = "slow" | "queue-full" | "too-large" | "expired" | "memory";

/** What a broker tells the outside. Without a listener nothing is computed for it. */
export interface BrokerEvents {
  onConnect?(
    client: ClientInfo,
    details: { cleanStart: boolean; sessionPresent: boolean; keepAlive: number; userName: string | undefined },
  ): void;
  /** A connection that ended before it was accepted. `reason` is for people. */
  onRefused?(remote: string, clientId: string | undefined, reasonCode: ReasonCode, reason: string): void;
  /** `clean`: the client said goodbye. `reason` is for people. */
  onDisconnect?(client: ClientInfo, details: { clean: boolean; reasonCode: ReasonCode; reason: string }): void;
  onSubscribe?(client: ClientInfo, subscription: Subscription, reasonCode: ReasonCode): void;
  onUnsubscribe?(client: ClientInfo, filter: string, reasonCode: ReasonCode): void;
  /** A message arrived. `topic` is as it came: escape it before it is printed. */
  onPublish?(client: ClientInfo, message: { topic: string; qos: QoS; retain: boolean; payloadLength: number }): void;
  /** A client is gone, and its Will is not published: it may not publish to that topic any more. */
  onWillRefused?(clientId: string, topic: string): void;
  /** Something went wrong in the broker itself; the connection it happened on was closed. */
  onInternalError?(error: unknown): void;
  /** Messages that a subscriber did not get; told once per reason and second at most, with their number since. */
  onDropped?(clientId: string, reason: DropReason, count: number): void;
}
