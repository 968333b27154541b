import { decode, ExtData, encode } from "@msgpack/msgpack";
import { UsageError } from "../errors.ts";
import { asJson, Budget, type Codec, LIMITS } from "./codec.ts";
import { jsonText, parseJson } from "./json-text.ts";

/** MessagePack, specification of 2017. */
export const msgpackCodec: Codec = {
  name: "msgpack",
  decode: (payload) => asJson(jsonText(readMsgpack(payload)), "msgpack"),
  encode: (written) => {
    const json = parseJson(written, "msgpack");
    checkRange(json);
    return Buffer.from(encode(json, { maxDepth: LIMITS.depth, useBigInt64: true }));
  },
};

/** The library would leave out the bits that do not fit. */
function checkRange(json: unknown): void {
  if (typeof json === "bigint" && BigInt.asIntN(64, json) !== json && BigInt.asUintN(64, json) !== json) {
    throw new UsageError(`msgpack: ${json} has more than 64 bits`);
  }
  if (typeof json === "object" && json !== null) for (const member of Object.values(json)) checkRange(member);
}

export function readMsgpack(payload: Buffer): unknown {
  if (payload.length > LIMITS.payload) throw new Error(`more than ${LIMITS.payload} bytes`);
  checkSize(payload);
  const mapKeyConverter = (key: unknown): string => (typeof key === "string" ? key : jsonText(key));
  try {
    return plain(decode(payload, { useBigInt64: true, mapKeyConverter }), 0);
  } catch (error) {
    throw new Error(reasonOf(error as Error));
  }
}

function reasonOf({ message }: Error): string {
  const [, left, all] = /^Extra (\d+) of (\d+) byte/.exec(message) ?? [];
  return left === undefined ? message : `it ends after ${Number(all) - Number(left)} of ${all} bytes`;
}

/** How many bytes follow a first byte from 0xc0 to 0xdf, and whether they say a length: of bytes, of values, of pairs. */
// biome-ignore format: a table
const HEADS: readonly (readonly [size: number, what: "" | "bytes" | "values" | "pairs", more?: number])[] = [
  [0, ""], [0, ""], [0, ""], [0, ""], // nil, unused, false, true
  [1, "bytes"], [2, "bytes"], [4, "bytes"], // bin
  [1, "bytes", 1], [2, "bytes", 1], [4, "bytes", 1], // ext
  [4, ""], [8, ""], // float
  [1, ""], [2, ""], [4, ""], [8, ""], // uint
  [1, ""], [2, ""], [4, ""], [8, ""], // int
  [2, ""], [3, ""], [5, ""], [9, ""], [17, ""], // fixext
  [1, "bytes"], [2, "bytes"], [4, "bytes"], // str
  [2, "values"], [4, "values"], [2, "pairs"], [4, "pairs"],
];

/** The library makes room for as many values as an array announces: so what is announced is checked first. */
function checkSize(payload: Buffer): void {
  const budget = new Budget();
  let at = 0;
  let awaited = 1;
  while (awaited > 0) {
    const head = payload[at++];
    if (head === undefined) throw new Error("it ends too early");
    awaited--;
    budget.spend();
    if (head < 0x80 || head >= 0xe0) continue;
    if (head < 0x90) awaited += 2 * (head & 0x0f);
    else if (head < 0xa0) awaited += head & 0x0f;
    else if (head < 0xc0) at += head & 0x1f;
    else {
      const [size, what, more = 0] = HEADS[head - 0xc0] as (typeof HEADS)[number];
      if (at + size > payload.length) throw new Error("it ends too early");
      const length = what === "" ? 0 : payload.readUIntBE(at, size);
      at += size + more;
      if (what === "bytes") at += length;
      else if (what === "values") awaited += length;
      else if (what === "pairs") awaited += 2 * length;
    }
    if (at + awaited > payload.length) throw new Error("it ends too early");
  }
}

function plain(value: unknown, depth: number): unknown {
  if (depth > LIMITS.depth) throw new Error(`nested deeper than ${LIMITS.depth}`);
  if (value instanceof ExtData) {
    const data = typeof value.data === "function" ? value.data(0) : value.data;
    return new Map<string, unknown>([
      ["type", value.type],
      ["data", data],
    ]);
  }
  if (Array.isArray(value)) return value.map((element) => plain(element, depth + 1));
  if (typeof value !== "object" || value === null || value instanceof Uint8Array || value instanceof Date) return value;
  return new Map(Object.entries(value).map(([key, member]) => [key, plain(member, depth + 1)]));
}
