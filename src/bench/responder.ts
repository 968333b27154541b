import type { ClientHandlers } from "../client/index.ts";
import type { QoS } from "../codec/index.ts";
import type { BenchClient } from "./bench-client.ts";

/** Sends every message that it gets on to another topic. */
export class Responder {
  /** Set once connected. */
  client: BenchClient | undefined;
  readonly handlers: ClientHandlers;
  readonly #message: { topic: string; payload: Uint8Array; qos: QoS; retain: boolean };
  /** Answers for which there was no room. */
  #waiting: Uint8Array[] = [];

  constructor(answerTo: string, qos: QoS, fail: (error: unknown) => void) {
    this.#message = { topic: answerTo, payload: new Uint8Array(0), qos, retain: false };
    this.handlers = {
      onMessage: ({ payload }) => {
        try {
          if (this.#waiting.length > 0 || !this.#send(payload)) this.#waiting.push(Buffer.from(payload));
        } catch (error) {
          fail(error);
        }
      },
      onReady: () => this.#goOn(),
    };
  }

  #send(payload: Uint8Array): boolean {
    // Large payloads may be referenced after the call, and the message is a view over bytes that are used again.
    this.#message.payload = payload.length > 16 * 1024 ? Buffer.from(payload) : payload;
    return this.client?.tryPublish(this.#message) ?? false;
  }

  #goOn(): void {
    let sent = 0;
    while (sent < this.#waiting.length && this.#send(this.#waiting[sent] as Uint8Array)) sent += 1;
    this.#waiting.splice(0, sent);
  }
}
