import type { QoS } from "../../codec/index.ts";
import type { Message } from "../../delivery/index.ts";
import type { SharedGroup } from "../routing/shared-group.ts";
import { MemoryBudget, OVERHEAD } from "./memory-budget.ts";

/** A message on its way to one session, with what was decided when it was routed. */
export interface Delivery {
  /** One that owns its bytes. */
  readonly message: Message;
  readonly qos: QoS;
  readonly retain: boolean;
  readonly identifiers: readonly number[];
  /** The Shared Subscription that chose this session: another member may get it instead. */
  readonly group: SharedGroup | undefined;
}

/** Of a session for which nothing waits. */
const NO_ITEMS = Object.freeze<(Delivery | undefined)[]>([]) as (Delivery | undefined)[];

/** Messages that wait for one session: the only queue. First in, first out, bounded in number and bytes. */
export class MessageQueue {
  private items = NO_ITEMS;
  private head = 0;
  private bytes = 0;
  private readonly maximumLength: number;
  private readonly maximumBytes: number;
  private readonly budget: MemoryBudget;

  /** `budget`: what all queues together count in. */
  constructor(maximumLength: number, maximumBytes: number, budget = new MemoryBudget()) {
    this.maximumLength = maximumLength;
    this.maximumBytes = maximumBytes;
    this.budget = budget;
  }

  get length(): number {
    return this.items.length - this.head;
  }

  get isEmpty(): boolean {
    return this.items.length === this.head;
  }

  /** More than half of what is allowed waits: time to slow publishers down. */
  get isHalfFull(): boolean {
    return this.length * 2 > this.maximumLength || this.bytes * 2 > this.maximumBytes;
  }

  get isQuarterFull(): boolean {
    return this.length * 4 > this.maximumLength || this.bytes * 4 > this.maximumBytes;
  }

  /** True unless the message alone is more than may wait: then no room can be made for it. */
  canEverHold(delivery: Delivery): boolean {
    return this.maximumLength > 0 && delivery.message.size + OVERHEAD <= this.maximumBytes;
  }

  /** False when there is no room: the message is not in the queue. */
  push(delivery: Delivery): boolean {
    const size = delivery.message.size + OVERHEAD;
    if (this.length >= this.maximumLength || this.bytes + size > this.maximumBytes) {
      return false;
    }
    if (this.items === NO_ITEMS) {
      this.items = [];
    }
    this.items.push(delivery);
    this.bytes += size;
    this.budget.hold(delivery.message);
    return true;
  }

  peek(): Delivery | undefined {
    return this.items[this.head];
  }

  shift(): Delivery | undefined {
    const delivery = this.items[this.head];
    if (delivery === undefined) {
      return undefined;
    }
    this.items[this.head] = undefined;
    this.head += 1;
    this.bytes -= delivery.message.size + OVERHEAD;
    this.budget.release(delivery.message);
    // Amortised: what was taken is cut off when it is half of the array.
    if (this.head * 2 >= this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return delivery;
  }

  /** Takes out what has expired at `now`; gives how many messages that were. */
  purge(now: number): number {
    const before = this.length;
    const left = [...this].filter(({ message }) => {
      const isExpired = message.remainingExpiry(now) === 0;
      if (isExpired) {
        this.bytes -= message.size + OVERHEAD;
        this.budget.release(message);
      }
      return !isExpired;
    });
    this.items = left;
    this.head = 0;
    return before - left.length;
  }

  clear(): void {
    for (const delivery of this) {
      this.budget.release(delivery.message);
    }
    this.items = NO_ITEMS;
    this.head = 0;
    this.bytes = 0;
  }

  *[Symbol.iterator](): Generator<Delivery> {
    for (let index = this.head; index < this.items.length; index += 1) {
      yield this.items[index] as Delivery;
    }
  }
}
