import {
  type ConnackPacket,
  type DisconnectPacket,
  MAXIMUM_PACKET_SIZE,
  NO_PROPERTIES,
  PacketType,
  PINGREQ,
  ProtocolError,
  ProtocolVersion,
  ReasonCode,
} from "../codec/index.ts";
import type { ConnectionHandler, PacketConnection } from "../connection/index.ts";
import { MqtkError } from "../errors.ts";
import { describeNetworkError, placeOf } from "../transport/index.ts";
import type { Environment } from "./environment.ts";
import { brokenBy, ConnectionLostError, RefusedError } from "./errors.ts";
import { type Established, establish } from "./handshake.ts";
import type { ClientHandlers, ClientOptions } from "./options.ts";
import { Retries } from "./retries.ts";
import { serverLimitsFrom } from "./server-limits.ts";
import { type ClientParts, handleServerPacket } from "./server-packets.ts";
import type { RenewalFailure } from "./subscriptions.ts";

/** A server that does not read our acknowledgements is not read from either, while this much waits for it. */
const BACKLOG_LIMIT = 4 * 1024 * 1024;

/** The connections of a client, one after the other: made, taken over, lost, made again, ended. */
export class Lifeline {
  connection: PacketConnection | undefined;
  /** Of the latest connection. */
  connack!: ConnackPacket;
  clientId: string;
  /** From now on nothing new is begun. */
  isEnding = false;
  private readonly options: ClientOptions;
  private readonly handlers: ClientHandlers;
  private readonly environment: Environment;
  private readonly parts: ClientParts;
  /** Gives up the attempt to reconnect that is under way. The first one has none: nobody can end a client before it is there. */
  private abortion: AbortController | undefined;
  private readonly retries: Retries;
  private isReadingPaused = false;
  private isBacklogged = false;
  private isOver = false;
  private resolveOver: () => void = () => {};
  /** Resolves when nothing will come any more. */
  private readonly over = new Promise<void>((resolve) => {
    this.resolveOver = resolve;
  });

  constructor(options: ClientOptions, handlers: ClientHandlers, environment: Environment, parts: ClientParts) {
    this.options = options;
    this.handlers = handlers;
    this.environment = environment;
    this.parts = parts;
    this.retries = new Retries(options.reconnect, environment);
    this.clientId = options.clientId;
  }

  /** The first connection. Rejects as `establish` does. */
  async begin(): Promise<void> {
    const { clientId, cleanStart } = this.options;
    const attempt = { clientId, cleanStart, signal: undefined };
    const established = await establish(this.options, attempt, this.environment);
    // [MQTT-3.2.2-16]
    if (clientId === "") this.clientId = established.connack.properties.assignedClientIdentifier ?? "";
    this.environment.sweeper.add(this);
    this.adopt(established, () => {});
    // The caller gets its client in this turn, and what it is for only then.
    setImmediate(() => this.updateReading());
  }

  pauseReading(): void {
    this.isReadingPaused = true;
    this.updateReading();
  }

  resumeReading(): void {
    this.isReadingPaused = false;
    this.updateReading();
  }

  /** Says `disconnect` behind everything published so far; resolves when the connection is closed. */
  end(disconnect: DisconnectPacket): Promise<void> {
    if (this.isEnding || this.isOver) return this.over;
    this.isEnding = true;
    const { connection } = this;
    if (connection === undefined) {
      this.finish(undefined);
    } else {
      this.parts.receiving.stop();
      // What still arrives is not delivered, but it shows that the server is there.
      this.resumeReading();
      this.parts.publishing.whenHandedOver(() => {
        if (this.connection === connection) connection.end(disconnect);
      });
    }
    return this.over;
  }

  /**
   * Says `disconnect` behind everything published so far; resolves when the network has taken it. Nothing is received any
   * more. Not to be called by a handler: what it answers to a message is behind it.
   */
  leave(disconnect: DisconnectPacket): Promise<void> {
    const { connection } = this;
    if (this.isEnding || connection === undefined) return this.end(disconnect);
    this.isEnding = true;
    this.parts.receiving.stop();
    // Mostly the network has taken everything already, and then not a turn is lost.
    const whenTaken = (callback: () => void): void => {
      if (connection.pending === 0) callback();
      else this.parts.publishing.whenHandedOver(callback);
    };
    return new Promise((resolve) => {
      whenTaken(() => {
        connection.send(disconnect);
        connection.outbox.flush();
        whenTaken(resolve);
      });
    });
  }

  destroy(): void {
    this.connection?.destroy();
    this.finish(undefined);
  }

  sweep(now: number): void {
    this.parts.requests.sweep(now);
    const { connection } = this;
    if (connection === undefined) return;
    const verdict = this.parts.pinger.sweep(now);
    if (verdict === "ping") {
      connection.send(PINGREQ);
    } else if (verdict === "give up") {
      connection.destroy();
      this.lost(new ConnectionLostError(`connection to ${this.place} lost: the server does not answer any more`));
    }
  }

