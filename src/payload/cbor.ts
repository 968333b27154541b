import { decode, encode, Simple, Tag } from "cbor2";
import { asJson, Budget, type Codec, LIMITS } from "./codec.ts";
import { jsonText, parseJson } from "./json-text.ts";

/**
 * RFC 8949, by cbor2: of cbor2, cborg and cbor-x the only one that knows all of it (strings in chunks, simple values, a
 * break that is out of place, text that is no UTF-8). It takes about five times as long as cborg, 0.05 ms for a small map.
 * JSON is made of it as its section 6.1 says: tags go, but for dates and big numbers.
 */
export const cborCodec: Codec = {
  name: "cbor",
  decode: (payload) => asJson(jsonText(readCbor(payload)), "cbor"),
  encode: (written) => Buffer.from(encode(parseJson(written, "cbor"))),
};

/** The value; maps are Maps. Throws where the payload is not one whole data item. */
export function readCbor(payload: Buffer): unknown {
  if (payload.length > LIMITS.payload) throw new Error(`more than ${LIMITS.payload} bytes`);
  checkSize(payload);
  try {
    return plain(decode(payload, { preferMap: true, ignoreGlobalTags: true, maxDepth: LIMITS.depth }));
  } catch (error) {
    throw new Error(reasonOf(error as Error));
  }
}

/**
 * The library builds before it counts, so the heads of all items are counted first (section 3): each has a byte at least,
 * and no string is longer than what is there.
 */
function checkSize(payload: Buffer): void {
  const budget = new Budget();
  for (let at = 0; at < payload.length; ) {
    const head = payload[at++] as number;
    budget.spend();
    const major = head >> 5;
    const short = head & 0x1f;
    const size = short < 24 || short > 27 ? 0 : 1 << (short - 24);
    if (at + size > payload.length) throw new Error("it ends too early");
    const length = size === 0 ? short : Number(size === 8 ? payload.readBigUInt64BE(at) : payload.readUIntBE(at, size));
    at += size;
    const isLong = short !== 31 && major >= 2 && major <= 5 && length > payload.length - at;
    if (isLong) throw new Error("it ends too early");
    if ((major === 2 || major === 3) && short !== 31) at += length;
  }
}

function reasonOf({ message, name }: Error): string {
  if (name === "RangeError" || /Unexpected end/.test(message)) return "it ends too early";
  if (/Maximum depth/.test(message)) return `nested deeper than ${LIMITS.depth}`;
  return /encoding utf-8/.test(message) ? "text that is no UTF-8" : message;
}

/** Values of the library's own classes as what they stand for. The depth is checked before. */
function plain(value: unknown): unknown {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (value instanceof Tag) return untagged(Number(value.tag), plain(value.contents));
  if (value instanceof Simple) return `simple(${value.value})`;
  if (Array.isArray(value)) return value.map(plain);
  return value instanceof Map ? new Map([...value].map(([key, member]) => [plain(key), plain(member)])) : value;
}

/** Dates and big numbers (sections 3.4.2 and 3.4.3); other tags go, and what they stood before stays. */
function untagged(tag: number, contents: unknown): unknown {
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
