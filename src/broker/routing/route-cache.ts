import type { QoS } from "../../codec/index.ts";
import { isValidTopicBytes, matches, type TopicFilter, topicLevels } from "../../topic/index.ts";
import type { Session } from "../sessions/session.ts";
import { TurnBudget } from "../turn-budget.ts";
import type { SharedGroup } from "./shared-group.ts";
import type { SubscriptionEntry, Subscriptions } from "./subscriptions.ts";

/** What a session gets of a topic's messages. Overlapping subscriptions are one copy: highest QoS, all identifiers. */
export interface Target {
  readonly session: Session;
  qos: QoS;
  retainAsPublished: boolean;
  identifiers: readonly number[];
  /** Set when some subscription is No Local: what the session gets of its own messages; nothing when that is undefined. */
  hasNoLocal: boolean;
  own: Target | undefined;
}

/** What is known about one distinct topic: that it is valid, and who gets its messages. */
export interface Route {
  /** The topic's bytes; the route owns them. */
  readonly bytes: Buffer;
  readonly topic: string;
  readonly levels: readonly string[];
  readonly hash: number;
  /** Only the broker itself may publish to it. */
  readonly isReserved: boolean;
  targets: readonly Target[];
  groups: readonly SharedGroup[];
  /** The last change of subscriptions that this route took into account. */
  seen: number;
}

/** Routes in one generation; there are two, so that a flood of new topics does not push out the busy ones. */
const GENERATION = 65_536;
/** Memory of one generation, in bytes: topics may be long, and a topic may have very many subscribers. */
const GENERATION_BYTES = 64 * 1024 * 1024;
const TARGET_BYTES = 80;
const INITIAL_SLOTS = 1024;
/** How far a lookup goes on from its first slot: topics that were chosen to collide cost this much at most. */
const PROBES = 16;
/** A route that missed more changes than this is computed again without looking at them. */
const REMEMBERED_CHANGES = 256;

/**
 * Routes by the bytes of their topic, bounded. A change of subscriptions is only noted; a route looks at the changes
 * since its last use and is computed again only if one of them concerns its topic.
 */
export class RouteCache {
  private readonly subscriptions: Subscriptions;
  private readonly mayReceive: (session: Session, topic: string) => boolean;
  private readonly maximumLevels: number;
  private readonly budget: TurnBudget;
  private slots: (Route | undefined)[] = new Array(INITIAL_SLOTS).fill(undefined);
  private older: (Route | undefined)[] = [];
  private count = 0;
  private bytes = 0;
  /** How many changes there were; the last ones are in `changes`, in a ring. */
  private changeCount = 0;
  private readonly changes: TopicFilter[] = [];

  constructor(
    subscriptions: Subscriptions,
    maximumLevels: number,
    mayReceive: (session: Session, topic: string) => boolean,
    budget = new TurnBudget(),
  ) {
    this.budget = budget;
    this.subscriptions = subscriptions;
    this.maximumLevels = maximumLevels;
    this.mayReceive = mayReceive;
  }

  /** A subscription to this filter came, changed or went. */
  changed(filter: TopicFilter): void {
    this.changes[this.changeCount % REMEMBERED_CHANGES] = filter;
    this.changeCount += 1;
  }

  /** Rights changed: nothing that is known holds any more. */
  clear(): void {
    this.slots = new Array(INITIAL_SLOTS).fill(undefined);
    this.older = [];
    this.count = 0;
    this.bytes = 0;
    this.changeCount += REMEMBERED_CHANGES + 1;
  }

  /**
   * The route of the topic in `bytes[from, to)`, or undefined if that is no valid topic name. `last` is tried first:
   * publishers mostly stay with one topic.
   */
  routeOf(bytes: Buffer, from: number, to: number, last: Route | undefined): Route | undefined {
    if (last !== undefined && isTopic(last, bytes, from, to)) {
      return last.seen === this.changeCount ? last : this.refresh(last);
    }
    const hash = hashOf(bytes, from, to);
    const found = find(this.slots, hash, bytes, from, to) ?? this.promote(hash, bytes, from, to);
    if (found !== undefined) {
      return found.seen === this.changeCount ? found : this.refresh(found);
    }
    return this.create(hash, bytes, from, to);
  }

  private promote(hash: number, bytes: Buffer, from: number, to: number): Route | undefined {
    if (this.older.length === 0) {
      return undefined;
    }
    const route = find(this.older, hash, bytes, from, to);
    if (route !== undefined) {
      this.insert(route);
    }
    return route;
  }

  private create(hash: number, bytes: Buffer, from: number, to: number): Route | undefined {
    if (!isValidTopicBytes(bytes, from, to) || topicLevels(bytes, from, to) > this.maximumLevels) {
      return undefined;
    }
    const owned = Buffer.from(bytes.subarray(from, to));
    const topic = owned.toString("utf8");
    const route: Route = {
      bytes: owned,
      topic,
      levels: topic.split("/"),
      hash,
      isReserved: isReservedTopic(topic),
      targets: [],
      groups: [],
      seen: this.changeCount,
    };
    this.compute(route);
    this.insert(route);
    return route;
  }

