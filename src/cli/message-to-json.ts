import { isUtf8 } from "node:buffer";
import type { ReceivedMessage } from "../client/index.ts";
import type { PublishProperties } from "../codec/index.ts";
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
 * Messages as lines of JSON, from which `JsonMessageReader` makes the same messages again, whatever their payload:
 * `encoding` says how it is written: as the text or the JSON that it is, or else in base64.
 */
export class MessageJson {
  readonly #json = new JsonBytes();
  readonly #topics = new Map<string, Buffer>();
  readonly #timeText: (time: number) => string;
  #time = Number.NaN;
  #beginning = 0;

  /** @param timeText how a time is written; to the millisecond where it is absent */
  constructor(timeText = (time: number): string => new Date(time).toISOString()) {
    this.#timeText = timeText;
  }

  /** One line without its end, for a message that came at `time` (milliseconds). It is valid until the next one is made. */
  line(message: JsonMessage, time: number): JsonBytes {
    const json = this.#json;
    const { qos } = message;
    this.#begin(time);
    json.raw(this.#topicOf(message.topic));
    json.raw(FLAGS[4 * qos + (message.retain ? 2 : 0) + (message.dup ? 1 : 0)] as Buffer);
    if (qos !== 0) json.wholeNumber(message.packetId);
    const listed = propertiesToJson(message.properties);
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

  /** Many messages come within a millisecond: what they begin with stays where it is. */
  #begin(time: number): void {
    if (time === this.#time) {
      this.#json.begin(this.#beginning);
      return;
    }
    this.#json.begin();
    this.#json.text(`{"time":"${this.#timeText(time)}","topic":`);
    this.#time = time;
    this.#beginning = this.#json.length;
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

/** By QoS, retain and dup: everything between topic and packet id. */
const FLAGS = [0, 1, 2].flatMap((qos) =>
  [false, true].flatMap((retain) =>
    [false, true].map((dup) =>
      Buffer.from(`,"qos":${qos},"retain":${retain}${qos === 0 ? "" : `,"dup":${dup},"packetId":`}`),
    ),
  ),
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
