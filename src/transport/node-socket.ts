import type { Socket } from "node:net";
import { Readable } from "node:stream";
import type { ByteStream, PeerIdentity } from "./byte-stream.ts";

const nothing = (): void => {};

/** What Node.js says of bytes where text would have an encoding. */
const BUFFER = "buffer" as BufferEncoding;

/** Where a socket keeps its stream, so that all sockets share their listeners: a closure each costs every connection. */
const STREAM = Symbol("stream");

interface OwnedSocket extends Socket {
  [STREAM]: NodeSocketStream;
}

/** What is peculiar to one socket. */
export interface SocketPeculiarities {
  readonly identity?: PeerIdentity | undefined;
  /** Looks at the first bytes; what it answers ends the connection with this cause, before anybody sees them. */
  readonly check?: (first: Buffer, stream: ByteStream) => Error | undefined;
  /** An error of this socket in other words. */
  readonly explain?: (error: Error) => Error;
}

/**
 * A socket of Node.js as a ByteStream; TCP, Unix sockets and TLS differ only in how they are made.
 *
 * What arrives is taken where the socket would put it into its buffer (`push`), and what is sent goes where its buffer would hand it on
 * (`_write`, `_writev`): the methods that Node.js has for whoever implements a stream. Its own buffers, events and ticks for each chunk
 * would cost half as much again as all that a broker does with a message that travels alone (measured: 100 pairs, QoS 1, window 1).
 */
export class NodeSocketStream implements ByteStream {
  readonly identity: PeerIdentity | undefined;
  onData: (chunk: Buffer) => void = nothing;
  onDrain: () => void = nothing;
  onEnd: () => void = nothing;
  onClose: (cause: Error | undefined) => void = nothing;

  readonly #socket: Socket;
  #remote: string | ((socket: Socket) => string);
  #check: SocketPeculiarities["check"];
  readonly #explain: SocketPeculiarities["explain"];
  #cause: Error | undefined;

  #isPaused = false;
  /** Chunks that came while reading was paused, and whether the end came behind them. */
  #held: Buffer[] | undefined;
  #isEndHeld = false;

  /** Bytes handed over that the network has not taken yet; those in `#waiting` wait behind the others for their turn. */
  #unwritten = 0;
  #waiting: Uint8Array[] | undefined;
  #isWriting = false;
  /** The write under way was not taken at once. */
  #isBehind = false;
  #isEnding = false;

  /**
   * The socket is connected and was created with `allowHalfOpen`, so that only the owner decides when to end.
   * `remote`: may be found out once somebody asks, which costs a system call; mostly nobody does.
   */
  constructor(
    socket: Socket,
    remote: string | ((socket: Socket) => string),
    { identity, check, explain }: SocketPeculiarities = {},
  ) {
    this.#remote = remote;
    this.identity = identity;
    this.#socket = socket;
    this.#check = check;
    this.#explain = explain;
    // Bytes may be there already (behind a PROXY header): they wait until the owner has had its turn.
    if (socket.readableLength > 0) {
      this.#held = [socket.read()];
      setImmediate(() => this.#handOver());
    }
    (socket as OwnedSocket)[STREAM] = this;
    socket.push = NodeSocketStream.#pushed;
    socket.on("end", NodeSocketStream.#ended);
    socket.on("error", NodeSocketStream.#failed);
    socket.on("close", NodeSocketStream.#closed);
    this.#read();
  }

  get remote(): string {
    if (typeof this.#remote !== "string") this.#remote = this.#remote(this.#socket);
    return this.#remote;
  }

  get saysFarewell(): boolean {
    return "encrypted" in this.#socket;
  }

  get writableLength(): number {
    return this.#unwritten;
  }

  write(bytes: Uint8Array): boolean {
    // Writing behind the end would be an error to Node.js; here it is a race that anyone may lose.
    if (this.#isEnding || !this.#socket.writable) return false;
    if (this.#isWriting) return this.#wait([bytes]);
    this.#isWriting = true;
    this.#unwritten = bytes.length;
    this.#socket._write(bytes, BUFFER, this.#onWritten);
    return this.#isTaken();
  }

  writeAll(parts: readonly Uint8Array[]): boolean {
    if (parts.length === 0) return true;
    if (this.#isEnding || !this.#socket.writable) return false;
    return this.#isWriting ? this.#wait(parts) : this.#gather(parts);
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    if (this.#held === undefined) this.#read();
    else process.nextTick(() => this.#handOver());
  }

  end(): void {
    this.#isEnding = true;
    // What waits goes first.
    if (!this.#isWriting && this.#socket.writable) this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Lets the socket read, unless it does. */
  #read(): void {
    if (!this.#socket.destroyed) this.#socket._read(0);
  }

  /** False: the socket is to stop reading. */
  #arrived(chunk: Buffer): boolean {
    if (this.#check !== undefined && !this.#isExpected(chunk)) return false;
    if (this.#isPaused || this.#held !== undefined) {
      this.#held ??= [];
      this.#held.push(chunk);
    } else {
      this.onData(chunk);
    }
    return !this.#isPaused;
  }

  #handOver(): void {
    while (!this.#isPaused && this.#held !== undefined && !this.#socket.destroyed) {
      const chunk = this.#held.shift();
      if (this.#held.length === 0) this.#held = undefined;
      if (chunk !== undefined) this.onData(chunk);
    }
    if (this.#isPaused || this.#held !== undefined) return;
    if (this.#isEndHeld) {
      this.#isEndHeld = false;
      this.onEnd();
    }
    this.#read();
  }

  #isExpected(first: Buffer): boolean {
    const problem = this.#check?.(first, this);
    this.#check = undefined;
    if (problem === undefined) return true;
    this.#socket.destroy(problem);
    return false;
  }

  #gather(parts: readonly Uint8Array[]): boolean {
    this.#isWriting = true;
    this.#unwritten = lengthOf(parts);
    // Every socket has it.
    this.#socket._writev?.(
      parts.map((chunk) => ({ chunk, encoding: BUFFER })),
      this.#onWritten,
    );
    return this.#isTaken();
  }

  #wait(parts: readonly Uint8Array[]): false {
    this.#unwritten += lengthOf(parts);
    this.#waiting ??= [];
    this.#waiting.push(...parts);
    return false;
  }

  /** Whether the system took everything at once (TCP: 400 of 400 small writes; TLS: never). */
  #isTaken(): boolean {
    this.#isBehind = this.#isWriting;
    return !this.#isWriting && !this.#socket.destroyed;
  }

  /** Called within the write where the system takes everything at once. */
  readonly #onWritten = (error?: Error | null): void => {
    this.#isWriting = false;
    this.#unwritten = 0;
    if (error) this.#socket.destroy(error);
    else if (this.#isBehind) this.#caughtUp();
  };

  #caughtUp(): void {
    this.#isBehind = false;
    const parts = this.#waiting;
    this.#waiting = undefined;
    if (parts !== undefined && !this.#gather(parts)) return;
    if (this.#isEnding) this.end();
    if (!this.#socket.destroyed) this.onDrain();
  }

  static readonly #pushed = function (this: Socket, chunk: Buffer | null): boolean {
    return chunk === null ? Readable.prototype.push.call(this, null) : (this as OwnedSocket)[STREAM].#arrived(chunk);
  };

  static readonly #ended = function (this: Socket): void {
    const stream = (this as OwnedSocket)[STREAM];
    if (stream.#held === undefined) stream.onEnd();
    else stream.#isEndHeld = true;
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

function lengthOf(parts: readonly Uint8Array[]): number {
  let length = 0;
  for (const part of parts) length += part.length;
  return length;
}
