/**
 * When each message of an open loop is due, in milliseconds since its start, whatever happens to the messages before it.
 * Latency counts from these times: a broker that stalls delays messages, not their schedule (no coordinated omission).
 */
export interface SendSchedule {
  /** How many messages there are in all. */
  readonly count: number;
  /** When message `index`, counted from 0, is due. Never decreases. */
  timeOf(index: number): number;
  /** How many messages are due at the time `elapsed`. */
  dueBy(elapsed: number): number;
}

/** `rate` messages per second at equal distances, for `duration` milliseconds; the first is due at once. */
export function fixedSchedule(rate: number, duration: number): SendSchedule {
  const interval = 1000 / rate;
  const count = Math.max(1, Math.round(duration / interval));
  const timeOf = (index: number) => index * interval;
  return {
    count,
    timeOf,
    dueBy(elapsed) {
      if (elapsed < 0) return 0;
      // The division may round across the border; timeOf decides, so that nothing is ever sent before it is due.
      let due = Math.floor(elapsed / interval) + 1;
      while (timeOf(due - 1) > elapsed) due -= 1;
      while (timeOf(due) <= elapsed) due += 1;
      return Math.min(due, count);
    },
  };
}
