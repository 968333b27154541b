import type { DropReason } from "../events.ts";

/** What a broker is doing and has done since its start: plain numbers. */
export interface BrokerStatistics {
  readonly connections: number;
  readonly sessions: number;
  readonly subscriptions: number;
  readonly retained: { readonly messages: number; readonly bytes: number };
  /** Bytes that wait: messages queued or kept in flight, and what the network had not taken at the last look. */
  readonly waiting: { readonly kept: number; readonly outgoing: number };
  readonly received: Traffic;
  readonly sent: Traffic;
  /** Messages that subscribers did not get, by reason. */
  readonly dropped: Readonly<Record<DropReason, number>>;
  /** Milliseconds that the event loop is late. */
  readonly drift: number;
}

/** Application Messages, and bytes of whatever kind. */
export interface Traffic {
  messages: number;
  bytes: number;
}
