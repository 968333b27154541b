/**
 * Times in payloads and histograms: 0.1 µs in 32 bits, wrapping every 429 s. Differences stay right across the wrap,
 * so latencies up to seven minutes can be told apart.
 */
const PER_MILLISECOND = 10_000;

/** Nanoseconds in a tick. */
export const NANOSECONDS = 100;

/** A reading of the clock, in milliseconds, as a tick. Later readings give later ticks, within the 429 s. */
export function ticksOf(milliseconds: number): number {
  return (milliseconds * PER_MILLISECOND) >>> 0;
}

/** Ticks from `earlier` to `later`. */
export function ticksBetween(earlier: number, later: number): number {
  return (later - earlier) >>> 0;
}

/** The same as a number that does not wrap, to tell what was before what. */
export function wholeTicksOf(milliseconds: number): number {
  return Math.floor(milliseconds * PER_MILLISECOND);
}
