import { isUtf8 } from "node:buffer";
import type { MessageEnvelope } from "../client/index.ts";
import type { PublishProperties, QoS } from "../codec/index.ts";
import { UsageError } from "../errors.ts";
import { isValidTopicName } from "../topic/index.ts";
import { JsonMembers } from "./json-members.ts";
import { RepeatedText } from "./repeated-text.ts";

/** What the command line says of all messages: it goes before what a line says. */
export interface SaidOfAll {
  readonly topic: string | undefined;
  readonly qos: QoS | undefined;
  /** False says nothing. */
  readonly retain: boolean;
  readonly properties: PublishProperties | undefined;
}

/** A message that a line describes. Its payload is `bytes[payloadStart, payloadEnd)`. */
export interface ReadMessage extends MessageEnvelope {
  readonly bytes: Buffer;
  readonly payloadStart: number;
  readonly payloadEnd: number;
}

/** Reads lines of `MessageJson`, or ones written by hand: only `topic` must be there. */
export class JsonMessageReader {
  readonly #said: SaidOfAll;
  readonly #members = new JsonMembers();
  readonly #topics = new RepeatedText();
  readonly #encodings = new RepeatedText();
  /** Mostly the topic of the line before, so that it is not looked at again. */
  #validTopic: string | undefined;
  /** What the line in hand says, as it says it; undefined where it does not. */
  #topic: unknown;
  #qos: unknown;
  #retain: unknown;
  #properties: unknown;
  #encoding: unknown;
  #payload: unknown;
  #isPayloadPlain = false;
  #payloadStart = 0;
  #payloadEnd = 0;

  constructor(said: SaidOfAll) {
    this.#said = said;
  }

  /** Reads the line `bytes[from, to)`. Throws UsageError where it is no message. */
  read(bytes: Buffer, from: number, to: number): ReadMessage {
    this.#readMembers(bytes, from, to);
    const said = this.#said;
    const topic = this.#topic === undefined ? said.topic : this.#topic;
    const qos = this.#qos === undefined ? (said.qos ?? 0) : this.#qos;
    const retain = this.#retain === undefined ? said.retain : this.#retain;
    if (typeof topic !== "string" || (topic !== this.#validTopic && !isValidTopicName(topic))) {
      throw new UsageError("topic: expected a topic without + and #");
    }
    this.#validTopic = topic;
    if (qos !== 0 && qos !== 1 && qos !== 2) throw new UsageError("qos: expected 0, 1 or 2");
    if (typeof retain !== "boolean") throw new UsageError("retain: expected true or false");
    const isAsItStands = this.#isPayloadPlain && (this.#encoding === "text" || this.#encoding === undefined);
    const payload = isAsItStands ? bytes : payloadFromJson(this.#payloadIn(bytes), this.#encoding);
    return {
      topic: said.topic ?? topic,
      qos: said.qos ?? qos,
      retain: said.retain || retain,
      properties: propertiesFrom(this.#properties, said.properties),
      bytes: payload,
      payloadStart: isAsItStands ? this.#payloadStart : 0,
      payloadEnd: isAsItStands ? this.#payloadEnd : payload.length,
    };
  }

  #readMembers(bytes: Buffer, from: number, to: number): void {
    const members = this.#members;
    this.#topic = undefined;
    this.#qos = undefined;
    this.#retain = undefined;
    this.#properties = undefined;
    this.#encoding = undefined;
    this.#payload = undefined;
    this.#isPayloadPlain = false;
    try {
      members.open(bytes, from, to);
      while (members.next()) this.#takeMember(bytes);
    } catch (error) {
      throw error instanceof SyntaxError ? notAnObject(bytes.toString("utf8", from, to)) : error;
    }
    if (members.hasOtherThanAscii && !isUtf8(bytes.subarray(from, to))) throw new UsageError("not UTF-8");
  }

  #takeMember(bytes: Buffer): void {
    const members = this.#members;
    const { name, isPlainText, textStart, textEnd } = members;
    switch (name) {
      case "topic":
        this.#topic = isPlainText ? this.#topics.of(bytes, textStart, textEnd) : members.value;
        break;
      case "encoding":
        this.#encoding = isPlainText ? this.#encodings.of(bytes, textStart, textEnd) : members.value;
        break;
      case "qos":
        this.#qos = members.value;
        break;
      case "retain":
        this.#retain = members.value;
        break;
      case "properties":
        this.#properties = members.value;
        break;
      case "payload":
        this.#isPayloadPlain = isPlainText;
        this.#payload = isPlainText ? undefined : members.value;
        this.#payloadStart = textStart;
        this.#payloadEnd = textEnd;
        break;
    }
  }

  #payloadIn(bytes: Buffer): unknown {
    return this.#isPayloadPlain ? bytes.toString("utf8", this.#payloadStart, this.#payloadEnd) : this.#payload;
  }
}

function notAnObject(line: string): UsageError {
  try {
    JSON.parse(line);
  } catch (error) {
    return new UsageError(`not JSON: ${(error as Error).message}`);
  }
  return new UsageError("not a JSON object");
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
