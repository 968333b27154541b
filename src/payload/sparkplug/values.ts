import { UsageError } from "../../errors.ts";
import { jsonText } from "../json-text.ts";
import { type DataType, dataTypes } from "./schema.ts";

type Json = Readonly<Record<string, unknown>>;

/** A data type by its name or number; without one, what the value looks like. Throws UsageError. */
export function dataTypeOf(written: unknown, value: unknown, place: string): DataType {
  if (written === undefined) return guessed(value);
  const name = typeof written === "number" ? dataTypes[written] : dataTypes.find((one) => one === written);
  if (name !== undefined) return name;
  throw new UsageError(`${place}: ${jsonText(written)} is no data type`, dataTypes.join(", "));
}

function guessed(value: unknown): DataType {
  if (typeof value === "boolean") return "Boolean";
  if (typeof value === "bigint") return "Int64";
  if (typeof value === "number") return Number.isSafeInteger(value) ? "Int64" : "Double";
  return value === null || value === undefined ? "Unknown" : "String";
}

/** The field of a value that is no list and no message, as protobuf's JSON; undefined for other types. Throws UsageError. */
export function scalarTo(type: DataType, value: unknown, place: string): Json | undefined {
  const [, sign, bits] = /^(U?)Int(8|16|32|64)$/.exec(type) ?? [];
  if (bits !== undefined) return wholeTo(type, value, sign === "U", Number(bits), place);
  const misfit = (): UsageError => new UsageError(`${place}: ${jsonText(value)} is no ${type}`);
  switch (type) {
    case "Float":
    case "Double": {
      if (typeof value !== "number" && !/^(NaN|-?Infinity)$/.test(String(value))) throw misfit();
      return type === "Float" ? { float_value: value } : { double_value: value };
    }
    case "Boolean":
      if (typeof value !== "boolean") throw misfit();
      return { boolean_value: value };
    case "DateTime":
      return wholeTo(type, value, true, 64, place);
    case "String":
    case "Text":
    case "UUID":
      if (typeof value !== "string") throw misfit();
      return { string_value: value };
    default:
      return undefined;
  }
}

/** Negative numbers are written as unsigned ones of as many bits as the field has. */
function wholeTo(type: string, value: unknown, isUnsigned: boolean, bits: number, place: string): Json {
  const lowest = isUnsigned ? 0n : -(1n << BigInt(bits - 1));
  const whole = /^[+-]?\d{1,20}$/.test(String(value)) ? BigInt(String(value)) : undefined;
  if (whole === undefined || whole < lowest || whole >= lowest + (1n << BigInt(bits))) {
    throw new UsageError(`${place}: ${jsonText(value)} is no ${type}`);
  }
  const wire = BigInt.asUintN(bits === 64 ? 64 : 32, whole);
  return bits === 64 ? { long_value: String(wire) } : { int_value: Number(wire) };
}

/** Throws UsageError where it is something else. */
export function objectAt(written: unknown, expected: string, place: string): Json {
  if (typeof written !== "object" || written === null || Array.isArray(written)) {
    throw new UsageError(`${place}: expected ${expected}`);
  }
  return written as Json;
}

/** An empty list where there is nothing; throws UsageError where it is something else. */
export function listAt(written: unknown, place: string): readonly unknown[] {
  if (written === undefined) return [];
  if (!Array.isArray(written)) throw new UsageError(`${place}: expected a list`);
  return written;
}
