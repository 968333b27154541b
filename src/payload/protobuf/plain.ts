import protobuf from "protobufjs";
import type { Message } from "./read.ts";
import { unknownFields } from "./unknown-fields.ts";

/** A message by the names of its fields in the .proto file, then those that it does not know by their numbers. */
export type PlainMessage = Map<string, unknown>;

/** What a message has, without what it has not: whole numbers of 64 bits are bigints, bytes are as they came. */
export function plainMessage(message: Message): PlainMessage {
  const plain: PlainMessage = new Map();
  for (const { name, repeated } of message.$type.fieldsArray) {
    const value = message[name];
    if (!Object.hasOwn(message, name) || (repeated && (value as unknown[]).length === 0)) continue;
    plain.set(name, Array.isArray(value) ? value.map(plainValue) : plainValue(value));
  }
  for (const [number, value] of unknownFields(message)) plain.set(number, value);
  return plain;
}

function plainValue(value: unknown): unknown {
  if (value instanceof protobuf.Message) return plainMessage(value as Message);
  const isLong = typeof value === "object" && value !== null && !(value instanceof Uint8Array);
  return isLong ? BigInt(String(value)) : value;
}
