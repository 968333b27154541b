import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { hex } from "./notation.ts";

/** The same value with bytes as text: so that a comparison compares bytes, whoever holds them, and shows them. */
export function readable(value: unknown): unknown {
  if (value instanceof Uint8Array) {
    if (value.length <= 1000) return `bytes ${hex(value)}`;
    return `${value.length} bytes, SHA-1 ${createHash("sha1").update(value).digest("hex")}`;
  }
  if (Array.isArray(value)) return value.map(readable);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, readable(inner)]));
}

/** Whether both say the same, also in what is `undefined` and what is absent. Many times faster than an `expect`. */
export function isSame(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(readable(one), readable(other));
}
