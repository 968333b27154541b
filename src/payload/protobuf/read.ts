import { isUtf8 } from "node:buffer";
import { type Budget, LIMITS } from "../codec.ts";
import { shortest } from "../numbers.ts";
import { type FieldSchema, type FieldType, type MessageSchema, type Scalar, Wire, wireOf } from "./schema.ts";

/** A message by the names of its fields in JSON; fields that the schema does not know have their number for a name. */
export type ProtobufMessage = Map<string, unknown>;

/** Reads a whole message. Throws where the bytes are none, or cost more than the budget has. */
export function readMessage(schema: MessageSchema, bytes: Buffer, budget: Budget): ProtobufMessage {
  if (bytes.length > LIMITS.payload) throw new Error(`more than ${LIMITS.payload} bytes`);
  return new Reader(bytes, budget).message(schema, bytes.length, 0, 0);
}

class Reader {
  private readonly bytes: Buffer;
  private readonly budget: Budget;
  private at = 0;

  constructor(bytes: Buffer, budget: Budget) {
    this.bytes = bytes;
    this.budget = budget;
  }

  /** Up to `end`, or where `group` is not 0, up to the end of that group. */
  message(schema: MessageSchema, end: number, depth: number, group: number): ProtobufMessage {
    this.budget.enter(depth);
    const found: ProtobufMessage = new Map();
    while (this.at < end) {
      const tag = Number(this.varint(end));
      const number = Math.floor(tag / 8);
      const wire = (tag % 8) as Wire;
      if (number === 0 || number > 0x1fff_ffff) throw new Error("a field with a number that there is not");
      this.budget.spend();
      if (wire === Wire.END_GROUP) {
        if (number !== group) throw new Error("the end of a group that did not begin");
        return found;
      }
      const field = schema.fieldOf(number);
      if (field === undefined) add(found, String(number), this.unknown(wire, number, end, depth));
      else this.field(found, field, wire, end, depth);
    }
    if (group !== 0) throw new Error("a group without its end");
    return found;
  }

  private field(found: ProtobufMessage, field: FieldSchema, wire: Wire, end: number, depth: number): void {
    const { name, type, mapKey } = field;
    const expected = wireOf(type);
    if (mapKey !== undefined) {
      if (wire !== Wire.BYTES) throw new Error(`${name} has the wire type ${wire}`);
      this.entry(found, field, mapKey, this.stretch(end), depth);
    } else if (wire === expected) {
      const value = this.value(type, field.number, end, depth);
      if (!field.isRepeated) found.set(name, value);
      else add(found, name, value, true);
    } else if (field.isRepeated && wire === Wire.BYTES && expected !== Wire.GROUP) {
      const packedEnd = this.stretch(end);
      if (!found.has(name)) found.set(name, []);
      while (this.at < packedEnd) {
        this.budget.spend();
        add(found, name, this.value(type, field.number, packedEnd, depth), true);
      }
    } else throw new Error(`${name} has the wire type ${wire}, and should have ${expected}`);
  }

  private entry(found: ProtobufMessage, field: FieldSchema, keyType: Scalar, end: number, depth: number): void {
    let key: unknown = defaultOf({ kind: "scalar", scalar: keyType });
    let value: unknown = defaultOf(field.type);
    while (this.at < end) {
      const tag = Number(this.varint(end));
      this.budget.spend();
      if (tag === 8 + wireOf({ kind: "scalar", scalar: keyType })) key = this.scalar(keyType, end);
      else if (tag === 16 + wireOf(field.type)) value = this.value(field.type, 2, end, depth + 1);
      else this.unknown((tag % 8) as Wire, Math.floor(tag / 8), end, depth + 1);
    }
    let map = found.get(field.name) as Map<string, unknown> | undefined;
    if (map === undefined) {
      map = new Map();
      found.set(field.name, map);
    }
    map.set(String(key), value);
  }

  private value(type: FieldType, number: number, end: number, depth: number): unknown {
    switch (type.kind) {
      case "scalar":
        return this.scalar(type.scalar, end);
      case "enum": {
        const value = Number(BigInt.asIntN(32, this.varint(end)));
        return type.names.get(value) ?? value;
      }
      case "message":
        return type.isGroup
          ? this.message(type.message(), end, depth + 1, number)
          : this.message(type.message(), this.stretch(end), depth + 1, 0);
      default:
        return type satisfies never;
    }
  }

