import type { ProtocolVersion, QoS } from "../../../src/codec/index.ts";

/**
 * What the standards say that a broker does, as plain values: no bytes, no time of its own, nothing of `src/broker`.
 * Where the standard leaves a choice it makes the one that mqtk documents (shared groups go round, a second PUBLISH with
 * an unreleased QoS 2 id is a retransmission, a Will without delay is published on takeover). What it leaves to brokers
 * altogether is as mqtk documents it too: full queues, and the rule by which publishers wait for a subscriber (with no
 * patience at all: whoever has too much waiting counts as slow as soon as that is looked at).
 */

/** An Application Message; its payload names it, so that no two are confused. */
export interface ModelMessage {
  readonly topic: string;
  readonly payload: string;
  readonly qos: QoS;
  readonly retain: boolean;
  /** Seconds (3.3.2.3.3). */
  readonly expiry?: number | undefined;
}

export interface ModelWill extends ModelMessage {
  /** Seconds. */
  readonly delay: number;
}

export interface ModelSubscription {
  /** As the client writes it, with `$share/…`. */
  readonly filter: string;
  readonly qos: QoS;
  readonly noLocal: boolean;
  readonly retainAsPublished: boolean;
  readonly retainHandling: 0 | 1 | 2;
}

export interface ModelConnect {
  readonly version: ProtocolVersion;
  readonly cleanStart: boolean;
  /** Seconds; Infinity: never. */
  readonly sessionExpiry: number;
  readonly receiveMaximum: number;
  readonly maximumPacketSize: number;
  readonly will: ModelWill | undefined;
}

/** A PUBLISH that a client must get now. */
export interface ExpectedPublish {
  readonly topic: string;
  readonly payload: string;
  readonly qos: QoS;
  readonly retain: boolean;
  readonly dup: boolean;
  /** Sorted Subscription Identifiers. */
  readonly identifiers: readonly number[];
  readonly expiry: number | undefined;
  /** The exchange that it belongs to; its packet id is the broker's choice the first time. */
  readonly flight: Flight | undefined;
}

/** A QoS 1 or 2 message that was sent to a client and is not done. */
export interface Flight {
  readonly delivery: Delivery;
  state: "PUBACK" | "PUBREC" | "PUBCOMP";
  /** Chosen by the broker. */
  packetId: number;
  /** The client is back, and it was not sent again yet. */
  isUnsent: boolean;
}

interface Kept {
  readonly message: ModelMessage;
  readonly expiresAt: number;
}

interface Delivery extends Kept {
  readonly qos: QoS;
  readonly retain: boolean;
  readonly identifiers: readonly number[];
  readonly group: Group | undefined;
}

interface Entry extends ModelSubscription {
  readonly session: Session;
  readonly identifier: number | undefined;
}

/** A Shared Subscription: one member after the other. */
class Group {
  members: Entry[] = [];
  private turn = 0;

  set(entry: Entry): void {
    const index = this.members.findIndex(({ session }) => session === entry.session);
    if (index === -1) this.members.push(entry);
    else this.members[index] = entry;
  }

  delete(session: Session): void {
    const index = this.members.findIndex((member) => member.session === session);
    if (index === -1) return;
    this.members.splice(index, 1);
    if (this.turn > index) this.turn -= 1;
  }

  /** Connected members that keep up first, then connected ones; members who are away only where nobody else is there. */
  next(): Entry | undefined {
    const inTurn = [...this.members.slice(this.turn), ...this.members.slice(0, this.turn)];
    const connected = inTurn.filter(({ session }) => session.connection !== undefined);
    const member = connected.find(({ session }) => session.backlog === "none") ?? connected[0] ?? inTurn[0];
    if (member !== undefined) this.turn = (this.members.indexOf(member) + 1) % this.members.length;
    return member;
  }
}

/** The connection of a client, and what the broker owes it. */
export class ModelConnection {
  readonly connect: ModelConnect;
  /** PUBLISH packets that must have come since they were looked at last, in order. */
  publishes: ExpectedPublish[] = [];
  /** Everything else, in words. */
  others: string[] = [];
  isClosed = false;
  quota: number;

