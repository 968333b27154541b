import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matches } from "../../../src/topic/topic-filter.ts";
import { TopicTree } from "../../../src/topic/topic-tree.ts";

const level = fc.constantFrom("", "a", "b", "$SYS", "$x", "é");
const topicLevels = fc.array(level, { minLength: 1, maxLength: 5 });
const filterLevels = fc
  .tuple(fc.array(fc.oneof(level, fc.constant("+")), { maxLength: 4 }), fc.constantFrom("#", "+", "a", ""))
  .map(([levels, last]) => [...levels, last]);

describe("TopicTree", () => {
  test("finds exactly the filters that match, whatever else was set and deleted", () => {
    fc.assert(
      fc.property(
        fc.array(filterLevels, { maxLength: 30 }),
        fc.array(filterLevels, { maxLength: 10 }),
        topicLevels,
        (filters, deleted, topic) => {
          const tree = new TopicTree<string>();
          for (const filter of filters) {
            tree.set(filter, filter.join("/"));
          }
          for (const filter of deleted) {
            tree.delete(filter);
          }
          const gone = new Set(deleted.map((filter) => filter.join("/")));
          const left = new Set(filters.map((filter) => filter.join("/")).filter((filter) => !gone.has(filter)));
          expect(tree.size).toBe(left.size);
          const found: string[] = [];
          tree.match(topic, (filter) => found.push(filter));
          expect(found.sort()).toEqual([...left].filter((filter) => matches(filter.split("/"), topic)).sort());
        },
      ),
      { numRuns: 500 },
    );
  });

  test("finds exactly the topics that a filter matches", () => {
    fc.assert(
      fc.property(fc.array(topicLevels, { maxLength: 30 }), filterLevels, (topics, filter) => {
        const tree = new TopicTree<string>();
        for (const topic of topics) {
          tree.set(topic, topic.join("/"));
        }
        const expected = new Set(topics.filter((topic) => matches(filter, topic)).map((topic) => topic.join("/")));
        expect([...tree.matching(filter)].sort()).toEqual([...expected].sort());
      }),
      { numRuns: 500 },
    );
  });

  test("walks 65,535 empty levels", () => {
    const levels = "/".repeat(65_534).split("/");
    const tree = new TopicTree<string>();
    tree.set(levels, "deep");
    tree.set([...levels.slice(1), "#"], "rest");
    const found: string[] = [];
    tree.match(levels, (value) => found.push(value));
    expect(found.sort()).toEqual(["deep", "rest"]);
    const all = [...tree.matching(["#"])];
    expect(all.filter((value) => value !== undefined)).toEqual(["deep", "rest"]);
    // A long walk has places to stop at.
    expect(all.length).toBeGreaterThan(2 + 100);
    tree.delete(levels);
    tree.delete([...levels.slice(1), "#"]);
    expect(tree.size).toBe(0);
  });

  test("levels named like parts of every object are levels like any other", () => {
    const tree = new TopicTree<number>();
    tree.set(["__proto__", "constructor"], 1);
    expect(tree.get(["__proto__", "constructor"])).toBe(1);
    expect(tree.get(["toString"])).toBeUndefined();
  });

  test("10,000 filters of wildcards in every shape are matched in bounded work", () => {
    const tree = new TopicTree<number>();
    for (let shape = 0; shape < 8192; shape += 1) {
      tree.set(
        Array.from({ length: 13 }, (_, bit) => ((shape >> bit) & 1 ? "+" : "a")),
        shape,
      );
    }
    let found = 0;
    tree.match(Array(13).fill("a"), () => {
      found += 1;
    });
    expect(found).toBe(8192);
  });
});

test("gives all values, however many lie under one level", () => {
  const tree = new TopicTree<number>();
  for (let number = 0; number < 200_000; number += 1) {
    tree.set([number % 2 === 0 ? "a" : "$b", `${number}`], number);
  }
  expect([...tree.values()].sort((a, b) => a - b)).toEqual(Array.from({ length: 200_000 }, (_, number) => number));
});
