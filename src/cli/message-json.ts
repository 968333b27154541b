import { isUtf8 } from "node:buffer";
import type { OutgoingMessage, ReceivedMessage } from "../client/index.ts";
import type { PublishProperties, QoS } from "../codec/index.ts";
import { UsageError } from "../errors.ts";
import { isValidTopicName } from "../topic/index.ts";
import { JsonBytes } from "./json-bytes.ts";

type JsonMessage = Pick<
  ReceivedMessage,
  "topic" | "qos" | "retain" | "dup" | "packetId" | "properties" | "payload" | "bytes" | "payloadStart" | "payloadEnd"
>;

/** Distinct topics kept as they stand in JSON. */
const TOPICS = 1024;
const TEXT = Buffer.from(',"encoding":"text","payload":');
const JSON_TEXT = Buffer.from(',"encoding":"json","payload":');
const BASE64 = Buffer.from(',"encoding":"base64","payload":');
const END = Buffer.from("}");

/**
 * Messages as lines of JSON, from which `messageFromJson` makes the same messages again, whatever their payload:
 * `encoding` says how it is written: as the text or the JSON that it is, or else in base64.
 */
export class MessageJson {
  readonly #json = new JsonBytes();
  readonly #topics = new Map<string, Buffer>();
  #time = Number.NaN;
  #beginning = Buffer.alloc(0);

  /** One line without its end, for a message that came at `time` (milliseconds). It is valid until the next one is made. */
  line(message: JsonMessage, time: number): JsonBytes {
    const json = this.#json;
    const { qos, properties } = message;
    json.begin();
    json.raw(this.#beginningAt(time));
    json.raw(this.#topicOf(message.topic));
    json.raw(FLAGS[2 * qos + (message.retain ? 1 : 0)] as Buffer);
    if (qos !== 0) json.text(`,"dup":${message.dup},"packetId":${message.packetId}`);
    const listed = propertiesToJson(properties);
    if (listed !== "") json.text(`,"properties":${listed}`);
    this.#payload(message);
    json.raw(END);
    return json;
  }

  #payload(message: JsonMessage): void {
    const json = this.#json;
    const { bytes, payloadStart, payloadEnd } = message;
    if (!isAscii(bytes, payloadStart, payloadEnd) && !isUtf8(message.payload)) {
      json.raw(BASE64);
      json.base64(message.payload);
    } else if (isOwnJson(bytes, payloadStart, payloadEnd)) {
      json.raw(JSON_TEXT);
      json.raw(bytes, payloadStart, payloadEnd);
    } else {
      json.raw(TEXT);
      json.string(bytes, payloadStart, payloadEnd);
    }
  }

  /** Many messages come within a millisecond. */
  #beginningAt(time: number): Buffer {
    if (time !== this.#time) {
      this.#time = time;
      this.#beginning = Buffer.from(`{"time":"${new Date(time).toISOString()}","topic":`);
    }
    return this.#beginning;
  }

  #topicOf(topic: string): Buffer {
    let written = this.#topics.get(topic);
    if (written === undefined) {
      written = Buffer.from(JSON.stringify(topic));
      if (this.#topics.size >= TOPICS) this.#topics.clear();
      this.#topics.set(topic, written);
    }
    return written;
  }
}

/** By QoS and retain. */
const FLAGS = [0, 1, 2].flatMap((qos) =>
  [false, true].map((retain) => Buffer.from(`,"qos":${qos},"retain":${retain}`)),
);

/** Most payloads are, and a loop over a short one costs a tenth of the call that knows UTF-8. */
function isAscii(bytes: Uint8Array, from: number, to: number): boolean {
  let seen = 0;
  for (let index = from; index < to; index++) seen |= bytes[index] as number;
  return seen < 0x80;
}

