const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ZERO = 0x30;
const FIRST_PRINTABLE = 0x20;
const SMALLEST = 16 * 1024;
/** More than this is not kept for the next line. */
const KEPT = 1024 * 1024;
/** Runs up to this many bytes are copied faster by a loop than by a call into native code. */
const SHORT_RUN = 40;
/** What JSON.stringify writes for each byte that cannot stand in a string as it is; every other byte of UTF-8 can. */
const ESCAPES = Array.from({ length: 256 }, (_, byte) =>
  byte < FIRST_PRINTABLE || byte === QUOTE || byte === BACKSLASH
    ? Buffer.from(JSON.stringify(String.fromCharCode(byte)).slice(1, -1))
    : undefined,
);
const LONGEST_ESCAPE = 6;
const SLICE = 16 * 1024;

/**
 * JSON that is put together as bytes: what arrived as UTF-8 is copied, never decoded and encoded again. A line of
 * `sub --json` takes 0.2 µs this way and took 1.3 µs with strings (test/performance/client.bench.ts).
 */
export class JsonBytes {
  /** Everything written since `begin` lies in `bytes[0, length)`. */
  bytes: Buffer = Buffer.allocUnsafeSlow(SMALLEST);
  length = 0;

  toString(): string {
    return this.bytes.toString("utf8", 0, this.length);
  }

  /** Begins anew, with the first `kept` bytes of what is there. */
  begin(kept = 0): void {
    this.length = kept;
    if (this.bytes.length > KEPT) this.bytes = Buffer.from(this.bytes.subarray(0, kept));
  }

  /** `bytes[from, to)` as they are. */
  raw(bytes: Uint8Array, from = 0, to: number = bytes.length): void {
    const length = to - from;
    this.#reserve(length);
    if (length > SHORT_RUN) {
      this.bytes.set(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to), this.length);
    } else {
      const target = this.bytes;
      let at = this.length;
      for (let index = from; index < to; index++) target[at++] = bytes[index] as number;
    }
    this.length += length;
  }

  text(text: string): void {
    this.#reserve(3 * text.length);
    this.length += this.bytes.write(text, this.length, "utf8");
  }

  /** A number from 0 to 65,535. */
  wholeNumber(value: number): void {
    this.#reserve(5);
    let at = this.length + (value > 9999 ? 5 : value > 999 ? 4 : value > 99 ? 3 : value > 9 ? 2 : 1);
    this.length = at;
    let rest = value;
    do {
      this.bytes[--at] = ZERO + (rest % 10);
      rest = Math.trunc(rest / 10);
    } while (rest > 0);
  }

  /** `bytes[from, to)`, which are UTF-8, as a string in quotes: byte for byte what JSON.stringify makes of them. */
  string(bytes: Uint8Array, from: number, to: number): void {
    this.#byte(QUOTE);
    // Room for escapes is made for a slice at a time: a large payload rarely needs six times its size.
    for (let at = from; at < to; at += SLICE) this.#escaped(bytes, at, Math.min(at + SLICE, to));
    this.#byte(QUOTE);
  }

  /** Any bytes in base64, as a string in quotes. */
  base64(bytes: Buffer): void {
    const text = bytes.toString("base64");
    this.#byte(QUOTE);
    this.#reserve(text.length);
    this.length += this.bytes.write(text, this.length, "latin1");
    this.#byte(QUOTE);
  }

  #escaped(bytes: Uint8Array, from: number, to: number): void {
    this.#reserve(LONGEST_ESCAPE * (to - from));
    const target = this.bytes;
    let at = this.length;
    for (let index = from; index < to; index++) {
      const byte = bytes[index] as number;
      const escaped = ESCAPES[byte];
      if (escaped === undefined) target[at++] = byte;
      else for (let next = 0; next < escaped.length; next++) target[at++] = escaped[next] as number;
    }
    this.length = at;
  }

  #byte(byte: number): void {
    this.#reserve(1);
    this.bytes[this.length++] = byte;
  }

  #reserve(length: number): void {
    const needed = this.length + length;
    if (needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.bytes.length));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}
