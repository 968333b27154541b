import { builtins, Type } from "avsc/lib/types.js";
import { UsageError } from "../../errors.ts";
import { LogicalText, logicalOf } from "./logical.ts";

/** Numbers of 64 bits, without losing digits. */
const longType = builtins.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(value);
    return bytes;
  },
  fromJSON: (value: number | string) => BigInt(value),
  toJSON: String,
  isValid: (value: unknown) => typeof value === "bigint" && BigInt.asIntN(64, value) === value,
  compare: (one: bigint, other: bigint) => (one < other ? -1 : one > other ? 1 : 0),
});

/**
 * Reads a schema (.avsc, Avro 1.12) with avsc. Throws UsageError that says where it is wrong. The library makes functions
 * of records (`new Function`), of names that it has checked to be names.
 */
export function avroTypeFrom(text: string, file: string): Type {
  try {
    const schema: unknown = JSON.parse(text);
    return Type.forSchema(schema, { typeHook, wrapUnions: true, registry: { long: longType } });
  } catch (error) {
    throw new UsageError(`${file}: ${(error as Error).message}`);
  }
}

/** Asked for each schema in the schema: what is not the library's own. */
function typeHook(schema: unknown, options: object): Type | undefined {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return undefined;
  const json = schema as Readonly<Record<string, unknown>>;
  const logical = logicalOf(json);
  if (logical !== undefined) return new LogicalText(logical, json, options);
  if (typeof json["type"] === "object" && json["type"] !== null) return Type.forSchema(json["type"], options);
  return json["type"] === "long" ? longType : undefined;
}
