import { isMqtkError, UsageError } from "../../errors.ts";
import { LIMITS } from "../codec.ts";
import { decimalBytes, logicalFromJson } from "./logical.ts";
import type { AvroType, Logical } from "./schema.ts";

/** Encodes what JSON says. Throws UsageError with the place where it does not fit the schema. */
export function writeDatum(type: AvroType, json: unknown): Buffer {
  const chunks: Buffer[] = [];
  write(type, json, "", chunks, 0);
  return Buffer.concat(chunks);
}

function write(type: AvroType, json: unknown, place: string, out: Buffer[], depth: number): void {
  if (depth > LIMITS.depth) throw new UsageError(`nested deeper than ${LIMITS.depth}`);
  switch (type.kind) {
    case "null":
      if (json !== null) throw misfit(place, "null");
      return;
    case "boolean":
      if (typeof json !== "boolean") throw misfit(place, "true or false");
      out.push(Buffer.from([json ? 1 : 0]));
      return;
    case "int":
    case "long":
      out.push(long(logicalFromJson(type.logical, json) ?? wholeFrom(json, type.kind === "int" ? 32 : 64, place)));
      return;
    case "float":
    case "double": {
      const number = typeof json === "string" && /^(NaN|-?Infinity)$/.test(json) ? Number(json) : json;
      if (typeof number !== "number") throw misfit(place, "a number");
      const bytes = Buffer.alloc(type.kind === "float" ? 4 : 8);
      if (type.kind === "float") bytes.writeFloatLE(number);
      else bytes.writeDoubleLE(number);
      out.push(bytes);
      return;
    }
    case "string":
      if (typeof json !== "string") throw misfit(place, "text");
      delimited(Buffer.from(json), out);
      return;
    case "bytes":
      delimited(bytesFrom(type.logical, json, undefined, place), out);
      return;
    case "fixed": {
      const bytes = bytesFrom(type.logical, json, type.size, place);
      if (bytes.length !== type.size) throw misfit(place, `${type.size} bytes in base64`);
      out.push(bytes);
      return;
    }
    case "enum": {
      const index = type.symbols.indexOf(json as string);
      if (index === -1) throw misfit(place, `one of ${type.symbols.join(", ")}`);
      out.push(long(BigInt(index)));
      return;
    }
    case "union":
      writeUnion(type.branches, json, place, out, depth);
      return;
    case "array":
      if (!Array.isArray(json)) throw misfit(place, "a list");
      if (json.length > 0) out.push(long(BigInt(json.length)));
      for (const [index, element] of json.entries()) write(type.items, element, `${place}[${index}]`, out, depth + 1);
      out.push(long(0n));
      return;
    case "map": {
      const members = Object.entries(objectFrom(json, place));
      if (members.length > 0) out.push(long(BigInt(members.length)));
      for (const [key, member] of members) {
        delimited(Buffer.from(key), out);
        write(type.values, member, within(place, key), out, depth + 1);
      }
      out.push(long(0n));
      return;
    }
    case "record": {
      const object = objectFrom(json, place);
      const unknown = Object.keys(object).find((name) => !type.fields.some((field) => field.name === name));
      if (unknown !== undefined) throw new UsageError(`${type.name} has no field ${within(place, unknown)}`);
      for (const { name, type: inner, default: fallback } of type.fields) {
        const value = Object.hasOwn(object, name) ? object[name] : fallback;
        if (value === undefined) throw new UsageError(`${within(place, name)} is missing`);
        write(inner, value, within(place, name), out, depth + 1);
      }
      return;
    }
    default:
      return type satisfies never;
  }
}

/** `{"string": "x"}`, as Avro's own JSON says it, or just "x": then the first branch that fits. */
function writeUnion(branches: readonly AvroType[], json: unknown, place: string, out: Buffer[], depth: number): void {
  if (typeof json === "object" && json !== null && !Array.isArray(json)) {
    const [[name, value] = ["", undefined], ...others] = Object.entries(json);
    const named = branches.findIndex((branch) => branch.name === name);
    if (named !== -1 && others.length === 0) {
      out.push(long(BigInt(named)));
      return write(branches[named] as AvroType, value, place, out, depth + 1);
    }
  }
  for (const [index, branch] of branches.entries()) {
    const attempt: Buffer[] = [long(BigInt(index))];
    try {
      write(branch, json, place, attempt, depth + 1);
    } catch (error) {
      if (isMqtkError(error)) continue;
      throw error;
    }
    out.push(...attempt);
    return;
  }
  throw misfit(place, branches.map(({ name }) => name).join(" or "));
}

function wholeFrom(json: unknown, bits: number, place: string): bigint {
  const whole = /^-?\d{1,19}$/.test(String(json)) ? BigInt(String(json)) : undefined;
  if (whole === undefined || BigInt.asIntN(bits, whole) !== whole)
    throw misfit(place, `a whole number of ${bits} bits`);
  return whole;
}

function bytesFrom(logical: Logical | undefined, json: unknown, size: number | undefined, place: string): Buffer {
  if (logical?.name === "decimal" && (typeof json === "string" || typeof json === "number")) {
    return decimalBytes(String(json), logical.scale, size);
  }
  if (typeof json !== "string" || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(json)) throw misfit(place, "bytes in base64");
  return Buffer.from(json, "base64");
}

function objectFrom(json: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw misfit(place, "an object");
  return json as Readonly<Record<string, unknown>>;
}

function delimited(bytes: Buffer, out: Buffer[]): void {
  out.push(long(BigInt(bytes.length)), bytes);
}

/** Zigzag, seven bits a byte. */
function long(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

function within(place: string, name: string): string {
  return place === "" ? name : `${place}.${name}`;
}

function misfit(place: string, expected: string): UsageError {
  return new UsageError(`${place === "" ? "the payload" : place}: expected ${expected}`);
}
