import type { QoS } from "../../../codec/index.ts";
import { UsageError } from "../../../errors.ts";
import { compileTemplate, type Random, type Template } from "../../../payload/index.ts";
import { isValidTopicName } from "../../../topic/index.ts";
import { duration } from "../../value-types.ts";

/** What devices of a kind publish, as it stands in a file. */
export interface PresetFile {
  readonly description?: string;
  readonly messages: readonly PresetMessage[];
}

export interface PresetMessage {
  /** A template; {{i}} is the number of the device. */
  readonly topic: string;
  /** Text, or JSON; both with templates. In JSON, a text that is one number placeholder becomes that number. */
  readonly payload: unknown;
  /** How often each device publishes it: "5s". */
  readonly every?: string;
  /** Only once, when the device appears. */
  readonly once?: boolean;
  readonly qos?: QoS;
  readonly retain?: boolean;
}

/** A kind of message, ready to be made. */
export interface Kind {
  readonly topic: Template;
  readonly payload: Template;
  /** Milliseconds between two of one device; undefined: only once. */
  readonly every: number | undefined;
  readonly qos: QoS;
  readonly retain: boolean;
}

export interface Tools {
  readonly random: Random;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const KEYS: readonly string[] = ["topic", "payload", "every", "once", "qos", "retain"];

/** Reads a preset. Throws UsageError that says where it is wrong. `name` is what an error calls it. */
export function kindsFrom(preset: unknown, name: string, tools: Tools): readonly Kind[] {
  const { messages } = objectFrom(preset, name);
  if (!Array.isArray(messages) || messages.length === 0) throw new UsageError(`${name}: messages: expected a list`);
  return messages.map((message, index) => kindFrom(message, `${name}, messages[${index}]`, tools));
}

function kindFrom(written: unknown, place: string, tools: Tools): Kind {
  const message = objectFrom(written, place);
  const unknown = Object.keys(message).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) throw new UsageError(`${place}: ${unknown} is unknown`, `there are ${KEYS.join(", ")}`);
  const { topic, payload = "", every, once = false, qos = 0, retain = false } = message;
  if (typeof topic !== "string" || topic === "") throw new UsageError(`${place}: topic: expected text`);
  if (qos !== 0 && qos !== 1 && qos !== 2) throw new UsageError(`${place}: qos: expected 0, 1 or 2`);
  if (typeof retain !== "boolean") throw new UsageError(`${place}: retain: expected true or false`);
  if (typeof once !== "boolean") throw new UsageError(`${place}: once: expected true or false`);
  if (once === (every !== undefined)) throw new UsageError(`${place}: expected every ("5s") or once`);
  const time = every === undefined ? undefined : duration(1).parse(String(every));
  if (every !== undefined && time === undefined)
    throw new UsageError(`${place}: every: expected ${duration(1).expected}`);
  const topicTemplate = compileTemplate(topic, { ...tools, name: `${place}, topic` });
  if (topicTemplate.isConstant && !isValidTopicName(topicTemplate.text({ now: 0, seq: 1, i: 0 }))) {
    throw new UsageError(`${place}: topic: ${JSON.stringify(topic)} is no topic to publish to`);
  }
  const source = typeof payload === "string" ? payload : jsonTemplate(payload);
  return {
    topic: topicTemplate,
    payload: compileTemplate(source, { ...tools, name: `${place}, payload` }),
    every: time,
    qos,
    retain,
  };
}

/** A text that is one of these and nothing else is a number, and stands without quotes. */
const NUMBER = /^\{\{\s*(?:now|random|sine|walk|grow)\b(?:(?!\}\}).)*\}\}$|^\{\{\s*(?:seq|i)\s*\}\}$/;

/** JSON as a template: what is between {{ and }} stays as it is written. */
function jsonTemplate(value: unknown): string {
  if (typeof value === "string") return NUMBER.test(value) ? value : textTemplate(value);
  if (Array.isArray(value)) return `[${value.map(jsonTemplate).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => `${textTemplate(key)}:${jsonTemplate(member)}`);
  return `{${members.join(",")}}`;
}

function textTemplate(text: string): string {
  const parts = text.split(/(\{\{.*?\}\})/);
  return `"${parts.map((part, index) => (index % 2 === 1 ? part : JSON.stringify(part).slice(1, -1))).join("")}"`;
}

function objectFrom(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new UsageError(`${place}: expected an object`);
  return value as Readonly<Record<string, unknown>>;
}
