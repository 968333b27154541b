/** A payload that people can read, or that the next codec goes on with. */
export interface Decoded {
  readonly payload: Buffer;
  /** The payload is JSON. */
  readonly isJson: boolean;
  /** What it was; a detector tells what it found, "" where it left the payload as it is. */
  readonly format: string;
}

/** A format of payloads, both ways. */
export interface Codec {
  readonly name: string;
  /** Throws an Error that says why the payload is none of this format. `topic` is where it was published. */
  decode(payload: Buffer, topic: string): Decoded;
  /** True where a payload must be decoded when it comes, and once: it says what later ones mean. */
  isRemembered?(topic: string): boolean;
  /** From what people write: text, JSON. Throws UsageError where it does not fit. */
  encode(written: Buffer): Buffer;
}

/** What arrives may come from anybody: these bound what it can cost to read it. */
export const LIMITS = {
  /** Bytes of a payload; more than this is not looked into. */
  payload: 16 * 1024 * 1024,
  /** Bytes that a compressed payload may become. */
  decompressed: 64 * 1024 * 1024,
  /** Values in one payload: elements, members, fields. */
  values: 500_000,
  /** Lists in lists, messages in messages. */
  depth: 100,
} as const;

/** Counts what a payload makes us build. */
export class Budget {
  private values = 0;

  /** Throws where there are too many. */
  spend(values = 1): void {
    this.values += values;
    if (this.values > LIMITS.values) throw new Error(`more than ${LIMITS.values} values`);
  }
}

/** A value as JSON: what several codecs answer with. */
export function asJson(text: string, format: string): Decoded {
  return { payload: Buffer.from(text), isJson: true, format };
}
