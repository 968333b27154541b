import { UsageError } from "../errors.ts";
import { asJson, Budget, type Codec } from "./codec.ts";
import { jsonText } from "./json-text.ts";

interface NumberFormat {
  readonly size: number;
  readonly read: (bytes: Buffer, at: number) => number | bigint;
  readonly write: (bytes: Buffer, value: number | bigint, at: number) => void;
  /** Whole numbers from this to that; undefined for floating point. */
  readonly range: readonly [bigint, bigint] | undefined;
}

const sizes = [8, 16, 32, 64] as const;
const formats = new Map<string, NumberFormat>();
for (const bits of sizes) {
  for (const end of bits === 8 ? [""] : ["le", "be"]) {
    for (const sign of ["int", "uint"]) {
      formats.set(`${sign}${bits}${end}`, wholeFormat(bits, end === "be", sign === "int"));
    }
  }
}
formats.set("floatle", {
  size: 4,
  range: undefined,
  read: (b, at) => b.readFloatLE(at),
  write: (b, v, at) => b.writeFloatLE(Number(v), at),
});
formats.set("floatbe", {
  size: 4,
  range: undefined,
  read: (b, at) => b.readFloatBE(at),
  write: (b, v, at) => b.writeFloatBE(Number(v), at),
});
formats.set("doublele", {
  size: 8,
  range: undefined,
  read: (b, at) => b.readDoubleLE(at),
  write: (b, v, at) => b.writeDoubleLE(Number(v), at),
});
formats.set("doublebe", {
  size: 8,
  range: undefined,
  read: (b, at) => b.readDoubleBE(at),
  write: (b, v, at) => b.writeDoubleBE(Number(v), at),
});

/** `int16le`, `uint32be`, `floatle`, …; without an end, little endian. Undefined where it is the name of no number. */
export function numberCodec(name: string): Codec | undefined {
  const format = formats.get(name) ?? formats.get(`${name}le`);
  if (format === undefined) return undefined;
  const { size, read } = format;
  return {
    name,
    decode: (payload) => {
      if (payload.length === 0 || payload.length % size !== 0) {
        throw new Error(`${payload.length} bytes, not a multiple of ${size}`);
      }
      new Budget().spend(payload.length / size);
      const values = Array.from({ length: payload.length / size }, (_, index) => read(payload, index * size));
      const shown =
        format === formats.get("floatle") || format === formats.get("floatbe") ? values.map(shortest) : values;
      return asJson(jsonText(shown.length === 1 ? shown[0] : shown), name);
    },
    encode: (written) => encodeNumbers(written.toString("utf8"), name, format),
  };
}

/** `21.5`, `1 2 3`, `[1, 2, 3]`. */
function encodeNumbers(text: string, name: string, { size, range, write }: NumberFormat): Buffer {
  const words = text
    .replace(/^\s*\[([^[\]]*)\]\s*$/, "$1")
    .split(/[\s,]+/)
    .filter((word) => word !== "");
  if (words.length === 0) throw new UsageError(`${name} is made of numbers, such as 21 or 1 2 3`);
  const bytes = Buffer.alloc(words.length * size);
  for (const [index, word] of words.entries()) {
    const value = range === undefined ? floating(word) : whole(word);
    if (value === undefined) throw new UsageError(`${JSON.stringify(word)} is no ${range ? "whole " : ""}number`);
    if (range !== undefined && (value < range[0] || value > range[1])) {
      throw new UsageError(`${word} does not fit into ${name}: it takes ${range[0]} to ${range[1]}`);
    }
    if (isTooLarge(word, value, size)) throw new UsageError(`${word} does not fit into ${name}`);
    write(bytes, value, index * size);
  }
  return bytes;
}

/** Digits that would become infinite. */
function isTooLarge(word: string, value: number | bigint, size: number): boolean {
  if (typeof value === "bigint" || !/\d/.test(word)) return false;
  return !Number.isFinite(size === 4 ? Math.fround(value) : value);
}

function whole(word: string): bigint | undefined {
  const [, sign, digits] = /^"?([+-]?)(\d+|0x[0-9a-f]+)"?$/i.exec(word) ?? [];
  return digits === undefined ? undefined : BigInt(digits) * (sign === "-" ? -1n : 1n);
}

function floating(word: string): number | undefined {
  if (/^"?NaN"?$/.test(word)) return Number.NaN;
  const [, sign] = /^"?([+-]?)Infinity"?$/.exec(word) ?? [];
  if (sign !== undefined) return sign === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word) ? Number(word) : undefined;
}

function wholeFormat(bits: (typeof sizes)[number], isBig: boolean, isSigned: boolean): NumberFormat {
  const size = bits / 8;
  const lowest = isSigned ? -(1n << BigInt(bits - 1)) : 0n;
  const range = [lowest, lowest + (1n << BigInt(bits)) - 1n] as const;
  const read = (bytes: Buffer, at: number): number | bigint => {
    if (bits === 64) {
      if (isSigned) return isBig ? bytes.readBigInt64BE(at) : bytes.readBigInt64LE(at);
      return isBig ? bytes.readBigUInt64BE(at) : bytes.readBigUInt64LE(at);
    }
    if (isSigned) return isBig ? bytes.readIntBE(at, size) : bytes.readIntLE(at, size);
    return isBig ? bytes.readUIntBE(at, size) : bytes.readUIntLE(at, size);
  };
  const write = (bytes: Buffer, value: number | bigint, at: number): void => {
    const unsigned = BigInt.asUintN(bits, BigInt(value));
    for (let index = 0; index < size; index++) {
      const shift = BigInt(8 * (isBig ? size - 1 - index : index));
      bytes[at + index] = Number((unsigned >> shift) & 0xffn);
    }
  };
  return { size, range, read, write };
}

/** A float with no more digits than it has: 21.5 and not 21.5 plus what a double adds to it. */
export function shortest(value: number | bigint): number {
  const float = Number(value);
  for (let digits = 6; digits <= 9; digits++) {
    const rounded = Number(float.toPrecision(digits));
    if (Math.fround(rounded) === float) return rounded;
  }
  return float;
}
