import type { BenchProgress } from "./bench-observer.ts";
import type { Meter } from "./meter.ts";
import type { Means } from "./order.ts";

const INTERVAL = 250;

/** Tells the observer a few times a second where a measurement is. */
export class Reporter {
  readonly #means: Means;
  readonly #completed: () => number;
  readonly #meter: Pick<Meter, "latest">;
  readonly #failures: () => number;
  readonly #timer: NodeJS.Timeout;
  #stage: BenchProgress["stage"] = "connecting";
  #before: { completed: number; at: number };

  /** `completed` counts operations, `failures` what arrived but not as it should. */
  constructor(means: Means, meter: Pick<Meter, "latest">, completed: () => number, failures: () => number = () => 0) {
    this.#means = means;
    this.#meter = meter;
    this.#completed = completed;
    this.#failures = failures;
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
    onProgress({ stage: this.#stage, messagesPerSecond, latest: this.#meter.latest, failures: this.#failures() });
  }
}