  constructor(connect: ModelConnect, quota: number) {
    this.connect = connect;
    this.quota = quota;
  }
}

export class Session {
  readonly clientId: string;
  readonly subscriptions = new Map<string, Entry>();
  flights: Flight[] = [];
  queue: Delivery[] = [];
  /** Whether too much waits for the connected client, and whether it is still waited for. */
  backlog: "none" | "waited for" | "slow" = "none";
  /** When what has expired was taken out of the queue last. */
  purgedAt = Number.NEGATIVE_INFINITY;
  /** QoS 2 packet ids of the client that it did not release. */
  readonly unreleased = new Set<number>();
  connection: ModelConnection | undefined;
  expiry = 0;
  endsAt = Number.POSITIVE_INFINITY;
  will: { readonly message: ModelMessage; readonly dueAt: number } | undefined;

  constructor(clientId: string) {
    this.clientId = clientId;
  }

  /** These exchanges began in this order, which was the broker's choice; they are the last ones. */
  inOrderOf(flights: readonly Flight[]): void {
    this.flights = [...this.flights.filter((flight) => !flights.includes(flight)), ...flights];
  }
}

/** What becomes of a message for which a queue has no room, or of its client. */
export type QueuePolicy = "drop-new" | "drop-old" | "disconnect" | "reject-publish";

/** Limits of the broker that the model has to know. */
export interface ModelLimits {
  readonly maximumInFlight: number;
  readonly maximumSessionExpiry: number;
  readonly maximumQueueLength: number;
  readonly queuePolicy: QueuePolicy;
  /** Bytes of the whole packet that a PUBLISH to this client would be. */
  readonly sizeOf: (publish: ExpectedPublish, version: ProtocolVersion) => number;
}

/** Full queues are searched for expired messages this often, in milliseconds. */
const PURGE_EVERY = 1000;

export class StandardModel {
  now = 0;
  readonly sessions = new Map<string, Session>();
  readonly retained = new Map<string, Kept>();
  /** Messages that clients did not get, by reason. */
  readonly dropped = { slow: 0, "queue-full": 0, "too-large": 0, expired: 0, memory: 0 };
  private readonly groups = new Map<string, Group>();
  private readonly limits: ModelLimits;
  /** What happens from here on is the broker's choice: it cannot be said what is right. */
  isUndecided = false;
  private isReceiving = false;
  /** A queue was full, and the policy is to tell the publisher. */
  private isRejected = false;
  /** For whom the client whose message is being handled has to wait. */
  private readonly heldFor = new Set<Session>();
  /** Whose queue had no room for the message that is being published: they are sent away behind it. */
  private readonly overflowed = new Set<Session>();

  constructor(limits: ModelLimits) {
    this.limits = limits;
  }

  /** When something happens by itself next: a session ends, a Will is due. */
  get nextEvent(): number {
    const times = [...this.sessions.values()].flatMap(({ connection, endsAt, will }) =>
      connection === undefined ? [endsAt, will?.dueAt ?? Number.POSITIVE_INFINITY] : [],
    );
    return Math.min(Number.POSITIVE_INFINITY, ...times);
  }

  /** Time has come to `now`; it may not jump over an event. */
  passTo(now: number): void {
    this.now = now;
    for (const session of [...this.sessions.values()]) {
      if (session.connection !== undefined) continue;
      if (session.will !== undefined && now >= session.will.dueAt) this.publishWill(session);
      if (now >= session.endsAt) this.end(session);
    }
  }

  connect(clientId: string, connect: ModelConnect): ModelConnection {
    const old = this.sessions.get(clientId);
    if (old?.connection !== undefined) this.close(old, "SESSION_TAKEN_OVER");
    let session = this.sessions.get(clientId);
    if (session !== undefined && connect.cleanStart) {
      this.end(session);
      session = undefined;
    }
    const isPresent = session !== undefined;
    if (session === undefined) {
      session = new Session(clientId);
      this.sessions.set(clientId, session);
    }
    session.will = undefined;
    session.endsAt = Number.POSITIVE_INFINITY;
    session.expiry = Math.min(connect.sessionExpiry, this.limits.maximumSessionExpiry);
    const quota = Math.min(connect.receiveMaximum, this.limits.maximumInFlight);
    session.connection = new ModelConnection(connect, quota);
    session.connection.others.push(`CONNACK ${isPresent && connect.version !== 3}`);
    for (const flight of session.flights) flight.isUnsent = true;
    this.pump(session);
    return session.connection;
  }

