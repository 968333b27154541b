import type { Core } from "../core.ts";
import type { DropReason } from "../events.ts";
import { type Delivery, MessageQueue } from "./message-queue.ts";

/** Where a queue is full, what has expired is looked for; but not more often than this, in milliseconds. */
const PURGE_EVERY = 1000;

/** What waits for one session, and what becomes of a message for which there is no room. Every one that is dropped counts. */
export class WaitingMessages {
  readonly queue: MessageQueue;
  private lastPurge = Number.NEGATIVE_INFINITY;
  private readonly clientId: string;
  private readonly core: Core;

  constructor(clientId: string, core: Core) {
    this.clientId = clientId;
    this.core = core;
    this.queue = new MessageQueue(core.options.maximumQueueLength, core.options.maximumQueueBytes, core.memory);
  }

  /** False: there is no room, and the policy is to send the client away. */
  push(delivery: Delivery): boolean {
    if (this.core.memory.isExhausted) {
      this.reject("memory");
      return true;
    }
    return this.queue.push(delivery) || (this.purge() && this.queue.push(delivery)) || this.overflow(delivery);
  }

  /** The next one that has not expired. It stays: see `shift`. */
  peek(): Delivery | undefined {
    for (;;) {
      const delivery = this.queue.peek();
      if (delivery === undefined || delivery.message.remainingExpiry(this.core.clock.now()) !== 0) {
        return delivery;
      }
      this.queue.shift();
      this.drop("expired");
    }
  }

  drop(reason: DropReason): void {
    this.core.drops.count(this.clientId, reason);
  }

  /** Drops a message that has just come: its publisher can still be told. */
  private reject(reason: DropReason): void {
    this.drop(reason);
    if (this.core.options.queuePolicy === "reject-publish") {
      this.core.router.isRejected = true;
    }
  }

  private overflow(delivery: Delivery): boolean {
    this.reject("queue-full");
    const policy = this.core.options.queuePolicy;
    if (policy === "drop-old" && this.queue.canEverHold(delivery)) {
      this.queue.shift();
      while (!this.queue.push(delivery)) {
        this.queue.shift();
        this.drop("queue-full");
      }
    }
    return policy !== "disconnect";
  }

  /** Takes what has expired out of the queue. False when nothing has, or that was looked for a moment ago. */
  private purge(): boolean {
    const now = this.core.clock.now();
    if (now - this.lastPurge < PURGE_EVERY) {
      return false;
    }
    this.lastPurge = now;
    const expired = this.queue.purge(now);
    for (let count = 0; count < expired; count += 1) {
      this.drop("expired");
    }
    return expired > 0;
  }
}
