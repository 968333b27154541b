import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import type { CommandDefinition } from "./command.ts";
import { mainName, type Option } from "./option.ts";
import { holdsSecret } from "./profiles/masked.ts";
import type { Terminal } from "./terminal/terminal.ts";
import type { Typed } from "./values.ts";

/**
 * Warns of secrets on the command line where other people can read them: it is part of the list of processes. Only at a
 * terminal, where somebody can do better the next time; a script has been told, or is alone.
 */
export function warnOfSecrets(
  definition: CommandDefinition,
  typed: Typed,
  words: readonly string[],
  terminal: Terminal,
): void {
  if (terminal.isQuiet || !terminal.stderrIsTTY) return;
  const exposed = secretsIn(definition, typed, words);
  if (exposed.length === 0 || !othersCanSee(readText)) return;
  terminal.warn(
    `other users of this machine can see ${exposed.join(" and ")} in the list of processes; ${safer(exposed)}`,
  );
}

/** The options on the command line that hold a secret; those from an options file are on no command line. */
export function secretsIn(definition: CommandDefinition, typed: Typed, words: readonly string[]): readonly string[] {
  const options: Record<string, Option<unknown>> = Object.assign(
    {},
    ...definition.groups.map((group) => group.options),
  );
  const isTyped = (text: string): boolean => words.some((word) => word.includes(text));
  const named = Object.entries(typed.options).flatMap(([name, given]) => {
    const option = options[name];
    if (option === undefined || given === true) return [];
    const texts = typeof given === "string" ? [given] : given;
    return texts.some((text) => text !== "" && holdsSecret({ option, text }) && isTyped(text))
      ? [mainName(option)]
      : [];
  });
  const operands = Object.entries(definition.operands).flatMap(([name, { secret }], index) => {
    const text = typed.operands[index];
    const option = { secret, flags: "<url>" } as Option<unknown>;
    return text !== undefined && holdsSecret({ option, text }) ? [name] : [];
  });
  return [...named, ...operands];
}

function safer(options: readonly string[]): string {
  return options.every((option) => option === "--password" || option === "--url")
    ? "--ask-password, --password-file, MQTK_PASSWORD or a profile hide it"
    : "the environment (MQTK_…), files or a profile hide it";
}

/** Accounts of people start here (login.defs); nobody and its like are above. */
const FIRST_PERSON = 1000;
const LAST_PERSON = 60_000;

/**
 * Whether there are other people on this machine, and the system shows them everybody's processes. Windows does not, nor
 * Linux where /proc is mounted with hidepid. Root sees everything everywhere.
 */
export function othersCanSee(
  read: (file: string) => string,
  { uid, platform }: { readonly uid: number; readonly platform: string } = {
    uid: userInfo().uid,
    platform: process.platform,
  },
): boolean {
  if (platform === "win32") return false;
  if (platform === "linux" && isHidden(read("/proc/self/mounts"))) return false;
  return read("/etc/passwd")
    .split("\n")
    .some((line) => {
      const [, , number = "", , , , shell = ""] = line.split(":");
      const isPerson = Number(number) >= FIRST_PERSON && Number(number) <= LAST_PERSON;
      return isPerson && Number(number) !== uid && !/(nologin|false)$/.test(shell);
    });
}

function isHidden(mounts: string): boolean {
  const [, options = ""] = /^\S+ \/proc proc (\S+)/m.exec(mounts) ?? [];
  return /(^|,)hidepid=(?!0|off)/.test(options);
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
