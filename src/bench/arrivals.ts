import type { Clock } from "../clock.ts";
import { ticksOf, wholeTicksOf } from "./ticks.ts";

const NO_BYTES = new Uint8Array(0);

/**
 * When messages arrived: when the chunk of bytes that they lie in was read. That the last message of a chunk is looked
 * at later than the first is our doing, not the broker's. Reading the clock for each would cost a sixth of all the time
 * that receiving takes.
 */
export class Arrivals {
  /** Of the chunk in hand, in the clock's milliseconds, in ticks, and in ticks that do not wrap. */
  now = 0;
  ticks = 0;
  whole = 0;
  readonly #clock: Clock;
  #chunk: Uint8Array = NO_BYTES;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A message lies in this chunk. */
  from(chunk: Uint8Array): void {
    if (chunk === this.#chunk) return;
    this.#chunk = chunk;
    this.now = this.#clock.now();
    this.ticks = ticksOf(this.now);
    this.whole = wholeTicksOf(this.now);
  }
}
