import type { Second } from "./bench-result.ts";
import type { LatencyRecorder } from "./latency-recorder.ts";

const INTERVAL = 1000;

/** Writes a line for every second of a measurement: what was completed, and how long it took. */
export class Timeline {
  readonly seconds: Second[] = [];
  readonly #latency: LatencyRecorder;
  readonly #completed: () => number;
  readonly #timer: NodeJS.Timeout;
  readonly #startedAt: number;
  #before: { readonly at: number; readonly completed: number };

  /** `completed` counts operations; `start` is that of what is measured, `at` in milliseconds. */
  constructor(
    latency: LatencyRecorder,
    completed: () => number,
    start: { readonly at: number; readonly completed: number },
    clock: { now(): number },
  ) {
    this.#latency = latency;
    this.#completed = completed;
    this.#startedAt = start.at;
    this.#before = start;
    latency.takeRecent();
    this.#timer = setInterval(() => this.#write(clock.now()), INTERVAL);
  }

  /** Ends it; a last part of at least half a second still gets a line. */
  stop(now: number): void {
    clearInterval(this.#timer);
    if (now - this.#before.at >= INTERVAL / 2 || this.seconds.length === 0) this.#write(now);
  }

  #write(now: number): void {
    const completed = this.#completed();
    const elapsed = now - this.#before.at;
    const { p50, p99 } = this.#latency.takeRecent();
    this.seconds.push({
      at: Math.round((now - this.#startedAt) / 10) / 100,
      rate: elapsed > 0 ? Math.round(((completed - this.#before.completed) * 1000) / elapsed) : 0,
      ...{ p50, p99 },
    });
    this.#before = { at: now, completed };
  }
}
