import { PacketType, type QoS, ReasonCode } from "../../codec/index.ts";
import { InFlightState, type Message, Receiver, Sender } from "../../delivery/index.ts";
import type { Identity } from "../auth/auth.ts";
import type { ClientConnection } from "../client-connection.ts";
import type { Core } from "../core.ts";
import type { DropReason } from "../events.ts";
import type { SharedGroup } from "../routing/shared-group.ts";
import type { SubscriptionEntry } from "../routing/subscriptions.ts";
import { Cost } from "../turn-budget.ts";
import { Congestion, type Publisher } from "./congestion.ts";
import { type Delivery, MessageQueue } from "./message-queue.ts";
import { LATER, type RetainedReplay } from "./retained-replay.ts";
import type { PendingWill } from "./will.ts";

/** How a matching subscription wants its messages. */
interface Wanted {
  readonly qos: QoS;
  readonly retainAsPublished: boolean;
  readonly identifiers: readonly number[];
}

/** Where a queue is full, what has expired is looked for; but not more often than this, in milliseconds. */
const PURGE_EVERY = 1000;

/** The Session State of one client (4.1): it may outlive the Network Connection. */
export class Session {
  readonly clientId: string;
  /** Who made it; nobody else may use it. */
  readonly identity: Identity;
  /** By filter as the client wrote it, with `$share/…`. */
  readonly subscriptions = new Map<string, SubscriptionEntry>();
  /** What they take; counted where they are kept by filter. */
  subscriptionBytes = 0;
  readonly sender = new Sender<Delivery>();
  readonly receiver = new Receiver();
  readonly queue: MessageQueue;
  readonly congestion: Congestion;
  connection: ClientConnection | undefined;
  /** Seconds that it outlives its connection; 0: it ends with it, Infinity: never. */
  expiryInterval = 0;
  /** While it is away: when it ends, on the broker's clock. */
  endsAt = Number.POSITIVE_INFINITY;
  /** A Will that waits for its delay. */
  pendingWill: PendingWill | undefined;
  private readonly core: Core;
  private replays: RetainedReplay[] = [];
  private isReplaying = false;
  /** Bytes of messages in flight that are kept to be sent again. */
  private keptInFlight = 0;
  private lastPurge = Number.NEGATIVE_INFINITY;

