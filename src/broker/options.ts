import type { QoS } from "../codec/index.ts";

/**
 * What becomes of a message for a session whose queue is full. `disconnect`: its client, if it is there, is sent away.
 * `reject-publish`: as drop-new, and the publisher is told, if its version and the QoS of its message allow.
 */
export type QueuePolicy = "drop-new" | "drop-old" | "disconnect" | "reject-publish";

/** What a broker allows. Every limit has a default that protects it; `Infinity` lifts one where that makes sense. */
export interface BrokerOptions {
  /** Milliseconds for what comes before MQTT: TLS, the HTTP of a WebSocket, the header of a proxy. */
  readonly handshakeTimeout: number;
  /** Milliseconds from accepting a connection to its CONNECT; other bytes do not extend it. */
  readonly connectTimeout: number;
  /** Bytes of a packet before the client is authenticated. */
  readonly maximumConnectSize: number;
  /** Bytes of a packet that clients may send. */
  readonly maximumPacketSize: number;
  /** Levels of topics and filters. */
  readonly maximumTopicLevels: number;
  /** Bytes of a Client Identifier. */
  readonly maximumClientIdLength: number;
  /** Unacknowledged QoS 2 messages that a client may send at once (Receive Maximum). */
  readonly receiveMaximum: number;
  /** Unacknowledged messages that are sent to a client at once, if its own Receive Maximum allows as many. */
  readonly maximumInFlight: number;
  /** Messages and bytes that wait for one session. */
  readonly maximumQueueLength: number;
  readonly maximumQueueBytes: number;
  readonly queuePolicy: QueuePolicy;
  /** Bytes that wait for all clients together: queued, in flight and not taken by the network. */
  readonly maximumMemory: number;
  /** Bytes waiting for one connection above which its publishers are slowed down. */
  readonly softBacklog: number;
  /** Bytes waiting for one connection above which it is closed. */
  readonly hardBacklog: number;
  /** Milliseconds without progress after which nobody waits for a subscriber any more. */
  readonly slowAfter: number;
  readonly maximumSubscriptions: number;
  /** Bytes that the subscriptions of one client may take, and those of all together. */
  readonly maximumSubscriptionBytes: number;
  readonly maximumSubscriptionMemory: number;
  readonly maximumRetained: number;
  readonly maximumRetainedBytes: number;
  /** Topic aliases that a client may set, and that we set towards it. */
  readonly topicAliasMaximum: number;
  readonly outgoingTopicAliasMaximum: number;
  readonly maximumSessions: number;
  /** Seconds that a session may outlive its connection. */
  readonly maximumSessionExpiry: number;
  /** Seconds; a client that asks for more, or for none, gets this (Server Keep Alive). Infinity: as the client wants. */
  readonly maximumKeepAlive: number;
  readonly maximumConnections: number;
  /** The highest QoS at which clients may publish, and at which they are subscribed (Maximum QoS). */
  readonly maximumQoS: QoS;
  /** User Properties of one packet, and their bytes. */
  readonly maximumUserProperties: number;
  readonly maximumUserPropertyBytes: number;
  /** Refused authentications per minute from one address; then that address is refused unseen until the minute is over. */
  readonly maximumFailedConnects: number;
  /** Connections under one Client Identifier within a minute, before more of them are refused for `banTime` milliseconds. */
  readonly maximumReconnects: number;
  readonly banTime: number;
  /** Milliseconds that the event loop is late, again and again, before new clients are refused. */
  readonly busyAfter: number;
  /** Milliseconds that it is late before the heaviest publishers are not read from. */
  readonly overloadedAfter: number;
  /** Refuses control characters and non-characters in strings, as 1.5.4 allows. */
  readonly strictUtf8: boolean;
}

/** What one listener may allow otherwise than its broker; what it leaves out is as the broker has it. */
export interface ListenerOptions
  extends Partial<
    Pick<
      BrokerOptions,
      | "handshakeTimeout"
      | "connectTimeout"
      | "maximumConnectSize"
      | "maximumClientIdLength"
      | "maximumKeepAlive"
      | "maximumPacketSize"
      | "maximumQoS"
      | "topicAliasMaximum"
      | "outgoingTopicAliasMaximum"
      | "receiveMaximum"
      | "maximumInFlight"
    >
  > {
  /** Whether clients come in that do not say who they are. Absent: as the authentication of all says. */
  readonly allowsAnonymous?: boolean | undefined;
}

/** What holds for a client: the options of its listener, and the broker's where that has none. */
export type ClientPolicy = BrokerOptions & Pick<ListenerOptions, "allowsAnonymous">;

export const defaultBrokerOptions: BrokerOptions = {
  handshakeTimeout: 10_000,
  connectTimeout: 5_000,
  maximumConnectSize: 256 * 1024,
  maximumPacketSize: 2 * 1024 * 1024,
  maximumTopicLevels: 256,
  maximumClientIdLength: 1024,
  receiveMaximum: 1000,
  maximumInFlight: 10_000,
  maximumQueueLength: 1000,
  maximumQueueBytes: 64 * 1024 * 1024,
  queuePolicy: "drop-new",
  maximumMemory: 1024 * 1024 * 1024,
  softBacklog: 1024 * 1024,
  hardBacklog: 16 * 1024 * 1024,
  slowAfter: 2_000,
  maximumSubscriptions: 1000,
  maximumSubscriptionBytes: 64 * 1024 * 1024,
  maximumSubscriptionMemory: 1024 * 1024 * 1024,
  maximumRetained: 100_000,
  maximumRetainedBytes: 256 * 1024 * 1024,
  topicAliasMaximum: 32,
  outgoingTopicAliasMaximum: 16,
  maximumSessions: 100_000,
  maximumSessionExpiry: 7 * 24 * 3600,
  maximumKeepAlive: Number.POSITIVE_INFINITY,
  maximumConnections: Number.POSITIVE_INFINITY,
  maximumQoS: 2,
  maximumUserProperties: 64,
  maximumUserPropertyBytes: 16 * 1024,
  maximumFailedConnects: 20,
  maximumReconnects: Number.POSITIVE_INFINITY,
  banTime: 300_000,
  busyAfter: 200,
  overloadedAfter: 1_000,
  strictUtf8: false,
};
