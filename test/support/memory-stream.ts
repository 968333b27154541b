import type { ByteStream } from "../../src/transport/index.ts";

const nothing = (): void => {};

/**
 * One end of a connection that lives in memory. Bytes arrive in a later turn, as from a socket, everything written
 * in one turn as one chunk. `hold` plays a network that takes nothing; `release` lets it flow again.
 */
export class MemoryStream implements ByteStream {
  readonly remote: string;
  onData: (chunk: Buffer) => void = nothing;
  onDrain: () => void = nothing;
  onEnd: () => void = nothing;
  onClose: (cause: Error | undefined) => void = nothing;

  /** How often bytes were handed over: what would have been system calls. */
  writes = 0;
  /** The other end; set by `memoryStreamPair`. */
  peer!: MemoryStream;
  isDestroyed = false;
  isPaused = false;

  #unsent: Uint8Array[] = [];
  #arrived: Buffer[] = [];
  #isHeld = false;
  #hasEnded = false;
  #peerHasEnded = false;
  #endWasTold = false;
  #isScheduled = false;
  #awaitsDrain = false;

  constructor(remote: string) {
    this.remote = remote;
  }

  get writableLength(): number {
    return this.#unsent.reduce((sum, bytes) => sum + bytes.length, 0);
  }

  write(bytes: Uint8Array): boolean {
    return this.writeAll([bytes]);
  }

  writeAll(parts: readonly Uint8Array[]): boolean {
    if (parts.length === 0) return true;
    if (this.#hasEnded || this.isDestroyed) return false;
    this.writes += 1;
    if (this.#isHeld) {
      // Referenced, not copied: whoever changes the bytes now corrupts what the other end reads, as on a real socket.
      this.#unsent.push(...parts);
      this.#awaitsDrain = true;
      return false;
    }
    for (const part of parts) this.peer.#receive(part);
    return true;
  }

  /** From now on the network takes nothing. */
  hold(): void {
    this.#isHeld = true;
  }

  /** The network takes everything that waits, and `onDrain` follows in a later turn. */
  release(): void {
    this.#isHeld = false;
    for (const bytes of this.#unsent.splice(0)) this.peer.#receive(bytes);
    if (this.#hasEnded) this.peer.#receiveEnd();
    if (!this.#awaitsDrain) return;
    this.#awaitsDrain = false;
    setImmediate(() => {
      if (!this.isDestroyed && this.#unsent.length === 0) this.onDrain();
    });
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    this.#schedule();
  }

  end(): void {
    if (this.#hasEnded || this.isDestroyed) return;
    this.#hasEnded = true;
    if (!this.#isHeld) this.peer.#receiveEnd();
    this.#closeWhenBothEnded();
  }

  destroy(): void {
    this.breakDown(undefined);
    // What was sent before still arrives; then the other side sees the end, as with FIN from a closed socket.
    this.peer.#receiveEnd();
  }

  /** The connection breaks at this end, with this error. */
  breakDown(cause: Error | undefined): void {
    if (this.isDestroyed) return;
    this.isDestroyed = true;
    this.#unsent = [];
    setImmediate(() => this.onClose(cause));
  }

  #receive(bytes: Uint8Array): void {
    if (this.isDestroyed) return;
    this.#arrived.push(Buffer.from(bytes));
    this.#schedule();
  }

  #receiveEnd(): void {
    this.#peerHasEnded = true;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#deliver();
    });
  }

  #deliver(): void {
    if (this.isPaused || this.isDestroyed) return;
    if (this.#arrived.length > 0) {
      this.onData(Buffer.concat(this.#arrived.splice(0)));
      // Being told the end is a turn of its own, and the receiver may have paused or destroyed meanwhile.
      this.#schedule();
      return;
    }
    if (!this.#peerHasEnded || this.#endWasTold) return;
    this.#endWasTold = true;
    this.onEnd();
    this.#closeWhenBothEnded();
  }

  #closeWhenBothEnded(): void {
    if (this.#hasEnded && this.#endWasTold && this.#unsent.length === 0) this.breakDown(undefined);
  }
}

/** Two connected streams: what one writes, the other reads. */
export function memoryStreamPair(): [MemoryStream, MemoryStream] {
  const here = new MemoryStream("memory:there");
  const there = new MemoryStream("memory:here");
  here.peer = there;
  there.peer = here;
  return [here, there];
}
