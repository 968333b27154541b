import { describe, expect, test } from "vitest";
import { topologyOf } from "../../../src/bench/group-topology.ts";

const group = (name: string, changes: Partial<Parameters<typeof topologyOf>[0][number]>) => {
  return { name, clients: 2, topic: null, filters: [], share: null, ...changes };
};

test("who gets what follows from topics and filters", () => {
  const { publishers, publisherGroups, subscribers, subscriberGroups, subscriberClients } = topologyOf([
    group("sensors", { topic: "plant/{{i}}/temperature" }),
    group("both", { topic: "state/{{i}}", filters: ["plant/{{i}}/+"] }),
    group("all", { clients: 1, filters: ["plant/#", "state/+"] }),
    group("first", { clients: 1, filters: ["plant/0/temperature"] }),
  ]);
  expect(publishers).toEqual(["plant/0/temperature", "plant/1/temperature", "state/0", "state/1"]);
  expect(publisherGroups).toEqual([0, 0, 1, 1]);
  expect(subscribers.map(({ streams, publisher }) => [streams, publisher])).toEqual([
    [[0], 2],
    [[1], 3],
    [[0, 1, 2, 3], undefined],
    [[0], undefined],
  ]);
  expect(subscriberGroups).toEqual([1, 1, 2, 3]);
  expect(subscriberClients).toEqual([0, 1, 0, 0]);
});

test("a shared subscription is one receiver, whatever group its members are of", () => {
  const members = { filters: ["a/#"], share: "s" };
  const { subscribers } = topologyOf([group("p", { topic: "a/{{i}}" }), group("x", members), group("y", members)]);
  expect(subscribers.map(({ filters }) => filters)).toEqual(Array.from({ length: 4 }, () => ["$share/s/a/#"]));
  expect(new Set(subscribers.map((one) => one.group)).size).toBe(1);
});

test("several clients may publish to one topic", () => {
  const { subscribers } = topologyOf([group("p", { topic: "a" }), group("s", { clients: 1, filters: ["a"] })]);
  expect(subscribers[0]?.streams).toEqual([0, 1]);
});

test("many clients take no time that matters", () => {
  const from = performance.now();
  const { subscribers } = topologyOf([
    group("p", { clients: 20_000, topic: "a/{{i}}" }),
    group("s", { clients: 20_000, filters: ["a/{{i}}"] }),
    group("all", { clients: 10, filters: ["#"] }),
  ]);
  expect(subscribers).toHaveLength(20_010);
  expect(performance.now() - from).toBeLessThan(10_000);
});

describe("what nobody could check", () => {
  test.each([
    [[group("p", { topic: "a/+" })], 'group p: "a/+" is no topic that can be published to'],
    [[group("s", { filters: ["a/#/b"] })], 'group s: "a/#/b" is no topic filter'],
    [[group("s", { filters: ["$share/x/a"] })], 'group s: "$share/x/a" is no topic filter'],
    [[group("p", { topic: "a/{{i}}" }), group("s", { filters: ["a/+", "#"] })], "the filters a/+ and # overlap"],
    [
      [
        group("p", { topic: "a" }),
        group("x", { filters: ["a"], share: "s" }),
        group("y", { filters: ["a", "b"], share: "s" }),
      ],
      "share $share/s/a, but not all of their filters",
    ],
  ])("%j", (groups, reason) => {
    expect(() => topologyOf(groups)).toThrow(reason);
  });
});
