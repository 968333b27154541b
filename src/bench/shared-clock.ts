import type { Clock } from "../clock.ts";

const READINGS = 50;

/**
 * What `performance.now` of this thread must be moved by to agree with the machine's monotonic clock, which is the same
 * for all threads, in milliseconds. The smallest of some differences is the one that was least held up between both
 * readings: right to less than a microsecond.
 */
export function clockOffset(): number {
  let offset = Number.POSITIVE_INFINITY;
  for (let reading = 0; reading < READINGS; reading++) {
    const now = performance.now();
    offset = Math.min(offset, Number(process.hrtime.bigint()) / 1e6 - now);
  }
  return offset;
}

/** A clock that tells what `performance.now` of the thread with that offset tells at the same moment. */
export function clockOf(offsetThere: number): Clock {
  const difference = clockOffset() - offsetThere;
  return { now: () => performance.now() + difference };
}
