import { UsageError } from "../../errors.ts";
import type { ProtobufMessage } from "./read.ts";
import type { FieldSchema, MessageSchema } from "./schema.ts";

/** How a message of google.protobuf looks in JSON. */
interface Mapping {
  toJson(message: ProtobufMessage): unknown;
  /** Undefined for JSON that is something else. */
  fromJson(json: unknown): unknown;
}

const wrapper: Mapping = {
  toJson: (message) => message.get("value") ?? null,
  fromJson: (json) => (typeof json === "object" ? undefined : { value: json }),
};
const emptyWrapper = (value: unknown): Mapping => ({ ...wrapper, toJson: (message) => message.get("value") ?? value });

const MAPPINGS: Readonly<Record<string, Mapping>> = {
  "google.protobuf.Timestamp": {
    toJson: (message) => {
      const { seconds, nanos } = timeOf(message);
      const date = new Date(seconds * 1000);
      return Number.isNaN(date.getTime()) ? message : `${date.toISOString().slice(0, 19)}${fraction(nanos)}Z`;
    },
    fromJson: (json) => {
      if (typeof json !== "string") return undefined;
      const time = Date.parse(json);
      if (Number.isNaN(time)) throw new UsageError(`${JSON.stringify(json)} is no time, such as 2026-11-22T12:00:00Z`);
      return { seconds: Math.floor(time / 1000), nanos: nanosOf(/\.(\d{1,9})/.exec(json)?.[1]) };
    },
  },
  "google.protobuf.Duration": {
    toJson: (message) => {
      const { seconds, nanos } = timeOf(message);
      const sign = seconds < 0 || nanos < 0 ? "-" : "";
      return `${sign}${Math.abs(seconds)}${fraction(Math.abs(nanos))}s`;
    },
    fromJson: (json) => {
      if (typeof json !== "string") return undefined;
      const [, sign, seconds, part] = /^(-?)(\d+)(?:\.(\d{1,9}))?s$/.exec(json) ?? [];
      if (seconds === undefined) throw new UsageError(`${JSON.stringify(json)} is no duration, such as 1.5s`);
      const factor = sign === "-" ? -1 : 1;
      return { seconds: factor * Number(seconds), nanos: factor * nanosOf(part) };
    },
  },
  "google.protobuf.DoubleValue": emptyWrapper(0),
  "google.protobuf.FloatValue": emptyWrapper(0),
  "google.protobuf.Int64Value": emptyWrapper(0),
  "google.protobuf.UInt64Value": emptyWrapper(0),
  "google.protobuf.Int32Value": emptyWrapper(0),
  "google.protobuf.UInt32Value": emptyWrapper(0),
  "google.protobuf.BoolValue": emptyWrapper(false),
  "google.protobuf.StringValue": emptyWrapper(""),
  "google.protobuf.BytesValue": emptyWrapper(""),
};

/** A decoded message with times, durations and wrapped values as protobuf's JSON writes them. */
export function toWellKnown(schema: MessageSchema, message: ProtobufMessage): unknown {
  for (const field of schema.fields) {
    if (field.type.kind !== "message" || !message.has(field.name)) continue;
    const inner = field.type.message();
    const change = (value: unknown): unknown => toWellKnown(inner, value as ProtobufMessage);
    message.set(field.name, changed(field, message.get(field.name), change));
  }
  return Object.hasOwn(MAPPINGS, schema.fullName) ? (MAPPINGS[schema.fullName] as Mapping).toJson(message) : message;
}

/** The opposite, on JSON that is to be encoded. */
export function fromWellKnown(schema: MessageSchema, json: unknown): unknown {
  const mapped = Object.hasOwn(MAPPINGS, schema.fullName) ? MAPPINGS[schema.fullName]?.fromJson(json) : undefined;
  if (mapped !== undefined) return mapped;
  if (typeof json !== "object" || json === null || Array.isArray(json)) return json;
  const result: [string, unknown][] = Object.entries(json).map(([name, value]) => {
    const field = schema.fieldNamed(name);
    if (field?.type.kind !== "message" || value === null) return [name, value];
    const inner = field.type.message();
    return [name, changed(field, value, (one) => fromWellKnown(inner, one))];
  });
  return Object.fromEntries(result);
}

function changed(field: FieldSchema, value: unknown, change: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(change);
  if (field.mapKey === undefined) return change(value);
  if (value instanceof Map) return new Map([...value].map(([key, member]) => [key, change(member)]));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, change(member)]));
}

function timeOf(message: ProtobufMessage): { seconds: number; nanos: number } {
  return { seconds: Number(message.get("seconds") ?? 0), nanos: Number(message.get("nanos") ?? 0) };
}

/** ".5" as 3, 6 or 9 digits, or nothing. */
function fraction(nanos: number): string {
  if (nanos === 0) return "";
  const digits = String(nanos).padStart(9, "0");
  return `.${digits.endsWith("000000") ? digits.slice(0, 3) : digits.endsWith("000") ? digits.slice(0, 6) : digits}`;
}

function nanosOf(digits = ""): number {
  return Number(digits.padEnd(9, "0"));
}
