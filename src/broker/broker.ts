import { type Clock, systemClock } from "../clock.ts";
import { ReasonCode } from "../codec/index.ts";
import { Sweeper } from "../connection/index.ts";
import { type Address, type ByteStream, type ListenAt, type Listener, listen } from "../transport/index.ts";
import { anonymous } from "./auth/anonymous.ts";
import type { Auth } from "./auth/auth.ts";
import { ClientConnection } from "./client-connection.ts";
import { Clients } from "./clients.ts";
import type { Core } from "./core.ts";
import type { BrokerEvents } from "./events.ts";
import { type BrokerOptions, type ClientPolicy, defaultBrokerOptions, type ListenerOptions } from "./options.ts";
import { OutgoingPublish } from "./routing/outgoing-publish.ts";
import { RetainedMessages } from "./routing/retained-messages.ts";
import { RouteCache } from "./routing/route-cache.ts";
import { Router } from "./routing/router.ts";
import { Subscriptions } from "./routing/subscriptions.ts";
import { MemoryBudget } from "./sessions/memory-budget.ts";
import type { Session } from "./sessions/session.ts";
import { SessionRegistry } from "./sessions/session-registry.ts";
import { Drops } from "./status/drops.ts";
import { FailedConnects } from "./status/failed-connects.ts";
import { MemoryWatch } from "./status/memory-watch.ts";
import { Overload } from "./status/overload.ts";
import type { BrokerStatistics, Traffic } from "./status/statistics.ts";
import { Strikes } from "./status/strikes.ts";
import { TurnBudget } from "./turn-budget.ts";

/** Connections beyond the maximum that are still told why; more are cut. */
const SURPLUS = 100;
const TOO_MANY = "there are too many connections";

/** What a broker stands on; all of it has a default. */
export interface BrokerParts {
  readonly options?: Partial<BrokerOptions>;
  readonly events?: BrokerEvents;
  readonly auth?: Auth;
  readonly clock?: Clock;
}

/** Bytes that a WebSocket message may be longer than the longest packet: several may stand in one. */
const SPARE = 1024 * 1024;
/** The longest time that a timer can wait for, in milliseconds. */
const LONGEST = 0x7fff_ffff;

/** An MQTT broker, in memory. */
export class Broker {
  private readonly core: Core;
  private readonly listeners: Listener[] = [];
  private readonly clients = new Clients();
  /** How many of them are only told that there are too many. */
  private surplus = 0;
  private readonly memoryWatch: MemoryWatch;
  /** Of connections that are gone. */
  private readonly received: Traffic = { messages: 0, bytes: 0 };
  private readonly sent: Traffic = { messages: 0, bytes: 0 };
  private whenEmpty: (() => void) | undefined;

  constructor(parts: BrokerParts = {}) {
    const options = { ...defaultBrokerOptions, ...parts.options };
    const events = parts.events ?? {};
    const clock = parts.clock ?? systemClock;
    const sweeper = new Sweeper(clock);
    const budget = new TurnBudget();
    const subscriptions = new Subscriptions();
    const mayReceive = (session: Session, topic: string) =>
      session.connection === undefined || session.connection.permissions.mayReceive(topic);
    const routes = new RouteCache(subscriptions, options.maximumTopicLevels, mayReceive, budget);
    const retained = new RetainedMessages(options.maximumRetained, options.maximumRetainedBytes, clock);
    const outgoing = new OutgoingPublish();
    const memory = new MemoryBudget(options.maximumMemory);
    this.memoryWatch = new MemoryWatch(this.clients, memory);
    // Sessions need the rest of the core. No getter for them: with one the whole object would be a table that is searched for each name,
    // which took a tenth of the CPU of a small message.
    const core: Omit<Core, "sessions"> & { sessions: SessionRegistry | undefined } = {
      options,
      events,
      clock,
      sweeper,
      budget,
      auth: parts.auth ?? anonymous,
      subscriptions,
      routes,
      retained,
      outgoing,
      router: new Router(retained, outgoing, budget, (entry, topic) => mayReceive(entry.session, topic)),
      sessions: undefined,
      drops: new Drops(events, sweeper),
      memory,
      failedConnects: new FailedConnects(clock, options.maximumFailedConnects),
      reconnects:
        options.maximumReconnects === Number.POSITIVE_INFINITY
          ? undefined
          : new Strikes(clock, options.maximumReconnects, options.banTime),
      overload: new Overload(this.clients, options),
      gone: (client) => this.gone(client),
    };
    core.sessions = new SessionRegistry(core as Core);
    this.core = core as Core;
  }

