import type { Clock } from "../clock.ts";
import type { Stream } from "./stream.ts";

/** A message that does not get through is not waited for any longer, in milliseconds. */
const PATIENCE = 3000;

/**
 * Clients that behave as people and devices do: each waits for its message to get through, then so long as it thinks, and
 * sends the next. They begin at different moments, or they would all think in step.
 */
export class ThinkLoop {
  readonly #streams: readonly Stream[];
  readonly #time: { readonly from: number; readonly to: number };
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #timers = new Map<Stream, NodeJS.Timeout>();
  #isRunning = false;

  /** `time` in milliseconds; `random` gives numbers from 0 to before 1. */
  constructor(
    streams: readonly Stream[],
    time: { readonly from: number; readonly to: number },
    clock: Clock,
    random: () => number = Math.random,
  ) {
    this.#streams = streams;
    this.#time = time;
    this.#clock = clock;
    this.#random = random;
  }

  start(): void {
    this.#isRunning = true;
    for (const stream of this.#streams) {
      stream.onArrival = (self) => {
        if (self.underWay === 0) this.#think(self);
      };
      stream.onRoom = (self) => this.#send(self);
      this.#in(this.#random() * this.#time.to, stream, () => this.#send(stream));
    }
  }

  stop(): void {
    this.#isRunning = false;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #think(stream: Stream): void {
    const { from, to } = this.#time;
    this.#in(from + this.#random() * (to - from), stream, () => this.#send(stream));
  }

  #send(stream: Stream): void {
    if (!this.#isRunning || stream.isHeldBack) return;
    const now = this.#clock.now();
    if (!stream.send(now, now)) return;
    // What nobody confirms is through when it is sent.
    if (stream.underWay === 0) this.#think(stream);
    else this.#in(PATIENCE, stream, () => this.#think(stream));
  }

  /** One thing at a time for each client. */
  #in(milliseconds: number, stream: Stream, next: () => void): void {
    if (!this.#isRunning) return;
    clearTimeout(this.#timers.get(stream));
    this.#timers.set(stream, setTimeout(next, milliseconds));
  }
}
