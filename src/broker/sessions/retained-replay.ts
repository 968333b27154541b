import type { QoS } from "../../codec/index.ts";
import type { Message } from "../../delivery/index.ts";
import type { SubscriptionEntry } from "../routing/subscriptions.ts";
import type { Delivery } from "./message-queue.ts";

/** The retained messages for one new subscription, one after the other, as its client takes them. */
export class RetainedReplay {
  private readonly messages: Iterator<Message>;
  private readonly entry: SubscriptionEntry;
  private readonly isWanted: (message: Message) => boolean;
  private head: Delivery | undefined;

  /** `isWanted` leaves out what has expired or may not be received, at the time it is asked. */
  constructor(messages: Iterator<Message>, entry: SubscriptionEntry, isWanted: (message: Message) => boolean) {
    this.messages = messages;
    this.entry = entry;
    this.isWanted = isWanted;
    this.next();
  }

  /** The next one that is wanted by now; undefined when all were sent. */
  peek(): Delivery | undefined {
    while (this.head !== undefined && !this.isWanted(this.head.message)) {
      this.next();
    }
    return this.head;
  }

  /** Goes on to the one behind it. */
  next(): void {
    const step = this.messages.next();
    if (step.done === true) {
      this.head = undefined;
      return;
    }
    const message = step.value;
    const qos = Math.min(message.qos, this.entry.qos) as QoS;
    this.head = { message, qos, retain: true, identifiers: this.entry.identifiers, group: undefined };
  }
}
