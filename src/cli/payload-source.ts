import { readFileSync } from "node:fs";
import type { Readable } from "node:stream";
import { UsageError } from "../errors.ts";
import { reasonOf } from "./system-reason.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** The options that name one payload. */
export interface PayloadValues {
  readonly message: string | undefined;
  readonly file: string | undefined;
  readonly stdinFile: boolean;
  readonly nullMessage: boolean;
}
type Source = keyof PayloadValues;

const flags: Readonly<Record<Source, string>> = {
  message: "--message",
  file: "--file",
  stdinFile: "--stdin-file",
  nullMessage: "--null-message",
};

/** The one of these options that was given; `flags` are those that are possible. Throws UsageError for none and for two. */
export function onlySource<Name extends string>(
  values: Readonly<Record<Name, unknown>>,
  flags: Readonly<Record<Name, string>>,
): Name {
  const sources = Object.keys(flags) as Name[];
  const [first, second] = sources.filter((source) => values[source] !== undefined && values[source] !== false);
  if (first === undefined) {
    const names = Object.values<string>(flags);
    throw new UsageError("nothing to publish", `give ${names.slice(0, -1).join(", ")} or ${names.at(-1)}`);
  }
  if (second !== undefined) {
    throw new UsageError(`${flags[first]} and ${flags[second]} contradict each other`, "give one of them");
  }
  return first;
}

/** The payload, where only these options can name it. */
export function onePayload(values: PayloadValues, terminal: Terminal): Promise<Buffer> {
  return payloadFrom(onlySource(values, flags), values, terminal);
}

/** Reads the payload that one option names. */
export async function payloadFrom(source: Source, values: PayloadValues, terminal: Terminal): Promise<Buffer> {
  switch (source) {
    case "message":
      warnOfLostBytes(values.message ?? "", terminal);
      return Buffer.from(values.message ?? "");
    case "file":
      return readPayload(values.file ?? "");
    case "stdinFile":
      return readAll(terminal.stdin);
    case "nullMessage":
      return Buffer.alloc(0);
  }
}

/** Node.js hands over arguments as text, with U+FFFD for every byte that is not UTF-8: the bytes are gone. */
function warnOfLostBytes(message: string, terminal: Terminal): void {
  if (message.includes("\ufffd")) {
    terminal.warn("bytes that are not UTF-8 in --message became U+FFFD; --file and --stdin-file publish any bytes");
  }
}

function readPayload(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${reasonOf(error)}`);
  }
}

async function readAll(input: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of input) chunks.push(chunk as Buffer);
  } catch (error) {
    throw new UsageError(`cannot read stdin: ${reasonOf(error)}`);
  }
  return Buffer.concat(chunks);
}
