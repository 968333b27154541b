import { isUtf8 } from "node:buffer";

const PLUS = 0x2b;
const HASH = 0x23;
const SLASH = 0x2f;
const MAXIMUM_BYTES = 65_535;

/** Is this a Topic Name (4.7): at least one character, no wildcard, no U+0000, at most 65,535 bytes of well-formed UTF-8? */
export function isValidTopicName(topic: string): boolean {
  const bytes = Buffer.from(topic, "utf8");
  return topic.isWellFormed() && isValidTopicBytes(bytes, 0, bytes.length);
}

/** The same for the bytes of a topic as they arrived. */
export function isValidTopicBytes(bytes: Buffer, from: number, to: number): boolean {
  if (from >= to || to - from > MAXIMUM_BYTES) {
    return false;
  }
  let isAscii = true;
  for (let index = from; index < to; index += 1) {
    const byte = bytes[index] as number;
    if (byte === PLUS || byte === HASH || byte === 0) {
      return false;
    }
    if (byte >= 0x80) {
      isAscii = false;
    }
  }
  return isAscii || isUtf8(bytes.subarray(from, to));
}

/** How many levels the topic has: the slashes and one. */
export function topicLevels(bytes: Buffer, from: number, to: number): number {
  let levels = 1;
  for (let index = from; index < to; index += 1) {
    if (bytes[index] === SLASH) {
      levels += 1;
    }
  }
  return levels;
}