  private async reconnect(): Promise<void> {
    const { clientId } = this;
    this.abortion ??= new AbortController();
    const attempt = { clientId, cleanStart: this.wantsCleanStartAgain, signal: this.abortion.signal };
    let established: Established;
    try {
      established = await establish(this.options, attempt, this.environment);
    } catch (error) {
      // In a turn of its own: what handlers throw is for the process, not for a promise that nobody has.
      setImmediate(() => this.retryOrFinish(error as MqtkError));
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
    const { pinger, publishing, receiving, requests, subscriptions } = this.parts;
    const isResumed = connack.sessionPresent;
    const limits = serverLimitsFrom(connack);
    this.connection = connection;
    this.connack = connack;
    if (limits.maximumPacketSize < MAXIMUM_PACKET_SIZE) connection.peerMaximumPacketSize = limits.maximumPacketSize;
    const now = this.environment.clock.now();
    this.retries.connected(now);
    // [MQTT-3.2.2-21] The server's keep alive replaces ours.
    pinger.start(connack.properties.serverKeepAlive ?? this.options.keepAlive, now);
    this.isBacklogged = false;
    receiving.connected(connection, isResumed);
    // Each step may call a handler, and a handler may end it all.
    established.takeOver(this.handlerOf(connection));
    if (this.connection === connection) announce();
    if (this.connection !== connection) return;
    const renewals = isResumed ? [] : subscriptions.renewals((filter, reason) => this.cannotRenew(filter, reason));
    requests.connected(connection, limits, renewals);
    if (this.connection === connection) publishing.connected(connection, limits, isResumed);
  }

  private handlerOf(connection: PacketConnection): ConnectionHandler {
    const { parts } = this;
    const { pinger, publishing, receiving } = parts;
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
      onPacket: (packet) => handleServerPacket(parts, packet, (disconnect) => this.disconnectedByServer(disconnect)),
      onError: (error) => this.failed(error),
      onDrain: () => {
        if (this.connection !== connection) return;
        if (this.isBacklogged && connection.pending < BACKLOG_LIMIT / 2) {
          this.isBacklogged = false;
          this.updateReading();
        }
        publishing.drained();
      },
      onClose: (cause) => {
        if (this.connection === connection) this.closed(cause);
      },
    };
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
    this.lost(brokenBy(this.place, error));
  }

  private closed(cause: Error | undefined): void {
    const what =
      cause === undefined
        ? `${this.place} closed the connection`
        : `connection to ${this.place} lost: ${describeNetworkError(cause)}`;
    this.lost(new ConnectionLostError(what, { cause }));
  }

  /** A client that cannot get its subscriptions back would look like one to which nobody publishes. */
  private cannotRenew(filter: string, reason: RenewalFailure): void {
    const summary = `${this.place} refused to renew the subscription to ${filter}`;
    const cause = reason instanceof Error ? reason : new RefusedError({ summary, packet: "SUBACK", ...reason });
    const { connection } = this;
    if (connection === undefined) return;
    connection.end({
      type: PacketType.DISCONNECT,
      reasonCode: ReasonCode.NORMAL_DISCONNECTION,
      properties: NO_PROPERTIES,
    });
    this.lost(cause, true);
  }

  private lost(cause: MqtkError, isFinal = false): void {
    if (this.connection === undefined) return;
    this.connection = undefined;
    this.retries.lost();
    this.parts.publishing.disconnected(cause);
    this.parts.requests.disconnected();
    this.retryOrFinish(cause, isFinal);
  }

  private retryOrFinish(cause: MqtkError, isFinal = false): void {
    if (this.isOver) return;
    if (this.isEnding) {
      this.finish(undefined);
      return;
    }
    // Before the handler is told, so that it can end the client.
    const delay = isFinal ? undefined : this.retries.schedule(cause, () => void this.reconnect());
    this.handlers.onConnectionLost?.(cause, delay);
    if (delay === undefined) this.finish(cause);
  }

  private finish(cause: MqtkError | undefined): void {
    if (this.isOver) return;
    this.isOver = true;
    this.isEnding = true;
    this.connection = undefined;
    this.retries.cancel();
    this.abortion?.abort();
    this.environment.sweeper.remove(this);
    const error = cause ?? new MqtkError("interrupted", "the client has ended");
    this.parts.publishing.end(error);
    this.parts.requests.end(error);
    this.resolveOver();
    this.handlers.onEnd?.(cause);
  }

  private updateReading(): void {
    const { connection } = this;
    const shouldRead = !this.isReadingPaused && !this.isBacklogged;
    this.parts.pinger.listen(shouldRead);
    if (connection === undefined) return;
    if (shouldRead) connection.resume();
    else connection.pause();
  }

  private get place(): string {
    return placeOf(this.options.address);
  }
}
