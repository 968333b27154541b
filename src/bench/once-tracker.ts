/** Watches numbers of which each is to come once, in any order. */
export class OnceTracker {
  /** Numbers that came, each counted once. */
  delivered = 0;
  duplicated = 0;
  readonly #count: number;
  /** One bit for each number. */
  readonly #seen: Uint32Array;

  /** Numbers from 0 to before `count`. */
  constructor(count: number) {
    this.#count = count;
    this.#seen = new Uint32Array(Math.ceil(count / 32));
  }

  /** How a number came; "unknown": there is none such. */
  accept(number: number): "delivered" | "duplicated" | "unknown" {
    if (number >= this.#count) return "unknown";
    const word = this.#seen[number >>> 5] as number;
    const bit = 1 << (number & 31);
    if ((word & bit) !== 0) {
      this.duplicated += 1;
      return "duplicated";
    }
    this.#seen[number >>> 5] = word | bit;
    this.delivered += 1;
    return "delivered";
  }
}
