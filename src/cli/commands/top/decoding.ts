import { type Codec, readablePayload } from "../../../payload/index.ts";

/** Bytes kept of a payload. */
export const KEPT = 4096;

/** A payload as it is kept: its beginning, a character a byte. */
export interface Kept {
  readonly payload: string;
  /** What it says, a character a byte of UTF-8: filled in when somebody looks, so that most messages cost nothing. */
  read?: string | undefined;
}

/** Makes payloads readable: when somebody looks at them, or when they come where later would not do. */
export class Decoding {
  readonly #codec: Codec;

  constructor(codec: Codec) {
    this.#codec = codec;
  }

  /** For a payload that comes: undefined where it can be read later. */
  arriving(topic: string, payload: Buffer): string | undefined {
    const isNow = payload.length > KEPT || this.#codec.isRemembered?.(topic);
    return isNow ? this.#read(topic, payload) : undefined;
  }

  /** Of a payload that was kept as a whole. */
  of(topic: string, kept: Kept): string {
    kept.read ??= this.#read(topic, Buffer.from(kept.payload, "latin1"));
    return kept.read;
  }

  #read(topic: string, payload: Buffer): string {
    const text = readablePayload(this.#codec, payload, topic);
    return text.toString("latin1", 0, Math.min(text.length, KEPT));
  }
}
