import type { QoS } from "../../codec/index.ts";
import type { Message } from "../../delivery/index.ts";
import type { SubscriptionEntry } from "../routing/subscriptions.ts";
import type { Delivery } from "./message-queue.ts";

/** The next message was not found yet: it is to be looked for in another turn. */
export const LATER = Symbol("later");

/** The retained messages for one new subscription, one after the other, as its client takes them. */
export class RetainedReplay {
  private readonly messages: Iterator<Message | undefined>;
  private readonly entry: SubscriptionEntry;
  private readonly isWanted: (message: Message) => boolean;
  private head: Delivery | undefined;

  /** `isWanted` leaves out what has expired or may not be received, at the time it is asked. */
  constructor(
    messages: Iterator<Message | undefined>,
    entry: SubscriptionEntry,
    isWanted: (message: Message) => boolean,
  ) {
    this.messages = messages;
    this.entry = entry;
    this.isWanted = isWanted;
  }

  /** The next one that is wanted by now; undefined when all were sent. */
  peek(): Delivery | typeof LATER | undefined {
    while (this.head === undefined || !this.isWanted(this.head.message)) {
      const step = this.messages.next();
      if (step.done === true) {
        return undefined;
      }
      if (step.value === undefined) {
        return LATER;
      }
      this.head = this.deliveryOf(step.value);
    }
    return this.head;
  }

  /** Goes on to the one behind it. */
  next(): void {
    this.head = undefined;
  }

  private deliveryOf(message: Message): Delivery {
    const qos = Math.min(message.qos, this.entry.qos) as QoS;
    return { message, qos, retain: true, identifiers: this.entry.identifiers, group: undefined };
  }
}
