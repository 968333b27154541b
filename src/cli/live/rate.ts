/** Messages of the last seconds count most; after this time, in milliseconds, a message counts a third. */
const MEMORY = 10_000;

/** How many messages come per second, lately. Takes the same room for one message and for millions. */
export class Rate {
  readonly #since: number;
  #weight = 0;
  #at: number;

  /** @param now when the first message came, in milliseconds; it makes no rate yet */
  constructor(now: number) {
    this.#since = now;
    this.#at = now;
  }

  /** One more message. */
  add(now: number): void {
    this.#weight = this.#weight * Math.exp((this.#at - now) / MEMORY) + 1;
    this.#at = now;
  }

  /** Undefined before there were two messages. */
  perSecond(now: number): number | undefined {
    if (this.#weight === 0) return undefined;
    const seen = Math.max(1000, now - this.#since);
    const weight = this.#weight * Math.exp((this.#at - now) / MEMORY);
    return (weight * 1000) / (MEMORY * (1 - Math.exp(-seen / MEMORY)));
  }
}
