import type { Socket } from "node:net";
import type { ByteStream, PeerIdentity } from "./byte-stream.ts";
import { otherProtocolOf } from "./first-bytes.ts";
import { NodeSocketStream } from "./node-socket.ts";

/** A connection on its way from the system to its owner. */
export interface Arrival {
  /** What the next step speaks over: the system's socket, or TLS on it. */
  readonly socket: Socket;
  readonly remote: string;
  readonly identity: PeerIdentity | undefined;
  /** All steps together have this much time; it belongs to the system's socket. */
  readonly gate: Gate;
}

/** One step of accepting: PROXY header, TLS, WebSocket. It ends by calling the next one, or the connection ends. */
export type Step = (arrival: Arrival) => void;

/** Hears of connections that were not accepted. `reason`: for people, to be read behind the name of the other side. */
export type OnProblem = (reason: string, remote: string | undefined) => void;

/** Cuts a connection whose steps take too long; bytes that arrive one by one do not extend it. */
export class Gate {
  /** What the step in hand waits for, and what it says before the connection is cut. */
  waitsFor = "";
  /** It took too long, and that was told. */
  isLate = false;
  farewell: { readonly socket: Socket; readonly text: string } | undefined;
  readonly #timer: NodeJS.Timeout;

  constructor(socket: Socket, milliseconds: number, onLate: (waitedFor: string) => void) {
    this.#timer = setTimeout(() => {
      this.isLate = true;
      onLate(this.waitsFor);
      if (this.farewell === undefined) {
        socket.destroy();
        return;
      }
      this.farewell.socket.end(this.farewell.text);
      // Who does not even read that is not waited for.
      setTimeout(() => socket.destroy(), 1000).unref();
    }, milliseconds);
    socket.once("close", () => this.open());
  }

  /** All steps are done. */
  open(): void {
    clearTimeout(this.#timer);
  }
}

/** The last step of TCP and TLS: the socket as it is. `onProblem`: where plain MQTT is spoken, the first bytes are looked at. */
export function handOver(onConnection: (stream: ByteStream) => void, onProblem?: OnProblem): Step {
  const check = onProblem && checkFirstBytes(onProblem);
  return ({ socket, remote, identity, gate }) => {
    gate.open();
    onConnection(new NodeSocketStream(socket, remote, { identity, ...(check && { check }) }));
  };
}

/** Looks at the first bytes of plain MQTT: whoever speaks something else is told apart from broken clients. */
export function checkFirstBytes(onProblem: OnProblem): (first: Buffer, stream: ByteStream) => Error | undefined {
  return (first, stream) => {
    const protocol = otherProtocolOf(first);
    if (protocol === undefined) return undefined;
    onProblem(`it speaks ${protocol}, and this listener plain MQTT`, stream.remote);
    return new Error(`it speaks ${protocol}, not MQTT`);
  };
}
