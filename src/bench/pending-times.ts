const INITIAL = 256;

/** When messages that wait for their acknowledgement were due and sent, in ticks, by their numbers. */
export class PendingTimes {
  #intended = new Uint32Array(INITIAL);
  #sent = new Uint32Array(INITIAL);
  #next = 0;
  #settled = 0;

  /** The number is the last one plus 1. */
  add(number: number, intended: number, sent: number): void {
    // Half the room stays free for acknowledgements that come out of order.
    if ((number - this.#settled) * 2 >= this.#sent.length) this.#grow();
    const at = number & (this.#sent.length - 1);
    this.#intended[at] = intended;
    this.#sent[at] = sent;
    this.#next = number + 1;
  }

  intendedOf(number: number): number {
    return this.#intended[number & (this.#sent.length - 1)] as number;
  }

  sentOf(number: number): number {
    return this.#sent[number & (this.#sent.length - 1)] as number;
  }

  /** One message more is acknowledged. */
  settle(): void {
    this.#settled += 1;
  }

  #grow(): void {
    const size = this.#sent.length * 2;
    const intended = new Uint32Array(size);
    const sent = new Uint32Array(size);
    for (let number = Math.max(0, this.#next - size / 2); number < this.#next; number++) {
      intended[number & (size - 1)] = this.intendedOf(number);
      sent[number & (size - 1)] = this.sentOf(number);
    }
    this.#intended = intended;
    this.#sent = sent;
  }
}