/** Bytes with which JSON that is not a string begins. */
const BEGINS_JSON = new Uint8Array(256);
for (const character of "{[-0123456789tfn") BEGINS_JSON[character.charCodeAt(0)] = 1;
/** JSON, as far as can be seen without reading it all: JSON.parse takes 14 µs to refuse something, and this 0.05. */
const LOOKS_LIKE_JSON = /^(?:-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?(?:e[+-]\d+)?|true|false|null|\{(?:".*)?\}|\[.*\])$/;

/** JSON that comes out the same when it is read and written again; text in quotes is text all the same. */
function isOwnJson(bytes: Buffer, from: number, to: number): boolean {
  if (from === to || BEGINS_JSON[bytes[from] as number] === 0) return false;
  const text = bytes.toString("utf8", from, to);
  if (!LOOKS_LIKE_JSON.test(text)) return false;
  try {
    return JSON.stringify(JSON.parse(text)) === text;
  } catch {
    return false;
  }
}

function propertiesToJson(properties: PublishProperties): string {
  for (const _ in properties) {
    const { correlationData, ...others } = properties;
    const written =
      correlationData === undefined
        ? others
        : { ...others, correlationData: Buffer.from(correlationData).toString("base64") };
    return JSON.stringify(written);
  }
  return "";
}

/** What the command line says of all messages: it goes before what a line says. */
export interface SaidOfAll {
  readonly topic: string | undefined;
  readonly qos: QoS | undefined;
  /** False says nothing. */
  readonly retain: boolean;
  readonly properties: PublishProperties | undefined;
}

/**
 * Reads lines of `MessageJson`, or ones written by hand: only `topic` must be there. What is read throws UsageError
 * where a line is no message.
 */
export function jsonReader(said: SaidOfAll): (line: string) => OutgoingMessage {
  // Mostly the topic of the line before, so that it is not looked at again.
  let lastTopic: string | undefined;
  return (line) => {
    const fields = objectFrom(line);
    const { topic = said.topic, qos = said.qos ?? 0, retain = said.retain, payload, encoding } = fields;
    if (typeof topic !== "string" || (topic !== lastTopic && !isValidTopicName(topic))) {
      throw new UsageError("topic: expected a topic without + and #");
    }
    lastTopic = topic;
    if (qos !== 0 && qos !== 1 && qos !== 2) throw new UsageError("qos: expected 0, 1 or 2");
    if (typeof retain !== "boolean") throw new UsageError("retain: expected true or false");
    return {
      topic: said.topic ?? topic,
      qos: said.qos ?? qos,
      retain: said.retain || retain,
      payload: payloadFromJson(payload, encoding),
      properties: propertiesFrom(fields["properties"], said.properties),
    };
  };
}

type Fields = Readonly<Record<string, unknown>>;

function objectFrom(line: string): Fields {
  let fields: Fields;
  try {
    fields = JSON.parse(line);
  } catch (error) {
    throw new UsageError(`not JSON: ${(error as Error).message}`);
  }
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) throw new UsageError("not a JSON object");
  return fields;
}

function propertiesFrom(written: unknown, said: PublishProperties | undefined): PublishProperties | undefined {
  if (written === undefined) return said;
  const properties = propertiesFromJson(written);
  return said === undefined ? properties : { ...properties, ...said };
}

function payloadFromJson(payload: unknown, encoding: unknown): Buffer {
  switch (encoding) {
    case "json":
      if (payload === undefined) break;
      return Buffer.from(JSON.stringify(payload));
    case "base64":
      if (typeof payload !== "string" || !/^[A-Za-z0-9+/]*={0,2}$/.test(payload)) break;
      return Buffer.from(payload, "base64");
    case "text":
      if (typeof payload !== "string") break;
      return Buffer.from(payload);
    case undefined:
      if (payload === undefined) return Buffer.alloc(0);
      return Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload));
    default:
      throw new UsageError("encoding: expected text, json or base64");
  }
  throw new UsageError(`payload: it is not what encoding says (${String(encoding)})`);
}

const KINDS: Readonly<Record<string, "number" | "string" | "base64" | "pairs">> = {
  payloadFormatIndicator: "number",
  messageExpiryInterval: "number",
  contentType: "string",
  responseTopic: "string",
  correlationData: "base64",
  userProperties: "pairs",
};

/** What only the server may say (subscription identifiers) is left out. */
function propertiesFromJson(written: unknown): PublishProperties {
  if (typeof written !== "object" || written === null) throw new UsageError("properties: expected an object");
  const properties: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(written)) {
    if (name === "subscriptionIdentifiers" || name === "topicAlias") continue;
    const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
    if (kind === undefined) throw new UsageError(`properties: a message has no ${name}`);
    if (kind === "pairs" ? !arePairs(value) : typeof value !== (kind === "number" ? "number" : "string")) {
      throw new UsageError(`properties: ${name} is no ${kind === "pairs" ? "list of [name, value]" : kind}`);
    }
    properties[name] = kind === "base64" ? Buffer.from(value as string, "base64") : value;
  }
  return properties;
}

function arePairs(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === "string"))
  );
}
