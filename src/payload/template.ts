import { UsageError } from "../errors.ts";
import { Random } from "./random.ts";
import { type Render, renderOf } from "./template-words.ts";

/** What a template is filled in with, message by message. */
export interface TemplateContext {
  /** Milliseconds since 1970, with a fraction where it is known. */
  readonly now: number;
  /** The running number of the message, from 1. */
  readonly seq: number;
  /** Which client (or device) it is, from 0. */
  readonly i: number;
  /** The line of input that the message is made of. */
  readonly line?: Uint8Array | undefined;
}

export interface TemplateOptions {
  /** Where random things come from; made up where it is absent. */
  readonly random?: Random;
  /** For `{{env NAME}}`; that of the process where it is absent. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** There are lines of input, for `{{line}}`. */
  readonly hasLines?: boolean;
  /** What an error calls it: "--message". */
  readonly name?: string;
}

/**
 * Text with placeholders (`{{now}}`, `{{random 1 100}}`; template-words.ts has them all), read once and filled in for
 * each message. Bytes that are no UTF-8 stay as they are.
 */
export class Template {
  /** True where every message is the same. */
  readonly isConstant: boolean;
  private readonly renders: readonly Render[];

  /** @param parts text as latin1 (one character a byte), or what makes such text */
  constructor(parts: readonly (string | Render)[]) {
    this.renders = parts.map((part) => (typeof part === "string" ? () => part : part));
    this.isConstant = parts.every((part) => typeof part === "string");
  }

  /** As a payload; the bytes are the caller's. */
  bytes(context: TemplateContext): Buffer {
    return Buffer.from(this.latin1(context), "latin1");
  }

  /** As text, for a topic. */
  text(context: TemplateContext): string {
    const latin1 = this.latin1(context);
    return isAscii(latin1) ? latin1 : Buffer.from(latin1, "latin1").toString("utf8");
  }

  private latin1(context: TemplateContext): string {
    let latin1 = "";
    for (const render of this.renders) latin1 += render(context);
    return latin1;
  }
}

/** Reads a template. Throws UsageError that says where it is wrong, and what can stand there. */
export function compileTemplate(source: string | Uint8Array, options: TemplateOptions = {}): Template {
  const { random = new Random(), environment = process.env, hasLines = false, name = "template" } = options;
  const latin1 = Buffer.from(source as Uint8Array).toString("latin1");
  const parts: (string | Render)[] = [];
  let at = 0;
  while (at < latin1.length) {
    const open = latin1.indexOf("{{", at);
    if (open === -1) break;
    if (open > at) parts.push(latin1.slice(at, open));
    try {
      const { words, end } = readPlaceholder(latin1, open + 2);
      parts.push(renderOf(words, { random, environment, hasLines }));
      at = end;
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      throw new UsageError(`${name}, ${placeOf(latin1, open)}: ${error.message}`, error.hint);
    }
  }
  if (at < latin1.length) parts.push(latin1.slice(at));
  return new Template(joined(parts));
}

/** The words up to `}}`; those in quotes (as in JSON) may hold spaces and braces. */
function readPlaceholder(latin1: string, start: number): { words: readonly string[]; end: number } {
  const word = /\s*(?:(\}\})|("(?:[^"\\]|\\.)*")|((?:(?!\}\})[^\s"])+))/y;
  const words: string[] = [];
  word.lastIndex = start;
  for (;;) {
    const [, end, quoted, plain] = word.exec(latin1) ?? [];
    if (end !== undefined) return { words, end: word.lastIndex };
    if (quoted !== undefined) words.push(unquoted(quoted));
    else if (plain !== undefined) words.push(utf8(plain));
    else throw new UsageError("{{ without }}", 'for two braces as they are, write {{"{{"}}');
  }
}

function unquoted(latin1: string): string {
  try {
    return `"${JSON.parse(utf8(latin1))}`; // the quote tells text from the name of a placeholder
  } catch {
    throw new UsageError(`${utf8(latin1)} is no text in quotes`, 'write it as in JSON: quotes inside as \\"');
  }
}

function joined(parts: readonly (string | Render)[]): (string | Render)[] {
  const result: (string | Render)[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (typeof part === "string" && typeof last === "string") result[result.length - 1] = last + part;
    else result.push(part);
  }
  return result;
}

/** "character 9", "line 2, character 1". */
function placeOf(latin1: string, at: number): string {
  const before = utf8(latin1.slice(0, at)).split("\n");
  const character = `character ${[...(before.at(-1) as string)].length + 1}`;
  return before.length === 1 ? character : `line ${before.length}, ${character}`;
}

function utf8(latin1: string): string {
  return Buffer.from(latin1, "latin1").toString("utf8");
}

function isAscii(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  return /^[\x00-\x7f]*$/.test(text);
}