  /**
   * Listens for clients; may be called several times. Port 0 takes a free one. Gives the address it really listens on.
   * `own`: what this listener allows otherwise than the broker.
   * Throws a UsageError when the address cannot be used.
   */
  async listen(at: ListenAt, own: ListenerOptions = {}): Promise<Address> {
    const policy: ClientPolicy = { ...this.core.options, ...own };
    const listener = await listen(
      {
        maximumMessage: policy.maximumPacketSize + SPARE,
        handshakeTimeout: Math.min(policy.handshakeTimeout, LONGEST),
        ...at,
      },
      (stream) => this.accept(stream, policy),
      (reason, remote = "somebody") => {
        this.core.events.onRefused?.(remote, undefined, ReasonCode.UNSPECIFIED_ERROR, reason);
      },
    );
    this.listeners.push(listener);
    return listener.address;
  }

  /**
   * Stops listening, tells clients of 5.0 that it goes (0x8B), and resolves when all connections are gone; what remains
   * after `grace` milliseconds is cut off.
   */
  async stop(grace = 10_000): Promise<void> {
    await Promise.all(this.listeners.splice(0).map((listener) => listener.close()));
    for (const client of this.clients) {
      client.close(ReasonCode.SERVER_SHUTTING_DOWN, "the broker is shutting down");
    }
    if (this.clients.size > 0) {
      await this.empty(grace);
    }
    this.core.sweeper.stop();
  }

  /** Serves a connection that somebody else accepted, or made up. */
  accept(stream: ByteStream, policy: ClientPolicy = this.core.options): void {
    const isSurplus = this.clients.size - this.surplus >= this.core.options.maximumConnections;
    if (isSurplus && this.surplus >= SURPLUS) {
      this.core.events.onRefused?.(stream.remote, undefined, ReasonCode.SERVER_BUSY, TOO_MANY);
      stream.destroy();
      return;
    }
    if (this.clients.size === 0) {
      this.core.sweeper.add(this.clients);
      this.core.sweeper.add(this.core.overload);
      this.core.sweeper.add(this.memoryWatch);
    }
    this.surplus += isSurplus ? 1 : 0;
    this.clients.add(new ClientConnection(stream, this.core, policy, isSurplus));
  }

  /**
   * Rights are not what they were: nothing that was decided with the old ones holds any more, and clients that are not to
   * be here at all are sent away (0x98). Their Wills are published if they may still publish them.
   */
  rightsChanged(): void {
    this.core.routes.clear();
    for (const client of this.clients) {
      if (client.isAdmitted && client.permissions.isRevoked) {
        client.close(ReasonCode.ADMINISTRATIVE_ACTION, "its user is gone, or has another password");
      }
    }
  }

  /** What it is doing and has done since its start. */
  statistics(): BrokerStatistics {
    const { core } = this;
    const received = { ...this.received };
    const sent = { ...this.sent };
    for (const client of this.clients) {
      addTraffic(client, received, sent);
    }
    return {
      connections: this.clients.size,
      sessions: core.sessions.size,
      subscriptions: core.subscriptions.size,
      retained: { messages: core.retained.size, bytes: core.retained.bytes },
      waiting: { kept: core.memory.bytesKept, outgoing: core.memory.outgoing },
      received,
      sent,
      dropped: { ...core.drops.totals },
      drift: core.overload.drift,
    };
  }

  private gone(client: ClientConnection): void {
    if (!this.clients.delete(client)) {
      return;
    }
    this.surplus -= client.isSurplus ? 1 : 0;
    addTraffic(client, this.received, this.sent);
    this.core.overload.forget(client);
    if (this.clients.size === 0) {
      this.core.sweeper.remove(this.clients);
      this.core.sweeper.remove(this.core.overload);
      this.core.sweeper.remove(this.memoryWatch);
      this.core.overload.rest();
      this.core.memory.outgoing = 0;
      this.whenEmpty?.();
    }
  }

  private empty(grace: number): Promise<void> {
    return new Promise((resolve) => {
      const cutOff = setTimeout(() => {
        for (const client of this.clients) {
          client.destroy();
        }
      }, grace);
      this.whenEmpty = () => {
        clearTimeout(cutOff);
        resolve();
      };
    });
  }
}

function addTraffic(client: ClientConnection, received: Traffic, sent: Traffic): void {
  received.messages += client.messagesReceived;
  received.bytes += client.bytesReceived;
  sent.messages += client.messagesSent;
  sent.bytes += client.bytesSent;
}
