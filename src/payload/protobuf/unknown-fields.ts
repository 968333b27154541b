import protobuf from "protobufjs";
import { each, type Message } from "./read.ts";

type Json = Record<string, unknown>;

/** The fields that the message's type does not know, by their numbers: numbers, or the bytes of strings, messages, groups. */
export function unknownFields(message: Message): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>();
  for (const raw of message.$unknowns ?? []) {
    const reader = new protobuf.BufferReader(Buffer.from(raw));
    const tag = reader.tag();
    const number = String(tag >>> 3);
    const value = readValue(reader, tag & 7);
    const before = found.get(number);
    if (Array.isArray(before)) before.push(value);
    else found.set(number, before === undefined ? value : [before, value]);
  }
  return found;
}

/**
 * Adds them to the message as JSON: protobuf's own has no place for them, and who reads a payload with yesterday's schema
 * wants to see them all the same.
 */
export function addUnknownFields(type: protobuf.Type, message: Message, json: unknown): void {
  // What stands for another value (a time, a wrapped number) is no object, and has no place for more.
  if (typeof json !== "object" || json === null || Array.isArray(json)) return;
  for (const [number, value] of unknownFields(message)) (json as Json)[number] = value;
  for (const field of type.fieldsArray) {
    const { resolvedType, jsonName } = field;
    const shown = (json as Json)[jsonName ?? field.name];
    if (!(resolvedType instanceof protobuf.Type) || shown === undefined) continue;
    each(message[field.name], field, (inner, key) =>
      addUnknownFields(resolvedType, inner, key === "" && !field.map ? shown : (shown as Json)[key]),
    );
  }
}

function readValue(reader: protobuf.Reader, wire: number): unknown {
  switch (wire) {
    case 0:
      return BigInt(reader.uint64().toString());
    case 1:
      return BigInt(reader.fixed64().toString());
    case 2:
      return reader.bytes();
    case 5:
      return reader.fixed32();
    default:
      // A group: what is between the tags of its beginning and its end, which take the same room.
      return reader.buf.subarray(reader.pos, reader.len - reader.pos);
  }
}
