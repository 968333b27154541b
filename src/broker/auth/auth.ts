import type { ProtocolVersion, QoS, ReasonCode } from "../../codec/index.ts";
import type { PeerIdentity } from "../../transport/index.ts";

/** A CONNECT that asks to be let in. */
export interface ConnectAttempt {
  readonly clientId: string;
  readonly userName: string | undefined;
  readonly password: Uint8Array | undefined;
  readonly version: ProtocolVersion;
  readonly remote: string;
  /** Who the client proved to be on the way here: by its certificate, or by a pre-shared key. */
  readonly peer: PeerIdentity | undefined;
  /** What the listener says of clients that do not say who they are; undefined: nothing. */
  readonly allowsAnonymous?: boolean | undefined;
  /** The Authentication Method and the first data of enhanced authentication (4.12), where the client asks for it. */
  readonly method: string | undefined;
  readonly data: Uint8Array | undefined;
}

/** Who the client is. A session belongs to the identity that made it. */
export type Identity = string;

/** What an accepted client may do; asked per packet, and for its Will again when that is published, so it answers at once. */
export interface Permissions {
  /** The client is not to be here any more: see `Broker.rightsChanged`. */
  readonly isRevoked?: boolean;
  mayPublish(topic: string, qos: QoS, retain: boolean): boolean;
  maySubscribe(filter: string, qos: QoS): boolean;
  mayReceive(topic: string): boolean;
}

export interface Accepted {
  readonly identity: Identity;
  readonly permissions: Permissions;
  /** Authentication Data for the end of an exchange. */
  readonly data?: Uint8Array;
}

export interface Refusal {
  readonly reasonCode: ReasonCode;
}

/** A method that wants to hear more from the client first. */
export interface Challenge {
  readonly challenge: Uint8Array | undefined;
  /** The client's answer to it. */
  respond(data: Uint8Array | undefined): Promise<Answer>;
}

export type Answer = Accepted | Refusal | Challenge;

/**
 * Decides who may come in: asked once per connection, before any session or will is touched, and again when a client
 * re-authenticates. Who need not wait to know answers at once. A method that it does not have is refused with 0x8C [MQTT-4.12.0-1].
 */
export interface Auth {
  authenticate(attempt: ConnectAttempt): Answer | Promise<Answer>;
}
