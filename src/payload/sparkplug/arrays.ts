import { isUtf8 } from "node:buffer";
import { UsageError } from "../../errors.ts";
import { Budget } from "../codec.ts";
import { numberCodec } from "../numbers.ts";

/** Arrays are bytes, little endian (Sparkplug 3.0, 6.4.17): how each of them is laid out. */
const NUMBERS: Readonly<Record<string, string>> = {
  Int8Array: "int8",
  Int16Array: "int16le",
  Int32Array: "int32le",
  Int64Array: "int64le",
  UInt8Array: "uint8",
  UInt16Array: "uint16le",
  UInt32Array: "uint32le",
  UInt64Array: "uint64le",
  FloatArray: "floatle",
  DoubleArray: "doublele",
  DateTimeArray: "uint64le",
};

/** What the bytes of an array say. */
export function readArray(type: string, bytes: Buffer): unknown {
  if (bytes.length === 0) return [];
  if (type === "BooleanArray") return readBooleans(bytes);
  if (type === "StringArray") return readStrings(bytes);
  const codec = numberCodec(NUMBERS[type] ?? "");
  if (codec === undefined) return bytes;
  const value: unknown = JSON.parse(codec.decode(bytes, "").payload.toString("utf8"));
  return Array.isArray(value) ? value : [value];
}

/** Throws UsageError where the value is no such array. */
export function writeArray(type: string, value: unknown, place: string): Buffer {
  if (!Array.isArray(value)) throw new UsageError(`${place}: expected a list`);
  if (value.length === 0) return Buffer.alloc(type === "BooleanArray" ? 4 : 0);
  if (type === "StringArray") {
    if (!value.every((text) => typeof text === "string" && !text.includes("\0"))) {
      throw new UsageError(`${place}: expected texts without zero bytes`);
    }
    return Buffer.from(value.map((text) => `${text}\0`).join(""));
  }
  if (type === "BooleanArray") {
    const bytes = Buffer.alloc(4 + Math.ceil(value.length / 8));
    bytes.writeUInt32LE(value.length);
    for (const [index, bit] of value.entries()) {
      if (typeof bit !== "boolean") throw new UsageError(`${place}: expected true and false`);
      if (bit) bytes[4 + (index >> 3)] = (bytes[4 + (index >> 3)] as number) | (0x80 >> (index & 7));
    }
    return bytes;
  }
  const codec = numberCodec(NUMBERS[type] ?? "");
  if (codec === undefined) throw new UsageError(`${place}: ${type} cannot be encoded`);
  return codec.encode(Buffer.from(value.join(" ")));
}

/** A count of four bytes, and then eight to a byte, the first in its highest bit. */
function readBooleans(bytes: Buffer): boolean[] {
  if (bytes.length < 4) throw new Error("a BooleanArray of less than four bytes");
  const count = bytes.readUInt32LE();
  if (count > (bytes.length - 4) * 8) throw new Error("a BooleanArray with less bits than it says");
  new Budget().spend(count);
  return Array.from(
    { length: count },
    (_, index) => ((bytes[4 + (index >> 3)] as number) & (0x80 >> (index & 7))) !== 0,
  );
}

function readStrings(bytes: Buffer): string[] {
  if (!isUtf8(bytes)) throw new Error("a StringArray that is no UTF-8");
  const texts = bytes.toString("utf8").split("\0");
  new Budget().spend(texts.length);
  return texts.at(-1) === "" ? texts.slice(0, -1) : texts;
}
