import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BenchResult, Sample } from "../../../../../src/bench/index.ts";
import type { CommandDefinition } from "../../../../../src/cli/command.ts";
import { compareDefinition } from "../../../../../src/cli/commands/bench/compare/definition.ts";
import { initDefinition } from "../../../../../src/cli/commands/bench/init/definition.ts";
import { reportDefinition } from "../../../../../src/cli/commands/bench/report/definition.ts";
import { benchResult } from "../../../../support/bench-results.ts";
import { type FlagRow, flagsLeftOut, printed, runRow } from "../../../../support/flag-rows.ts";

// Each flag of bench compare, bench report and bench init: what it changes in what they print, write and end with.

const folder = mkdtempSync(path.join(tmpdir(), "mqtk-"));
const file = (name: string) => path.join(folder, name);

beforeAll(() => {
  writeFileSync(file("two.json"), JSON.stringify(twoTargets()));
  writeFileSync(file("slow.json"), JSON.stringify(oneTarget(500)));
  writeFileSync(file("one-round.json"), JSON.stringify(oneTarget(1000, 1)));
  writeFileSync(file("noise.json"), JSON.stringify(calibration()));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Results whose rounds are known: what is judged and how it is written does not depend on a machine. */
function twoTargets(): BenchResult {
  return benchResult({
    ...{ targets: ["a", "b"], rounds: 8, loops: ["closed"] },
    sample: ({ target, round }) => throughputOf((target === "a" ? 1000 : 500) + round),
  });
}

function oneTarget(perSecond: number, rounds = 8): BenchResult {
  return benchResult({
    ...{ targets: ["x"], rounds, loops: ["closed"], cells: [{ qos: 0, payloadSize: 64, protocolVersion: 5 }] },
    sample: ({ round }) => throughputOf(perSecond + round),
  });
}

function calibration(): BenchResult {
  const rounds = [1, 4, 1, 4, 1, 4, 1, 4];
  return benchResult({
    ...{ targets: ["a", "a again"], rounds: rounds.length, loops: ["closed"] },
    sample: ({ target, round }) => throughputOf(target === "a" ? 1000 : 1000 * (rounds[round - 1] as number)),
  });
}

function throughputOf(perSecond: number): Partial<Sample> {
  return { throughput: { perSecond, payloadBytesPerSecond: 64 * perSecond } };
}

const two = () => [file("two.json")];
const gated = () => ["--gate", "throughput", ...two()];

const comparing: FlagRow[] = [
  { of: "--gate", words: () => ["--gate", "throughput"], with: two, shows: printed(98, /throughput .*│ ✗ worse/) },
  { of: "--gate", words: () => ["--gate", "rss"], with: two, shows: printed(0, /throughput .*│ ✗ worse/) },
  {
    of: "--baseline",
    words: () => ["--baseline", "b"],
    with: gated,
    shows: printed(0, /Comparison: b \(A\) and a \(B\)/),
  },
  { of: "--margin", words: () => ["--margin", "200%"], with: gated, shows: printed(0, /throughput .*│ ~ same/) },
  {
    of: "--noise",
    words: () => ["--noise", file("noise.json")],
    with: gated,
    shows: printed(0, /the margin is \d+ %, twice the noise/),
  },
  {
    of: "--strict",
    words: () => ["--strict"],
    with: () => ["--gate", "throughput", file("slow.json"), file("one-round.json")],
    shows: ({ code }) => expect(code).toBe(97),
  },
  { of: "--exit-zero", words: () => ["--exit-zero"], with: gated, shows: printed(0, /✗ worse/) },
  {
    of: "--threshold",
    words: () => ["--threshold", "throughput>=1M/s"],
    with: two,
    shows: ({ code }) => expect(code).toBe(99),
  },
  { of: "--json", words: () => ["--json"], with: gated, shows: printed(98, /^\{(.|\n)*"verdict": ?"worse"/) },
  {
    of: "--report",
    words: () => ["--report", file("compared.md")],
    with: gated,
    shows: () => expect(readFileSync(file("compared.md"), "utf8")).toMatch(/^### ❌ MQTT benchmark: 1 of 1 metrics/),
  },
  {
    of: "--quiet --color",
    words: () => ["--quiet", "--color", "always"],
    with: gated,
    shows: (seen) => {
      expect(seen.stdout).toContain("\x1b[");
      expect(seen.stderr).toBe("");
    },
  },
];

const reporting: FlagRow[] = [
  { of: "--format", words: () => ["--format", "md"], with: two, shows: printed(0, /^### .* MQTT benchmark/) },
  {
    of: "--report",
    words: () => ["--report", file("reported.csv")],
    with: two,
    shows: (seen) => {
      expect(seen.stdout).toBe("");
      expect(readFileSync(file("reported.csv"), "utf8")).toMatch(/^.*throughput/);
    },
  },
  {
    of: "--threshold",
    words: () => ["--threshold", "throughput>=1M/s"],
    with: two,
    shows: printed(99, /✗ throughput>=1M\/s/),
  },
  {
    of: "--baseline --gate --margin",
    words: () => ["--baseline", "a", "--gate", "throughput", "--margin", "5%"],
    with: two,
    shows: printed(98, /✗ worse/),
  },
  {
    of: "--margin",
    words: () => ["--margin", "200%"],
    with: () => ["--baseline", "a", ...gated()],
    shows: printed(0, /~ same/),
  },
  {
    of: "--noise",
    words: () => ["--noise", file("noise.json")],
    with: () => ["--baseline", "a", ...gated()],
    shows: printed(0, /the margin is \d+ %, twice the noise/),
  },
  {
    of: "--strict",
    words: () => ["--strict"],
    with: () => ["--baseline", file("slow.json"), "--gate", "throughput", file("one-round.json")],
    shows: ({ code }) => expect(code).toBe(97),
  },
  {
    of: "--exit-zero",
    words: () => ["--exit-zero"],
    with: () => ["--baseline", "a", ...gated()],
    shows: printed(0, /✗ worse/),
  },
  {
    of: "--quiet --color",
    words: () => ["--quiet", "--color", "always"],
    with: two,
    shows: ({ stdout }) => expect(stdout).toContain("\x1b["),
  },
];

const written = () => readFileSync(file("ci.yml"), "utf8");
const initializing: FlagRow[] = [
  {
    of: "--out --build --start --threshold --force --quiet --color",
    words: () => [
      ...["--out", file("ci.yml"), "--build", "make fast", "--start", "./broker -p {port}", "--threshold", "loss=0"],
      ...["--force", "--quiet", "--color", "always"],
    ],
    with: () => ["ci"],
    shows: ({ code, stderr, stdout }) => {
      expect({ code, stderr, stdout }).toEqual({ code: 0, stderr: "", stdout: `${file("ci.yml")}\n` });
      for (const part of ["make fast", "./broker -p {port}", "--threshold 'loss=0'"]) expect(written()).toContain(part);
    },
  },
];

initializing.push({
  of: "--example",
  words: () => ["--example", "commands"],
  with: () => ["scenario", "--out", "-"],
  shows: printed(0, /^# People send commands to devices/),
});

const commands: readonly (readonly [string, CommandDefinition, readonly FlagRow[]])[] = [
  ["bench compare", compareDefinition, comparing],
  ["bench report", reportDefinition, reporting],
  ["bench init", initDefinition, initializing],
];

describe.each(commands)("mqtk %s", (command, { groups }, rows) => {
  for (const row of rows) test(row.of, async () => row.shows(await runRow(command, row)));

  test("no flag is left out", () => {
    expect(flagsLeftOut(groups, rows)).toEqual([]);
  });
});
