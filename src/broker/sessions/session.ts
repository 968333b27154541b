import { PacketType, type QoS, ReasonCode } from "../../codec/index.ts";
import { InFlightState, type Message, Receiver } from "../../delivery/index.ts";
import type { Identity } from "../auth/auth.ts";
import type { ClientConnection } from "../client-connection.ts";
import type { Core } from "../core.ts";
import type { SharedGroup } from "../routing/shared-group.ts";
import type { SubscriptionEntry } from "../routing/subscriptions.ts";
import type { Target } from "../routing/target.ts";
import { Cost, costOf } from "../turn-budget.ts";
import { Congestion, type Publisher } from "./congestion.ts";
import { InFlight } from "./in-flight.ts";
import type { Delivery } from "./message-queue.ts";
import { LATER, type RetainedReplay } from "./retained-replay.ts";
import { WaitingMessages } from "./waiting-messages.ts";
import type { PendingWill } from "./will.ts";

/** Of a client that does not wait for retained messages. */
const NO_REPLAYS = Object.freeze<RetainedReplay[]>([]) as RetainedReplay[];

/** Of a client without subscriptions. */
const NO_SUBSCRIPTIONS: ReadonlyMap<string, SubscriptionEntry> = new Map();

/** How a matching subscription wants its messages. */
interface Wanted {
  readonly qos: QoS;
  readonly retainAsPublished: boolean;
  readonly identifiers: readonly number[];
}

/**
 * The Session State of one client (4.1): it may outlive the Network Connection. Its tables are made when they are needed: most
 * clients only publish, or only subscribe, and many do nothing before they go.
 */
export class Session {
  readonly clientId: string;
  /** Who made it; nobody else may use it. */
  readonly identity: Identity;
  /** What they take; counted where they are kept by filter. */
  subscriptionBytes = 0;
  /** The forms in which topics lead to it, where no more is to be said than the QoS and whether RETAIN stays. */
  plainTargets: Target[] | undefined;
  readonly receiver = new Receiver();
  readonly congestion: Congestion;
  connection: ClientConnection | undefined;
  /** Seconds that it outlives its connection; 0: it ends with it, Infinity: never. */
  expiryInterval = 0;
  /** While it is away: when it ends, on the broker's clock. */
  endsAt = Number.POSITIVE_INFINITY;
  /** A Will that waits for its delay. */
  pendingWill: PendingWill | undefined;
  private readonly core: Core;
  private replays = NO_REPLAYS;
  /** The first of them that is not done; the ones before it are cut off when all are. */
  private nextReplay = 0;
  /** It goes on sending in a later turn. */
  private isPutOff = false;
  private entries: Map<string, SubscriptionEntry> | undefined;
  private sent: InFlight | undefined;
  private kept: WaitingMessages | undefined;
  /** How many messages the client takes before it acknowledges one. */
  private receiveMaximum = 0;

  constructor(clientId: string, identity: Identity, core: Core) {
    this.clientId = clientId;
    this.identity = identity;
    this.core = core;
    this.congestion = new Congestion(core.clock, core.sweeper, core.options.slowAfter);
  }

  /** By filter as the client wrote it, with `$share/…`. */
  get subscriptions(): ReadonlyMap<string, SubscriptionEntry> {
    return this.entries ?? NO_SUBSCRIPTIONS;
  }

  addSubscription(filter: string, entry: SubscriptionEntry): void {
    this.entries ??= new Map();
    this.entries.set(filter, entry);
  }

  removeSubscription(filter: string): void {
    this.entries?.delete(filter);
  }

  get inFlight(): InFlight {
    if (this.sent === undefined) {
      this.sent = new InFlight(this.core.options.maximumQueueBytes, this.core.memory);
      this.sent.connect(this.receiveMaximum);
    }
    return this.sent;
  }

  private get waiting(): WaitingMessages {
    this.kept ??= new WaitingMessages(this.clientId, this.core);
    return this.kept;
  }

  private get isNothingWaiting(): boolean {
    return this.kept === undefined || this.kept.queue.isEmpty;
  }

  /** It may have messages that were not sent or not acknowledged yet. */
  get hasMessages(): boolean {
    return this.sent !== undefined || this.kept !== undefined;
  }

  get isConnected(): boolean {
    return this.connection !== undefined;
  }

  get isCongested(): boolean {
    return this.congestion.isCongested;
  }

