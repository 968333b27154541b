import { isUtf8 } from "node:buffer";
import { UsageError } from "../errors.ts";
import { LIMITS } from "./codec.ts";

/** Whole numbers beyond this lose digits in most readers of JSON; they become text, as in protobuf's JSON. */
const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * A decoded value as JSON. What JSON has no word for: bytes become base64, dates ISO 8601, NaN and infinities text, whole
 * numbers beyond 2^53 text, undefined null, keys text. Throws where it is nested too deeply.
 */
export function jsonText(value: unknown, depth = 0): string {
  if (depth > LIMITS.depth) throw new Error(`nested deeper than ${LIMITS.depth}`);
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "number":
      return Number.isFinite(value) ? (Object.is(value, -0) ? "-0" : String(value)) : `"${value}"`;
    case "bigint":
      return value <= SAFE && value >= -SAFE ? String(value) : `"${value}"`;
    case "boolean":
      return String(value);
    case "object":
      return value === null ? "null" : objectText(value, depth);
    default:
      return "null";
  }
}

function objectText(value: object, depth: number): string {
  if (Array.isArray(value)) return `[${value.map((element) => jsonText(element, depth + 1)).join(",")}]`;
  if (value instanceof Uint8Array) return `"${Buffer.from(value).toString("base64")}"`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '"Invalid Date"' : `"${value.toISOString()}"`;
  const members: string[] = [];
  const entries = value instanceof Map ? value : Object.entries(value);
  for (const [key, member] of entries) {
    const name = typeof key === "string" ? key : jsonText(key, depth + 1);
    members.push(`${JSON.stringify(name)}:${jsonText(member, depth + 1)}`);
  }
  return `{${members.join(",")}}`;
}

/** A text of JSON, or a whole number of 16 digits and more: those are beyond 2^53, or nearly so. */
const LONG_NUMBERS = /"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g;
/** Stands before their digits while JSON.parse, which would lose some, sees them as text. */
const MARK = "\u0000whole number ";

/** JSON as people write it; whole numbers beyond 2^53 become bigints. Throws UsageError that says what is wrong. */
export function parseJson(written: Buffer, format: string): unknown {
  if (!isUtf8(written)) throw new UsageError(`${format} is made of JSON, and this is no UTF-8`);
  const text = written.toString("utf8");
  try {
    const value: unknown = JSON.parse(text); // what is wrong is said of what was written
    if (/\d[eE]\+?\d{3}|\d{309}/.test(text)) JSON.parse(text, (_, member: unknown) => finite(member));
    if (!/\d{16}/.test(text)) return value;
    const marked = text.replace(LONG_NUMBERS, (token) => (token[0] === '"' ? token : JSON.stringify(MARK + token)));
    return JSON.parse(marked, (_, value: unknown) => wholeNumber(value));
  } catch (error) {
    throw new UsageError(`${format} is made of JSON: ${(error as Error).message}`);
  }
}

/** What a double cannot hold would become infinite without a word. */
function finite(value: unknown): unknown {
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
    throw new Error("a number in it is beyond 1.8e308");
  }
  return value;
}

function wholeNumber(value: unknown): unknown {
  if (typeof value !== "string" || !value.startsWith(MARK)) return value;
  const whole = BigInt(value.slice(MARK.length));
  return whole <= SAFE && whole >= -SAFE ? Number(whole) : whole;
}

/**
 * JSON over several lines; only white space changes, so that no digit is lost. What is nested too deeply stays as it is:
 * 50,000 brackets would become 5 GB of spaces.
 */
export function indented(json: string): string {
  let text = "";
  let level = 0;
  const line = (): string => `\n${"  ".repeat(level)}`;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    if (token === "{" || token === "[") {
      if (++level > LIMITS.depth) return json;
      text += token + line();
    } else if (token === "}" || token === "]") {
      level--;
      text = /[{[]\s*$/.test(text.slice(-256)) ? text.trimEnd() + token : text + line() + token;
    } else if (token === ",") text += token + line();
    else text += token === ":" ? ": " : token;
  }
  return text;
}
