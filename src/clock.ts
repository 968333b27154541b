/** Time as the program sees it; tests hand in one that they turn by hand. */
export interface Clock {
  /** Milliseconds that only ever grow (not a date): for intervals, deadlines and expiry. */
  now(): number;
}

export const systemClock: Clock = { now: () => performance.now() };
