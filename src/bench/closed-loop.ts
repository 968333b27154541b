import type { Clock } from "../clock.ts";
import type { Pair } from "./pair.ts";

/**
 * Every arrival lets its publisher send the next message, so that each pair has `window` messages under way: as fast as
 * the broker can, with bounded queues and nothing lost. Driven by arrivals alone; what arrives in one turn of the event
 * loop is answered in the same turn.
 */
export class ClosedLoop {
  readonly #pairs: readonly Pair[];
  readonly #window: number;
  readonly #clock: Clock;
  #isRunning = false;

  constructor(pairs: readonly Pair[], window: number, clock: Clock) {
    this.#pairs = pairs;
    this.#window = window;
    this.#clock = clock;
  }

  start(): void {
    this.#isRunning = true;
    for (const pair of this.#pairs) {
      pair.onArrival = (self, now) => this.#refill(self, now);
      pair.onRoom = (self) => this.#refill(self, this.#clock.now());
      this.#refill(pair, this.#clock.now());
    }
  }

  stop(): void {
    this.#isRunning = false;
  }

  #refill(pair: Pair, now: number): void {
    while (this.#isRunning && !pair.isHeldBack && pair.underWay < this.#window) {
      pair.send(now, now);
    }
  }
}
