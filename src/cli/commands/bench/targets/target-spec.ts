import { basename } from "node:path";
import { UsageError } from "../../../../errors.ts";
import { formatAddress, type ParsedAddress, parseAddress } from "../../../../transport/index.ts";
import type { ValueType } from "../../../option.ts";
import { splitWords } from "./split-words.ts";

/** What `--target` says. */
export type TargetSpec = { readonly name: string } & (
  | { readonly kind: "url"; readonly url: ParsedAddress }
  | { readonly kind: "builtin" }
  | { readonly kind: "command"; readonly command: string }
);

const COMMAND = "cmd:";

/** `NAME=URL`, `NAME=builtin`, `NAME=cmd:COMMAND`; without NAME= the rest gives the name. */
export const targetSpec: ValueType<TargetSpec> = {
  expected: "NAME=URL, NAME=builtin or NAME='cmd:COMMAND … {port}'",
  parse: (typed) => {
    const [, named, rest = ""] = /^(?:([^=:/]+)=)?(.*)$/s.exec(typed) ?? [];
    if (rest === "builtin") return { name: named ?? "builtin", kind: "builtin" };
    if (rest.startsWith(COMMAND)) return commandSpec(named, rest.slice(COMMAND.length).trim());
    if (!rest.includes(":")) return undefined;
    const url = parseAddress(rest);
    return { name: named ?? formatAddress(url.address), kind: "url", url };
  },
  completion: { kind: "none" },
};

/** Throws UsageError where the command is none, or has no port. */
export function commandSpec(named: string | undefined, command: string): TargetSpec {
  const words = splitWords(command);
  const [program = ""] = words;
  if (program === "") throw new UsageError("cmd: names no program");
  if (!words.some((word) => word.includes("{port}"))) {
    throw new UsageError("the command does not say where its port goes", "write {port}: mosquitto -p {port}");
  }
  return { name: named ?? basename(program), kind: "command", command };
}
