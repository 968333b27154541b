import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Route } from "../../../../src/broker/routing/route.ts";
import { RouteCache } from "../../../../src/broker/routing/route-cache.ts";
import { type SubscriptionEntry, Subscriptions } from "../../../../src/broker/routing/subscriptions.ts";
import type { Target } from "../../../../src/broker/routing/target.ts";
import type { Session } from "../../../../src/broker/sessions/session.ts";
import type { QoS } from "../../../../src/codec/index.ts";
import { matches, parseTopicFilter, type TopicFilter } from "../../../../src/topic/index.ts";

const TOPICS = ["a", "a/b", "a/b/c", "/", "b", "$SYS/x", "ö"];
const FILTERS = ["a", "a/#", "+", "#", "+/+", "/", "$SYS/#", "a/+/c", "ö", "$share/g/a/#", "$share/h/#", "$share/g/b"];
const everybody = (): boolean => true;

function filterOf(text: string): TopicFilter {
  return parseTopicFilter(text) as TopicFilter;
}

function sessionOf(clientId: string): Session {
  return { clientId } as Session;
}

/** Subscriptions, the cache of routes over them, and a count of how often a route was computed. */
class Routes {
  readonly subscriptions = new Subscriptions();
  readonly cache: RouteCache;
  computed = 0;

  constructor(mayReceive: (session: Session, topic: string) => boolean = everybody, maximumLevels = 100) {
    const match = this.subscriptions.match.bind(this.subscriptions);
    this.subscriptions.match = (...args) => {
      this.computed += 1;
      return match(...args);
    };
    this.cache = new RouteCache(this.subscriptions, maximumLevels, mayReceive);
  }

  add(session: Session, filter: string, options: Partial<SubscriptionEntry> = {}): void {
    this.subscriptions.add({
      session,
      filter: filterOf(filter),
      qos: 0,
      noLocal: false,
      retainAsPublished: false,
      identifiers: [],
      ...options,
    });
    this.cache.changed(filterOf(filter));
  }

  remove(session: Session, filter: string): void {
    this.subscriptions.remove(session, filterOf(filter));
    this.cache.changed(filterOf(filter));
  }

  of(topic: string | Buffer, last?: Route): Route | undefined {
    const bytes = Buffer.concat([Buffer.from("head"), Buffer.from(topic), Buffer.from("tail")]);
    return this.cache.routeOf(bytes, 4, bytes.length - 4, last);
  }
}

/** What a route says, without what has no order. */
function shown(route: Route | undefined): unknown {
  const plain = ({ qos, retainAsPublished, identifiers, hasNoLocal }: Target) => ({
    qos,
    retainAsPublished,
    identifiers: [...identifiers].sort(),
    hasNoLocal,
  });
  const targets = route?.targets.map((target) => ({
    client: target.session.clientId,
    ...plain(target),
    own: target.hasNoLocal && target.own !== undefined ? plain(target.own) : undefined,
  }));
  return {
    topic: route?.topic,
    targets: targets?.sort((one, other) => (one.client < other.client ? -1 : 1)),
    groups: route?.groups.length,
  };
}

interface PlainSubscription {
  readonly client: string;
  readonly filter: string;
  readonly qos: QoS;
  readonly noLocal: boolean;
  readonly retainAsPublished: boolean;
  readonly identifiers: readonly number[];
}

/** The same, looked for among all subscriptions one by one. */
function expected(topic: string, subscriptions: readonly PlainSubscription[]): unknown {
  const levels = topic.split("/");
  const matching = subscriptions.filter(({ filter }) => matches(filterOf(filter).levels, levels));
  const merged = (those: readonly PlainSubscription[]) => ({
    qos: Math.max(...those.map(({ qos }) => qos)),
    retainAsPublished: those.some(({ retainAsPublished }) => retainAsPublished),
    identifiers: those.flatMap(({ identifiers }) => identifiers).sort(),
  });
  const own = matching.filter(({ filter }) => filterOf(filter).shareName === undefined);
  const clients = [...new Set(own.map(({ client }) => client))].sort();
  const shared = matching.filter(({ filter }) => filterOf(filter).shareName !== undefined);
  return {
    topic,
    targets: clients.map((client) => {
      const those = own.filter((subscription) => subscription.client === client);
      const local = those.filter(({ noLocal }) => !noLocal);
      const hasNoLocal = local.length < those.length;
      return {
        client,
        ...merged(those),
        hasNoLocal,
        own: hasNoLocal && local.length > 0 ? { ...merged(local), hasNoLocal: false } : undefined,
      };
    }),
    groups: new Set(shared.map(({ filter }) => filter)).size,
  };
}

