import type { QoS } from "../../codec/index.ts";
import type { Message } from "../../delivery/index.ts";
import type { SharedGroup } from "../routing/shared-group.ts";

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

/** What a queued message costs beside its bytes: objects and references. */
const OVERHEAD = 250;

/** Messages that wait for one session: the only queue. First in, first out, bounded in number and bytes. */
export class MessageQueue {
  private items: (Delivery | undefined)[] = [];
  private head = 0;
  private bytes = 0;
  private readonly maximumLength: number;
  private readonly maximumBytes: number;

  constructor(maximumLength: number, maximumBytes: number) {
    this.maximumLength = maximumLength;
    this.maximumBytes = maximumBytes;
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

  /** False when there is no room: the message is not in the queue. */
  push(delivery: Delivery): boolean {
    const bytes = this.bytes + delivery.message.size + OVERHEAD;
    if (this.length >= this.maximumLength || bytes > this.maximumBytes) {
      return false;
    }
    this.items.push(delivery);
    this.bytes = bytes;
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
    // Amortised: what was taken is cut off when it is half of the array.
    if (this.head * 2 >= this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return delivery;
  }

  clear(): void {
    this.items = [];
    this.head = 0;
    this.bytes = 0;
  }

  *[Symbol.iterator](): Generator<Delivery> {
    for (let index = this.head; index < this.items.length; index += 1) {
      yield this.items[index] as Delivery;
    }
  }
}
