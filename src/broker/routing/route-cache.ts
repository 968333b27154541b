import { isValidTopicBytes, matches, type TopicFilter, topicLevels } from "../../topic/index.ts";
import type { Session } from "../sessions/session.ts";
import { TurnBudget } from "../turn-budget.ts";
import { Route } from "./route.ts";
import { hashOf, RouteTable } from "./route-table.ts";
import type { SharedGroup } from "./shared-group.ts";
import type { Subscriptions } from "./subscriptions.ts";
import { type Target, targetOf } from "./target.ts";

/** Routes in one generation; there are two, so that a flood of new topics does not push out the busy ones. */
const GENERATION = 65_536;
/** Memory of one generation, in bytes: topics may be long, and a topic may have very many subscribers. */
const GENERATION_BYTES = 64 * 1024 * 1024;
const TARGET_BYTES = 80;
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
  private table = new RouteTable();
  private older: RouteTable | undefined;
  /** What the routes of this generation take. */
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
    this.table = new RouteTable();
    this.older = undefined;
    this.bytes = 0;
    this.changeCount += REMEMBERED_CHANGES + 1;
  }

  /**
   * The route of the topic in `bytes[from, to)`, or undefined if that is no valid topic name. `last` is tried first:
   * publishers mostly stay with one topic.
   */
  routeOf(bytes: Buffer, from: number, to: number, last: Route | undefined): Route | undefined {
    if (last?.isOf(bytes, from, to)) {
      return last.seen === this.changeCount ? last : this.refresh(last);
    }
    const hash = hashOf(bytes, from, to);
    const found = this.table.find(hash, bytes, from, to) ?? this.promote(hash, bytes, from, to);
    if (found !== undefined) {
      return found.seen === this.changeCount ? found : this.refresh(found);
    }
    return this.create(hash, bytes, from, to);
  }

  private promote(hash: number, bytes: Buffer, from: number, to: number): Route | undefined {
    const route = this.older?.find(hash, bytes, from, to);
    if (route !== undefined) {
      this.insert(route);
    }
    return route;
  }

  private create(hash: number, bytes: Buffer, from: number, to: number): Route | undefined {
    if (!isValidTopicBytes(bytes, from, to) || topicLevels(bytes, from, to) > this.maximumLevels) {
      return undefined;
    }
    const route = new Route(bytes, from, to, hash);
    route.seen = this.changeCount;
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
      (entry) => targets.set(entry.session, targetOf(targets.get(entry.session), entry)),
      (group) => groups.push(group),
    );
    this.budget.spend(visited + targets.size);
    const allowed = [...targets.values()].filter((target) => this.mayReceive(target.session, route.topic));
    route.lead(allowed, groups);
  }

  private insert(route: Route): void {
    if (this.table.count >= GENERATION || this.bytes > GENERATION_BYTES) {
      this.endGeneration();
    }
    this.table.insert(route);
    this.bytes += sizeOf(route);
  }

  private endGeneration(): void {
    this.older = this.table;
    this.table = new RouteTable(this.table.slots);
    this.bytes = 0;
  }
}

/** What a route costs in memory, about: its topic as bytes, as text and in levels, and its targets. */
function sizeOf(route: Route): number {
  return 3 * (route.to - route.from) + 40 * route.levels.length + TARGET_BYTES * route.targets.length;
}
