import type { Socket } from "node:net";
import type { ByteStream, PeerIdentity } from "./byte-stream.ts";

const nothing = (): void => {};

/** Where a socket keeps its stream, so that all sockets share their listeners: a closure each costs every connection. */
const STREAM = Symbol("stream");

interface OwnedSocket extends Socket {
  [STREAM]: NodeSocketStream;
}

/** What is peculiar to one socket. */
export interface SocketPeculiarities {
  readonly identity?: PeerIdentity | undefined;
  /** Looks at the first bytes; what it answers ends the connection with this cause, before anybody sees them. */
  readonly check?: (first: Buffer) => Error | undefined;
  /** An error of this socket in other words. */
  readonly explain?: (error: Error) => Error;
}

/** A socket of Node.js as a ByteStream; TCP, Unix sockets and TLS differ only in how they are made. */
export class NodeSocketStream implements ByteStream {
  readonly remote: string;
  readonly identity: PeerIdentity | undefined;
  onData: (chunk: Buffer) => void = nothing;
  onDrain: () => void = nothing;
  onEnd: () => void = nothing;
  onClose: (cause: Error | undefined) => void = nothing;

  readonly #socket: Socket;
  #check: SocketPeculiarities["check"];
  readonly #explain: SocketPeculiarities["explain"];
  #cause: Error | undefined;
  #awaitsDrain = false;
  /** How reading is to begin, where it has not begun. */
  #start: "flowing" | "paused" | undefined;

  /** The socket is connected and was created with `allowHalfOpen`, so that only the owner decides when to end. */
  constructor(socket: Socket, remote: string, { identity, check, explain }: SocketPeculiarities = {}) {
    this.remote = remote;
    this.identity = identity;
    this.#socket = socket;
    this.#check = check;
    if (socket.readableLength > 0) this.#startReadingLater();
    else this.#startReading();
    this.#explain = explain;
    (socket as OwnedSocket)[STREAM] = this;
    socket.on("end", NodeSocketStream.#ended);
    socket.on("error", NodeSocketStream.#failed);
    socket.on("close", NodeSocketStream.#closed);
  }

  get writableLength(): number {
    return this.#socket.writableLength;
  }

  write(bytes: Uint8Array): boolean {
    // Writing behind the end would be an error to Node.js; here it is a race that anyone may lose.
    if (!this.#socket.writable) return false;
    this.#socket.write(bytes, this.#onWritten);
    return this.#taken();
  }

  writeAll(parts: readonly Uint8Array[]): boolean {
    if (parts.length === 0) return true;
    if (!this.#socket.writable) return false;
    const last = parts.length - 1;
    this.#socket.cork();
    for (let index = 0; index < last; index++) this.#socket.write(parts[index] as Uint8Array);
    this.#socket.write(parts[last] as Uint8Array, this.#onWritten);
    this.#socket.uncork();
    return this.#taken();
  }

  pause(): void {
    if (this.#start === undefined) this.#socket.pause();
    else this.#start = "paused";
  }

  resume(): void {
    if (this.#start === undefined) this.#socket.resume();
    else this.#start = "flowing";
  }

  end(): void {
    if (this.#socket.writable) this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #startReading(): void {
    this.#socket.on("data", NodeSocketStream.#arrived);
  }

  /** Bytes are there already (behind a PROXY header): they wait until the owner has had its turn. */
  #startReadingLater(): void {
    this.#start = "flowing";
    this.#socket.pause();
    setImmediate(() => {
      const start = this.#start;
      this.#start = undefined;
      this.#startReading();
      if (start === "flowing") this.#socket.resume();
    });
  }

  #isExpected(first: Buffer): boolean {
    const problem = this.#check?.(first);
    this.#check = undefined;
    if (problem === undefined) return true;
    this.#socket.destroy(problem);
    return false;
  }

  #taken(): boolean {
    // The kernel has taken everything at once (400 of 400 small writes over TCP; never over TLS).
    if (this.#socket.writableLength === 0) return true;
    this.#awaitsDrain = true;
    return false;
  }

  // The stream's own "drain" event comes only when the high-water mark was passed; this comes for every write.
  readonly #onWritten = (): void => {
    if (!this.#awaitsDrain || this.#socket.writableLength > 0 || this.#socket.destroyed) return;
    this.#awaitsDrain = false;
    this.onDrain();
  };

  static readonly #arrived = function (this: Socket, chunk: Buffer): void {
    const stream = (this as OwnedSocket)[STREAM];
    if (stream.#check === undefined || stream.#isExpected(chunk)) stream.onData(chunk);
  };

  static readonly #ended = function (this: Socket): void {
    (this as OwnedSocket)[STREAM].onEnd();
  };

  static readonly #failed = function (this: Socket, error: Error): void {
    const stream = (this as OwnedSocket)[STREAM];
    stream.#cause ??= stream.#explain?.(error) ?? error;
  };

  static readonly #closed = function (this: Socket): void {
    const stream = (this as OwnedSocket)[STREAM];
    stream.onClose(stream.#cause);
  };
}
