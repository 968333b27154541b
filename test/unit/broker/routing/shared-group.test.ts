import { describe, expect, test } from "vitest";
import { SharedGroup } from "../../../../src/broker/routing/shared-group.ts";
import type { SubscriptionEntry } from "../../../../src/broker/routing/subscriptions.ts";
import type { Session } from "../../../../src/broker/sessions/session.ts";
import { parseTopicFilter, type TopicFilter } from "../../../../src/topic/index.ts";

interface Member {
  clientId: string;
  isConnected: boolean;
  isCongested: boolean;
}

function member(clientId: string): Member {
  return { clientId, isConnected: true, isCongested: false };
}

function entryOf(of: Member, qos: 0 | 1 | 2 = 0): SubscriptionEntry {
  const filter = parseTopicFilter("$share/g/a") as TopicFilter;
  return { session: of as Session, filter, qos, noLocal: false, retainAsPublished: false, identifiers: [] };
}

function groupOf(...members: Member[]): SharedGroup {
  const group = new SharedGroup();
  for (const each of members) {
    group.set(entryOf(each));
  }
  return group;
}

function turns(group: SharedGroup, count: number): string {
  return Array.from({ length: count }, () => group.next()?.session.clientId ?? "-").join("");
}

describe("SharedGroup", () => {
  test("[MQTT-4.8.2-4] each message goes to one member, in turn", () => {
    expect(turns(groupOf(member("a"), member("b"), member("c")), 7)).toBe("abcabca");
  });

  test("an empty group has nobody", () => {
    expect(new SharedGroup().isEmpty).toBe(true);
    expect(turns(new SharedGroup(), 1)).toBe("-");
  });

  test("subscribing again changes the options and does not count twice", () => {
    const [a, b] = [member("a"), member("b")];
    const group = groupOf(a, b);
    expect(group.set(entryOf(a, 2))).toBe(false);
    expect(turns(group, 4)).toBe("abab");
    expect(group.next()?.qos).toBe(2);
  });

  test("who leaves gets nothing more, and the turn of the others stays", () => {
    const [a, b, c] = [member("a"), member("b"), member("c")];
    const group = groupOf(a, b, c);
    expect(turns(group, 2)).toBe("ab");
    expect(group.delete(a as unknown as Session)).toBe(true);
    expect(group.delete(a as unknown as Session)).toBe(false);
    expect(turns(group, 3)).toBe("cbc");
    group.delete(c as unknown as Session);
    group.delete(b as unknown as Session);
    expect(group.isEmpty).toBe(true);
    expect(turns(group, 1)).toBe("-");
  });

  test("the last one in turn may leave", () => {
    const [a, b] = [member("a"), member("b")];
    const group = groupOf(a, b);
    expect(turns(group, 1)).toBe("a");
    group.delete(b as unknown as Session);
    expect(turns(group, 2)).toBe("aa");
  });

  test("who keeps up comes before who does not, who is there before who is away", () => {
    const [a, b, c] = [member("a"), member("b"), member("c")];
    const group = groupOf(a, b, c);
    a.isConnected = false;
    b.isCongested = true;
    expect(turns(group, 3)).toBe("ccc");
    c.isConnected = false;
    expect(turns(group, 3)).toBe("bbb");
    b.isConnected = false;
    expect([...turns(group, 3)].sort().join("")).toBe("abc");
  });
});