  /**
   * A client without a name connects, publishes and says goodbye, in one go: 3.1 has no such clients, 3.1.1 only those
   * that leave nothing behind [MQTT-3.1.3-8].
   */
  visit(connect: ModelConnect, messages: readonly { message: ModelMessage; packetId: number }[]): ModelConnection {
    const visitor = new Session("");
    const connection = new ModelConnection(connect, 0);
    const isRefused = connect.version === 3 || (connect.version === 4 && !connect.cleanStart);
    connection.others.push(isRefused ? "CONNACK refused 133" : "CONNACK false");
    connection.isClosed = true;
    visitor.connection = connection;
    if (!isRefused) for (const { message, packetId } of messages) this.receive(visitor, message, packetId);
    return connection;
  }

  /** It is looked at who has too much waiting: whoever has is not waited for any more. */
  sweep(): void {
    for (const session of this.sessions.values()) if (session.backlog === "waited for") session.backlog = "slow";
  }

  /** The client says goodbye. */
  disconnect(session: Session, reasonCode: number, expiry: number | undefined): void {
    if (expiry !== undefined) {
      if (expiry > 0 && session.expiry === 0) {
        this.close(session, "PROTOCOL_ERROR");
        return;
      }
      session.expiry = Math.min(expiry, this.limits.maximumSessionExpiry);
    }
    this.leave(session, reasonCode === 0);
  }

  /** The network connection breaks. */
  lose(session: Session): void {
    this.leave(session, false);
  }

  /** The broker closes the connection and tells clients of 5.0 why. */
  close(session: Session, reason: string): void {
    const { connection } = session;
    if (connection?.connect.version === 5) connection.others.push(`DISCONNECT ${reason}`);
    this.leave(session, false);
  }

  subscribe(
    session: Session,
    subscriptions: readonly ModelSubscription[],
    identifier: number | undefined,
    packetId: number,
  ): void {
    const granted = subscriptions.map(({ qos }) => qos);
    session.connection?.others.push(`SUBACK ${packetId} ${granted}`);
    const wanted: Entry[] = [];
    for (const subscription of subscriptions) {
      const isNew = !session.subscriptions.has(subscription.filter);
      const entry = { ...subscription, session, identifier };
      session.subscriptions.set(subscription.filter, entry);
      const isShared = subscription.filter.startsWith("$share/");
      if (isShared) this.groupOf(subscription.filter).set(entry);
      else if (subscription.retainHandling === 0 || (subscription.retainHandling === 1 && isNew)) wanted.push(entry);
    }
    for (const entry of wanted) {
      for (const { message, expiresAt } of this.retainedFor(entry.filter)) {
        const qos = Math.min(message.qos, entry.qos) as QoS;
        const delivery = { message, expiresAt, qos, retain: true, identifiers: idsOf([entry]), group: undefined };
        this.sendNow(session, delivery);
      }
    }
  }

  unsubscribe(session: Session, filter: string, packetId: number): void {
    const isKnown = session.subscriptions.delete(filter);
    if (isKnown && filter.startsWith("$share/")) this.groupOf(filter).delete(session);
    const code = session.connection?.connect.version === 5 ? ` ${isKnown ? 0 : 0x11}` : "";
    session.connection?.others.push(`UNSUBACK ${packetId}${code}`);
  }

  /** Retained messages that a new subscription to this filter gets. */
  retainedFor(filter: string): Kept[] {
    return [...this.retained.values()].filter(
      ({ message, expiresAt }) => matches(filter, message.topic) && this.remaining(expiresAt) !== 0,
    );
  }

