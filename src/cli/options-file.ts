import { readFileSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../errors.ts";
import type { CommandDefinition } from "./command.ts";
import { namesOf } from "./option.ts";
import { reasonOf } from "./system-reason.ts";

/**
 * The words of a command line with those of its options files in front: what is typed comes behind them and counts. Files
 * are as mosquitto's clients read them: an option a line, and the rest of the line as its value.
 */
export function withOptionsFiles(
  definition: CommandDefinition,
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const options = definition.groups.flatMap((group) => Object.entries(group.options));
  const isKnown = options.some(([name]) => name === "optionsFile");
  if (!isKnown) return words;
  const takeValue = new Set(options.flatMap(([, option]) => (option.kind === "flag" ? [] : namesOf(option))));
  const wordCounts = new Map(
    options.flatMap(([, option]) => (option.wordCount ? namesOf(option).map((name) => [name, option.wordCount]) : [])),
  ) as ReadonlyMap<string, (following: readonly string[]) => number>;
  const read = (option: string, file: string): string[] =>
    readOptions(option, file).flatMap(([name, value]) => {
      const wordCount = wordCounts.get(name);
      return value === undefined
        ? [name]
        : [name, ...(wordCount === undefined ? [value] : splitInto(value, wordCount))];
    });
  const fromFiles: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] as string;
    if (word === "--mosquitto-config")
      fromFiles.push(...read("--mosquitto-config", mosquittoConfig(definition.name, environment)));
    else if ((word === "-o" || word === "--options-file") && at + 1 < words.length) {
      fromFiles.push(...read("--options-file", words[at + 1] as string));
    }
    if (takeValue.has(word)) at += 1;
  }
  return [...fromFiles, ...words];
}

function mosquittoConfig(command: string, environment: Readonly<Record<string, string | undefined>>): string {
  const { XDG_CONFIG_HOME, HOME } = environment;
  const folder = XDG_CONFIG_HOME || (HOME ? path.join(HOME, ".config") : "");
  if (folder === "") throw new UsageError("--mosquitto-config: neither XDG_CONFIG_HOME nor HOME is set");
  return path.join(folder, `mosquitto_${command}`);
}

function readOptions(option: string, file: string): (readonly [name: string, value: string | undefined])[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`${option}: cannot read ${file}: ${reasonOf(error)}`);
  }
  const read: [string, string | undefined][] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith("#") || line.trim() === "") continue;
    const [, name = "", value] = /^ *(\S+)(?: (.*))?$/.exec(line) ?? [];
    if (!name.startsWith("-")) throw new UsageError(`${option}: ${file}: ${name} is no option`);
    read.push([name, value === "" ? undefined : value]);
  }
  return read;
}

/** So many words as the option takes; the last one goes to the end of the line. */
function splitInto(value: string, wordCount: (following: readonly string[]) => number): readonly string[] {
  const all = value.split(" ");
  const count = wordCount(all);
  return [...all.slice(0, count - 1), ...(all.length < count ? [] : [all.slice(count - 1).join(" ")])];
}
