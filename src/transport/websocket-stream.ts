import type { Socket } from "node:net";
import type { RawData, WebSocket } from "ws";
import type { ByteStream, PeerIdentity } from "./byte-stream.ts";

const nothing = (): void => {};
/** Parts up to this size in all are copied into one message; larger ones go uncopied, as messages of their own. */
const COPIED = 64 * 1024;
/** No message of ours is larger: servers limit them, and a packet may go over several [MQTT-6.0.0-2]. */
const LARGEST_MESSAGE = 1024 * 1024;
/** Milliseconds. */
const LINGER = 1000;
/** Closes that are no failure: done, going away, without a code, and cut without a word as brokers often do. */
const ORDINARY = new Set([1000, 1001, 1005, 1006]);

/** A WebSocket as a ByteStream: where messages begin and end means nothing (6.0.0). */
export class WebSocketStream implements ByteStream {
  readonly remote: string;
  readonly identity: PeerIdentity | undefined;
  readonly saysFarewell = true;
  onData: (chunk: Buffer) => void = nothing;
  onDrain: () => void = nothing;
  onEnd: () => void = nothing;
  onClose: (cause: Error | undefined) => void = nothing;

  readonly #webSocket: WebSocket;
  readonly #socket: Socket;
  /** What arrived while nobody wanted it: messages of the chunk in which reading was paused. */
  #waiting: Buffer[] = [];
  #isHeld = true;
  #isPaused = false;
  #isDestroyed = false;
  #awaitsDrain = false;
  #hasEnded = false;
  #cause: Error | undefined;
  #closed: (() => void) | undefined;

  /** The WebSocket may still be opening. Nothing is handed over before the turn in which it opens has ended. */
  constructor(webSocket: WebSocket, socket: Socket, remote: string, identity?: PeerIdentity) {
    this.remote = remote;
    this.identity = identity;
    this.#webSocket = webSocket;
    this.#socket = socket;
    if (webSocket.readyState === webSocket.OPEN) this.#opened();
    else webSocket.once("open", () => this.#opened());
    webSocket.on("message", (data: RawData, isBinary: boolean) => this.#receive(data as Buffer, isBinary));
    webSocket.on("error", (error) => this.#fail(error));
    webSocket.on("close", (code: number, reason: Buffer) => this.#close(code, reason.toString("utf8")));
  }

  get writableLength(): number {
    return this.#webSocket.bufferedAmount;
  }

  write(bytes: Uint8Array): boolean {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return false;
    if (bytes.length <= LARGEST_MESSAGE) {
      this.#webSocket.send(bytes, this.#onWritten);
    } else {
      this.#socket.cork();
      for (let at = 0; at < bytes.length; at += LARGEST_MESSAGE) {
        this.#webSocket.send(bytes.subarray(at, at + LARGEST_MESSAGE), this.#onWritten);
      }
      this.#socket.uncork();
    }
    return this.#taken();
  }

  writeAll(parts: readonly Uint8Array[]): boolean {
    if (parts.length === 0) return true;
    if (parts.length === 1) return this.write(parts[0] as Uint8Array);
    let length = 0;
    for (const part of parts) length += part.length;
    if (length <= COPIED) return this.write(Buffer.concat(parts, length));
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return false;
    this.#socket.cork();
    for (const part of parts) this.write(part);
    this.#socket.uncork();
    return this.#taken();
  }

  pause(): void {
    this.#isPaused = true;
    if (this.#webSocket.readyState === this.#webSocket.OPEN) this.#webSocket.pause();
  }

  resume(): void {
    this.#isPaused = false;
    if (!this.#isHeld) this.#handOver();
  }

  end(): void {
    if (this.#webSocket.readyState === this.#webSocket.OPEN) this.#webSocket.close(1000);
  }

  destroy(): void {
    this.#isDestroyed = true;
    this.#waiting = [];
    this.#webSocket.terminate();
    // What was held back of the close: nobody waits for what came before it any more.
    this.#closed?.();
  }

  #opened(): void {
    setImmediate(() => {
      this.#isHeld = false;
      this.#handOver();
    });
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.#isDestroyed || this.#cause !== undefined) return;
    if (!isBinary) {
      // [MQTT-6.0.0-1]
      this.#fail(new Error("a text frame: MQTT is binary"));
      this.#webSocket.close(1003, "MQTT is binary");
      return;
    }
    if (this.#isHeld || this.#isPaused || this.#waiting.length > 0) this.#waiting.push(data);
    else this.onData(data);
  }

  /** The other side broke the rules: it is told so, and has a second to take it. */
  #fail(cause: Error): void {
    this.#cause ??= cause;
    setTimeout(() => this.#webSocket.terminate(), LINGER).unref();
  }

  #handOver(): void {
    while (this.#waiting.length > 0 && !this.#isPaused) this.onData(this.#waiting.shift() as Buffer);
    if (this.#isPaused) return;
    this.#closed?.();
    if (this.#webSocket.isPaused) this.#webSocket.resume();
  }

  #close(code: number, reason: string): void {
    if (!ORDINARY.has(code) && !this.#isDestroyed) {
      this.#cause ??= new Error(`the other side closed the WebSocket: ${code}${reason === "" ? "" : ` ${reason}`}`);
    }
    const tell = (): void => {
      if (this.#hasEnded) return;
      this.#hasEnded = true;
      if (!this.#isDestroyed && this.#cause === undefined) this.onEnd();
      this.onClose(this.#isDestroyed ? undefined : this.#cause);
    };
    if (this.#isDestroyed || (this.#waiting.length === 0 && !this.#isHeld)) tell();
    else this.#closed = tell;
  }

  #taken(): boolean {
    // As with a socket: zero means that the system has taken everything (measured: always over TCP, never over TLS).
    if (this.#webSocket.bufferedAmount === 0) return true;
    this.#awaitsDrain = true;
    return false;
  }

  readonly #onWritten = (): void => {
    if (!this.#awaitsDrain || this.#webSocket.bufferedAmount > 0 || this.#isDestroyed) return;
    this.#awaitsDrain = false;
    this.onDrain();
  };
}
