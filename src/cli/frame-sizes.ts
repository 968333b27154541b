/** Follows the bytes of one direction and tells how long each packet was, with its fixed header (2.1). */
export class FrameSizes {
  readonly #sizes: number[] = [];
  /** Bytes of the fixed header that have come. */
  #header = 0;
  #remainingLength = 0;
  /** Bytes of the body that are still to come. */
  #body = 0;

  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#body > 0) {
        const taken = Math.min(this.#body, bytes.length - at);
        this.#body -= taken;
        at += taken;
        continue;
      }
      this.#takeHeader(bytes[at++] as number);
    }
  }

  /** The size of the next packet, in bytes: the first of which it was not asked yet. */
  next(): number {
    return this.#sizes.shift() ?? 0;
  }

  #takeHeader(byte: number): void {
    this.#header += 1;
    if (this.#header === 1) return;
    this.#remainingLength += (byte & 0x7f) * 128 ** (this.#header - 2);
    if (byte >= 0x80) return;
    this.#sizes.push(this.#header + this.#remainingLength);
    this.#body = this.#remainingLength;
    this.#header = 0;
    this.#remainingLength = 0;
  }
}