describe("RouteCache", () => {
  test("[MQTT-3.3.4-2] [MQTT-3.3.4-3] knows who gets a topic's messages, whatever subscriptions come and go", () => {
    const step = fc.record({
      what: fc.constantFrom("subscribe", "subscribe", "unsubscribe", "publish", "publish", "publish", "storm"),
      client: fc.constantFrom("one", "two", "three"),
      filter: fc.constantFrom(...FILTERS),
      topic: fc.constantFrom(...TOPICS),
      qos: fc.constantFrom<QoS>(0, 1, 2),
      noLocal: fc.boolean(),
      retainAsPublished: fc.boolean(),
      identifier: fc.constantFrom(0, 1, 2),
      usesLast: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const routes = new Routes();
        const sessions = { one: sessionOf("one"), two: sessionOf("two"), three: sessionOf("three") };
        const plain = new Map<string, PlainSubscription>();
        let last: Route | undefined;
        for (const { what, client, filter, topic, identifier, usesLast, ...options } of steps) {
          const session = sessions[client as keyof typeof sessions];
          if (what === "subscribe") {
            const noLocal = options.noLocal && !filter.startsWith("$share");
            const subscription = { ...options, noLocal, identifiers: identifier === 0 ? [] : [identifier] };
            routes.add(session, filter, subscription);
            plain.set(`${client} ${filter}`, { client, filter, ...subscription });
          } else if (what === "unsubscribe") {
            routes.remove(session, filter);
            plain.delete(`${client} ${filter}`);
          } else if (what === "storm") {
            // More changes than a route looks at one by one.
            for (let count = 0; count < 300; count += 1) {
              routes.add(session, `storm/${count}`);
            }
          } else {
            last = routes.of(topic, usesLast ? last : undefined);
            expect(shown(last)).toEqual(expected(topic, [...plain.values()]));
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test("[MQTT-4.7.3-1] [MQTT-3.3.2-2] [MQTT-1.5.4-1] what is no topic name has no route", () => {
    const routes = new Routes(everybody, 3);
    for (const topic of ["", "a/+", "#", "a\0b", Buffer.from([0x61, 0xff]), "1/2/3/4"]) {
      expect(routes.of(topic)).toBeUndefined();
    }
    expect(routes.of("1/2/3")?.topic).toBe("1/2/3");
    expect(routes.of(Buffer.from("\ufeffa"))?.topic).toBe("\ufeffa");
  });

  test("[MQTT-4.7.3-4] topics are compared byte by byte", () => {
    const routes = new Routes();
    routes.add(sessionOf("one"), "\u00e9");
    expect(routes.of("\u00e9")?.targets).toHaveLength(1);
    expect(routes.of("e\u0301")?.targets).toHaveLength(0);
    expect(routes.of("\u00c9")?.targets).toHaveLength(0);
  });

  test("the routes of many topics at once are all right", () => {
    const routes = new Routes();
    const session = sessionOf("one");
    for (let index = 0; index < 3000; index += 3) {
      routes.add(session, `t/${index}`);
    }
    for (let round = 0; round < 3; round += 1) {
      const found = Array.from({ length: 3000 }, (_, index) => routes.of(`t/${index}`));
      expect(found.map((route) => route?.topic)).toEqual(found.map((_, index) => `t/${index}`));
      expect(found.filter((route) => route?.targets.length === 1)).toHaveLength(1000);
    }
  });

  test("topics that lead to one session in one form share what they lead to; other forms do not", () => {
    const routes = new Routes();
    const session = sessionOf("one");
    routes.add(session, "t/+", { qos: 1 });
    routes.add(session, "u/+", { qos: 1, identifiers: [7] });
    routes.add(session, "v/+", { qos: 1, noLocal: true });
    const targetsOf = (topic: string) => routes.of(topic)?.targets;
    expect(targetsOf("t/1")).toBe(targetsOf("t/2"));
    for (const topic of ["u/1", "v/1"]) {
      expect(targetsOf(topic)).not.toBe(targetsOf("t/1"));
    }
    routes.add(session, "t/#", { qos: 2 });
    expect(targetsOf("t/1")).toMatchObject([{ qos: 2 }]);
    expect(targetsOf("t/1")).toBe(targetsOf("t/2"));
    routes.remove(session, "t/#");
    expect(targetsOf("t/1")).toMatchObject([{ qos: 1 }]);
  });

  test("a change of subscriptions leaves the routes of other topics alone", () => {
    const routes = new Routes();
    for (let index = 0; index < 100; index += 1) {
      routes.of(`t/${index}`);
    }
    routes.computed = 0;
    routes.add(sessionOf("one"), "t/7");
    for (let index = 0; index < 100; index += 1) {
      routes.of(`t/${index}`);
    }
    expect(routes.computed).toBe(1);
  });

  test("who may not receive is not on the route, and may be once rights have changed", () => {
    let allowed = "one";
    const routes = new Routes((session) => session.clientId === allowed);
    routes.add(sessionOf("one"), "a");
    routes.add(sessionOf("two"), "a");
    const before = routes.of("a");
    expect(before?.targets.map(({ session }) => session.clientId)).toEqual(["one"]);
    allowed = "two";
    routes.cache.clear();
    for (const last of [before, undefined]) {
      expect(routes.of("a", last)?.targets.map(({ session }) => session.clientId)).toEqual(["two"]);
    }
  });

  test("only the broker may publish to $SYS/ and $CONTROL/", () => {
    const routes = new Routes();
    const reserved = ["$SYS/a", "$CONTROL/a", "$SYS", "$other/a", "a/$SYS/b"].map(
      (topic) => routes.of(topic)?.isReserved,
    );
    expect(reserved).toEqual([true, true, false, false, false]);
  });

  describe("is bounded", () => {
    test("a flood of topics pushes out what is not used any more, not what is", () => {
      const routes = new Routes();
      routes.of("forgotten");
      routes.of("busy");
      routes.computed = 0;
      for (let index = 0; index < 200_000; index += 1) {
        routes.of(`flood/${index}`);
        if (index % 10_000 === 0) {
          routes.of("busy");
        }
      }
      expect(routes.computed).toBe(200_000);
      routes.of("busy");
      expect(routes.computed).toBe(200_000);
      routes.of("forgotten");
      expect(routes.computed).toBe(200_001);
    });

    test("in bytes: long topics push each other out sooner", () => {
      const routes = new Routes();
      const long = (index: number): string => `${index}/`.padEnd(60_000, "x");
      for (let index = 0; index < 1200; index += 1) {
        routes.of(long(index));
      }
      routes.computed = 0;
      routes.of(long(0));
      expect(routes.computed).toBe(1);
    });

    test("in subscribers: topics that very many get push each other out sooner", () => {
      const routes = new Routes();
      for (let index = 0; index < 2000; index += 1) {
        routes.add(sessionOf(`${index}`), "#");
      }
      for (let index = 0; index < 1200; index += 1) {
        routes.of(`t/${index}`);
      }
      routes.computed = 0;
      routes.of("t/0");
      expect(routes.computed).toBe(1);
    });

    test("in subscribers that come later", () => {
      const routes = new Routes();
      for (let index = 0; index < 1200; index += 1) {
        routes.of(`t/${index}`);
      }
      for (let index = 0; index < 2000; index += 1) {
        routes.add(sessionOf(`${index}`), "#");
      }
      for (let index = 0; index < 1200; index += 1) {
        routes.of(`t/${index}`);
      }
      routes.computed = 0;
      routes.of("t/0");
      expect(routes.computed).toBe(1);
    });
  });
});