  /** A PUBLISH from a client. */
  receive(session: Session, message: ModelMessage, packetId: number): void {
    // Whoever was sent away because of its own messages is not listened to any more.
    const { connection } = session;
    if (connection === undefined) return;
    const isRepeated = message.qos === 2 && session.unreleased.has(packetId);
    if (message.qos === 2) session.unreleased.add(packetId);
    this.isReceiving = true;
    this.isRejected = false;
    if (!isRepeated) this.publish(message, session.clientId);
    this.isReceiving = false;
    if (this.heldFor.size > 0) {
      // The rest of what it sent is read when it need not wait any more.
      this.heldFor.clear();
      this.sweep();
    }
    if (session.connection !== connection) return;
    const isToldSo = this.isRejected && connection.connect.version === 5;
    const code = isToldSo ? " 151" : "";
    if (message.qos === 1) connection.others.push(`PUBACK ${packetId}${code}`);
    if (message.qos === 2) connection.others.push(`PUBREC ${packetId}${code}`);
    if (isToldSo) session.unreleased.delete(packetId);
  }

  /** A PUBREL from a client. */
  release(session: Session, packetId: number): void {
    const isKnown = session.unreleased.delete(packetId);
    const is5 = session.connection?.connect.version === 5;
    session.connection?.others.push(`PUBCOMP ${packetId} ${is5 && !isKnown ? 0x92 : 0}`);
  }

  /** The client acknowledges one step of an exchange; `refuses`: with a PUBREC that says no. */
  acknowledge(session: Session, flight: Flight, refuses: boolean): void {
    if (flight.state === "PUBREC" && !refuses) {
      flight.state = "PUBCOMP";
      session.connection?.others.push(`PUBREL ${flight.packetId}`);
      return;
    }
    session.flights.splice(session.flights.indexOf(flight), 1);
    // What was not sent on this connection took nothing of its quota.
    if (session.connection !== undefined && !flight.isUnsent) session.connection.quota += 1;
    this.pump(session);
  }

  private publish(message: ModelMessage, publisher: string): void {
    const expiresAt = message.expiry === undefined ? Number.POSITIVE_INFINITY : this.now + message.expiry * 1000;
    if (message.retain) {
      if (message.payload === "") this.retained.delete(message.topic);
      else this.retained.set(message.topic, { message, expiresAt });
    }
    for (const session of this.sessions.values()) {
      const entries = [...session.subscriptions.values()].filter(
        ({ filter, noLocal }) =>
          !filter.startsWith("$share/") &&
          matches(filter, message.topic) &&
          !(noLocal && publisher === session.clientId),
      );
      if (entries.length === 0) continue;
      const delivery = {
        message,
        expiresAt,
        qos: Math.min(message.qos, Math.max(...entries.map(({ qos }) => qos))) as QoS,
        retain: message.retain && entries.some(({ retainAsPublished }) => retainAsPublished),
        identifiers: idsOf(entries),
        group: undefined,
      };
      this.deliver(session, delivery, publisher);
    }
    for (const [filter, group] of this.groups) {
      if (matches(unshared(filter), message.topic)) this.share(message, expiresAt, group, publisher);
    }
    this.sendOverflowedAway();
  }

  /** The policy "disconnect": clients for whom there was no room. */
  private sendOverflowedAway(): void {
    const overflowed = [...this.overflowed];
    this.overflowed.clear();
    // Whose Will comes first, and whose shared messages: the broker's choice, and everything behind it depends on it.
    const sharesOrHasWill = ({ will, subscriptions }: Session): boolean =>
      will !== undefined || [...subscriptions.keys()].some((filter) => filter.startsWith("$share/"));
    if (overflowed.length > 1 || overflowed.some(sharesOrHasWill)) this.isUndecided = true;
    for (const session of overflowed) {
      this.close(session, "QUOTA_EXCEEDED");
      this.heldFor.delete(session);
    }
  }

  private share(message: ModelMessage, expiresAt: number, group: Group, publisher?: string): void {
    const member = group.next();
    if (member === undefined) return;
    const delivery = {
      message,
      expiresAt,
      qos: Math.min(message.qos, member.qos) as QoS,
      retain: message.retain && member.retainAsPublished,
      identifiers: idsOf([member]),
      group,
    };
    this.deliver(member.session, delivery, publisher);
  }

