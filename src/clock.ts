/** Time as the program sees it; tests hand in one that they turn by hand. */
export interface Clock {
  /** Milliseconds that only ever grow (not a date): for intervals, deadlines and expiry. */
  now(): number;
}

/** `performance.now` would load node:perf_hooks, which costs each start a millisecond. */
export const systemClock: Clock = {
  now() {
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1000 + nanoseconds / 1e6;
  },
};
