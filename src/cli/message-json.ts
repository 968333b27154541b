import { isUtf8 } from "node:buffer";
import type { OutgoingMessage, ReceivedMessage } from "../client/index.ts";
import type { PublishProperties, QoS } from "../codec/index.ts";
import { UsageError } from "../errors.ts";
import { isValidTopicName } from "../topic/index.ts";

/**
 * A message as one line of JSON, from which `messageFromJson` makes the same message again, whatever its payload:
 * `encoding` says how the payload is written: as the text or the JSON that it is, or else in base64.
 */
export function messageToJson(
  message: Pick<ReceivedMessage, "topic" | "payload" | "qos" | "retain" | "dup" | "packetId" | "properties">,
  time: string,
): string {
  const { topic, payload, qos, retain, dup, packetId, properties } = message;
  const listed = propertiesToJson(properties);
  return `{"time":"${time}","topic":${JSON.stringify(topic)},"qos":${qos},"retain":${retain}${
    qos === 0 ? "" : `,"dup":${dup},"packetId":${packetId}`
  }${listed === "" ? "" : `,"properties":${listed}`},${payloadToJson(payload)}}`;
}

function payloadToJson(payload: Buffer): string {
  if (!isUtf8(payload)) return `"encoding":"base64","payload":"${payload.toString("base64")}"`;
  const text = payload.toString("utf8");
  if (isOwnJson(text)) return `"encoding":"json","payload":${text}`;
  return `"encoding":"text","payload":${JSON.stringify(text)}`;
}

/** JSON that comes out the same when it is read and written again; text in quotes is text all the same. */
function isOwnJson(text: string): boolean {
  if (!/^[{[\d\-tfn]/.test(text)) return false;
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

/** What stands in a line where the command line does not say it. */
export type MessageDefaults = { readonly topic: string | undefined; readonly qos: QoS; readonly retain: boolean };

/** A line of `messageToJson`, or one written by hand: only `topic` and `payload` must be there. Throws UsageError. */
export function messageFromJson(line: string, defaults: MessageDefaults): OutgoingMessage {
  let fields: Readonly<Record<string, unknown>>;
  try {
    fields = JSON.parse(line);
  } catch (error) {
    throw new UsageError(`not JSON: ${(error as Error).message}`);
  }
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) throw new UsageError("not a JSON object");
  const { topic = defaults.topic, retain = defaults.retain, properties } = fields;
  if (typeof topic !== "string" || !isValidTopicName(topic))
    throw new UsageError("topic: expected a topic without + and #");
  const { qos = defaults.qos } = fields as { readonly qos?: QoS };
  if (qos !== 0 && qos !== 1 && qos !== 2) throw new UsageError("qos: expected 0, 1 or 2");
  if (typeof retain !== "boolean") throw new UsageError("retain: expected true or false");
  const message: OutgoingMessage = {
    topic,
    qos,
    retain,
    payload: payloadFromJson(fields["payload"], fields["encoding"]),
  };
  return properties === undefined ? message : { ...message, properties: propertiesFromJson(properties) };
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
