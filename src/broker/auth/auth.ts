import type { ProtocolVersion, QoS, ReasonCode } from "../../codec/index.ts";

/** A CONNECT that asks to be let in. */
export interface ConnectAttempt {
  readonly clientId: string;
  readonly userName: string | undefined;
  readonly password: Uint8Array | undefined;
  readonly version: ProtocolVersion;
  readonly remote: string;
}

/** Who the client is. A session belongs to the identity that made it. */
export type Identity = string;

/** What an accepted client may do; asked per packet, so it answers at once. */
export interface Permissions {
  mayPublish(topic: string, qos: QoS, retain: boolean): boolean;
  maySubscribe(filter: string, qos: QoS): boolean;
  mayReceive(topic: string): boolean;
}

export interface Accepted {
  readonly identity: Identity;
  readonly permissions: Permissions;
}

export interface Refusal {
  readonly reasonCode: ReasonCode;
}

/** Decides who may come in: asked once per connection, before any session or will is touched. */
export interface Auth {
  authenticate(attempt: ConnectAttempt): Promise<Accepted | Refusal>;
}