  constructor(clientId: string, identity: Identity, core: Core) {
    this.clientId = clientId;
    this.identity = identity;
    this.core = core;
    this.queue = new MessageQueue(core.options.maximumQueueLength, core.options.maximumQueueBytes, core.memory);
    this.congestion = new Congestion(core.clock, core.sweeper, core.options.slowAfter);
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
        this.drop("slow");
        return;
      }
      connection.sendMessage(message, 0, retain, false, 0, wanted.identifiers, expiry);
      if (connection.isBacklogged) {
        this.congested(publisher);
      }
      return;
    }
    if (!this.queue.isEmpty || !this.canAdmit) {
      this.enqueue({ message: message.keep(), qos, retain, identifiers: wanted.identifiers, group }, publisher);
      return;
    }
    // A session that ends with its connection never sends anything again: what is in flight need not be kept.
    const delivery =
      this.expiryInterval > 0 || group !== undefined
        ? { message: message.keep(), qos, retain, identifiers: wanted.identifiers, group }
        : undefined;
    const packetId = this.admit(delivery, qos);
    if (!connection.sendMessage(message, qos, retain, false, packetId, wanted.identifiers, expiry)) {
      this.finish(packetId);
    }
    if (connection.isBacklogged) {
      this.congested(publisher);
    }
  }

  /** Retained messages for a new subscription; they go out as fast as the client takes them. */
  replay(replay: RetainedReplay): void {
    this.replays.push(replay);
    this.pump();
  }

  /** The client is there: what is in flight is sent again [MQTT-4.4.0-1], then what waits. */
  resume(connection: ClientConnection, receiveMaximum: number): void {
    this.connection = connection;
    this.endsAt = Number.POSITIVE_INFINITY;
    this.sender.connect(receiveMaximum);
    this.pump();
  }

  /** The Network Connection is gone. What was not sent yet of retained messages comes when the client is back. */
  suspend(): void {
    this.connection = undefined;
    this.congestion.end();
  }

  /** The session is over: nothing that it kept is needed any more. */
  discard(): void {
    this.replays = [];
    this.queue.clear();
    for (const packetId of this.sender) {
      this.letGo(packetId);
    }
  }

  /** PUBREC: the client owns the message, only its packet id is kept. */
  received(packetId: number): void {
    this.letGo(packetId);
    this.sender.received(packetId);
  }

  /** PUBACK, PUBCOMP, or a PUBREC that refuses: the message is done. */
  finished(packetId: number): void {
    this.finish(packetId);
    this.congestion.progressed();
    if (!this.queue.isEmpty || this.replays.length > 0 || !this.sender.canAdmit) {
      this.pump();
    }
  }

  /** Sends whatever may be sent now, in order: again what was in flight, what waits, what is retained. */
  pump(): void {
    const connection = this.connection;
    if (connection === undefined) {
      return;
    }
    this.resendInFlight(connection);
    this.sendQueued(connection);
    this.sendRetained(connection);
    this.relieve();
  }

  /** Releases publishers once little is waiting. */
  relieve(): void {
    const connection = this.connection;
    if (
      this.congestion.isCongested &&
      (connection === undefined || (!connection.isHalfBacklogged && !this.queue.isQuarterFull))
    ) {
      this.congestion.end();
    }
  }

  /** Messages of Shared Subscriptions that another member may get: all but QoS 2 messages that were sent [MQTT-4.8.2-4][MQTT-4.8.2-5]. */
  *redistributable(): Generator<Delivery> {
    for (const packetId of this.sender) {
      const delivery = this.sender.itemOf(packetId);
      if (delivery?.group !== undefined && this.sender.stateOf(packetId) === InFlightState.AWAITS_PUBACK) {
        yield delivery;
      }
    }
    for (const delivery of this.queue) {
      if (delivery.group !== undefined) {
        yield delivery;
      }
    }
  }

  private resendInFlight(connection: ClientConnection): void {
    for (let packetId = this.sender.resend(); packetId !== 0; packetId = this.sender.resend()) {
      if (this.sender.stateOf(packetId) === InFlightState.AWAITS_PUBCOMP) {
        connection.sendAck(PacketType.PUBREL, packetId);
        continue;
      }
      const delivery = this.sender.itemOf(packetId);
      // In flight is in flight: expiry does not end an exchange that has begun [MQTT-4.3.3-7].
      if (delivery === undefined || !this.sendDelivery(connection, delivery, packetId, true)) {
        this.finish(packetId);
      }
    }
  }

  private sendQueued(connection: ClientConnection): void {
    while (!connection.isBacklogged) {
      const delivery = this.queue.peek();
      if (delivery === undefined || !this.canAdmit) {
        return;
      }
      this.queue.shift();
      if (delivery.message.remainingExpiry(this.core.clock.now()) === 0) {
        this.drop("expired");
        continue;
      }
      const isKept = this.expiryInterval > 0 || delivery.group !== undefined;
      const packetId = this.admit(isKept ? delivery : undefined, delivery.qos);
      if (!this.sendDelivery(connection, delivery, packetId, false)) {
        this.finish(packetId);
      }
    }
  }

  private sendDelivery(connection: ClientConnection, delivery: Delivery, packetId: number, dup: boolean): boolean {
    const expiry = delivery.message.remainingExpiry(this.core.clock.now());
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

  private sendRetained(connection: ClientConnection): void {
    if (this.isReplaying) {
      return;
    }
    const { budget } = this.core;
    while (this.replays.length > 0 && !connection.isBacklogged) {
      if (budget.isSpent) {
        this.isReplaying = true;
        budget.later(() => {
          this.isReplaying = false;
          this.pump();
        });
        return;
      }
      const replay = this.replays[0] as RetainedReplay;
      const delivery = replay.peek();
      if (delivery === LATER) {
        budget.spend(Cost.STRETCH);
        continue;
      }
      budget.spend(Cost.RETAINED);
      if (delivery === undefined) {
        this.replays.shift();
        continue;
      }
      if (delivery.qos === 0) {
        this.core.outgoing.begin();
        this.sendDelivery(connection, delivery, 0, false);
      } else {
        if (!this.queue.isEmpty || !this.canAdmit) {
          return;
        }
        const packetId = this.admit(this.expiryInterval > 0 ? delivery : undefined, delivery.qos);
        if (!this.sendDelivery(connection, delivery, packetId, false)) {
          this.finish(packetId);
        }
      }
      replay.next();
    }
  }

  /** One more may be in flight: the client takes it, and what would have to be kept of it stays within the limits. */
  private get canAdmit(): boolean {
    return (
      this.sender.canAdmit &&
      (this.keptInFlight === 0 ||
        (this.keptInFlight < this.core.options.maximumQueueBytes && !this.core.memory.isExhausted))
    );
  }

  private admit(delivery: Delivery | undefined, qos: QoS): number {
    if (delivery !== undefined) {
      this.keptInFlight += delivery.message.size;
      this.core.memory.hold(delivery.message);
    }
    return this.sender.admit(delivery, qos);
  }

  private finish(packetId: number): void {
    this.letGo(packetId);
    this.sender.finish(packetId);
  }

  private letGo(packetId: number): void {
    const delivery = this.sender.itemOf(packetId);
    if (delivery !== undefined) {
      this.keptInFlight -= delivery.message.size;
      this.core.memory.release(delivery.message);
    }
  }

  private enqueue(delivery: Delivery, publisher: Publisher | undefined): void {
    if (this.core.memory.isExhausted) {
      this.drop("memory");
    } else if (!this.queue.push(delivery)) {
      this.overflow(delivery);
    }
    if (this.connection !== undefined && this.queue.isHalfFull) {
      this.congested(publisher);
    }
  }

  /** The queue is full: what becomes of the message, and perhaps of the client, is a matter of policy. */
  private overflow(delivery: Delivery): void {
    if (this.purge() && this.queue.push(delivery)) {
      return;
    }
    this.drop("queue-full");
    const policy = this.core.options.queuePolicy;
    if (policy === "drop-old" && this.queue.canEverHold(delivery)) {
      this.queue.shift();
      while (!this.queue.push(delivery)) {
        this.queue.shift();
        this.drop("queue-full");
      }
    } else if (policy === "disconnect") {
      this.connection?.close(ReasonCode.QUOTA_EXCEEDED, "too many messages wait for it");
    }
  }

  /** Takes what has expired out of the queue. False when nothing has, or that was looked for a moment ago. */
  private purge(): boolean {
    const now = this.core.clock.now();
    if (now - this.lastPurge < PURGE_EVERY) {
      return false;
    }
    this.lastPurge = now;
    const expired = this.queue.purge(now);
    for (let count = 0; count < expired; count += 1) {
      this.drop("expired");
    }
    return expired > 0;
  }

  private congested(publisher: Publisher | undefined): void {
    if (this.connection === undefined) {
      // What was too much has just ended the connection.
      return;
    }
    // Its own acknowledgements come over the same connection: it cannot wait for itself.
    this.congestion.begin(publisher === this.connection ? undefined : publisher);
  }

  private drop(reason: DropReason): void {
    this.core.drops.count(this.clientId, reason);
  }
}
