import { UsageError } from "../errors.ts";
import { isValidTopicName } from "../topic/index.ts";

/** Distinct topics kept: bounded, because a client may publish to ever new ones. */
const CAPACITY = 1024;

/** Topics to publish to, as they stand in a PUBLISH: length and UTF-8. Each distinct one is checked and encoded once. */
export class TopicBytes {
  private readonly known = new Map<string, Buffer>();
  private lastTopic: string | undefined;
  private lastBytes: Buffer = Buffer.alloc(0);

  /** Throws UsageError for what is not a Topic Name (4.7). The same topic gives the same Buffer while it is known. */
  of(topic: string): Buffer {
    // Most clients publish to one topic many times: 5 ns instead of 30 for the map.
    if (topic === this.lastTopic) return this.lastBytes;
    let bytes = this.known.get(topic);
    if (bytes === undefined) {
      bytes = encode(topic);
      if (this.known.size >= CAPACITY) this.known.clear();
      this.known.set(topic, bytes);
    }
    this.lastTopic = topic;
    this.lastBytes = bytes;
    return bytes;
  }
}

function encode(topic: string): Buffer {
  if (topic === "") throw new UsageError("the topic is empty");
  if (!isValidTopicName(topic)) {
    const why = /[+#]/.test(topic)
      ? "wildcards are for subscriptions"
      : topic.includes("\0")
        ? "it has a NUL character"
        : topic.isWellFormed()
          ? "it has more than 65,535 bytes"
          : "it is not well-formed Unicode";
    throw new UsageError(`cannot publish to ${topic.length > 100 ? `${topic.slice(0, 100)}…` : topic}: ${why}`);
  }
  const text = Buffer.from(topic);
  const bytes = Buffer.allocUnsafeSlow(2 + text.length);
  bytes[0] = text.length >> 8;
  bytes[1] = text.length & 0xff;
  bytes.set(text, 2);
  return bytes;
}
