import {
  type ConnackPacket,
  type DisconnectPacket,
  type DisconnectProperties,
  encodePacket,
  MAXIMUM_PACKET_SIZE,
  mayCarry,
  NO_PROPERTIES,
  type Packet,
  PacketType,
  PINGREQ,
  ProtocolError,
  ProtocolVersion,
  type PublishPacket,
  packetName,
  ReasonCode,
  reasonCodeHex,
  type SubackPacket,
  type SubscribeProperties,
  type Subscription,
  type UnsubackPacket,
  type UnsubscribeProperties,
} from "../codec/index.ts";
import type { ConnectionHandler, PacketConnection } from "../connection/index.ts";
import { PacketIds } from "../delivery/index.ts";
import { MqtkError, UsageError } from "../errors.ts";
import { describeNetworkError, placeOf } from "../transport/index.ts";
import { type Environment, systemEnvironment } from "./environment.ts";
import { asUsageError, ConnectionLostError, RefusedError } from "./errors.ts";
import { type Established, establish } from "./handshake.ts";
import type { ClientHandlers, ClientOptions, OutgoingMessage } from "./options.ts";
import { PendingRequests, type SubscribeRequest } from "./pending-requests.ts";
import { Pinger } from "./pinger.ts";
import { Publishing } from "./publishing.ts";
import { Receiving } from "./receiving.ts";
import { isWorthRetrying, reconnectDelay } from "./reconnect-policy.ts";
import { checkFilters, checkSubscriptions, type ServerLimits, serverLimitsFrom } from "./server-limits.ts";
import { Subscriptions } from "./subscriptions.ts";

/** A connection that lasted this long, in milliseconds, was good: the next loss is the first of a new series. */
const GOOD_CONNECTION = 10_000;
/** A server that does not read our acknowledgements is not read from either, while this much waits for it. */
const BACKLOG_LIMIT = 4 * 1024 * 1024;

