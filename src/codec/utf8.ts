import { isUtf8 } from "node:buffer";

/** Up to this many bytes a loop is faster than the way into native code (24 bytes: 30 ns against 150; 200 bytes: even). */
const LOOP_LIMIT = 128;

/**
 * Whether `bytes[from, to)` may be a UTF-8 Encoded String (section 1.5.4): well-formed, so without surrogates and overlong
 * forms [MQTT-1.5.4-1], and without U+0000 [MQTT-1.5.4-2].
 */
export function isWellFormedUtf8(bytes: Buffer, from: number, to: number): boolean {
  let position = from;
  if (to - from <= LOOP_LIMIT) {
    while (position < to) {
      const byte = bytes[position]!;
      if (byte > 0x7f) break;
      if (byte === 0) return false;
      position += 1;
    }
    if (position === to) return true;
  }
  const rest = bytes.subarray(position, to);
  return isUtf8(rest) && !rest.includes(0);
}

/** The string in `bytes[from, to)`, undefined where it is not well-formed: never a replacement character. A BOM is kept [MQTT-1.5.4-3]. */
export function decodeUtf8(bytes: Buffer, from: number, to: number): string | undefined {
  return isWellFormedUtf8(bytes, from, to) ? bytes.toString("utf8", from, to) : undefined;
}

/** What keeps a string from being a UTF-8 Encoded String apart from its length; undefined where nothing does. */
export function illFormedPart(text: string): string | undefined {
  if (text.includes("\0")) return "the null character";
  return text.isWellFormed() ? undefined : "a lone surrogate";
}
