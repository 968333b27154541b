import { readFileSync, writeFileSync } from "node:fs";
import { peerFailures } from "../peer-failures.ts";
import { type Statement, statements } from "../statements.ts";
import { unobservable } from "../unobservable.ts";
import { readTitles, type Title } from "./titles.ts";

/** What came of a run on one broker. Names are whole: ids, title and version. */
export interface Tally {
  readonly version: string;
  readonly passed: number;
  readonly failed: readonly string[];
  readonly skipped: readonly string[];
}

export type Tallies = Record<string, Tally>;

const BROKERS = ["mqtk", "mosquitto", "aedes"];

// Relative to the root of the repository, where npm and vitest run.
export const talliesFile = "test/conformance/tallies.json";
export const pageFile = "test/conformance/STATEMENTS.md";

export function readTallies(): Tallies {
  return JSON.parse(readFileSync(talliesFile, "utf8")) as Tallies;
}

export function writePage(): void {
  writeFileSync(pageFile, page());
}

/** The page: each statement, the tests that carry its id, and how brokers do. */
export function page(): string {
  const titles = readTitles();
  const tallies = readTallies();
  return [
    "# What the standards demand, and which test looks",
    "",
    "Generated from the titles of the tests, `statements.ts`, `unobservable.ts`, `peer-failures.ts` and `tallies.json`:",
    "`npm run conformance:tally` runs the suite on all three brokers, `npm run conformance:tally -- --page` only writes this page.",
    "The statements themselves are in the standards, under their ids. `3:` marks those of MQTT 3.1.1, `U5-` sentences of 5.0",
    "that demand something and have no number. On other brokers tests are skipped that need options of their own or ask for",
    "mqtk's reading where several are legal, and those in a version that the broker does not speak.",
    "",
    "## Tallies",
    "",
    "| broker | passed | failed | skipped |",
    "|---|---|---|---|",
    ...BROKERS.flatMap((name) => talliesRow(name, tallies[name])),
    "",
    ...failuresOf("mosquitto", tallies),
    ...failuresOf("aedes", tallies),
    ...table("MQTT 5.0", /^MQTT/, titles, tallies),
    ...table("MQTT 5.0, statements without a number", /^U5/, titles, tallies),
    ...table("MQTT 3.1.1", /^3:/, titles, tallies),
    ...beyond(titles),
  ].join("\n");
}

function talliesRow(name: string, tally: Tally | undefined): string[] {
  if (tally === undefined) {
    return [];
  }
  return [`| ${name} ${tally.version} | ${tally.passed} | ${tally.failed.length} | ${tally.skipped.length} |`];
}

/** Why tests fail on a peer, by cause. */
function failuresOf(name: string, tallies: Tallies): string[] {
  const tally = tallies[name];
  const causes = peerFailures[name] ?? [];
  if (tally === undefined) {
    return [];
  }
  return [
    `## Where ${name} ${tally.version} differs`,
    "",
    ...causes.map(({ why, tests }) => `- ${why} ${tests.map((test) => `*${test}*`).join("; ")}`),
    "",
  ];
}

function table(heading: string, ids: RegExp, titles: readonly Title[], tallies: Tallies): string[] {
  return [
    `## ${heading}`,
    "",
    `| statement | binds | tests | ${BROKERS.join(" | ")} |`,
    "|---|---|---|---|---|---|",
    ...statements
      .filter(({ id }) => ids.test(id))
      .sort((one, other) => one.id.localeCompare(other.id, "en", { numeric: true }))
      .map((statement) => row(statement, titles, tallies)),
    "",
  ];
}

function row({ id, role }: Statement, titles: readonly Title[], tallies: Tallies): string {
  const tests = titles.filter((title) => title.ids.includes(id));
  const mark = (name: string): string => {
    const tally = tallies[name];
    return tally === undefined || tests.length === 0 ? "" : markOf(tests, id.startsWith("3:") ? 3 : 5, tally);
  };
  const words = tests.length > 0 ? tests.map(link).join("<br>") : (unobservable[id] ?? excuse(role));
  return `| ${id} | ${role} | ${words} | ${BROKERS.map(mark).join(" | ")} |`;
}

function excuse(role: Statement["role"]): string {
  return role === "client" ? "binds clients" : "asks for nothing";
}

/** ✓ all passed, ✗ some failed, nothing where none was run. */
function markOf(tests: readonly Title[], version: 3 | 5, tally: Tally): string {
  const suffixes = version === 5 ? ["(5.0)"] : ["(3.1.1)"];
  const names = tests.flatMap((test) => suffixes.map((suffix) => `${nameOf(test)} ${suffix}`));
  if (names.some((name) => tally.failed.includes(name))) {
    return "✗";
  }
  return names.every((name) => tally.skipped.includes(name)) ? "" : "✓";
}

function nameOf({ ids, text }: Title): string {
  return `${ids.map((id) => `[${id}] `).join("")}${text}`;
}

function link({ file, text }: Title): string {
  return `[${file.replace(".test.ts", "")}](${file}): ${text.replaceAll("|", "\\|")}`;
}

/** Tests of what no statement says: traps, choices and the catalogue of malformed packets. */
function beyond(titles: readonly Title[]): string[] {
  const others = titles.filter(({ ids }) => !ids.some((id) => /^(3:)?MQTT-|^U5-/.test(id)));
  return ["## Beyond the statements", "", ...others.map((title) => `- ${title.ids.join(", ")}: ${link(title)}`), ""];
}