/** One MQTT client: a session with a server, over one Network Connection after the other. */
export class Client {
  private readonly options: ClientOptions;
  private readonly handlers: ClientHandlers;
  private readonly environment: Environment;
  private readonly pinger = new Pinger();
  private readonly publishing: Publishing;
  private readonly receiving: Receiving;
  private readonly requests: PendingRequests;
  private readonly subscriptions = new Subscriptions();
  /** Gives up whatever attempt to connect is under way. */
  private readonly abortion = new AbortController();
  private connection: PacketConnection | undefined;
  private latestConnack!: ConnackPacket;
  private limits!: ServerLimits;
  private adoptedClientId: string;
  private connectedAt = 0;
  private attempts = 0;
  private cancelRetry: () => void = () => {};
  private isReadingPaused = false;
  private isBacklogged = false;
  private ending: Promise<void> | undefined;
  private resolveEnding: () => void = () => {};
  private isOver = false;

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
    const attempt = { clientId: options.clientId, cleanStart: options.cleanStart, signal: client.abortion.signal };
    client.begin(await establish(options, attempt, environment));
    return client;
  }

  private constructor(options: ClientOptions, handlers: ClientHandlers, environment: Environment) {
    const { protocolVersion: version, properties } = options;
    this.options = options;
    this.handlers = handlers;
    this.environment = environment;
    this.adoptedClientId = options.clientId;
    const packetIds = new PacketIds();
    this.publishing = new Publishing({
      version,
      packetIds,
      maximumInFlight: options.maximumInFlight ?? 65_535,
      keepsMessages: options.reconnect !== undefined,
      pinger: this.pinger,
      onPublished: (token, reasonCode, reasonString) => handlers.onPublished?.(token, reasonCode, reasonString),
      onReady: () => handlers.onReady?.(),
    });
    this.receiving = new Receiving({
      version,
      receiveMaximum: properties?.receiveMaximum ?? 65_535,
      topicAliasMaximum: version === ProtocolVersion.V5_0 ? (properties?.topicAliasMaximum ?? 0) : 0,
      pinger: this.pinger,
      onMessage: (message) => handlers.onMessage?.(message),
    });
    this.requests = new PendingRequests(packetIds, version, this.pinger);
  }

  /** The CONNACK of the latest connection. */
  get connack(): ConnackPacket {
    return this.latestConnack;
  }

  /** Ours, or the one that the server assigned [MQTT-3.2.2-16]. */
  get clientId(): string {
    return this.adoptedClientId;
  }

  get isConnected(): boolean {
    return this.connection !== undefined;
  }

  /**
   * Publishes now, or answers false: then nothing was sent, and `onReady` will tell when there is room again. There is
   * none while the connection is away, the server's Receive Maximum is used up, the network is behind, or very much was
   * published in one go. `token` comes back in `onPublished`.
   * Throws UsageError for what no server could take, RefusedError for what this one said it does not.
   */
  tryPublish(message: OutgoingMessage, token = 0): boolean {
    this.checkAlive();
    return this.publishing.tryPublish(message, token);
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
   * server that has lost the session, the client asks again for everything that was granted.
   */
  async subscribe(
    subscriptions: readonly Subscription[],
    properties: SubscribeProperties = NO_PROPERTIES,
  ): Promise<SubackPacket> {
    this.checkAlive();
    checkSubscriptions(subscriptions, properties.subscriptionIdentifier !== undefined, this.limits);
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
    this.isReadingPaused = true;
    this.updateReading();
  }

  resumeReading(): void {
    this.isReadingPaused = false;
    this.updateReading();
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
    if (this.isOver || this.ending !== undefined) return this.ending;
    const disconnect: DisconnectPacket = { type: PacketType.DISCONNECT, reasonCode, properties };
    this.checkDisconnect(disconnect);
    this.ending = new Promise((resolve) => {
      this.resolveEnding = resolve;
    });
    const { connection } = this;
    if (connection === undefined) {
      this.finish(undefined);
    } else {
      this.receiving.stop();
      // What still arrives is not delivered, but it shows that the server is there.
      this.resumeReading();
      this.publishing.whenHandedOver(() => {
        if (this.connection === connection) connection.end(disconnect);
      });
    }
    return this.ending;
  }

  /** Drops the connection at once and without DISCONNECT: the server publishes the will. */
  destroy(): void {
    this.connection?.destroy();
    this.finish(undefined);
  }

  /** For the sweeper alone. */
  sweep(now: number): void {
    this.requests.sweep(now);
    const { connection } = this;
    if (connection === undefined) return;
    const verdict = this.pinger.sweep(now);
    if (verdict === "ping") {
      connection.send(PINGREQ);
    } else if (verdict === "give up") {
      connection.destroy();
      this.lost(new ConnectionLostError(`connection to ${this.place} lost: the server does not answer any more`));
    }
  }

  /** The first connection. */
  private begin(established: Established): void {
    if (this.options.clientId === "") {
      this.adoptedClientId = established.connack.properties.assignedClientIdentifier ?? "";
    }
    this.environment.sweeper.add(this);
    this.adopt(established, () => {});
    // The caller gets its client in this turn, and what it is for only then.
    setImmediate(() => this.updateReading());
  }

  private async reconnect(): Promise<void> {
    this.attempts += 1;
    const { clientId, abortion } = this;
    const attempt = { clientId, cleanStart: this.wantsCleanStartAgain, signal: abortion.signal };
    let established: Established;
    try {
      established = await establish(this.options, attempt, this.environment);
    } catch (error) {
      // In a turn of its own: what handlers throw is for the process, not for a promise that nobody has.
      setImmediate(() => this.retryOrEnd(error as MqtkError));
      return;
    }
    setImmediate(() => {
      if (this.isOver) {
        established.connection.destroy();
        return;
      }
      this.adopt(established, () => this.handlers.onReconnected?.(established.connack));
      this.updateReading();
    });
  }

  /** A session that outlives its connection is resumed; one that does not begins anew, as it did the first time. */
  private get wantsCleanStartAgain(): boolean {
    const { cleanStart, protocolVersion, properties } = this.options;
    if (protocolVersion !== ProtocolVersion.V5_0) return cleanStart;
    const expiry = this.connack.properties.sessionExpiryInterval ?? properties?.sessionExpiryInterval ?? 0;
    return cleanStart && expiry === 0;
  }

  private adopt(established: Established, announce: () => void): void {
    const { connection, connack } = established;
    const isResumed = connack.sessionPresent;
    this.connection = connection;
    this.latestConnack = connack;
    this.limits = serverLimitsFrom(connack);
    if (this.limits.maximumPacketSize < MAXIMUM_PACKET_SIZE) {
      connection.peerMaximumPacketSize = this.limits.maximumPacketSize;
    }
    this.connectedAt = this.environment.clock.now();
    // [MQTT-3.2.2-21] The server's keep alive replaces ours.
    this.pinger.start(connack.properties.serverKeepAlive ?? this.options.keepAlive, this.connectedAt);
    this.isBacklogged = false;
    this.receiving.connected(connection, isResumed);
    established.takeOver(this.handlerOf(connection));
    if (this.connection === connection) announce();
    if (this.connection !== connection) return;
    this.requests.connected(connection, isResumed ? [] : this.resubscriptions());
    if (this.connection !== connection) return;
    this.publishing.connected(connection, this.limits, isResumed);
  }

  private handlerOf(connection: PacketConnection): ConnectionHandler {
    const { pinger, receiving } = this;
    return {
      onReceived: () => {
        pinger.hasReceived = true;
        receiving.chunkReceived();
        if (connection.pending > BACKLOG_LIMIT) {
          this.isBacklogged = true;
          this.updateReading();
        }
      },
      onPublish: (frame) => receiving.publish(frame),
      onPacket: (packet) => this.received(packet),
      onError: (error) => this.failed(error),
      onDrain: () => {
        if (this.connection !== connection) return;
        if (this.isBacklogged && connection.pending < BACKLOG_LIMIT / 2) {
          this.isBacklogged = false;
          this.updateReading();
        }
        this.publishing.drained();
      },
      onClose: (cause) => {
        if (this.connection === connection) this.closed(cause);
      },
    };
  }

  private received(packet: Exclude<Packet, PublishPacket>): void {
    switch (packet.type) {
      case PacketType.PUBACK:
        this.publishing.puback(packet);
        return this.requests.send();
      case PacketType.PUBREC:
        return this.publishing.pubrec(packet);
      case PacketType.PUBREL:
        return this.receiving.pubrel(packet);
      case PacketType.PUBCOMP:
        this.publishing.pubcomp(packet);
        return this.requests.send();
      case PacketType.SUBACK:
      case PacketType.UNSUBACK:
        return this.answered(packet);
      case PacketType.PINGRESP:
        return this.pinger.answered();
      case PacketType.DISCONNECT:
        return this.disconnectedByServer(packet);
      case PacketType.AUTH:
        throw violation("AUTH: there is nothing to authenticate"); // [MQTT-4.12.0-6], and we never re-authenticate
      case PacketType.CONNACK:
        throw violation("CONNACK: the second one"); // [MQTT-3.2.0-2]
      case PacketType.CONNECT:
      case PacketType.SUBSCRIBE:
      case PacketType.UNSUBSCRIBE:
      case PacketType.PINGREQ:
        throw violation(`${packetName(packet.type)}: from a server`);
      default:
        packet satisfies never;
    }
  }

  private answered(packet: SubackPacket | UnsubackPacket): void {
    const request = this.requests.answered(packet);
    if (request.type === PacketType.SUBSCRIBE && packet.type === PacketType.SUBACK) {
      this.subscriptions.granted(request, packet.reasonCodes);
      request.resolve(packet);
    } else if (request.type === PacketType.UNSUBSCRIBE && packet.type === PacketType.UNSUBACK) {
      this.subscriptions.removed(request, packet.reasonCodes);
      request.resolve(packet);
    }
    this.requests.send();
  }

  /** What restores the subscriptions on a server that has lost them. */
  private resubscriptions(): SubscribeRequest[] {
    const requests: SubscribeRequest[] = [];
    for (const [{ properties }, subscriptions] of this.subscriptions.grouped()) {
      requests.push({
        type: PacketType.SUBSCRIBE,
        subscriptions,
        properties,
        isResubscription: true,
        isLate: false,
        deadline: Number.POSITIVE_INFINITY,
        resolve: ({ reasonCodes, properties: { reasonString } }) => {
          const refused = reasonCodes.findIndex((reasonCode) => reasonCode >= 0x80);
          if (refused === -1) return;
          // Going on would look like a client to which nobody publishes.
          this.quit(
            new RefusedError({
              summary: `${this.place} refused to renew the subscription to ${subscriptions[refused]?.filter}`,
              packet: "SUBACK",
              reasonCode: reasonCodes[refused] as ReasonCode,
              reasonString,
            }),
          );
        },
        reject: (error) => this.quit(error as MqtkError),
      });
    }
    return requests;
  }

  private disconnectedByServer({ reasonCode, properties }: DisconnectPacket): void {
    this.connection?.end();
    if (reasonCode === ReasonCode.NORMAL_DISCONNECTION) {
      this.lost(new ConnectionLostError(`${this.place} ended the connection`));
      return;
    }
    const { reasonString, serverReference } = properties;
    const isTakenOver = reasonCode === ReasonCode.SESSION_TAKEN_OVER;
    this.lost(
      new RefusedError({
        summary: `${this.place} ended the connection`,
        packet: "DISCONNECT",
        reasonCode,
        reasonString,
        serverReference,
        hint: isTakenOver ? `another client uses the client identifier ${this.clientId}` : undefined,
      }),
    );
  }

  /** An exception while packets were handled: the server's fault, or that of a handler. */
  private failed(error: unknown): void {
    if (!(error instanceof ProtocolError)) {
      this.destroy();
      throw error;
    }
    if (this.options.protocolVersion === ProtocolVersion.V5_0) {
      const { reasonCode, message: reasonString } = error;
      this.connection?.end({ type: PacketType.DISCONNECT, reasonCode, properties: { reasonString } });
    } else {
      this.connection?.destroy();
    }
    this.lost(error);
  }

  private closed(cause: Error | undefined): void {
    if (this.ending !== undefined) {
      this.finish(undefined);
      return;
    }
    const what =
      cause === undefined
        ? `${this.place} closed the connection`
        : `connection to ${this.place} lost: ${describeNetworkError(cause)}`;
    this.lost(new ConnectionLostError(what, { cause }));
  }

  /** The client says goodbye by itself, because it cannot do any more what it is for. */
  private quit(cause: MqtkError): void {
    this.connection?.end({
      type: PacketType.DISCONNECT,
      reasonCode: ReasonCode.NORMAL_DISCONNECTION,
      properties: NO_PROPERTIES,
    });
    this.connection = undefined;
    this.handlers.onConnectionLost?.(cause, undefined);
    this.finish(cause);
  }

  private lost(cause: MqtkError): void {
    if (this.connection === undefined) return;
    this.connection = undefined;
    if (this.environment.clock.now() - this.connectedAt >= GOOD_CONNECTION) this.attempts = 0;
    this.publishing.disconnected(cause);
    this.requests.disconnected();
    this.retryOrEnd(cause);
  }

  private retryOrEnd(cause: MqtkError): void {
    if (this.isOver) return;
    if (this.ending !== undefined) {
      this.finish(undefined);
      return;
    }
    const { reconnect } = this.options;
    const delay =
      reconnect !== undefined && isWorthRetrying(cause) ? reconnectDelay(reconnect, this.attempts) : undefined;
    if (delay !== undefined) {
      // Before the handler is told, so that it can end the client.
      this.cancelRetry = this.environment.delay(delay, () => void this.reconnect());
    }
    this.handlers.onConnectionLost?.(cause, delay);
    if (delay === undefined) this.finish(cause);
  }

  private finish(cause: MqtkError | undefined): void {
    if (this.isOver) return;
    this.isOver = true;
    this.connection = undefined;
    this.cancelRetry();
    this.abortion.abort();
    this.environment.sweeper.remove(this);
    const error = cause ?? hasEnded();
    this.publishing.end(error);
    this.requests.end(error);
    this.resolveEnding();
    this.handlers.onEnd?.(cause);
  }

  private updateReading(): void {
    const { connection } = this;
    const shouldRead = !this.isReadingPaused && !this.isBacklogged;
    this.pinger.isListening = shouldRead;
    if (connection === undefined) return;
    if (shouldRead) connection.resume();
    else connection.pause();
  }

  private requestDefaults(): { isResubscription: boolean; isLate: boolean; deadline: number } {
    const timeout = this.options.requestTimeout ?? Number.POSITIVE_INFINITY;
    return { isResubscription: false, isLate: false, deadline: this.environment.clock.now() + timeout };
  }

  private checkAlive(): void {
    if (this.isOver || this.ending !== undefined) throw hasEnded();
  }

  private checkDisconnect(packet: DisconnectPacket): void {
    asUsageError(() => encodePacket(packet, this.options.protocolVersion));
    if (!mayCarry(PacketType.DISCONNECT, packet.reasonCode, "client")) {
      throw new UsageError(`reason code ${reasonCodeHex(packet.reasonCode)} is for servers`);
    }
    const { sessionExpiryInterval = 0 } = packet.properties;
    // [MQTT-3.14.2-2], 3.14.2.2.2: a session that was to end with its connection cannot be prolonged.
    if (sessionExpiryInterval > 0 && (this.options.properties?.sessionExpiryInterval ?? 0) === 0) {
      throw new UsageError("the session was to end with the connection; DISCONNECT cannot prolong it");
    }
  }

  private get place(): string {
    return placeOf(this.options.address);
  }
}

function hasEnded(): MqtkError {
  return new MqtkError("interrupted", "the client has ended");
}

function violation(message: string): ProtocolError {
  return new ProtocolError(ReasonCode.PROTOCOL_ERROR, message);
}
