import type { QoS } from "../../codec/index.ts";
import { type TopicFilter, TopicTree } from "../../topic/index.ts";
import type { Session } from "../sessions/session.ts";
import { SharedGroup } from "./shared-group.ts";

/** A Subscription of a session (3.8.3.1), as the router needs it. */
export interface SubscriptionEntry {
  readonly session: Session;
  readonly filter: TopicFilter;
  readonly qos: QoS;
  readonly noLocal: boolean;
  readonly retainAsPublished: boolean;
  /** Its Subscription Identifier, if it has one. */
  readonly identifiers: readonly number[];
}

/** What a subscription, and each level of its filter, costs beside the filter itself: objects and references, measured. */
const SUBSCRIPTION_OVERHEAD = 550;
const LEVEL_OVERHEAD = 270;

/** Bytes that a subscription takes at most; where levels are shared with other filters, it is less. */
export function subscriptionSize({ filter, levels }: TopicFilter): number {
  return SUBSCRIPTION_OVERHEAD + LEVEL_OVERHEAD * levels.length + Buffer.byteLength(filter);
}

/** Who subscribed to one filter. */
interface Subscribers {
  readonly entries: Map<Session, SubscriptionEntry>;
  readonly groups: Map<string, SharedGroup>;
}

/** All subscriptions of the broker by filter. */
export class Subscriptions {
  private readonly tree = new TopicTree<Subscribers>();
  private count = 0;
  private bytesTaken = 0;

  get size(): number {
    return this.count;
  }

  /** What all subscriptions take. */
  get bytes(): number {
    return this.bytesTaken;
  }

  /** Adds a subscription or replaces the one that the session has for the same filter [MQTT-3.8.4-3]. */
  add(entry: SubscriptionEntry): void {
    const { levels, shareName } = entry.filter;
    let subscribers = this.tree.get(levels);
    if (subscribers === undefined) {
      subscribers = { entries: new Map(), groups: new Map() };
      this.tree.set(levels, subscribers);
    }
    if (shareName === undefined) {
      this.counted(entry, subscribers.entries.has(entry.session) ? 0 : 1);
      subscribers.entries.set(entry.session, entry);
      return;
    }
    let group = subscribers.groups.get(shareName);
    if (group === undefined) {
      group = new SharedGroup();
      subscribers.groups.set(shareName, group);
    }
    this.counted(entry, group.set(entry) ? 1 : 0);
  }

  /** Removes the session's subscription to exactly this filter. False when it had none. */
  remove(session: Session, filter: TopicFilter): boolean {
    const subscribers = this.tree.get(filter.levels);
    if (subscribers === undefined) {
      return false;
    }
    let removed: boolean;
    if (filter.shareName === undefined) {
      removed = subscribers.entries.delete(session);
    } else {
      const group = subscribers.groups.get(filter.shareName);
      removed = group?.delete(session) ?? false;
      if (group?.isEmpty) {
        subscribers.groups.delete(filter.shareName);
      }
    }
    if (subscribers.entries.size === 0 && subscribers.groups.size === 0) {
      this.tree.delete(filter.levels);
    }
    this.counted({ session, filter }, removed ? -1 : 0);
    return removed;
  }

  /**
   * Visits everything that matches the topic: subscriptions one by one, Shared Subscriptions by group. Gives how many
   * levels of filters were looked at.
   */
  match(
    topic: readonly string[],
    visitEntry: (entry: SubscriptionEntry) => void,
    visitGroup: (group: SharedGroup) => void,
  ): number {
    return this.tree.match(topic, (subscribers) => {
      for (const entry of subscribers.entries.values()) {
        visitEntry(entry);
      }
      for (const group of subscribers.groups.values()) {
        visitGroup(group);
      }
    });
  }

  private counted({ session, filter }: Pick<SubscriptionEntry, "session" | "filter">, change: 1 | 0 | -1): void {
    const size = change * subscriptionSize(filter);
    this.count += change;
    this.bytesTaken += size;
    session.subscriptionBytes += size;
  }
}
