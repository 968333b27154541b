import type { PublishFrame, QoS } from "../codec/index.ts";

const NOTHING = Buffer.alloc(0);

/**
 * An Application Message on its way: an encoded PUBLISH, its topic with any alias resolved, and what is known about it.
 *
 * A connection has one and points it at each PUBLISH that arrives, so it is valid only during the call it is handed to;
 * `keep` gives one that lasts.
 */
export class Message {
  frame: PublishFrame;
  topicBytes: Buffer;
  topicStart: number;
  topicEnd: number;
  /** The Client Identifier of the publisher, for No Local [MQTT-3.8.3-3]; empty for messages of the broker itself. */
  publisher: string;
  /** The topic as text; set once the message is routed. */
  topic = "";
  /** When it expires (3.3.2.3.3), on the broker's clock in milliseconds; Infinity for never. */
  expiresAt = Number.POSITIVE_INFINITY;
  /** How many queues and exchanges keep it, for who counts what that costs. */
  holders = 0;
  private kept: Message | undefined;

  constructor(frame: PublishFrame, publisher: string) {
    this.frame = frame;
    this.publisher = publisher;
    this.topicBytes = frame.bytes;
    this.topicStart = frame.topicStart;
    this.topicEnd = frame.topicEnd;
  }

  /** Points at the PUBLISH that the frame shows now; `aliased`: the topic where the frame has only an alias for it. */
  read(frame: PublishFrame, aliased: Buffer | undefined): void {
    this.frame = frame;
    this.kept = undefined;
    this.expiresAt = Number.POSITIVE_INFINITY;
    if (aliased === undefined) {
      this.topicBytes = frame.bytes;
      this.topicStart = frame.topicStart;
      this.topicEnd = frame.topicEnd;
    } else {
      this.topicBytes = aliased;
      this.topicStart = 0;
      this.topicEnd = aliased.length;
    }
  }

  /** Lets go of the bytes it points at, so that an idle connection does not hold the last chunk that came. */
  forget(): void {
    this.topicBytes = NOTHING;
    this.kept = undefined;
  }

  get qos(): QoS {
    return this.frame.qos;
  }

  get payloadLength(): number {
    return this.frame.payloadLength;
  }

  /** Bytes that keeping it costs. */
  get size(): number {
    return this.frame.size;
  }

  /** A message that owns its bytes. Asked again for the same PUBLISH, it answers with the same one: it is copied at most once. */
  keep(): Message {
    if (this.kept === undefined) {
      const kept = new Message(this.frame.copy(), this.publisher);
      if (this.topicBytes !== this.frame.bytes) {
        kept.topicBytes = this.topicBytes;
        kept.topicStart = this.topicStart;
        kept.topicEnd = this.topicEnd;
      }
      kept.topic = this.topic;
      kept.expiresAt = this.expiresAt;
      kept.kept = kept;
      this.kept = kept;
    }
    return this.kept;
  }

  /** The Message Expiry Interval to send now [MQTT-3.3.2-6], in seconds; -1 when it has none, 0 when it has expired. */
  remainingExpiry(now: number): number {
    if (this.expiresAt === Number.POSITIVE_INFINITY) {
      return -1;
    }
    // Whole seconds that have passed are subtracted: what is forwarded at once keeps its interval.
    return Math.max(0, Math.ceil((this.expiresAt - now) / 1000));
  }
}
