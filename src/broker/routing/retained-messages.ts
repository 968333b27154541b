import type { Clock } from "../../clock.ts";
import type { Message } from "../../delivery/index.ts";
import { TopicTree } from "../../topic/index.ts";

/** Where there is no room, what has expired is looked for; but not more often than this, in milliseconds. */
const PURGE_EVERY = 1000;

/** The last retained message of each topic (3.3.1.3), bounded in number and bytes. */
export class RetainedMessages {
  private readonly tree = new TopicTree<Message>();
  private sum = 0;
  private readonly maximum: number;
  private readonly maximumBytes: number;
  private readonly clock: Clock;
  private lastPurge = Number.NEGATIVE_INFINITY;

  constructor(maximum: number, maximumBytes: number, clock: Clock) {
    this.maximum = maximum;
    this.maximumBytes = maximumBytes;
    this.clock = clock;
  }

  get size(): number {
    return this.tree.size;
  }

  /** Bytes of all of them. */
  get bytes(): number {
    return this.sum;
  }

  /**
   * Keeps, replaces, or — for an empty payload [MQTT-3.3.1-6] — removes the message of the topic.
   * False when there is no room for another one; those that are kept stay.
   */
  update(levels: readonly string[], message: Message): boolean {
    const before = this.tree.get(levels);
    if (message.payloadLength === 0) {
      if (before !== undefined) {
        this.tree.delete(levels);
        this.sum -= before.size;
      }
      return true;
    }
    if (!this.hasRoomFor(message, before)) {
      return this.purge() && this.update(levels, message);
    }
    this.tree.set(levels, message.keep());
    this.sum += message.size - (before?.size ?? 0);
    return true;
  }

  /**
   * The messages whose topics the filter matches, one after the other: meanwhile others may come and go. Now and then
   * `undefined`, where the search may be interrupted.
   */
  matching(filter: readonly string[]): Generator<Message | undefined> {
    return this.tree.matching(filter);
  }

  private hasRoomFor(message: Message, before: Message | undefined): boolean {
    const bytes = this.sum + message.size - (before?.size ?? 0);
    return bytes <= this.maximumBytes && (before !== undefined || this.tree.size < this.maximum);
  }

  /** Forgets what has expired. False when nothing has, or it was looked for a moment ago. */
  private purge(): boolean {
    const now = this.clock.now();
    if (now - this.lastPurge < PURGE_EVERY) {
      return false;
    }
    this.lastPurge = now;
    const expired = [...this.tree.values()].filter((message) => message.remainingExpiry(now) === 0);
    for (const message of expired) {
      this.tree.delete(message.topic.split("/"));
      this.sum -= message.size;
    }
    return expired.length > 0;
  }
}