  private deliver(session: Session, delivery: Delivery, publisher?: string): void {
    const { connection } = session;
    if (connection === undefined) {
      if (delivery.qos > 0 && session.expiry > 0) this.enqueue(session, delivery, publisher);
    } else if (delivery.qos > 0 && (session.queue.length > 0 || !canSend(session))) {
      this.enqueue(session, delivery, publisher);
    } else if (delivery.qos === 0 && session.backlog === "slow") {
      this.dropped.slow += 1;
    } else {
      this.sendNow(session, delivery);
    }
  }

  private enqueue(session: Session, delivery: Delivery, publisher?: string): void {
    const { maximumQueueLength, queuePolicy } = this.limits;
    if (session.queue.length >= maximumQueueLength) this.purge(session);
    if (session.queue.length < maximumQueueLength) {
      session.queue.push(delivery);
    } else {
      this.dropped["queue-full"] += 1;
      if (queuePolicy === "reject-publish") this.isRejected = true;
      if (queuePolicy === "drop-old") session.queue = [...session.queue.slice(1), delivery];
      if (queuePolicy === "disconnect") {
        if (session.connection !== undefined) this.overflowed.add(session);
        return;
      }
    }
    // What had expired may have made room.
    if (session.queue.length * 4 <= maximumQueueLength) session.backlog = "none";
    if (session.connection === undefined || session.queue.length * 2 <= maximumQueueLength) return;
    if (session.backlog === "none") session.backlog = "waited for";
    // Nobody waits for itself: its acknowledgements come the same way.
    if (publisher !== undefined && publisher !== session.clientId && session.backlog === "waited for")
      this.heldFor.add(session);
  }

  private purge(session: Session): void {
    if (this.now - session.purgedAt < PURGE_EVERY) return;
    session.purgedAt = this.now;
    const before = session.queue.length;
    session.queue = session.queue.filter(({ expiresAt }) => this.remaining(expiresAt) !== 0);
    this.dropped.expired += before - session.queue.length;
  }

  /** Sends it for the first time. */
  private sendNow(session: Session, delivery: Delivery): void {
    const { connection } = session;
    if (connection === undefined) return;
    const flight: Flight | undefined =
      delivery.qos === 0
        ? undefined
        : { delivery, state: delivery.qos === 1 ? "PUBACK" : "PUBREC", packetId: 0, isUnsent: false };
    const publish = this.publishOf(delivery, connection, flight, false);
    if (this.isTooLarge(publish, connection)) return;
    if (flight !== undefined) {
      session.flights.push(flight);
      connection.quota -= 1;
    }
    connection.publishes.push(publish);
  }

  /** Sends what may be sent; once little waits, publishers wait for the client again. */
  private pump(session: Session): void {
    this.send(session);
    if (session.queue.length * 4 <= this.limits.maximumQueueLength) session.backlog = "none";
  }

  /** Again what was in flight, in order; then what waits. */
  private send(session: Session): void {
    const { connection } = session;
    if (connection === undefined) return;
    for (const flight of [...session.flights]) {
      if (!flight.isUnsent) continue;
      if (connection.quota === 0) return;
      flight.isUnsent = false;
      if (flight.state === "PUBCOMP") {
        connection.quota -= 1;
        connection.others.push(`PUBREL ${flight.packetId}`);
        continue;
      }
      const publish = this.publishOf(flight.delivery, connection, flight, true);
      if (this.isTooLarge(publish, connection)) {
        session.flights.splice(session.flights.indexOf(flight), 1);
        continue;
      }
      connection.quota -= 1;
      connection.publishes.push(publish);
    }
    while (canSend(session)) {
      const delivery = session.queue.shift();
      if (delivery === undefined) return;
      if (this.remaining(delivery.expiresAt) === 0) this.dropped.expired += 1;
      else this.sendNow(session, delivery);
    }
  }

  private publishOf(
    { message, expiresAt, qos, retain, identifiers }: Delivery,
    { connect }: ModelConnection,
    flight: Flight | undefined,
    dup: boolean,
  ): ExpectedPublish {
    const is5 = connect.version === 5;
    return {
      topic: message.topic,
      payload: message.payload,
      qos,
      retain,
      dup,
      identifiers: is5 ? identifiers : [],
      expiry: is5 ? this.remaining(expiresAt) : undefined,
      flight,
    };
  }

