import { describe, expect, test } from "vitest";
import { Route } from "../../../../src/broker/routing/route.ts";
import { hashOf, RouteTable } from "../../../../src/broker/routing/route-table.ts";

function routeOf(topic: string, hash?: number): Route {
  const bytes = Buffer.from(`head${topic}tail`);
  return new Route(bytes, 4, bytes.length - 4, hash ?? hashOf(bytes, 4, bytes.length - 4));
}

function find(table: RouteTable, topic: string, hash?: number): Route | undefined {
  const bytes = Buffer.from(topic);
  return table.find(hash ?? hashOf(bytes, 0, bytes.length), bytes, 0, bytes.length);
}

describe("RouteTable", () => {
  test("finds topics of every length, and owns their bytes", () => {
    const table = new RouteTable(2);
    const topics = Array.from({ length: 300 }, (_, index) => `${index}/`.padEnd((index * 37) % 9000, "x"));
    for (const topic of topics) {
      const route = routeOf(topic);
      const incoming = route.bytes;
      table.insert(route);
      incoming.fill(0);
    }
    expect(table.count).toBe(300);
    const found = topics.map((topic) => find(table, topic)?.topic);
    expect(found.every((topic, index) => topic === undefined || topic === topics[index])).toBe(true);
    // Where the places around its own are taken, a topic takes the place of another; the start of the hash is random.
    expect(found.filter((topic) => topic !== undefined).length).toBeGreaterThan(285);
    expect(find(table, "300/")).toBeUndefined();
  });

  test("a route that moves to another table takes its bytes along", () => {
    const older = new RouteTable();
    const table = new RouteTable();
    older.insert(routeOf("a/before"));
    const route = routeOf("a/topic");
    older.insert(route);
    const shared = route.bytes;
    table.insert(route);
    expect(route.bytes).not.toBe(shared);
    expect(find(table, "a/topic")).toBe(route);
    expect(find(older, "a/topic")).toBe(route);
  });

  test("topics that collide are never taken for each other, and cost no more than a few comparisons", () => {
    const table = new RouteTable();
    const topics = Array.from({ length: 100 }, (_, index) => `t/${index}`);
    for (const topic of topics) {
      table.insert(routeOf(topic, 7));
    }
    const found = topics.map((topic) => find(table, topic, 7)?.topic);
    expect(found.every((topic, index) => topic === undefined || topic === topics[index])).toBe(true);
    expect(found.filter((topic) => topic !== undefined)).toHaveLength(16);
    expect(find(table, "t/99", 7)?.topic).toBe("t/99");
  });
});
