import type {
  ConnackPacket,
  ConnectProperties,
  ProtocolVersion,
  PublishProperties,
  QoS,
  ReasonCode,
  Will,
} from "../codec/index.ts";
import type { MqtkError } from "../errors.ts";
import type { Address, TransportOptions } from "../transport/index.ts";
import type { ReceivedMessage } from "./received-message.ts";
import type { ReconnectPolicy } from "./reconnect-policy.ts";

export interface ClientOptions {
  readonly address: Address;
  /** How bytes get there: TLS, WebSocket, proxy. */
  readonly transport?: TransportOptions | undefined;
  readonly protocolVersion: ProtocolVersion;
  /** Empty: the server assigns one (5.0, or 3.1.1 with `cleanStart`). */
  readonly clientId: string;
  /** 3.1 and 3.1.1: Clean Session. 5.0: the first connection begins a new session; later ones resume it if it lives on. */
  readonly cleanStart: boolean;
  /** Seconds; 0 turns it off. A server may decide otherwise in CONNACK. */
  readonly keepAlive: number;
  readonly userName?: string | undefined;
  readonly password?: Uint8Array | undefined;
  readonly will?: Will | undefined;
  /** For 5.0; of a client with 3.1 or 3.1.1 only `maximumPacketSize` counts, as a limit of its own. */
  readonly properties?: ConnectProperties | undefined;
  /** Milliseconds from the lookup of the address to CONNACK. */
  readonly connectTimeout: number;
  /** Milliseconds for the answer to a SUBSCRIBE or UNSUBSCRIBE. Absent: as long as the connection lives. */
  readonly requestTimeout?: number | undefined;
  /** QoS 1 and 2 messages in flight, at most; the server's Receive Maximum if that is less. Absent: 65,535. */
  readonly maximumInFlight?: number | undefined;
  /** Absent: a lost connection is final. */
  readonly reconnect?: ReconnectPolicy | undefined;
}

/** A message but for its payload. */
export interface MessageEnvelope {
  readonly topic: string;
  readonly qos: QoS;
  readonly retain: boolean;
  /** For 5.0. Topic aliases are the client's own affair. */
  readonly properties?: PublishProperties | undefined;
}

export interface OutgoingMessage extends MessageEnvelope {
  /** Up to 16 KiB are copied; what is larger must not change until `flushed` (QoS 0) or until it is acknowledged. */
  readonly payload: Uint8Array;
}

/** What a client tells while it runs. An exception thrown in one of them ends the client and goes on to the process. */
export interface ClientHandlers {
  /** A view, valid during the call. The message is acknowledged when the call returns. */
  onMessage?(message: ReceivedMessage): void;
  /** The end of a `tryPublish` with QoS 1 or 2. From 0x80 on, the code says why the server (or its limits) refused it. */
  onPublished?(token: number, reasonCode: ReasonCode, reasonString: string | undefined): void;
  /** After `tryPublish` answered false: there is room again. */
  onReady?(): void;
  /**
   * The connection is gone, or an attempt to get it back has failed. `retryIn`: milliseconds until the next attempt;
   * undefined when there will be none, and `onEnd` follows.
   */
  onConnectionLost?(cause: MqtkError, retryIn: number | undefined): void;
  /** The connection is back: what was in flight is being sent again, and subscriptions are restored if the session is new. */
  onReconnected?(connack: ConnackPacket): void;
  /** Called once, when all is over. No cause: by `end` or `destroy`. */
  onEnd?(cause: MqtkError | undefined): void;
}
