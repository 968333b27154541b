import {
  type ConnackPacket,
  type DisconnectPacket,
  type DisconnectProperties,
  encodePacket,
  mayCarry,
  NO_PROPERTIES,
  PacketType,
  ProtocolVersion,
  ReasonCode,
  reasonCodeHex,
  type SubackPacket,
  type SubscribeProperties,
  type Subscription,
  type UnsubackPacket,
  type UnsubscribeProperties,
} from "../codec/index.ts";
import { PacketIds } from "../delivery/index.ts";
import { MqtkError, UsageError } from "../errors.ts";
import { type Environment, systemEnvironment } from "./environment.ts";
import { asUsageError } from "./errors.ts";
import { Lifeline } from "./lifeline.ts";
import type { ClientHandlers, ClientOptions, MessageEnvelope, OutgoingMessage } from "./options.ts";
import { PendingRequests } from "./pending-requests.ts";
import { Pinger } from "./pinger.ts";
import { Publishing } from "./publishing.ts";
import { Receiving } from "./receiving.ts";
import { checkFilters, checkSubscriptions } from "./server-limits.ts";
import { Subscriptions } from "./subscriptions.ts";

const RECEIVE_MAXIMUM = 65_535;

/** One MQTT client: a session with a server, over one Network Connection after the other. */
export class Client {
  private readonly options: ClientOptions;
  private readonly environment: Environment;
  private readonly publishing: Publishing;
  private readonly requests: PendingRequests;
  private readonly lifeline: Lifeline;

  /**
   * Connects, and resolves when the server has accepted. Rejects with UnreachableError, RefusedError, ProtocolError, or
   * UsageError for options that no server could take; the first attempt is not repeated. No handler is called before
   * the caller has its client.
   */
  static async connect(
    options: ClientOptions,
    handlers: ClientHandlers = {},
    environment: Environment = systemEnvironment,
  ): Promise<Client> {
    const client = new Client(options, handlers, environment);
    await client.lifeline.begin();
    return client;
  }

  private constructor(options: ClientOptions, handlers: ClientHandlers, environment: Environment) {
    const { protocolVersion: version, properties } = options;
    const pinger = new Pinger();
    const packetIds = new PacketIds();
    const publishing = new Publishing({
      version,
      packetIds,
      maximumInFlight: options.maximumInFlight ?? RECEIVE_MAXIMUM,
      keepsMessages: options.reconnect !== undefined,
      pinger,
      onPublished: (token, reasonCode, reasonString) => handlers.onPublished?.(token, reasonCode, reasonString),
      onReady: () => handlers.onReady?.(),
    });
    const receiving = new Receiving({
      version,
      receiveMaximum: properties?.receiveMaximum ?? RECEIVE_MAXIMUM,
      topicAliasMaximum: version === ProtocolVersion.V5_0 ? (properties?.topicAliasMaximum ?? 0) : 0,
      pinger,
      onMessage: (message) => handlers.onMessage?.(message),
    });
    const requests = new PendingRequests(packetIds, version, pinger);
    const subscriptions = new Subscriptions();
    this.options = options;
    this.environment = environment;
    this.publishing = publishing;
    this.requests = requests;
    const parts = { pinger, publishing, receiving, requests, subscriptions };
    this.lifeline = new Lifeline(options, handlers, environment, parts);
  }

  /** The CONNACK of the latest connection. */
  get connack(): ConnackPacket {
    return this.lifeline.connack;
  }

  /** Ours, or the one that the server assigned. */
  get clientId(): string {
    return this.lifeline.clientId;
  }

  get isConnected(): boolean {
    return this.lifeline.connection !== undefined;
  }

  /**
   * Publishes now, or answers false: then nothing was sent, and `onReady` will tell when there is room again. There is
   * none while the connection is away, the server's Receive Maximum is used up, the network is behind, or very much was
   * published in one go. `token` comes back in `onPublished`.
   * Throws UsageError for what no server could take, RefusedError for what this one said it does not.
   */
  tryPublish(message: OutgoingMessage, token = 0): boolean {
    const { payload } = message;
    return this.tryPublishRange(message, payload, 0, payload.length, token);
  }

  /** The same with the payload `bytes[from, to)`: for those who publish millions and need no view of each. */
  tryPublishRange(message: MessageEnvelope, bytes: Uint8Array, from: number, to: number, token = 0): boolean {
    this.checkAlive();
    return this.publishing.tryPublish(message, bytes, from, to, token);
  }

