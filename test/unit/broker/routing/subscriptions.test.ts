import { describe, expect, test } from "vitest";
import {
  type SubscriptionEntry,
  Subscriptions,
  subscriptionSize,
} from "../../../../src/broker/routing/subscriptions.ts";
import type { Session } from "../../../../src/broker/sessions/session.ts";
import { parseTopicFilter, type TopicFilter } from "../../../../src/topic/index.ts";

const one = { clientId: "one" } as Session;
const two = { clientId: "two" } as Session;

function filterOf(text: string): TopicFilter {
  return parseTopicFilter(text) as TopicFilter;
}

function entryOf(session: Session, filter: string, qos: 0 | 1 | 2 = 0): SubscriptionEntry {
  return { session, filter: filterOf(filter), qos, noLocal: false, retainAsPublished: false, identifiers: [] };
}

function matching(subscriptions: Subscriptions, topic: string): { entries: string[]; groups: number } {
  const entries: string[] = [];
  let groups = 0;
  subscriptions.match(
    topic.split("/"),
    ({ session, filter, qos }) => entries.push(`${session.clientId} ${filter.filter} ${qos}`),
    () => {
      groups += 1;
    },
  );
  return { entries: entries.sort(), groups };
}

describe("Subscriptions", () => {
  test("[MQTT-3.8.4-3] a second subscription to the same filter replaces the first", () => {
    const subscriptions = new Subscriptions();
    subscriptions.add(entryOf(one, "a/+", 0));
    subscriptions.add(entryOf(two, "a/+", 1));
    subscriptions.add(entryOf(one, "a/+", 2));
    expect(subscriptions.size).toBe(2);
    expect(matching(subscriptions, "a/b").entries).toEqual(["one a/+ 2", "two a/+ 1"]);
  });

  test("what they take is counted, for each session and for all together", () => {
    const subscriptions = new Subscriptions();
    const [first, second] = [{ subscriptionBytes: 0 } as Session, { subscriptionBytes: 0 } as Session];
    const [short, long] = [subscriptionSize(filterOf("a")), subscriptionSize(filterOf(`${"a/".repeat(99)}ü`))];
    expect(long - short).toBe(99 * 270 + 199);
    subscriptions.add(entryOf(first, "a"));
    subscriptions.add(entryOf(first, "a", 1));
    subscriptions.add(entryOf(first, "$share/g/a"));
    subscriptions.add(entryOf(second, `${"a/".repeat(99)}ü`));
    expect([first.subscriptionBytes, second.subscriptionBytes]).toEqual([2 * short, long]);
    expect(subscriptions.bytes).toBe(2 * short + long);
    subscriptions.remove(first, filterOf("$share/g/a"));
    subscriptions.remove(first, filterOf("$share/g/a"));
    subscriptions.remove(first, filterOf("nothing"));
    subscriptions.remove(second, filterOf(`${"a/".repeat(99)}ü`));
    expect([first.subscriptionBytes, second.subscriptionBytes, subscriptions.bytes]).toEqual([short, 0, short]);
  });

  test("[MQTT-3.10.4-1] removes exactly the filter that is named, and only for its session", () => {
    const subscriptions = new Subscriptions();
    for (const session of [one, two]) {
      subscriptions.add(entryOf(session, "a/+"));
      subscriptions.add(entryOf(session, "a/#"));
    }
    expect(subscriptions.remove(one, filterOf("a/+"))).toBe(true);
    expect(subscriptions.remove(one, filterOf("a/+"))).toBe(false);
    expect(subscriptions.remove(one, filterOf("a/b"))).toBe(false);
    expect(matching(subscriptions, "a/b").entries).toEqual(["one a/# 0", "two a/# 0", "two a/+ 0"]);
    expect(subscriptions.size).toBe(3);
  });

  test("each Share Name of a filter is a group of its own, beside the ordinary subscription", () => {
    const subscriptions = new Subscriptions();
    for (const filter of ["$share/g/a", "$share/h/a", "a"]) {
      subscriptions.add(entryOf(one, filter));
      subscriptions.add(entryOf(two, filter));
    }
    expect(subscriptions.size).toBe(6);
    expect(matching(subscriptions, "a")).toEqual({ entries: ["one a 0", "two a 0"], groups: 2 });
    subscriptions.remove(one, filterOf("$share/g/a"));
    expect(matching(subscriptions, "a").groups).toBe(2);
    subscriptions.remove(two, filterOf("$share/g/a"));
    expect(matching(subscriptions, "a").groups).toBe(1);
    expect(subscriptions.remove(two, filterOf("$share/g/a"))).toBe(false);
    expect(subscriptions.size).toBe(4);
  });
});
