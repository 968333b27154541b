import type { SharedGroup } from "./shared-group.ts";
import type { Target } from "./target.ts";

/** Of most routes: a list of its own would be one more place to look at. */
const NO_GROUPS: readonly SharedGroup[] = [];
const NOBODY: readonly Target[] = [];

/** What is known about one distinct topic: that it is valid, and who gets its messages. */
export class Route {
  readonly topic: string;
  readonly levels: readonly string[];
  readonly hash: number;
  /** Only the broker itself may publish to it. */
  readonly isReserved: boolean;
  /** The topic is `bytes[from, to)`, in what the table that has the route owns. */
  bytes: Buffer;
  from: number;
  to: number;
  /** The last change of subscriptions that this route took into account. */
  seen = 0;
  targets = NOBODY;
  groups = NO_GROUPS;

  constructor(bytes: Buffer, from: number, to: number, hash: number) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    this.hash = hash;
    this.topic = bytes.toString("utf8", from, to);
    this.levels = this.topic.split("/");
    this.isReserved = isReservedTopic(this.topic);
  }

  /** Who gets its messages now. */
  lead(targets: readonly Target[], groups: readonly SharedGroup[]): void {
    const [first] = targets;
    if (first === undefined) {
      this.targets = NOBODY;
    } else {
      this.targets = targets.length === 1 ? first.alone : targets;
    }
    this.groups = groups.length === 0 ? NO_GROUPS : groups;
  }

  /** Whether its topic is the one in `bytes[from, to)`. */
  isOf(bytes: Buffer, from: number, to: number): boolean {
    const length = this.to - this.from;
    if (length !== to - from) {
      return false;
    }
    const known = this.bytes;
    const start = this.from;
    // From the end: topics of one publisher differ there.
    for (let index = length - 1; index >= 0; index -= 1) {
      if (known[start + index] !== bytes[from + index]) {
        return false;
      }
    }
    return true;
  }
}

/** Topics that clients may not publish to: what the broker says of itself, and its controls. */
export function isReservedTopic(topic: string): boolean {
  return topic.startsWith("$SYS/") || topic.startsWith("$CONTROL/");
}
