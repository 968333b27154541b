import type { ReceivedMessage } from "../../client/index.ts";
import type { PublishProperties } from "../../codec/index.ts";
import { jsonMember, jsonObject, jsonString, reprintJson } from "./c-json.ts";
import type { Moment } from "./moment.ts";
import { strftime } from "./strftime.ts";

type Message = Pick<ReceivedMessage, "topic" | "payload" | "qos" | "retain" | "packetId" | "properties">;

/**
 * The message as `%j` and `%J` of mosquitto_sub 2.1 print it, byte for byte, also where that loses something: text ends
 * at a zero byte. In latin1, one character a byte. Undefined where the payload should be JSON (`%J`) and is not.
 */
export function mosquittoJson(
  message: Message,
  moment: Moment,
  { isRaw, isPretty }: { readonly isRaw: boolean; readonly isPretty: boolean },
): string | undefined {
  const { payload, properties } = message;
  let content: string | undefined = "null";
  if (payload.length > 0) {
    content = isRaw ? reprintJson(payload.toString("latin1"), isPretty, 1) : cString(payload);
    if (content === undefined) return undefined;
  }
  const member = (name: string, value: string): string => jsonMember(name, value, isPretty);
  const listed = propertyMembers(properties, isPretty);
  return jsonObject(
    [
      member("tst", jsonString(timestamp(moment))),
      member("topic", bytesOf(message.topic)),
      member("qos", String(message.qos)),
      member("retain", String(message.retain)),
      member("payloadlen", String(payload.length)),
      ...(message.qos > 0 ? [member("mid", String(message.packetId))] : []),
      ...(listed.length > 0 ? [member("properties", jsonObject(listed, isPretty, 1))] : []),
      member("payload", content),
    ],
    isPretty,
    0,
  );
}

function propertyMembers(properties: PublishProperties, isPretty: boolean): string[] {
  const members: string[] = [];
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    if (key === "userProperties") {
      const pairs = (value as PublishProperties["userProperties"] & object).map(([name, text]) =>
        jsonObject([`${bytesOf(name)}:${isPretty ? "\t" : ""}${bytesOf(text)}`], isPretty, 3),
      );
      members.push(jsonMember("user-properties", `[${pairs.join(isPretty ? ", " : ",")}]`, isPretty));
    } else if (key === "subscriptionIdentifiers") {
      for (const identifier of value as readonly number[]) {
        members.push(jsonMember("subscription-identifier", String(identifier), isPretty));
      }
    } else {
      const name = key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      members.push(jsonMember(name, scalar(value as string | number | Uint8Array), isPretty));
    }
  }
  return members;
}

function scalar(value: string | number | Uint8Array): string {
  if (typeof value === "number") return String(value);
  return typeof value === "string" ? bytesOf(value) : cString(value);
}

function bytesOf(text: string): string {
  return jsonString(Buffer.from(text).toString("latin1"));
}

/** Bytes as a string of C. */
function cString(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString("latin1");
  const end = text.indexOf("\0");
  return jsonString(end === -1 ? text : text.slice(0, end));
}

function timestamp(moment: Moment): string {
  const fraction = String(moment.microseconds).padStart(6, "0");
  return `${strftime("F", moment.date)}T${strftime("T", moment.date)}.${fraction}${strftime("z", moment.date)}`;
}
