import { UsageError } from "../../errors.ts";
import { LIMITS } from "../codec.ts";
import { type FieldSchema, type FieldType, type MessageSchema, type Scalar, Wire, wireOf } from "./schema.ts";

/** Encodes what JSON says. Throws UsageError with the place where it does not fit the schema. */
export function writeMessage(schema: MessageSchema, json: unknown): Buffer {
  const writer = new Writer();
  writer.message(schema, json, "", 0);
  return writer.bytes();
}

class Writer {
  private chunks: Buffer[] = [];

  bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }

  message(schema: MessageSchema, json: unknown, place: string, depth: number): void {
    if (depth > LIMITS.depth) throw new UsageError(`nested deeper than ${LIMITS.depth}`);
    if (typeof json !== "object" || json === null || Array.isArray(json)) throw misfit(place, schema.fullName);
    for (const [name, value] of Object.entries(json)) {
      if (value === null) continue;
      const field = schema.fieldNamed(name);
      const path = place === "" ? name : `${place}.${name}`;
      if (field === undefined) throw new UsageError(`${schema.fullName} has no field ${path}`, namesOf(schema));
      this.field(field, value, path, depth);
    }
  }

  private field(field: FieldSchema, value: unknown, place: string, depth: number): void {
    const { type, number, mapKey } = field;
    if (mapKey !== undefined) {
      if (typeof value !== "object" || Array.isArray(value)) throw misfit(place, "a map");
      for (const [key, member] of Object.entries(value as object)) {
        const entry = new Writer();
        entry.single(1, { kind: "scalar", scalar: mapKey }, mapKey === "bool" ? key === "true" : key, place, depth);
        entry.single(2, type, member, `${place}.${key}`, depth);
        this.delimited(number, entry.bytes());
      }
      return;
    }
    if (!field.isRepeated) {
      if (!(field.isImplicit && isDefault(type, value))) this.single(number, type, value, place, depth);
      return;
    }
    if (!Array.isArray(value)) throw misfit(place, "a list");
    if (value.length > 0 && field.isPacked && type.kind !== "message" && wireOf(type) !== Wire.BYTES) {
      const packed = new Writer();
      for (const [index, element] of value.entries()) packed.bare(type, element, `${place}[${index}]`);
      this.delimited(number, packed.bytes());
    } else {
      for (const [index, element] of value.entries()) {
        this.single(number, type, element, `${place}[${index}]`, depth);
      }
    }
  }

  private single(number: number, type: FieldType, value: unknown, place: string, depth: number): void {
    if (type.kind !== "message") {
      if (wireOf(type) === Wire.BYTES) return this.delimited(number, bytesFrom(type, value, place));
      this.varint(BigInt(number * 8 + wireOf(type)));
      return this.bare(type, value, place);
    }
    const inner = new Writer();
    inner.message(type.message(), value, place, depth + 1);
    if (!type.isGroup) return this.delimited(number, inner.bytes());
    this.varint(BigInt(number * 8 + Wire.GROUP));
    this.chunks.push(inner.bytes());
    this.varint(BigInt(number * 8 + Wire.END_GROUP));
  }

  /** A number without its tag. */
  private bare(type: FieldType, value: unknown, place: string): void {
    if (type.kind === "enum") {
      const found = typeof value === "string" ? type.numbers.get(value) : value;
      if (typeof found !== "number" || !Number.isInteger(found)) {
        throw misfit(place, `one of ${[...type.numbers.keys()].join(", ")}`);
      }
      return this.varint(BigInt.asUintN(64, BigInt(found)));
    }
    if (type.kind === "message") return;
    const { scalar } = type;
    if (scalar === "bool") {
      if (typeof value !== "boolean") throw misfit(place, "true or false");
      return this.varint(value ? 1n : 0n);
    }
    if (scalar === "double" || scalar === "float") return this.floating(scalar, value, place);
    const [bits, isSigned] = WHOLE[scalar as keyof typeof WHOLE];
    const whole = wholeFrom(value, bits, isSigned, place);
    if (scalar.includes("fixed")) {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(BigInt.asUintN(64, whole));
      this.chunks.push(bytes.subarray(0, bits / 8));
    } else if (scalar.startsWith("sint")) this.varint(BigInt.asUintN(bits, (whole << 1n) ^ (whole >> 63n)));
    else this.varint(BigInt.asUintN(64, whole));
  }

  private floating(scalar: "double" | "float", value: unknown, place: string): void {
    const isNumber = typeof value === "number" || /^(NaN|-?Infinity|[+-]?[\d.]+(e[+-]?\d+)?)$/i.test(String(value));
    if (!isNumber) throw misfit(place, "a number");
    const bytes = Buffer.alloc(scalar === "double" ? 8 : 4);
    if (scalar === "double") bytes.writeDoubleLE(Number(value));
    else bytes.writeFloatLE(Number(value));
    this.chunks.push(bytes);
  }

  private delimited(number: number, bytes: Buffer): void {
    this.varint(BigInt(number * 8 + Wire.BYTES));
    this.varint(BigInt(bytes.length));
    this.chunks.push(bytes);
  }

  private varint(value: bigint): void {
    const bytes: number[] = [];
    let rest = value;
    for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
    bytes.push(Number(rest));
    this.chunks.push(Buffer.from(bytes));
  }
}

const WHOLE = {
  int32: [32, true],
  sint32: [32, true],
  sfixed32: [32, true],
  uint32: [32, false],
  fixed32: [32, false],
  int64: [64, true],
  sint64: [64, true],
  sfixed64: [64, true],
  uint64: [64, false],
  fixed64: [64, false],
} as const satisfies Partial<Record<Scalar, readonly [number, boolean]>>;

function wholeFrom(value: unknown, bits: number, isSigned: boolean, place: string): bigint {
  const text = typeof value === "number" ? (Number.isInteger(value) ? BigInt(value) : value) : value;
  const whole = /^[+-]?\d{1,20}$/.test(String(text)) ? BigInt(String(text)) : undefined;
  const lowest = isSigned ? -(1n << BigInt(bits - 1)) : 0n;
  if (whole === undefined || whole < lowest || whole >= lowest + (1n << BigInt(bits))) {
    throw misfit(place, `a whole number of ${bits} bits${isSigned ? "" : " without a sign"}`);
  }
  return whole;
}

function bytesFrom(type: FieldType, value: unknown, place: string): Buffer {
  const isText = type.kind === "scalar" && type.scalar === "string";
  if (typeof value !== "string") throw misfit(place, isText ? "text" : "bytes in base64");
  if (isText) return Buffer.from(value);
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(value)) throw misfit(place, "bytes in base64");
  return Buffer.from(value, "base64");
}

function isDefault(type: FieldType, value: unknown): boolean {
  if (type.kind === "message") return false;
  if (type.kind === "enum") return value === 0 || (typeof value === "string" && type.numbers.get(value) === 0);
  return value === "" || value === false || value === "0" || Object.is(value, 0);
}

function misfit(place: string, expected: string): UsageError {
  return new UsageError(`${place === "" ? "the payload" : place}: expected ${expected}`);
}

function namesOf(schema: MessageSchema): string {
  return `there are ${schema.fields.map(({ name }) => name).join(", ")}`;
}
