import type { MessageFacts } from "../../expression/message-facts.ts";
import { safeLine, safePayload } from "../../terminal/safe-text.ts";

/** So many characters are shown of a payload or a value. */
const SHOWN = 100;
/** And so many bytes kept for it. */
const KEPT = 4 * SHOWN;

/** A message as a report mentions it; it holds little, however long the message was. */
export interface Glimpse {
  readonly topic: string;
  /** The beginning of the payload, in which nothing can act on a terminal. */
  readonly payload: string;
  /** Of the whole payload, in bytes. */
  readonly size: number;
}

export function glimpseOf({ topic, raw }: Pick<MessageFacts, "topic" | "raw">): Glimpse {
  const payload = shortened(safeLine(safePayload(raw.subarray(0, KEPT))), raw.length > KEPT);
  return { topic: shortened(topic), payload, size: raw.length };
}

/** One line: "plant/1 21.5". */
export function lineOf({ topic, payload, size }: Glimpse): string {
  return size === 0 ? `${topic} (null)` : `${topic} ${payload}`;
}

/** No longer than a line of a report can take; `isPart`: what is given is not all of it. */
export function shortened(text: string, isPart = false): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : isPart ? `${text}…` : text;
}
