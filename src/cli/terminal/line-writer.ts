import type { Writable } from "node:stream";
import { UsageError } from "../../errors.ts";
import { reasonOf } from "../system-reason.ts";

/** Bytes collected before they are handed over in the middle of a turn. */
const BLOCK = 64 * 1024;
/** Runs up to this many bytes are copied faster by a loop than by a call into native code. */
const SHORT_RUN = 40;
const NEWLINE = 0x0a;
/** What Node.js says of bytes where text would have an encoding. */
const BUFFER = "buffer" as BufferEncoding;

/**
 * Writes many small pieces to a stream with one write per turn of the event loop.
 * What is written when nobody reads any more (EPIPE) is dropped: that is how `… | head -1` ends, not an error.
 *
 * Bytes go where the stream's own buffer would hand them on (`_write`): they were collected here, and all that Node.js does
 * around that buffer took 0.5 ms of each start.
 */
export class LineWriter {
  /** Called when a full writer has room again. */
  onDrain: (() => void) | undefined;
  /** Called once when the reader went away; nothing that is written from now on arrives anywhere. */
  onClosed: (() => void) | undefined;

  readonly #stream: Writable;
  #block: Buffer = Buffer.alloc(0);
  #used = 0;
  #flushIsDue = false;
  #isFull = false;
  #isClosed = false;
  #failure: Error | undefined;
  #isWriting = false;
  /** What waits for the write under way, and how much both are. */
  #queue: Buffer[] = [];
  #unwritten = 0;
  #waiting: { resolve: () => void; reject: (reason: Error) => void }[] = [];

  constructor(stream: Writable) {
    this.#stream = stream;
    stream.on("error", (error: NodeJS.ErrnoException) => this.#close(error));
    stream.on("close", () => this.#close(undefined));
  }

  /** True while the reader is slower than we are: whoever can, stops producing until `onDrain`. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** True when the reader went away. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Appends text as UTF-8. */
  text(text: string): void {
    if (this.#isClosed) return;
    // Three bytes per UTF-16 unit is the most that UTF-8 needs, so short texts are encoded without being measured first.
    const most = text.length * 3;
    if (most > BLOCK) {
      this.bytes(Buffer.from(text));
      return;
    }
    this.#reserve(most);
    this.#used += this.#block.write(text, this.#used, "utf8");
  }

  /** Appends `bytes[from, to)`; they are copied before this returns. */
  bytes(bytes: Uint8Array, from = 0, to: number = bytes.length): void {
    if (this.#isClosed) return;
    const length = to - from;
    if (length > BLOCK) {
      this.flush();
      this.#handOver(Buffer.from(bytes.subarray(from, to)));
      return;
    }
    this.#reserve(length);
    const block = this.#block;
    let at = this.#used;
    this.#used += length;
    // A view of each short payload would cost more than its bytes do: 60 ns.
    if (length > SHORT_RUN) block.set(bytes.subarray(from, to), at);
    else for (let index = from; index < to; index++) block[at++] = bytes[index] as number;
  }

  /** Ends a line. */
  newline(): void {
    this.byte(NEWLINE);
  }

  /** Appends one byte. */
  byte(byte: number): void {
    if (this.#isClosed) return;
    this.#reserve(1);
    this.#block[this.#used++] = byte;
  }

  /** Hands over what was collected now, instead of at the end of the turn. */
  flush(): void {
    if (this.#used === 0 || this.#isClosed) return;
    const filled = this.#block.subarray(0, this.#used);
    const mayBeReused = this.#handOver(filled);
    if (!mayBeReused) this.#block = Buffer.alloc(0);
    this.#used = 0;
  }

  /** Resolves when everything written so far has been taken by the system, or the reader went away. */
  flushed(): Promise<void> {
    this.flush();
    if (this.#failure) return Promise.reject(this.#failure);
    if (this.#isClosed || !this.#isWriting) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  #reserve(length: number): void {
    if (this.#used + length > this.#block.length) {
      this.flush();
      if (this.#block.length === 0) this.#block = Buffer.allocUnsafeSlow(BLOCK);
    }
    if (this.#flushIsDue) return;
    this.#flushIsDue = true;
    setImmediate(() => {
      this.#flushIsDue = false;
      this.flush();
    });
  }

  /** Answers whether the bytes may be written over: only when the system has all of them. */
  #handOver(bytes: Buffer): boolean {
    this.#unwritten += bytes.length;
    if (this.#isWriting) this.#queue.push(bytes);
    else this.#write(bytes);
    if (!this.#isWriting) return true;
    if (this.#unwritten >= this.#stream.writableHighWaterMark) this.#isFull = true;
    return false;
  }

  #write(bytes: Buffer): void {
    this.#isWriting = true;
    this.#stream._write(bytes, BUFFER, this.#written);
  }

  /** Called within the write where the system takes everything at once. */
  readonly #written = (error?: Error | null): void => {
    if (error) {
      process.nextTick(() => this.#close(error)); // whoever writes is not told within its call
      return;
    }
    this.#isWriting = false;
    if (this.#isClosed) return;
    const queue = this.#queue.splice(0);
    this.#unwritten = queue.reduce((sum, { length }) => sum + length, 0);
    if (queue.length > 0) {
      this.#write(queue.length === 1 ? (queue[0] as Buffer) : Buffer.concat(queue));
      return;
    }
    for (const { resolve } of this.#waiting.splice(0)) resolve();
    if (!this.#isFull) return;
    this.#isFull = false;
    this.onDrain?.();
  };

  #close(error: NodeJS.ErrnoException | undefined): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#isFull = false;
    this.#used = 0;
    this.#queue = [];
    if (error && error.code !== "EPIPE") this.#failure = new UsageError(`cannot write the output: ${reasonOf(error)}`);
    for (const { resolve, reject } of this.#waiting.splice(0)) this.#failure ? reject(this.#failure) : resolve();
    this.onClosed?.();
    this.onDrain?.();
  }
}
