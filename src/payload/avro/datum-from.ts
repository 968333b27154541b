import type { Type } from "avsc/lib/types.js";
import { isMqtkError, UsageError } from "../../errors.ts";
import { LIMITS } from "../codec.ts";
import { LogicalText } from "./logical.ts";

type Json = Readonly<Record<string, unknown>>;

/** What JSON says as a value of the library. Throws UsageError with the place where it does not fit the schema. */
export function datumFrom(type: Type, json: unknown, place: string, depth: number): unknown {
  if (depth > LIMITS.depth) throw new UsageError(`nested deeper than ${LIMITS.depth}`);
  if (type instanceof LogicalText) return logicalFrom(type, json, place, depth);
  switch (type.typeName) {
    case "null":
      return fitting(json === null, json, place, "null");
    case "boolean":
      return fitting(typeof json === "boolean", json, place, "true or false");
    case "int":
      return Number(wholeFrom(json, 32, place));
    case "abstract:long":
      return wholeFrom(json, 64, place);
    case "float":
    case "double": {
      const isText = typeof json === "string" && /^(NaN|-?Infinity)$/.test(json);
      const number = isText || typeof json === "bigint" ? Number(json) : json;
      return fitting(typeof number === "number", number, place, "a number");
    }
    case "string":
      return fitting(typeof json === "string", json, place, "text");
    case "bytes":
      return bytesFrom(json, place);
    case "fixed": {
      const bytes = bytesFrom(json, place);
      return fitting(bytes.length === type.size, bytes, place, `${type.size} bytes in base64`);
    }
    case "enum": {
      const symbols = type.symbols ?? [];
      return fitting(symbols.includes(json as string), json, place, `one of ${symbols.join(", ")}`);
    }
    case "array": {
      const elements = fitting(Array.isArray(json), json, place, "a list") as unknown[];
      return elements.map((element, index) =>
        datumFrom(type.itemsType as Type, element, `${place}[${index}]`, depth + 1),
      );
    }
    case "map": {
      const members = Object.entries(objectFrom(json, place));
      return Object.fromEntries(
        members.map(([key, member]) => [
          key,
          datumFrom(type.valuesType as Type, member, within(place, key), depth + 1),
        ]),
      );
    }
    case "union:wrapped":
      return unionFrom(type.types ?? [], json, place, depth);
    default:
      return recordFrom(type, json, place, depth);
  }
}

/** Text, or the number that it is on the wire. */
function logicalFrom(type: LogicalText, json: unknown, place: string, depth: number): unknown {
  const isDecimal = type.logical.name === "decimal";
  const isNumber = typeof json === "number" || typeof json === "bigint";
  if (isNumber && !isDecimal) return BigInt(datumFrom(type.underlyingType, json, place, depth) as number | bigint);
  if (typeof json !== "string" && !isNumber) throw misfit(place, "text");
  type.check(String(json));
  return String(json);
}

function recordFrom(type: Type, json: unknown, place: string, depth: number): unknown {
  const object = objectFrom(json, place);
  const { fields = [] } = type;
  const unknown = Object.keys(object).find((name) => !fields.some((field) => field.name === name));
  if (unknown !== undefined) {
    const names = fields.map(({ name }) => name).join(", ");
    throw new UsageError(`${type.name ?? ""} has no field ${within(place, unknown)}`, `there are ${names}`);
  }
  const entries = fields.map((field): [string, unknown] => {
    const at = within(place, field.name);
    if (Object.hasOwn(object, field.name))
      return [field.name, datumFrom(field.type, object[field.name], at, depth + 1)];
    if (field.defaultValue() === undefined) throw new UsageError(`${at} is missing`);
    return [field.name, undefined]; // the library fills in the default
  });
  return Object.fromEntries(entries);
}

/** `{"string": "x"}`, as Avro's own JSON says it, or just "x": then the first branch that fits. */
function unionFrom(branches: readonly Type[], json: unknown, place: string, depth: number): unknown {
  if (typeof json === "object" && json !== null && !Array.isArray(json)) {
    const [[name, value] = ["", undefined], ...others] = Object.entries(json);
    const named = branches.find((branch) => branch.branchName === name);
    if (named !== undefined && others.length === 0) return wrapped(named, datumFrom(named, value, place, depth + 1));
  }
  for (const branch of branches) {
    try {
      return wrapped(branch, datumFrom(branch, json, place, depth + 1));
    } catch (error) {
      if (!isMqtkError(error)) throw error;
    }
  }
  throw misfit(place, branches.map(({ branchName }) => branchName).join(" or "));
}

function wrapped(branch: Type, value: unknown): unknown {
  return branch.branchName === "null" ? null : { [branch.branchName]: value };
}

function wholeFrom(json: unknown, bits: number, place: string): bigint {
  const whole = /^-?\d{1,19}$/.test(String(json)) ? BigInt(String(json)) : undefined;
  if (whole === undefined || BigInt.asIntN(bits, whole) !== whole)
    throw misfit(place, `a whole number of ${bits} bits`);
  return whole;
}

function bytesFrom(json: unknown, place: string): Buffer {
  if (typeof json !== "string" || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(json)) throw misfit(place, "bytes in base64");
  return Buffer.from(json, "base64");
}

function objectFrom(json: unknown, place: string): Json {
  return fitting(typeof json === "object" && json !== null && !Array.isArray(json), json, place, "an object") as Json;
}

function fitting(fits: boolean, value: unknown, place: string, expected: string): unknown {
  if (!fits) throw misfit(place, expected);
  return value;
}

function within(place: string, name: string): string {
  return place === "" ? name : `${place}.${name}`;
}

function misfit(place: string, expected: string): UsageError {
  return new UsageError(`${place === "" ? "the payload" : place}: expected ${expected}`);
}
