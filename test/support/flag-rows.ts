import { expect } from "vitest";
import type { ExpectedResult, Sample } from "../../src/bench/index.ts";
import type { OptionGroup } from "../../src/cli/option.ts";
import { mainName, namesOf } from "../../src/cli/option.ts";
import { mqtk } from "./in-process.ts";
import { runMqtk } from "./run-mqtk.ts";

/** What came of a run of `mqtk bench`. */
export interface SeenRun {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Of --json. */
  readonly result: ExpectedResult;
  /** Its first. */
  readonly sample: Sample;
}

/** Flags, and what shows that they do what they say. */
export interface FlagRow {
  /** The flags that it is about. */
  readonly of: string;
  /** Those with their values. */
  readonly words: () => readonly string[];
  /** What it takes besides. */
  readonly with?: () => readonly string[];
  readonly env?: () => Readonly<Record<string, string>>;
  /** Where it is run, for what only a process of its own can do. */
  readonly cwd?: () => string;
  readonly shows: (seen: SeenRun) => void | Promise<void>;
  readonly skip?: boolean;
}

/** `command` as in "bench compare". In this process unless the row has a folder: it is quicker. */
export async function runRow(command: string, row: FlagRow): Promise<SeenRun> {
  const { of: flags, words, with: others = () => [], env = () => ({}), cwd } = row;
  expect(words()).toEqual(expect.arrayContaining(flags.split(" ")));
  const line = [...command.split(" "), ...others(), ...words()];
  const ended = await (cwd === undefined ? mqtk(line, { env: env() }) : runMqtk(line, { cwd: cwd(), env: env() }));
  const isJson = line.includes("--json") && ended.stdout.startsWith("{");
  const result = (isJson ? JSON.parse(ended.stdout) : undefined) as ExpectedResult;
  return { ...ended, result, sample: result?.cells?.[0]?.samples[0] as Sample };
}

/** The flags of these groups that no row is about. */
export function flagsLeftOut(groups: readonly OptionGroup[], rows: readonly FlagRow[]): readonly string[] {
  const known = new Set(rows.flatMap(({ of: flags }) => flags.split(" ")));
  return groups
    .flatMap(({ options }) => Object.values(options))
    .filter((option) => !namesOf(option).some((name) => known.has(name)))
    .map(mainName);
}

/** It ended like this, and this is what it printed. */
export function printed(code: number, stdout: RegExp): FlagRow["shows"] {
  return (seen) => {
    expect(seen.stdout).toMatch(stdout);
    expect(seen.code, seen.stderr).toBe(code);
  };
}

/** It failed like this, and said this about it. */
export function failed(code: number, stderr: RegExp): FlagRow["shows"] {
  return (seen) => {
    expect(seen.stderr).toMatch(stderr);
    expect(seen.code).toBe(code);
  };
}