  private scalar(scalar: Scalar, end: number): unknown {
    switch (scalar) {
      case "double":
        return this.fixed(8, end).readDoubleLE();
      case "float":
        return shortest(this.fixed(4, end).readFloatLE());
      case "int32":
        return Number(BigInt.asIntN(32, this.varint(end)));
      case "uint32":
        return Number(BigInt.asUintN(32, this.varint(end)));
      case "sint32":
        return Number(BigInt.asIntN(32, zigzag(BigInt.asUintN(32, this.varint(end)))));
      case "int64":
        return BigInt.asIntN(64, this.varint(end));
      case "uint64":
        return this.varint(end);
      case "sint64":
        return zigzag(this.varint(end));
      case "fixed32":
        return this.fixed(4, end).readUInt32LE();
      case "sfixed32":
        return this.fixed(4, end).readInt32LE();
      case "fixed64":
        return this.fixed(8, end).readBigUInt64LE();
      case "sfixed64":
        return this.fixed(8, end).readBigInt64LE();
      case "bool":
        return this.varint(end) !== 0n;
      case "string": {
        const text = this.delimited(end);
        if (!isUtf8(text)) throw new Error("a string that is no UTF-8");
        return text.toString("utf8");
      }
      case "bytes":
        return this.delimited(end);
      default:
        return scalar satisfies never;
    }
  }

  /** A field that the schema does not know: its number, bytes, or the bytes of its group. */
  private unknown(wire: Wire, number: number, end: number, depth: number): unknown {
    this.budget.enter(depth);
    switch (wire) {
      case Wire.VARINT:
        return this.varint(end);
      case Wire.FIXED64:
        return this.fixed(8, end).readBigUInt64LE();
      case Wire.FIXED32:
        return this.fixed(4, end).readUInt32LE();
      case Wire.BYTES:
        return this.delimited(end);
      case Wire.GROUP: {
        const start = this.at;
        for (;;) {
          const before = this.at;
          const tag = Number(this.varint(end));
          this.budget.spend();
          if (tag % 8 === Wire.END_GROUP) {
            if (Math.floor(tag / 8) !== number) throw new Error("the end of a group that did not begin");
            return this.bytes.subarray(start, before);
          }
          this.unknown((tag % 8) as Wire, Math.floor(tag / 8), end, depth + 1);
        }
      }
      default:
        throw new Error(`the wire type ${wire}, which there is not`);
    }
  }

  /** Steps over a length and answers where its bytes end. */
  private stretch(end: number): number {
    const length = Number(this.varint(end));
    if (length > end - this.at) throw new Error("it ends too early");
    return this.at + length;
  }

  private delimited(end: number): Buffer {
    const stop = this.stretch(end);
    return this.take(stop);
  }

  private fixed(size: number, end: number): Buffer {
    if (size > end - this.at) throw new Error("it ends too early");
    return this.take(this.at + size);
  }

  private take(stop: number): Buffer {
    const bytes = this.bytes.subarray(this.at, stop);
    this.at = stop;
    return bytes;
  }

  /** 64 bits, without a sign. */
  private varint(end: number): bigint {
    let low = 0;
    for (let size = 0; size < 4; size++) {
      if (this.at >= end) throw new Error("it ends too early");
      const byte = this.bytes[this.at++] as number;
      low |= (byte & 0x7f) << (7 * size);
      if (byte < 0x80) return BigInt(low);
    }
    let value = BigInt(low);
    for (let size = 4; size < 10; size++) {
      if (this.at >= end) throw new Error("it ends too early");
      const byte = this.bytes[this.at++] as number;
      value |= BigInt(byte & 0x7f) << BigInt(7 * size);
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new Error("a number of more than ten bytes");
  }
}

function zigzag(value: bigint): bigint {
  return (value >> 1n) ^ -(value & 1n);
}

/** More than one value under a name makes a list, where it is not one from the start. */
function add(found: ProtobufMessage, name: string, value: unknown, isList = false): void {
  const before = found.get(name);
  if (Array.isArray(before)) before.push(value);
  else if (before !== undefined) found.set(name, [before, value]);
  else found.set(name, isList ? [value] : value);
}

/** What a field is that is not there. */
function defaultOf(type: FieldType): unknown {
  if (type.kind === "message") return new Map();
  if (type.kind === "enum") return type.names.get(0) ?? 0;
  if (type.scalar === "string") return "";
  if (type.scalar === "bytes") return Buffer.alloc(0);
  return type.scalar === "bool" ? false : 0;
}