  private isTooLarge(publish: ExpectedPublish, { connect }: ModelConnection): boolean {
    const isTooLarge =
      connect.maximumPacketSize !== Number.POSITIVE_INFINITY &&
      this.limits.sizeOf(publish, connect.version) > connect.maximumPacketSize;
    if (isTooLarge) this.dropped["too-large"] += 1;
    return isTooLarge;
  }

  /** Whole seconds that a message still has [MQTT-3.3.2-6]. */
  private remaining(expiresAt: number): number | undefined {
    return expiresAt === Number.POSITIVE_INFINITY ? undefined : Math.max(0, Math.ceil((expiresAt - this.now) / 1000));
  }

  private leave(session: Session, isClean: boolean): void {
    const { connection } = session;
    if (connection === undefined) return;
    connection.isClosed = true;
    const { will } = connection.connect;
    if (!isClean && will !== undefined) session.will = { message: will, dueAt: this.now + will.delay * 1000 };
    session.connection = undefined;
    session.backlog = "none";
    if (session.expiry === 0) {
      this.end(session);
      return;
    }
    if (session.will !== undefined && session.will.dueAt <= this.now) this.publishWill(session);
    session.endsAt = this.now + session.expiry * 1000;
  }

  /** The session is gone; what it shared and never acknowledged goes to others [MQTT-4.8.2-4]. */
  private end(session: Session): void {
    this.sessions.delete(session.clientId);
    for (const filter of session.subscriptions.keys()) {
      if (filter.startsWith("$share/")) this.groupOf(filter).delete(session);
    }
    session.subscriptions.clear();
    const unacknowledged = session.flights.filter(({ state }) => state === "PUBACK").map(({ delivery }) => delivery);
    for (const { group, message, expiresAt } of [...unacknowledged, ...session.queue]) {
      if (group !== undefined && this.remaining(expiresAt) !== 0) this.share(message, expiresAt, group);
    }
    // Whether somebody is sent away before or after the next of these messages is the broker's choice.
    if (this.overflowed.size > 0) this.isUndecided = true;
    this.sendOverflowedAway();
    this.publishWill(session);
  }

  private publishWill(session: Session): void {
    const { will } = session;
    session.will = undefined;
    if (will === undefined) return;
    // A Will waits as its client would have. What else the message does that caused it may come first.
    if (this.isSomebodyWaitedFor(will.message, session)) {
      this.isUndecided ||= this.isReceiving;
      this.sweep();
    }
    const heldFor = [...this.heldFor];
    this.publish(will.message, session.clientId);
    this.heldFor.clear();
    for (const other of heldFor) if (other.connection !== undefined) this.heldFor.add(other);
  }

  /** Whether a subscriber of the message has too much waiting already. */
  private isSomebodyWaitedFor({ topic }: ModelMessage, publisher: Session): boolean {
    return [...this.sessions.values()].some(
      (session) =>
        session !== publisher &&
        session.backlog === "waited for" &&
        [...session.subscriptions.keys()].some((filter) => matches(unshared(filter), topic)),
    );
  }

  private groupOf(filter: string): Group {
    const known = this.groups.get(filter);
    // A group begins anew with its first member.
    if (known !== undefined && known.members.length > 0) return known;
    const group = new Group();
    this.groups.set(filter, group);
    return group;
  }
}

function canSend({ connection, flights }: Session): boolean {
  return connection !== undefined && connection.quota > 0 && !flights.some(({ isUnsent }) => isUnsent);
}

function idsOf(entries: readonly Entry[]): number[] {
  return entries.flatMap(({ identifier }) => identifier ?? []).sort((a, b) => a - b);
}

function unshared(filter: string): string {
  return filter.startsWith("$share/") ? filter.split("/").slice(2).join("/") : filter;
}

/** 4.7, as a regular expression: nothing of `src/topic`. */
function matches(filter: string, topic: string): boolean {
  if (topic.startsWith("$") && /^[+#]/.test(filter)) return false;
  const pattern = filter
    .replaceAll(/[.*?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("+", "[^/]*")
    .replace(/(^|\/)#$/, (_, slash: string) => (slash === "" ? ".*" : "(/.*)?"));
  return new RegExp(`^${pattern}$`, "s").test(topic);
}
