import type { Message } from "../../delivery/index.ts";
import { TopicTree } from "../../topic/index.ts";

/** The last retained message of each topic (3.3.1.3), bounded in number and bytes. */
export class RetainedMessages {
  private readonly tree = new TopicTree<Message>();
  private sum = 0;
  private readonly maximum: number;
  private readonly maximumBytes: number;

  constructor(maximum: number, maximumBytes: number) {
    this.maximum = maximum;
    this.maximumBytes = maximumBytes;
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
    const bytes = this.sum + message.size - (before?.size ?? 0);
    if (bytes > this.maximumBytes || (before === undefined && this.tree.size >= this.maximum)) {
      return false;
    }
    this.tree.set(levels, message.keep());
    this.sum = bytes;
    return true;
  }

  /** The messages whose topics the filter matches, one after the other: meanwhile others may come and go. */
  matching(filter: readonly string[]): Generator<Message> {
    return this.tree.matching(filter);
  }
}
