import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { peerFailures } from "./peer-failures.ts";
import { statements } from "./statements.ts";
import { page, pageFile, readTallies } from "./support/page.ts";
import { readTitles } from "./support/titles.ts";
import { unobservable } from "./unobservable.ts";

const titles = readTitles();
const tested = new Set(titles.flatMap(({ ids }) => ids));
const known = new Set(statements.map(({ id }) => id));

test("every statement that binds servers has a test with its id, or a reason why none can be", () => {
  const binding = statements.filter(({ role }) => role === "server" || role === "both");
  expect(binding.filter(({ id }) => !tested.has(id) && unobservable[id] === undefined)).toEqual([]);
});

test("a statement that has tests is observable", () => {
  expect(Object.keys(unobservable).filter((id) => tested.has(id) || !known.has(id))).toEqual([]);
});

test("ids in titles are ids of statements", () => {
  const meant = [...tested].filter((id) => /^(3:)?MQTT-|^U5-/.test(id));
  expect(meant.filter((id) => !known.has(id))).toEqual([]);
});

test("statements are there once", () => {
  expect(known.size).toBe(statements.length);
  expect(statements.length).toBe(251 + 141 + 96);
});

test("titles are unique", () => {
  const names = titles.map(({ ids, text }) => `${ids} ${text}`);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test("whatever fails on another broker was looked into", () => {
  const tallies = readTallies();
  const texts = titles.map(({ text }) => text);
  for (const [name, causes] of Object.entries(peerFailures)) {
    const explained = causes.flatMap(({ tests }) => tests);
    const failed = (tallies[name]?.failed ?? []).map((title) => title.replace(/^(\[[^\]]+\] )+| \([\d.]+\)$/g, ""));
    expect(
      failed.filter((title) => !explained.includes(title)),
      name,
    ).toEqual([]);
    // What is a race there may pass now and then, but it has to exist.
    expect(
      explained.filter((title) => !texts.includes(title)),
      name,
    ).toEqual([]);
  }
});

test("STATEMENTS.md is fresh", () => {
  // npm run conformance:tally -- --page writes it.
  expect(readFileSync(pageFile, "utf8")).toBe(page());
});
