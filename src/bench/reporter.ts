import type { BenchProgress } from "./bench-observer.ts";
import type { Means } from "./order.ts";

const INTERVAL = 250;

/** Tells the observer a few times a second where a measurement is. */
export class Reporter {
  readonly #means: Means;
  readonly #completed: () => number;
  readonly #timer: NodeJS.Timeout;
  #stage: BenchProgress["stage"] = "connecting";
  #before: { completed: number; at: number };

  /** `completed` counts operations. */
  constructor(means: Means, completed: () => number) {
    this.#means = means;
    this.#completed = completed;
    this.#before = { completed: 0, at: means.clock.now() };
    this.#timer = setInterval(() => this.#report(), INTERVAL);
  }

  enter(stage: BenchProgress["stage"]): void {
    this.#stage = stage;
    this.#report();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #report(): void {
    const { clock, onProgress } = this.#means;
    const completed = this.#completed();
    const at = clock.now();
    const messagesPerSecond = Math.round(((completed - this.#before.completed) * 1000) / (at - this.#before.at || 1));
    this.#before = { completed, at };
    onProgress({ stage: this.#stage, messagesPerSecond });
  }
}
