import { decode, encode, Simple, Tag } from "cbor2";
import { asJson, Budget, type Codec, LIMITS } from "./codec.ts";
import { jsonText, parseJson } from "./json-text.ts";

/** RFC 8949. JSON is made of it as its section 6.1 says: tags go, but for dates and big numbers. */
export const cborCodec: Codec = {
  name: "cbor",
  decode: (payload) => asJson(jsonText(readCbor(payload)), "cbor"),
  encode: (written) => Buffer.from(encode(parseJson(written, "cbor"))),
};

/** The value; maps stay Maps. */
export function readCbor(payload: Buffer): unknown {
  if (payload.length > LIMITS.payload) throw new Error(`more than ${LIMITS.payload} bytes`);
  checkSize(payload);
  let value: unknown;
  try {
    value = decode(payload, { preferMap: true, ignoreGlobalTags: true, maxDepth: LIMITS.depth });
  } catch (error) {
    throw error instanceof RangeError ? new Error("it ends too early") : error;
  }
  return plain(value, 0);
}

/** Every item has a head of at least a byte; so the heads are counted before anything is built. */
function checkSize(payload: Buffer): void {
  const budget = new Budget();
  let at = 0;
  while (at < payload.length) {
    const head = payload[at++] as number;
    budget.spend();
    const major = head >> 5;
    const short = head & 0x1f;
    const size = short < 24 || short > 27 ? 0 : 1 << (short - 24);
    if (at + size > payload.length) throw new Error("it ends too early");
    const length = size === 0 ? short : Number(size === 8 ? payload.readBigUInt64BE(at) : payload.readUIntBE(at, size));
    at += size;
    if (major === 2 || major === 3) at += short === 31 ? 0 : length;
    else if (major === 4 || major === 5) {
      if (short !== 31 && length > payload.length) throw new Error("it ends too early");
    }
  }
}

function plain(value: unknown, depth: number): unknown {
  if (depth > LIMITS.depth) throw new Error(`nested deeper than ${LIMITS.depth}`);
  if (value instanceof Tag) return untagged(Number(value.tag), plain(value.contents, depth + 1));
  if (value instanceof Simple) return `simple(${value.value})`;
  if (Array.isArray(value)) return value.map((element) => plain(element, depth + 1));
  if (value instanceof Map) {
    return new Map([...value].map(([key, member]) => [plain(key, depth + 1), plain(member, depth + 1)]));
  }
  // A boxed value stands for how it was written; what it says counts.
  return value instanceof Number || value instanceof String || value instanceof Boolean ? value.valueOf() : value;
}

function untagged(tag: number, contents: unknown): unknown {
  if (tag === 1 && typeof contents === "number") return new Date(contents * 1000);
  if ((tag === 2 || tag === 3) && contents instanceof Uint8Array) {
    const number = contents.length === 0 ? 0n : BigInt(`0x${Buffer.from(contents).toString("hex")}`);
    return tag === 2 ? number : -1n - number;
  }
  return contents;
}