  private refresh(route: Route): Route {
    const missed = this.changeCount - route.seen;
    let isConcerned = missed > REMEMBERED_CHANGES;
    for (let change = route.seen; !isConcerned && change < this.changeCount; change += 1) {
      const filter = this.changes[change % REMEMBERED_CHANGES] as TopicFilter;
      isConcerned = matches(filter.levels, route.levels);
    }
    route.seen = this.changeCount;
    if (isConcerned) {
      const before = route.targets.length;
      this.compute(route);
      this.bytes += (route.targets.length - before) * TARGET_BYTES;
      if (this.bytes > GENERATION_BYTES) {
        this.endGeneration();
      }
    }
    return route;
  }

  private compute(route: Route): void {
    const targets = new Map<Session, Target>();
    const groups: SharedGroup[] = [];
    const visited = this.subscriptions.match(
      route.levels,
      (entry) => addTo(targets, entry),
      (group) => groups.push(group),
    );
    this.budget.spend(visited + targets.size);
    route.targets = [...targets.values()].filter((target) => this.mayReceive(target.session, route.topic));
    route.groups = groups;
  }

  private insert(route: Route): void {
    if (this.count >= GENERATION || this.bytes > GENERATION_BYTES) {
      this.endGeneration();
    } else if (this.count * 2 >= this.slots.length) {
      this.slots = rehashed(this.slots);
    }
    place(this.slots, route);
    this.count += 1;
    this.bytes += sizeOf(route);
  }

  private endGeneration(): void {
    this.older = this.slots;
    this.slots = new Array(this.slots.length).fill(undefined);
    this.count = 0;
    this.bytes = 0;
  }
}

/** Topics that clients may not publish to: what the broker says of itself, and its controls. */
export function isReservedTopic(topic: string): boolean {
  return topic.startsWith("$SYS/") || topic.startsWith("$CONTROL/");
}

/** What a route costs in memory, about: its topic as bytes, as text and in levels, and its targets. */
function sizeOf(route: Route): number {
  return 3 * route.bytes.length + 40 * route.levels.length + TARGET_BYTES * route.targets.length;
}

function isTopic(route: Route, bytes: Buffer, from: number, to: number): boolean {
  const known = route.bytes;
  if (known.length !== to - from) {
    return false;
  }
  // From the end: topics of one publisher differ there.
  for (let index = known.length - 1; index >= 0; index -= 1) {
    if (known[index] !== bytes[from + index]) {
      return false;
    }
  }
  return true;
}

/** FNV-1a with a start that nobody outside knows. */
const SEED = (Math.random() * 0x7fffffff) | 0;

function hashOf(bytes: Buffer, from: number, to: number): number {
  let hash = SEED;
  for (let index = from; index < to; index += 1) {
    hash = Math.imul(hash ^ (bytes[index] as number), 0x01000193);
  }
  return (hash ^ (hash >>> 15)) >>> 0;
}

function find(
  slots: readonly (Route | undefined)[],
  hash: number,
  bytes: Buffer,
  from: number,
  to: number,
): Route | undefined {
  const mask = slots.length - 1;
  for (let probe = 0; probe < PROBES; probe += 1) {
    const route = slots[(hash + probe) & mask];
    if (route === undefined) {
      return undefined;
    }
    if (route.hash === hash && isTopic(route, bytes, from, to)) {
      return route;
    }
  }
  return undefined;
}

function place(slots: (Route | undefined)[], route: Route): void {
  const mask = slots.length - 1;
  for (let probe = 0; probe < PROBES; probe += 1) {
    const index = (route.hash + probe) & mask;
    if (slots[index] === undefined) {
      slots[index] = route;
      return;
    }
  }
  slots[route.hash & mask] = route;
}

function rehashed(slots: readonly (Route | undefined)[]): (Route | undefined)[] {
  const larger: (Route | undefined)[] = new Array(slots.length * 2).fill(undefined);
  for (const route of slots) {
    if (route !== undefined) {
      place(larger, route);
    }
  }
  return larger;
}

function addTo(targets: Map<Session, Target>, entry: SubscriptionEntry): void {
  const target = targets.get(entry.session);
  if (target === undefined) {
    const fresh = targetOf(entry);
    if (entry.noLocal) {
      fresh.hasNoLocal = true;
    } else {
      fresh.own = targetOf(entry);
    }
    targets.set(entry.session, fresh);
    return;
  }
  merge(target, entry);
  if (entry.noLocal) {
    target.hasNoLocal = true;
  } else if (target.own === undefined) {
    target.own = targetOf(entry);
  } else {
    merge(target.own, entry);
  }
}

function targetOf(entry: SubscriptionEntry): Target {
  return {
    session: entry.session,
    qos: entry.qos,
    retainAsPublished: entry.retainAsPublished,
    identifiers: entry.identifiers,
    hasNoLocal: false,
    own: undefined,
  };
}

function merge(target: Target, entry: SubscriptionEntry): void {
  target.qos = Math.max(target.qos, entry.qos) as QoS;
  target.retainAsPublished ||= entry.retainAsPublished;
  if (entry.identifiers.length > 0) {
    target.identifiers = [...target.identifiers, ...entry.identifiers];
  }
}
