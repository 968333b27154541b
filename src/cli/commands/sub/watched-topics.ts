import { previewOf } from "../../live/preview.ts";
import { Rate } from "../../live/rate.ts";

/** So many topics are kept; beyond, those that were silent longest go. */
const TOPICS = 10_000;
/** And so many characters of their names. */
const NAMES = 8 * 1024 * 1024;
/** Bytes kept of a payload. */
const KEPT = 512;
/** A topic on the screen gives its line to another one when it was silent so long, in milliseconds. */
const PATIENCE = 10_000;

/** What a message is for a line: its topic, size and what is shown of it. */
export interface Watched {
  readonly topic: string;
  readonly size: number;
  readonly payload: Buffer;
  /** Shown instead of the payload. */
  readonly text?: string | undefined;
}

/** The latest of one topic. */
export class WatchedTopic {
  readonly topic: string;
  readonly rate: Rate;
  size = 0;
  /** When the last message came. */
  at: number;
  /** When the value became another one. */
  changedAt = Number.NEGATIVE_INFINITY;
  isOnScreen = false;
  /** A character a byte: small pieces of buffers would hold on to much more. */
  #kept = "";
  #text: string | undefined;

  constructor(topic: string, now: number) {
    this.topic = topic;
    this.rate = new Rate(now);
    this.at = now;
  }

  take({ size, payload, text }: Watched, now: number, isFirst: boolean): void {
    const beginning = text === undefined ? payload.toString("latin1", 0, Math.min(size, KEPT)) : "";
    const isSame = this.size === size && (text === undefined ? this.#kept === beginning : this.#text === text);
    this.size = size;
    this.at = now;
    if (!isFirst) this.rate.add(now);
    if (isSame) return;
    if (!isFirst) this.changedAt = now;
    this.#text = text;
    this.#kept = beginning;
  }

  /** The value as a line that cannot act on a terminal. */
  get value(): string {
    this.#text ??= previewOf(Buffer.from(this.#kept, "latin1"));
    return this.#text;
  }
}

/** The latest of each topic, in memory that has a bound however many topics there are. */
export class WatchedTopics {
  readonly #topics = new Map<string, WatchedTopic>();
  #names = 0;
  messages = 0;
  /** Some were left behind. */
  hasForgotten = false;
  total: Rate | undefined;

  get size(): number {
    return this.#topics.size;
  }

  take(message: Watched, now: number): void {
    this.messages++;
    if (this.total === undefined) this.total = new Rate(now);
    else this.total.add(now);
    let topic = this.#topics.get(message.topic);
    const isFirst = topic === undefined;
    if (topic === undefined) {
      topic = new WatchedTopic(message.topic, now);
      this.#topics.set(message.topic, topic);
      this.#names += message.topic.length;
      if (this.#topics.size > TOPICS || this.#names > NAMES) this.#forget();
    }
    topic.take(message, now, isFirst);
  }

  /** By name. Where there are more than lines, those with the newest messages, in an order that stays calm. */
  shown(lines: number, now: number): readonly WatchedTopic[] {
    const all = [...this.#topics.values()];
    const chosen = all.length <= lines ? all : newestOf(all, now).slice(0, Math.max(0, lines));
    if (chosen !== all) for (const topic of all) topic.isOnScreen = false;
    for (const topic of chosen) topic.isOnScreen = true;
    return chosen.sort((one, other) => (one.topic < other.topic ? -1 : 1));
  }

  /** The quarter that was silent longest: seldom much work instead of some for each message. */
  #forget(): void {
    this.hasForgotten = true;
    const oldest = [...this.#topics.values()].sort((one, other) => one.at - other.at);
    for (const { topic } of oldest.slice(0, Math.max(1, oldest.length >> 2))) {
      this.#topics.delete(topic);
      this.#names -= topic.length;
    }
  }
}

function newestOf(topics: readonly WatchedTopic[], now: number): WatchedTopic[] {
  const rank = ({ at, isOnScreen }: WatchedTopic): number => at + (isOnScreen && now - at < PATIENCE ? PATIENCE : 0);
  return topics.toSorted((one, other) => rank(other) - rank(one));
}
