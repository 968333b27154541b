import type { Message } from "../../delivery/index.ts";

/** What a message that waits costs beside its bytes, for each who waits for it: objects and references. */
export const OVERHEAD = 250;

/** How many bytes wait for all clients together. A message that many wait for is there once. */
export class MemoryBudget {
  /** Bytes that the network had not taken when this was looked at last. */
  outgoing = 0;
  private kept = 0;
  private readonly maximum: number;

  constructor(maximum = Number.POSITIVE_INFINITY) {
    this.maximum = maximum;
  }

  /** Bytes of messages that are queued, or in flight and kept to be sent again. */
  get bytesKept(): number {
    return this.kept;
  }

  get isExhausted(): boolean {
    return this.kept + this.outgoing > this.maximum;
  }

  /** So many bytes wait beside messages. */
  keep(bytes: number): void {
    this.kept += OVERHEAD + bytes;
  }

  free(bytes: number): void {
    this.kept -= OVERHEAD + bytes;
  }

  /** Somebody waits for the message. */
  hold(message: Message): void {
    this.kept += OVERHEAD + (message.holders === 0 ? message.size : 0);
    message.holders += 1;
  }

  /** Somebody does not wait for it any more. */
  release(message: Message): void {
    message.holders -= 1;
    this.kept -= OVERHEAD + (message.holders === 0 ? message.size : 0);
  }
}
