import { connect, type Socket } from "node:net";
import { bytes } from "./wire-cases/notation.ts";

/** How long a broker may take for what it has to do at once, in milliseconds. */
const PATIENCE = 15_000;

/**
 * A client that knows nothing of MQTT but where a packet ends: it sends the bytes it is given and cuts what arrives into
 * frames. Nothing of `src/` is in it, so that it can contradict mqtk.
 */
export class RawClient {
  /** Frames that arrived and were not asked for yet. */
  readonly frames: Buffer[] = [];
  /** The broker ended the connection. */
  isClosed = false;
  private readonly socket: Socket;
  private rest: Buffer = Buffer.alloc(0);
  private wake: (() => void)[] = [];

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk) => this.receive(chunk));
    socket.on("end", () => this.closed());
    socket.on("error", () => this.closed());
    socket.on("close", () => this.closed());
  }

  static async connect(at: { readonly host: string; readonly port: number }): Promise<RawClient> {
    const socket = connect({ host: at.host, port: at.port, allowHalfOpen: true });
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    return new RawClient(socket);
  }

  /** Sends bytes, or what a notation (see wire-cases/notation.ts) stands for, in one piece. */
  send(...pieces: (string | Uint8Array)[]): void {
    this.socket.write(Buffer.concat(pieces.map((piece) => (typeof piece === "string" ? bytes(piece) : piece))));
  }

  /** The next frame. Rejects when the connection ends before it, or nothing comes in time. */
  async frame(patience = PATIENCE): Promise<Buffer> {
    await this.until(() => this.frames.length > 0 || this.isClosed, "a packet", patience);
    const frame = this.frames.shift();
    if (frame === undefined) {
      throw new Error("the broker closed the connection instead of sending a packet");
    }
    return frame;
  }

  /** Waits until the broker has ended the connection; gives the frames that came before. */
  async end(patience = PATIENCE): Promise<Buffer[]> {
    await this.until(() => this.isClosed, "the end of the connection", patience);
    return this.frames.splice(0);
  }

  /** Waits until the condition holds; it is looked at whenever something arrives. */
  async until(condition: () => boolean, what: string, patience = PATIENCE): Promise<void> {
    const deadline = setTimeout(() => this.changed(), patience);
    const started = performance.now();
    while (!condition()) {
      if (performance.now() - started >= patience - 1) {
        const arrived = this.frames.map((frame) => frame.subarray(0, 40).toString("hex")).join(" ");
        throw new Error(`${what} did not come within ${patience} ms; unread: ${arrived || "nothing"}`);
      }
      await new Promise<void>((resolve) => this.wake.push(resolve));
    }
    clearTimeout(deadline);
  }

  /** Ends our side (FIN); the broker may still send. */
  finish(): void {
    this.socket.end();
  }

  /** Cuts the connection without a word. */
  destroy(): void {
    this.socket.destroy();
  }

  /** Stops reading, as a frozen program does. */
  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  private receive(chunk: Buffer): void {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    let start = 0;
    for (let length = frameLength(this.rest, start); start + length <= this.rest.length; ) {
      this.frames.push(this.rest.subarray(start, start + length));
      start += length;
      length = frameLength(this.rest, start);
    }
    this.rest = this.rest.subarray(start);
    this.changed();
  }

  private closed(): void {
    this.isClosed = true;
    this.socket.end();
    this.changed();
  }

  private changed(): void {
    for (const wake of this.wake.splice(0)) {
      wake();
    }
  }
}

/** Bytes of the frame that begins here, Infinity while its header is incomplete. */
function frameLength(from: Buffer, start: number): number {
  let remaining = 0;
  for (let index = 1; index <= 4; index += 1) {
    const byte = from[start + index];
    if (byte === undefined) {
      return Number.POSITIVE_INFINITY;
    }
    remaining += (byte & 127) * 128 ** (index - 1);
    if (byte < 128) {
      return 1 + index + remaining;
    }
  }
  throw new Error("the broker sent a Remaining Length of more than four bytes");
}
