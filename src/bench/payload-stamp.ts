/** The smallest payload: three numbers and their check. */
export const MINIMUM_PAYLOAD_SIZE = 16;
/** The smallest payload that says whose it is, for subscribers that get the messages of several publishers. */
export const MINIMUM_NAMED_PAYLOAD_SIZE = 20;

/** Payloads that prove themselves. */
export interface Stamps {
  /** What the last valid payload says: its number modulo 2^32, and two times in ticks (ticks.ts). */
  readonly sequence: number;
  readonly intended: number;
  readonly sent: number;
  /** A payload with these numbers; up to 16 KiB its bytes may be used again a few messages later. */
  write(key: number, stream: number, sequence: number, intended: number, sent: number): Buffer;
  /** The stream that the payload in `bytes[from, to)` says it belongs to; `read` finds out whether that is true. */
  streamOf(bytes: Buffer, from: number, to: number): number;
  /** True if the payload in `bytes[from, to)` is as `write` with this key and stream made it. */
  read(key: number, stream: number, bytes: Buffer, from: number, to: number): boolean;
}

const NO_BYTES = new Uint8Array(0);

const SEQUENCE = 0;
const INTENDED = 4;
const SENT = 8;
const STREAM = 12;
const CHECK_SIZE = 4;

/** What is larger may be referenced by the client after the call that publishes it, so it is not used again. */
const REUSE_LIMIT = 16 * 1024;
const VARIANTS = 16;
const VARIANTS_MEMORY = 4 * 1024 * 1024;
/** Up to this many bytes a loop over words is cheaper than the call of memcmp: 10 ns for 48 bytes, not 130. */
const LOOP_LIMIT = 128;

/**
 * Payloads that prove themselves:
 *
 *     0        4          8      12       16         size - 4   size
 *     sequence | intended | sent | stream | filler … | check
 *
 * All numbers are 32 bits, little endian; in less than 20 bytes there is no `stream`. The check covers the first three
 * numbers and the `key` of the stream, which stands for run, measurement and publisher: what was sent elsewhere fails it.
 * The filler is known to the receiver and compared byte
 * by byte; it differs between neighbouring messages, so that parts of one message in another are found too.
 */
export class PayloadStamps implements Stamps {
  readonly size: number;
  /** What the last valid payload says: its number modulo 2^32, and two times in ticks (ticks.ts). */
  sequence = 0;
  intended = 0;
  sent = 0;
  readonly #variants: readonly Buffer[];
  readonly #variantViews: readonly DataView[];
  readonly #mask: number;
  readonly #isNamed: boolean;
  /** Where the filler begins. */
  readonly #filler: number;
  /** What was read last, and a view of it: many payloads lie in one chunk. */
  #bytes: Uint8Array = NO_BYTES;
  #view = viewOf(NO_BYTES);

  /** `size` in bytes, at least MINIMUM_PAYLOAD_SIZE. */
  constructor(size: number) {
    this.size = size;
    this.#isNamed = size >= MINIMUM_NAMED_PAYLOAD_SIZE;
    this.#filler = this.#isNamed ? STREAM + 4 : STREAM;
    let count = VARIANTS;
    while (count > 1 && count * size > VARIANTS_MEMORY) count /= 2;
    this.#variants = Array.from({ length: count }, (_, variant) => noise(size, variant + 1));
    this.#variantViews = this.#variants.map(viewOf);
    this.#mask = count - 1;
  }

  /**
   * A payload with these numbers. Up to 16 KiB its bytes are used again a few messages later, as the client copies such
   * payloads; larger ones are new each time.
   */
  write(key: number, stream: number, sequence: number, intended: number, sent: number): Buffer {
    const variant = this.#variants[sequence & this.#mask] as Buffer;
    const view = this.#variantViews[sequence & this.#mask] as DataView;
    view.setUint32(SEQUENCE, sequence, true);
    view.setUint32(INTENDED, intended, true);
    view.setUint32(SENT, sent, true);
    if (this.#isNamed) view.setUint32(STREAM, stream, true);
    view.setUint32(this.size - CHECK_SIZE, checkOf(key, sequence, intended, sent), true);
    return this.size > REUSE_LIMIT ? Buffer.from(variant) : variant;
  }

  /** The stream that the payload in `bytes[from, to)` says it belongs to; `read` finds out whether that is true. */
  streamOf(bytes: Uint8Array, from: number, to: number): number {
    if (!this.#isNamed || to - from !== this.size) return -1;
    this.#look(bytes);
    return this.#view.getUint32(from + STREAM, true);
  }

  /**
   * True if the payload in `bytes[from, to)` is as `write` with this key and stream made it; then its numbers stand in `sequence`,
   * `intended` and `sent`.
   */
  read(key: number, stream: number, bytes: Uint8Array, from: number, to: number): boolean {
    if (to - from !== this.size) return false;
    this.#look(bytes);
    const view = this.#view;
    const sequence = view.getUint32(from + SEQUENCE, true);
    const intended = view.getUint32(from + INTENDED, true);
    const sent = view.getUint32(from + SENT, true);
    if (view.getUint32(to - CHECK_SIZE, true) !== checkOf(key, sequence, intended, sent)) return false;
    if (this.#isNamed && view.getUint32(from + STREAM, true) !== stream) return false;
    if (!this.#hasFiller(from, sequence & this.#mask)) return false;
    this.sequence = sequence;
    this.intended = intended;
    this.sent = sent;
    return true;
  }

  #look(bytes: Uint8Array): void {
    if (bytes === this.#bytes) return;
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
  }

  /** True if the payload that begins at `from` has the filler of this variant. */
  #hasFiller(from: number, variant: number): boolean {
    const start = this.#filler;
    const end = this.size - CHECK_SIZE;
    if (end - start > LOOP_LIMIT) {
      const expected = this.#variants[variant] as Buffer;
      return expected.compare(this.#bytes, from + start, from + end, start, end) === 0;
    }
    const expected = this.#variantViews[variant] as DataView;
    const view = this.#view;
    let index = start;
    for (; index <= end - 4; index += 4) {
      if (view.getInt32(from + index) !== expected.getInt32(index)) return false;
    }
    for (; index < end; index++) {
      if (view.getUint8(from + index) !== expected.getUint8(index)) return false;
    }
    return true;
  }
}

/** The key of a stream of messages: different for every pair of every measurement of every run. */
export function streamKey(run: number, measurement: number, pair: number): number {
  return scramble(scramble(scramble(run) ^ measurement) ^ pair);
}

/** Each step is a bijection of each of its operands, so a change of any one number changes the check for certain. */
export function checkOf(key: number, sequence: number, intended: number, sent: number): number {
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

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
