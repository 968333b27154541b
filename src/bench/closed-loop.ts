import type { Clock } from "../clock.ts";
import type { Stream } from "./stream.ts";

/**
 * Every arrival lets its publisher send the next message, so that each stream has `window` messages under way: as fast as
 * the broker can, with bounded queues and nothing lost. Driven by arrivals alone; what arrives in one turn of the event
 * loop is answered in the same turn.
 */
export class ClosedLoop {
  /** Settles when a limit is reached; at once where there is none. */
  readonly finished: Promise<void>;
  readonly isCounted: boolean;
  readonly #streams: readonly Stream[];
  readonly #window: number;
  readonly #clock: Clock;
  #isRunning = false;
  /** How many messages may still be sent. */
  #left = Number.POSITIVE_INFINITY;
  #finish: () => void = () => {};
  readonly #count: number | undefined;

  /** `count`: messages to be sent once `limit` is called; undefined: as many as go. */
  constructor(
    streams: readonly Stream[],
    { window, count }: { readonly window: number; readonly count?: number | undefined },
    clock: Clock,
  ) {
    this.#streams = streams;
    this.#window = window;
    this.#clock = clock;
    this.isCounted = count !== undefined;
    this.#count = count;
    this.finished =
      count === undefined
        ? Promise.resolve()
        : new Promise((resolve) => {
            this.#finish = resolve;
          });
  }

  start(): void {
    this.#isRunning = true;
    for (const stream of this.#streams) {
      stream.onArrival = (self, now) => this.#refill(self, now);
      stream.onRoom = (self) => this.#refill(self, this.#clock.now());
      this.#refill(stream, this.#clock.now());
    }
  }

  /** From now on the count counts; also before `start`. Of a small count, others may have all. */
  limit(): void {
    if (this.#count === undefined) return;
    this.#left = this.#count;
    if (this.#count === 0) this.#finish();
    for (const stream of this.#streams) this.#refill(stream, this.#clock.now());
  }

  stop(): void {
    this.#isRunning = false;
  }

  #refill(stream: Stream, now: number): void {
    while (this.#isRunning && !stream.isHeldBack && stream.underWay < this.#window) {
      if (this.#left === 0) return;
      if (stream.send(now, now)) this.#left -= 1;
      if (this.#left === 0) this.#finish();
    }
  }
}
