import { KEPT, type Kept } from "./decoding.ts";

/** What the history of a topic may take, in bytes and messages; of the one that is looked at, more. */
const HISTORY = { bytes: 4096, messages: 60, each: 512 };
const LOOKED_AT = { bytes: 256 * 1024, messages: 400, each: KEPT };

/** A message of the past. */
export interface PastMessage extends Kept {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Bytes that it took when it came. */
  readonly cost: number;
}

/** What is known of the messages of one topic. */
export class Latest implements Kept {
  /** Of the last payload, its beginning: a character a byte. */
  payload = "";
  /** What it says, where payloads are decoded and somebody looked. */
  read: string | undefined;
  size = 0;
  at = 0;
  qos = 0;
  /** The broker keeps a message for those who subscribe later. */
  isRetained = false;
  /** Properties and the like on one line; empty where there are none. */
  details = "";
  /** Somebody looks at it: more is kept. */
  isLookedAt = false;
  messages = 0;
  readonly history: PastMessage[] = [];
  #bytes = 0;

  /** @param decoded where payloads are decoded: what it says, if that is known already */
  take(payload: Buffer, at: number, decoded?: { readonly text: string | undefined }): void {
    const limits = this.isLookedAt ? LOOKED_AT : HISTORY;
    this.payload = payload.toString("latin1", 0, Math.min(payload.length, KEPT));
    this.read = decoded?.text;
    this.size = payload.length;
    this.at = at;
    this.messages++;
    // Only what is kept as a whole can be decoded later.
    const each = decoded === undefined ? limits.each : KEPT;
    const { read } = this;
    const kept = read === undefined ? shortened(this.payload, each) : "";
    const cost = kept.length + (read?.length ?? 0);
    this.history.push({ at, cost, payload: kept, read });
    this.#bytes += cost;
    while (this.history.length > limits.messages || (this.#bytes > limits.bytes && this.history.length > 1)) {
      this.#bytes -= this.history.shift()?.cost ?? 0;
    }
  }
}

function shortened(text: string, length: number): string {
  return text.length > length ? text.slice(0, length) : text;
}

/** A level of the topic tree; figures are those of everything from here down. */
export class TopicNode {
  readonly name: string;
  readonly parent: TopicNode | undefined;
  readonly depth: number;
  readonly children = new Map<string, TopicNode>();
  /** Of the topic that ends here; undefined where there was no message of it. */
  latest: Latest | undefined;
  isOpen: boolean;
  messages = 0;
  topics = 0;
  rate = 0;
  #before = 0;
  #sorted: readonly TopicNode[] = [];

  constructor(name: string, parent: TopicNode | undefined, isOpen: boolean) {
    this.name = name;
    this.parent = parent;
    this.depth = parent === undefined ? -1 : parent.depth + 1;
    this.isOpen = isOpen;
  }

  get topic(): string {
    return this.parent === undefined || this.parent.depth < 0 ? this.name : `${this.parent.topic}/${this.name}`;
  }

  /** The levels below, by name. */
  get byName(): readonly TopicNode[] {
    if (this.#sorted.length !== this.children.size) {
      this.#sorted = [...this.children.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
    }
    return this.#sorted;
  }

  /** After so many seconds: how many messages came in them, smoothed over a few calls. */
  tick(seconds: number): void {
    const now = (this.messages - this.#before) / seconds;
    this.#before = this.messages;
    this.rate = this.rate === 0 ? now : this.rate + (now - this.rate) * 0.3;
    if (this.rate < 0.005) this.rate = 0;
  }
}
