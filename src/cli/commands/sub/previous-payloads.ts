/** Topics whose last payload is kept. */
const TOPICS = 10_000;
/** Bytes that all of them may take, and one. */
const BYTES = 64 * 1024 * 1024;
const ONE = 1024 * 1024;

/** The last payload of each topic, in memory that has a bound: topics that were silent longest are forgotten. */
export class PreviousPayloads {
  /** In the order of the last messages. */
  readonly #payloads = new Map<string, Buffer | "too large">();
  #bytes = 0;

  /** Gives the payload of the message before; undefined where there was none, or it is forgotten. */
  replace(topic: string, payload: Buffer): Buffer | "too large" | undefined {
    const before = this.#payloads.get(topic);
    this.#remove(topic, before);
    const kept = payload.length > ONE ? "too large" : Buffer.from(payload);
    this.#payloads.set(topic, kept);
    this.#bytes += topic.length + (kept === "too large" ? 0 : kept.length);
    for (const [oldest, bytes] of this.#payloads) {
      if (this.#payloads.size <= TOPICS && this.#bytes <= BYTES) break;
      this.#remove(oldest, bytes);
    }
    return kept === "too large" && before !== undefined ? kept : before;
  }

  #remove(topic: string, payload: Buffer | "too large" | undefined): void {
    if (payload === undefined) return;
    this.#payloads.delete(topic);
    this.#bytes -= topic.length + (payload === "too large" ? 0 : payload.length);
  }
}
