import type protobuf from "protobufjs";
import { fromJson } from "protobufjs/ext/protojson.js";
import { UsageError } from "../../errors.ts";

/** Throws UsageError where JSON does not fit the message. */
export function encodeMessage(type: protobuf.Type, json: unknown): Buffer {
  try {
    return Buffer.from(type.encode(fromJson(type, withoutBigInts(json))).finish());
  } catch (error) {
    const { message } = error as Error;
    throw new UsageError(
      message === "invalid encoding" ? "a field of bytes that is no base64" : message.replace(/^\./, ""),
    );
  }
}

/** The library takes whole numbers that JavaScript's numbers do not hold as text. */
function withoutBigInts(json: unknown): unknown {
  if (typeof json === "bigint") return String(json);
  if (typeof json !== "object" || json === null) return json;
  if (Array.isArray(json)) return json.map(withoutBigInts);
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, withoutBigInts(value)]));
}
