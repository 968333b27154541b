/** The smallest payload: three numbers and their check. */
export const MINIMUM_PAYLOAD_SIZE = 16;

const SEQUENCE = 0;
const INTENDED = 4;
const SENT = 8;
const FILLER = 12;
const CHECK_SIZE = 4;

/** What is larger may be referenced by the client after the call that publishes it, so it is not used again. */
const REUSE_LIMIT = 16 * 1024;
const VARIANTS = 16;
const VARIANTS_MEMORY = 4 * 1024 * 1024;
/** Up to this many bytes a loop compares faster than the call of memcmp costs. */
const LOOP_LIMIT = 64;

/** What a valid payload says, and the check of those that are not. */
export interface Stamp {
  /** Modulo 2^32. */
  sequence: number;
  /** In ticks (ticks.ts). */
  intended: number;
  sent: number;
}

/**
 * Payloads that prove themselves:
 *
 *     0        4          8      12              size - 4   size
 *     sequence | intended | sent | filler …      | check
 *
 * All numbers are 32 bits, little endian. The check covers the three numbers and the `key` of the stream, which stands
 * for run, measurement and pair: what was sent elsewhere fails it. The filler is known to the receiver and compared byte
 * by byte; it differs between neighbouring messages, so that parts of one message in another are found too.
 */
export class PayloadStamps implements Stamp {
  readonly size: number;
  sequence = 0;
  intended = 0;
  sent = 0;
  readonly #variants: readonly Buffer[];
  readonly #mask: number;

  /** `size` in bytes, at least MINIMUM_PAYLOAD_SIZE. */
  constructor(size: number) {
    this.size = size;
    let count = VARIANTS;
    while (count > 1 && count * size > VARIANTS_MEMORY) count /= 2;
    this.#variants = Array.from({ length: count }, (_, variant) => noise(size, variant + 1));
    this.#mask = count - 1;
  }

  /**
   * A payload with these numbers. Up to 16 KiB its bytes are used again a few messages later, as the client copies such
   * payloads; larger ones are new each time.
   */
  write(key: number, sequence: number, intended: number, sent: number): Buffer {
    const variant = this.#variants[sequence & this.#mask] as Buffer;
    const bytes = this.size > REUSE_LIMIT ? Buffer.from(variant) : variant;
    putUint32(bytes, SEQUENCE, sequence);
    putUint32(bytes, INTENDED, intended);
    putUint32(bytes, SENT, sent);
    putUint32(bytes, this.size - CHECK_SIZE, checkOf(key, sequence, intended, sent));
    return bytes;
  }

  /**
   * True if the payload in `bytes[from, to)` is as `write` with this key made it; then its numbers stand in `sequence`,
   * `intended` and `sent`.
   */
  read(key: number, bytes: Uint8Array, from: number, to: number): boolean {
    if (to - from !== this.size) return false;
    const sequence = getUint32(bytes, from + SEQUENCE);
    const intended = getUint32(bytes, from + INTENDED);
    const sent = getUint32(bytes, from + SENT);
    const checkAt = to - CHECK_SIZE;
    if (getUint32(bytes, checkAt) !== checkOf(key, sequence, intended, sent)) return false;
    if (!hasFiller(bytes, from + FILLER, checkAt, this.#variants[sequence & this.#mask] as Buffer)) return false;
    this.sequence = sequence;
    this.intended = intended;
    this.sent = sent;
    return true;
  }
}

/** The key of a stream of messages: different for every pair of every measurement of every run. */
export function streamKey(run: number, measurement: number, pair: number): number {
  return scramble(scramble(scramble(run) ^ measurement) ^ pair);
}

/** True if `bytes[from, to)` is the filler of `variant`. */
function hasFiller(bytes: Uint8Array, from: number, to: number, variant: Buffer): boolean {
  const length = to - from;
  if (length > LOOP_LIMIT) return variant.compare(bytes, from, to, FILLER, FILLER + length) === 0;
  for (let index = 0; index < length; index++) {
    if (bytes[from + index] !== variant[FILLER + index]) return false;
  }
  return true;
}

/** Each step is a bijection of each of its operands, so a change of any one number changes the check for certain. */
function checkOf(key: number, sequence: number, intended: number, sent: number): number {
  let hash = Math.imul(key ^ sequence, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15) ^ intended, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13) ^ sent, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function scramble(value: number): number {
  let hash = Math.imul((value ^ (value >>> 16)) + 0x9e3779b9, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Bytes of all values that no network compresses: xorshift. */
function noise(size: number, seed: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(size);
  let state = scramble(seed) || 1;
  for (let index = 0; index < size; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[index] = state;
  }
  return bytes;
}

function putUint32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value;
  bytes[offset + 1] = value >>> 8;
  bytes[offset + 2] = value >>> 16;
  bytes[offset + 3] = value >>> 24;
}

function getUint32(bytes: Uint8Array, offset: number): number {
  return (
    ((bytes[offset] as number) |
      ((bytes[offset + 1] as number) << 8) |
      ((bytes[offset + 2] as number) << 16) |
      ((bytes[offset + 3] as number) << 24)) >>>
    0
  );
}