  /**
   * Publishes as soon as there is room. Resolves when the network has taken the message (QoS 0), or the server has
   * acknowledged it (QoS 1 and 2, also after a reconnect), with the reason code. Rejects with RefusedError when the
   * server says no, and with the cause when the connection is lost for good (QoS 0: at all).
   */
  async publish(message: OutgoingMessage): Promise<ReasonCode> {
    this.checkAlive();
    return this.publishing.publish(message);
  }

  /**
   * Subscribes; the answer has one reason code per filter, and those that refuse are no error. After a reconnect to a
   * server that has lost the session, the client asks again for everything that was granted; if that is refused, the
   * client ends.
   */
  async subscribe(
    subscriptions: readonly Subscription[],
    properties: SubscribeProperties = NO_PROPERTIES,
  ): Promise<SubackPacket> {
    this.checkAlive();
    checkSubscriptions(subscriptions);
    return new Promise((resolve, reject) => {
      const type = PacketType.SUBSCRIBE;
      this.requests.add({ type, subscriptions, properties, ...this.requestDefaults(), resolve, reject });
    });
  }

  /** Unsubscribes; the answer of a 5.0 server has one reason code per filter. */
  async unsubscribe(
    filters: readonly string[],
    properties: UnsubscribeProperties = NO_PROPERTIES,
  ): Promise<UnsubackPacket> {
    this.checkAlive();
    checkFilters(filters);
    return new Promise((resolve, reject) => {
      const type = PacketType.UNSUBSCRIBE;
      this.requests.add({ type, filters, properties, ...this.requestDefaults(), resolve, reject });
    });
  }

  /** Stops reading after the message in hand, so that the server is slowed down. */
  pauseReading(): void {
    this.lifeline.pauseReading();
  }

  resumeReading(): void {
    this.lifeline.resumeReading();
  }

  /** Resolves when the network has taken everything published so far, or the connection is lost. */
  flushed(): Promise<void> {
    return new Promise((resolve) => this.publishing.whenHandedOver(() => resolve()));
  }

  /**
   * Says goodbye: DISCONNECT behind everything published so far, and then the end of the connection. Acknowledgements
   * are not waited for; no message is received any more. Rejects only with UsageError, and then nothing has ended.
   */
  async end(
    reasonCode: ReasonCode = ReasonCode.NORMAL_DISCONNECTION,
    properties: DisconnectProperties = NO_PROPERTIES,
  ): Promise<void> {
    const disconnect: DisconnectPacket = { type: PacketType.DISCONNECT, reasonCode, properties };
    this.checkDisconnect(disconnect);
    return this.lifeline.end(disconnect);
  }

  /**
   * Says goodbye like `end`, but leaves it to the end of the process, or to `destroy`, to close the connection. Resolves
   * when the network has taken DISCONNECT, or the connection is lost. For commands that end in this turn: closing a
   * connection in good order takes a turn more.
   */
  async leave(
    reasonCode: ReasonCode = ReasonCode.NORMAL_DISCONNECTION,
    properties: DisconnectProperties = NO_PROPERTIES,
  ): Promise<void> {
    const disconnect: DisconnectPacket = { type: PacketType.DISCONNECT, reasonCode, properties };
    this.checkDisconnect(disconnect);
    return this.lifeline.leave(disconnect);
  }

  /** Drops the connection at once and without DISCONNECT: the server publishes the will. */
  destroy(): void {
    this.lifeline.destroy();
  }

  private requestDefaults(): { isRenewal: boolean; isLate: boolean; deadline: number } {
    const timeout = this.options.requestTimeout ?? Number.POSITIVE_INFINITY;
    return { isRenewal: false, isLate: false, deadline: this.environment.clock.now() + timeout };
  }

  private checkAlive(): void {
    if (this.lifeline.isEnding) throw new MqtkError("interrupted", "the client has ended");
  }

  private checkDisconnect(packet: DisconnectPacket): void {
    asUsageError(() => encodePacket(packet, this.options.protocolVersion));
    if (!mayCarry(PacketType.DISCONNECT, packet.reasonCode, "client")) {
      throw new UsageError(`reason code ${reasonCodeHex(packet.reasonCode)} is for servers`);
    }
    const { sessionExpiryInterval = 0 } = packet.properties;
    // 3.14.2.2.2: a session that was to end with its connection cannot be prolonged.
    if (sessionExpiryInterval > 0 && (this.options.properties?.sessionExpiryInterval ?? 0) === 0) {
      throw new UsageError("the session was to end with the connection; DISCONNECT cannot prolong it");
    }
  }
}