  /**
   * Gives it a message that it subscribed to: sends it now, keeps it for later, or drops and counts it.
   * `expiry`: the Message Expiry Interval to send. `publisher`: who waits if too much has piled up.
   */
  deliver(
    message: Message,
    wanted: Wanted,
    expiry: number,
    publisher: Publisher | undefined,
    group: SharedGroup | undefined,
  ): void {
    const frame = message.frame;
    const qos = frame.qos < wanted.qos ? frame.qos : wanted.qos;
    const retain = frame.retain && wanted.retainAsPublished;
    const connection = this.connection;
    if (connection === undefined) {
      if (qos > 0 && this.expiryInterval > 0) {
        this.enqueue({ message: message.keep(), qos, retain, identifiers: wanted.identifiers, group }, undefined);
      }
      return;
    }
    if (qos === 0) {
      if (this.congestion.isSlow) {
        this.waiting.drop("slow");
        return;
      }
      connection.sendMessage(message, 0, retain, false, 0, wanted.identifiers, expiry);
      if (connection.isBacklogged) {
        this.congested(publisher);
      }
      return;
    }
    if (!this.isNothingWaiting || !this.inFlight.canAdmit) {
      this.enqueue({ message: message.keep(), qos, retain, identifiers: wanted.identifiers, group }, publisher);
      return;
    }
    // A session that ends with its connection never sends anything again: what is in flight need not be kept.
    const delivery =
      this.expiryInterval > 0 || group !== undefined
        ? { message: message.keep(), qos, retain, identifiers: wanted.identifiers, group }
        : undefined;
    const packetId = this.inFlight.admit(delivery, qos);
    if (!connection.sendMessage(message, qos, retain, false, packetId, wanted.identifiers, expiry)) {
      this.inFlight.finish(packetId);
    }
    if (connection.isBacklogged) {
      this.congested(publisher);
    }
  }

  /** Subscriptions whose retained messages were not all sent yet. */
  get pendingReplays(): number {
    return this.replays.length - this.nextReplay;
  }

  /** Retained messages for a new subscription; they go out as fast as the client takes them. */
  replay(replay: RetainedReplay): void {
    if (this.replays === NO_REPLAYS) {
      this.replays = [];
    }
    this.replays.push(replay);
    this.pump();
  }

  /** The client is there: what is in flight is sent again [MQTT-4.4.0-1], then what waits. */
  resume(connection: ClientConnection, receiveMaximum: number): void {
    this.connection = connection;
    this.endsAt = Number.POSITIVE_INFINITY;
    this.receiveMaximum = receiveMaximum;
    this.sent?.connect(receiveMaximum);
    if (this.core.budget.isSpent) {
      this.putOff();
    } else {
      this.pump();
    }
  }

  /** The Network Connection is gone. What was not sent yet of retained messages comes when the client is back. */
  suspend(): void {
    this.connection = undefined;
    this.congestion.end();
  }

  /** The session is over: nothing that it kept is needed any more. */
  discard(): void {
    this.forgetReplays();
    this.entries = undefined;
    this.kept?.queue.clear();
    this.sent?.discard();
  }

  /** PUBREC: the client owns the message, only its packet id is kept. */
  received(packetId: number): void {
    this.inFlight.received(packetId);
  }

  /** PUBACK, PUBCOMP, or a PUBREC that refuses: the message is done. */
  finished(packetId: number): void {
    this.inFlight.finish(packetId);
    this.congestion.progressed();
    if (!this.isNothingWaiting || this.pendingReplays > 0 || this.inFlight.isQuotaUsed) {
      this.pump();
    }
  }

  /** Sends whatever may be sent now, in order: again what was in flight, what waits, what is retained. */
  pump(): void {
    const connection = this.connection;
    if (connection === undefined) {
      return;
    }
    const before = this.core.budget.remaining;
    if (this.sent !== undefined) {
      this.resendInFlight(connection, before);
    }
    if (!this.isNothingWaiting) {
      this.sendQueued(connection, before);
    }
    this.sendRetained(connection);
    this.relieve();
  }

  /** Releases publishers once little is waiting. */
  relieve(): void {
    const connection = this.connection;
    if (
      this.congestion.isCongested &&
      (connection === undefined || (!connection.isHalfBacklogged && this.kept?.queue.isQuarterFull !== true))
    ) {
      this.congestion.end();
    }
  }

  /** Messages of Shared Subscriptions that another member may get: all but QoS 2 messages that were sent [MQTT-4.8.2-4][MQTT-4.8.2-5]. */
  *redistributable(): Generator<Delivery> {
    if (this.sent !== undefined) {
      yield* this.sent.redistributable();
    }
    for (const delivery of this.kept?.queue ?? []) {
      if (delivery.group !== undefined) {
        yield delivery;
      }
    }
  }

