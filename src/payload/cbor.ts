import { isUtf8 } from "node:buffer";
import { encodeCbor } from "./cbor-encode.ts";
import { asJson, Budget, type Codec, LIMITS } from "./codec.ts";
import { jsonText, parseJson } from "./json-text.ts";

/**
 * RFC 8949. JSON is made of it as its section 6.1 says: tags go, but for dates and big numbers. Of our own making: a
 * library that knows all of CBOR (cbor2, which the tests compare with) takes 30 times as long for a small message.
 */
export const cborCodec: Codec = {
  name: "cbor",
  decode: (payload) => asJson(jsonText(readCbor(payload)), "cbor"),
  encode: (written) => encodeCbor(parseJson(written, "cbor")),
};

/** The value; maps are Maps. Throws where the payload is not one whole data item. */
export function readCbor(payload: Buffer): unknown {
  if (payload.length > LIMITS.payload) throw new Error(`more than ${LIMITS.payload} bytes`);
  const reader = new Reader(payload);
  const value = reader.item(0);
  if (value === BREAK) throw new Error("a break where nothing is open");
  if (reader.rest > 0) throw new Error(`${reader.rest} bytes behind its end`);
  return value;
}

/** The end of what has no length (3.2.1). */
const BREAK = Symbol("break");
const INDEFINITE = -1;

class Reader {
  private readonly bytes: Buffer;
  private readonly budget = new Budget();
  private at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get rest(): number {
    return this.bytes.length - this.at;
  }

  item(depth: number): unknown {
    this.budget.enter(depth);
    this.budget.spend();
    const head = this.take(1);
    const first = this.bytes[head] as number;
    const major = first >> 5;
    const short = first & 0x1f;
    if (major === 7) return this.simpleOrFloat(short);
    if (short === 31 && major >= 2 && major <= 5) return this.indefinite(major, depth);
    const argument = this.argument(short);
    switch (major) {
      case 0:
        return argument;
      case 1:
        return typeof argument === "bigint" ? -1n - argument : -1 - argument;
      case 2:
        return this.slice(argument);
      case 3:
        return this.text(argument);
      case 4:
        return this.list(this.countOf(argument, 1), depth);
      case 5:
        return this.map(this.countOf(argument, 2), depth);
      default:
        return tagged(argument, this.inner(depth));
    }
  }

  /** A number up to 2^53 as one, beyond it as a bigint. */
  private argument(short: number): number | bigint {
    if (short < 24) return short;
    if (short > 27) throw new Error(`the additional information ${short}, which there is not`);
    const size = 1 << (short - 24);
    const start = this.take(size);
    if (size < 8) return this.bytes.readUIntBE(start, size);
    const whole = this.bytes.readBigUInt64BE(start);
    return whole <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(whole) : whole;
  }

  private simpleOrFloat(short: number): unknown {
    switch (short) {
      case 20:
        return false;
      case 21:
        return true;
      case 22:
        return null;
      case 23:
        return undefined;
      case 24: {
        const value = this.bytes[this.take(1)] as number;
        if (value < 32) throw new Error(`the simple value ${value} in two bytes`);
        return `simple(${value})`;
      }
      case 25:
        return halfFrom(this.bytes.readUInt16BE(this.take(2)));
      case 26:
        return this.bytes.readFloatBE(this.take(4));
      case 27:
        return this.bytes.readDoubleBE(this.take(8));
      case 31:
        return BREAK;
      default:
        if (short > 27) throw new Error(`the additional information ${short}, which there is not`);
        return `simple(${short})`;
    }
  }

  /** Strings in chunks that have lengths; lists and maps up to a break. */
  private indefinite(major: number, depth: number): unknown {
    if (major === 4) return this.list(INDEFINITE, depth);
    if (major === 5) return this.map(INDEFINITE, depth);
    const chunks: Buffer[] = [];
    for (;;) {
      this.budget.spend();
      const first = this.bytes[this.take(1)] as number;
      if (first === 0xff) break;
      if (first >> 5 !== major || (first & 0x1f) === 31) throw new Error("a chunk of another kind than its string");
      const chunk = this.slice(this.argument(first & 0x1f));
      if (major === 3 && !isUtf8(chunk)) throw new Error("text that is no UTF-8");
      chunks.push(chunk);
    }
    const whole = Buffer.concat(chunks);
    return major === 2 ? whole : whole.toString("utf8");
  }

  private list(count: number, depth: number): unknown[] {
    const elements: unknown[] = [];
    while (elements.length !== count) {
      const element = this.item(depth + 1);
      if (element !== BREAK) elements.push(element);
      else if (count === INDEFINITE) break;
      else throw new Error("a break where nothing is open");
    }
    return elements;
  }

  private map(count: number, depth: number): Map<unknown, unknown> {
    const members = new Map<unknown, unknown>();
    for (let left = count; left !== 0; left--) {
      const key = this.item(depth + 1);
      if (key === BREAK && count === INDEFINITE) break;
      if (key === BREAK) throw new Error("a break where nothing is open");
      members.set(key, this.inner(depth));
    }
    return members;
  }

  private inner(depth: number): unknown {
    const value = this.item(depth + 1);
    if (value === BREAK) throw new Error("a break where a value is expected");
    return value;
  }

  /** Each of them takes a byte at least, so that no more are announced than there can be. */
  private countOf(argument: number | bigint, each: number): number {
    if (argument > this.rest / each) throw new Error("it ends too early");
    return Number(argument);
  }

  private text(length: number | bigint): string {
    const bytes = this.slice(length);
    if (!isUtf8(bytes)) throw new Error("text that is no UTF-8");
    return bytes.toString("utf8");
  }

  private slice(length: number | bigint): Buffer {
    if (length > this.rest) throw new Error("it ends too early");
    const start = this.take(Number(length));
    return this.bytes.subarray(start, this.at);
  }

  /** Steps over so many bytes and answers where they begin. */
  private take(size: number): number {
    const start = this.at;
    if (size > this.bytes.length - start) throw new Error("it ends too early");
    this.at = start + size;
    return start;
  }
}

function tagged(tag: number | bigint, contents: unknown): unknown {
  if (tag === 1 && (typeof contents === "number" || typeof contents === "bigint")) {
    const date = new Date(Number(contents) * 1000);
    return Number.isNaN(date.getTime()) ? contents : date;
  }
  if ((tag === 2 || tag === 3) && contents instanceof Uint8Array && contents.length <= 1024) {
    const number = contents.length === 0 ? 0n : BigInt(`0x${Buffer.from(contents).toString("hex")}`);
    return tag === 2 ? number : -1n - number;
  }
  return contents;
}

/** IEEE 754 binary16 (appendix D). */
function halfFrom(bits: number): number {
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}
