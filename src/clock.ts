/** Time as the program sees it; tests hand in one that they turn by hand. */
export interface Clock {
  /** Milliseconds that only ever grow (not a date): for intervals, deadlines and expiry. */
  now(): number;
}

/** `performance.now` would load node:perf_hooks, which costs each start a millisecond, and `process.hrtime` a tenth. */
export const systemClock: Clock = {
  now() {
    return process.uptime() * 1000;
  },
};