  /** The rest is sent in a later turn: so many may have come back at once that others would wait for it. */
  private putOff(): void {
    if (!this.isPutOff) {
      this.isPutOff = true;
      this.core.budget.later(() => {
        this.isPutOff = false;
        this.pump();
      });
    }
  }

  private resendInFlight(connection: ClientConnection, before: number): void {
    for (;;) {
      if (this.core.budget.isSpentSince(before)) {
        this.putOff();
        return;
      }
      const packetId = this.inFlight.resend();
      if (packetId === 0) {
        return;
      }
      if (this.inFlight.stateOf(packetId) === InFlightState.AWAITS_PUBCOMP) {
        connection.sendAck(PacketType.PUBREL, packetId);
        continue;
      }
      const delivery = this.inFlight.itemOf(packetId);
      // In flight is in flight: expiry does not end an exchange that has begun [MQTT-4.3.3-7].
      if (delivery === undefined || !this.sendDelivery(connection, delivery, packetId, true)) {
        this.inFlight.finish(packetId);
      }
    }
  }

  private sendQueued(connection: ClientConnection, before: number): void {
    while (!connection.isBacklogged && this.inFlight.canAdmit) {
      if (this.core.budget.isSpentSince(before)) {
        this.putOff();
        return;
      }
      const delivery = this.waiting.peek();
      if (delivery === undefined) {
        return;
      }
      this.waiting.queue.shift();
      const isKept = this.expiryInterval > 0 || delivery.group !== undefined;
      const packetId = this.inFlight.admit(isKept ? delivery : undefined, delivery.qos);
      if (!this.sendDelivery(connection, delivery, packetId, false)) {
        this.inFlight.finish(packetId);
      }
    }
  }

  private sendDelivery(connection: ClientConnection, delivery: Delivery, packetId: number, dup: boolean): boolean {
    const expiry = delivery.message.remainingExpiry(this.core.clock.now());
    this.core.budget.spend(costOf(delivery.message, 1));
    return connection.sendMessage(
      delivery.message,
      delivery.qos,
      delivery.retain,
      dup,
      packetId,
      delivery.identifiers,
      expiry,
    );
  }

  private forgetReplays(): void {
    this.replays = NO_REPLAYS;
    this.nextReplay = 0;
  }

  private sendRetained(connection: ClientConnection): void {
    if (this.isPutOff) {
      return;
    }
    const { budget } = this.core;
    while (this.pendingReplays > 0 && !connection.isBacklogged) {
      if (budget.isSpent) {
        this.putOff();
        return;
      }
      const replay = this.replays[this.nextReplay] as RetainedReplay;
      const delivery = replay.peek();
      if (delivery === LATER) {
        budget.spend(Cost.STRETCH);
        continue;
      }
      budget.spend(Cost.RETAINED);
      if (delivery === undefined) {
        this.nextReplay += 1;
        if (this.nextReplay === this.replays.length) {
          this.forgetReplays();
        }
        continue;
      }
      if (delivery.qos === 0) {
        this.core.outgoing.begin();
        this.sendDelivery(connection, delivery, 0, false);
      } else {
        if (!this.isNothingWaiting || !this.inFlight.canAdmit) {
          return;
        }
        const packetId = this.inFlight.admit(this.expiryInterval > 0 ? delivery : undefined, delivery.qos);
        if (!this.sendDelivery(connection, delivery, packetId, false)) {
          this.inFlight.finish(packetId);
        }
      }
      replay.next();
    }
  }

  private enqueue(delivery: Delivery, publisher: Publisher | undefined): void {
    if (!this.waiting.push(delivery)) {
      this.sendAway(this.connection);
      return;
    }
    if (this.connection !== undefined && this.waiting.queue.isHalfFull) {
      this.congested(publisher);
    } else {
      this.relieve(); // what had expired may have made room
    }
  }

  /** The queue is full, and the policy is to end the connection then. */
  private sendAway(connection: ClientConnection | undefined): void {
    if (connection !== undefined) {
      this.core.router.afterwards(() => connection.close(ReasonCode.QUOTA_EXCEEDED, "too many messages wait for it"));
    }
  }

  private congested(publisher: Publisher | undefined): void {
    if (this.connection === undefined) {
      // What was too much has just ended the connection.
      return;
    }
    // Its own acknowledgements come over the same connection: it cannot wait for itself.
    this.congestion.begin(publisher === this.connection ? undefined : publisher);
  }
}
