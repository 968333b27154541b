/** How far back a late message can be told from a duplicate. */
const HISTORY = 65_536;

/**
 * Watches the sequence numbers of one stream: 0, 1, 2, …, each sent once and in order.
 * In order it costs a comparison; memory is only taken once something was missed.
 */
export class SequenceTracker {
  /** One more than the highest number seen. */
  next = 0;
  /** Messages that arrived, each counted once. */
  delivered = 0;
  duplicated = 0;
  /** Messages that arrived, for the first time, after a later one. */
  reordered = 0;
  /** One bit for each of the last HISTORY numbers, set when it arrived. */
  #seen: Uint32Array | undefined;

  /** Takes the number of an arrived message, modulo 2^32; answers with the whole number, or -1 for a duplicate. */
  accept(sequence: number): number {
    const ahead = (sequence - this.next) | 0;
    if (ahead === 0) {
      if (this.#seen !== undefined) mark(this.#seen, sequence);
      this.delivered += 1;
      return this.next++;
    }
    return ahead > 0 ? this.#skip(sequence, ahead) : this.#late(sequence, ahead);
  }

  #skip(sequence: number, ahead: number): number {
    // Up to here nothing was missed, or there would be a history already.
    this.#seen ??= new Uint32Array(HISTORY / 32).fill(0xffff_ffff);
    for (let missed = Math.max(0, ahead - HISTORY); missed < ahead; missed++) {
      unmark(this.#seen, this.next + missed);
    }
    mark(this.#seen, sequence);
    const whole = this.next + ahead;
    this.next = whole + 1;
    this.delivered += 1;
    return whole;
  }

  #late(sequence: number, ahead: number): number {
    if (this.#isKnown(sequence, -ahead)) {
      this.duplicated += 1;
      return -1;
    }
    if (this.#seen !== undefined && -ahead <= HISTORY) mark(this.#seen, sequence);
    this.reordered += 1;
    this.delivered += 1;
    return this.next + ahead;
  }

  /** What is older than the history counts as late as long as something is missing. */
  #isKnown(sequence: number, age: number): boolean {
    if (this.#seen === undefined) return true;
    return age > HISTORY ? this.delivered === this.next : isMarked(this.#seen, sequence);
  }
}

function mark(bits: Uint32Array, sequence: number): void {
  const index = (sequence >>> 5) % (HISTORY / 32);
  bits[index] = (bits[index] as number) | (1 << (sequence & 31));
}

function unmark(bits: Uint32Array, sequence: number): void {
  const index = (sequence >>> 5) % (HISTORY / 32);
  bits[index] = (bits[index] as number) & ~(1 << (sequence & 31));
}

function isMarked(bits: Uint32Array, sequence: number): boolean {
  return (((bits[(sequence >>> 5) % (HISTORY / 32)] as number) >>> (sequence & 31)) & 1) === 1;
}
