const NEWLINE = 0x0a;

/** Gets the line `bytes[from, to)`: a view of each would cost as much as all the rest of it (0.1 µs). */
type TakeLine = (bytes: Buffer, from: number, to: number) => boolean;

/**
 * Cuts a stream of bytes into lines, without their line feed and with all other bytes as they are (CR too).
 * A line is named by where it lies in its chunk; only one that spans several chunks is put together. At most one chunk
 * and one line are held: whoever feeds it waits while a line is not taken.
 */
export class LineCutter {
  readonly #take: TakeLine;
  readonly #longest: number;
  readonly #end: number;
  #chunk: Buffer = Buffer.alloc(0);
  #at = 0;
  /** The beginning of a line whose end has not come yet. */
  #begun: Buffer[] = [];
  #begunLength = 0;

  /**
   * @param take gets each line, which is `bytes[from, to)`; answers false where it cannot take it now: the same line is offered again by `resume`
   * @param longest a line with more bytes throws RangeError
   * @param end the byte behind each line
   */
  constructor(take: TakeLine, longest: number, end: number = NEWLINE) {
    this.#take = take;
    this.#longest = longest;
    this.#end = end;
  }

  /** Gives more bytes; only after the last were used up. Answers whether all of them are. */
  push(chunk: Buffer): boolean {
    this.#chunk = chunk;
    this.#at = 0;
    return this.resume();
  }

  /** Goes on after a line was not taken. Answers whether all bytes are used up. */
  resume(): boolean {
    const chunk = this.#chunk;
    for (;;) {
      const end = chunk.indexOf(this.#end, this.#at);
      if (end === -1) break;
      this.#checkLength(end - this.#at);
      if (!(this.#begunLength === 0 ? this.#take(chunk, this.#at, end) : this.#takeJoined(chunk, this.#at, end))) {
        return false;
      }
      this.#at = end + 1;
    }
    if (this.#at < chunk.length) {
      this.#checkLength(chunk.length - this.#at);
      this.#begun.push(chunk.subarray(this.#at));
      this.#begunLength += chunk.length - this.#at;
    }
    this.#chunk = Buffer.alloc(0);
    this.#at = 0;
    return true;
  }

  /** There are no more bytes: what stands behind the last line feed is a line too. Answers whether it was taken. */
  end(): boolean {
    if (this.#begunLength === 0) return true;
    return this.#takeJoined(this.#chunk, 0, 0);
  }

  /** A line that ends with `bytes[from, to)`. */
  #takeJoined(bytes: Buffer, from: number, to: number): boolean {
    const line = Buffer.concat([...this.#begun, bytes.subarray(from, to)]);
    if (!this.#take(line, 0, line.length)) return false;
    this.#begun = [];
    this.#begunLength = 0;
    return true;
  }

  #checkLength(more: number): void {
    if (this.#begunLength + more > this.#longest) throw new RangeError(`a line has more than ${this.#longest} bytes`);
  }
}
