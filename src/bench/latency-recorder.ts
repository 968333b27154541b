import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64, type Histogram } from "hdr-histogram-js";
import { NANOSECONDS } from "./ticks.ts";

/** Every doubling of the time has so many counters of its own: 0.05 %. */
const SUB_BITS = 11;
const SUB_COUNT = 2 ** SUB_BITS;
const COUNTERS = (32 - SUB_BITS + 1) * SUB_COUNT;

/**
 * Counts how long things took. Recording only increments a counter, which takes 2 ns where the histogram takes 70; the
 * counters are entered into a histogram once, at the end.
 */
export class LatencyRecorder {
  readonly #counts = new Float64Array(COUNTERS);
  /** The counters at the last `takeRecent`. */
  #told: Float64Array | undefined;

  record(ticks: number): void {
    const index = indexOf(ticks);
    this.#counts[index] = (this.#counts[index] as number) + 1;
  }

  /** The middle and the 99th percentile of what was recorded since the last call, in µs; null where that is nothing. */
  takeRecent(): { p50: number | null; p99: number | null } {
    // From the counters, not by way of a histogram: this must not hold up what is being measured.
    const told = this.#told ?? new Float64Array(COUNTERS);
    let total = 0;
    for (let index = 0; index < COUNTERS; index++) {
      const count = this.#counts[index] as number;
      const recent = count - (told[index] as number);
      told[index] = recent;
      total += recent;
    }
    const answer = { p50: valueAt(told, total * 0.5), p99: valueAt(told, total * 0.99) };
    told.set(this.#counts);
    this.#told = told;
    return total === 0 ? { p50: null, p99: null } : answer;
  }

  /** Everything recorded so far, in nanoseconds. */
  histogram(): Histogram {
    const histogram = newHistogram();
    for (let index = 0; index < COUNTERS; index++) {
      const count = this.#counts[index] as number;
      if (count > 0) histogram.recordValueWithCount(ticksAt(index) * NANOSECONDS, count);
    }
    return histogram;
  }
}

/** The time in µs up to which so many have been counted. */
function valueAt(counts: Float64Array, wanted: number): number {
  let seen = 0;
  let index = 0;
  while (index < COUNTERS - 1 && seen + (counts[index] as number) < wanted) seen += counts[index++] as number;
  return microseconds(ticksAt(index) * NANOSECONDS);
}

/** By the position of the highest bit and the 11 bits below it. */
function indexOf(ticks: number): number {
  const shift = Math.max(0, 32 - SUB_BITS - 1 - Math.clz32(ticks));
  return shift * SUB_COUNT + (ticks >>> shift);
}

/** The ticks that a counter stands for, or the middle of them. */
function ticksAt(index: number): number {
  if (index < 2 * SUB_COUNT) return index;
  const shift = Math.floor(index / SUB_COUNT) - 1;
  return ((index % SUB_COUNT) + SUB_COUNT + 0.5) * 2 ** shift;
}

/** Percentiles in microseconds, and the histogram they come from, in nanoseconds. */
export interface LatencySummary {
  readonly count: number;
  readonly min: number;
  readonly mean: number;
  readonly stddev: number;
  readonly p50: number;
  readonly p75: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  /** 99.9 and 99.99 %. */
  readonly p999: number;
  readonly p9999: number;
  readonly max: number;
  /** HdrHistogram V2, compressed, base64: histograms of several runs can be added, percentiles cannot. */
  readonly histogram: string;
}

export function summarize(histogram: Histogram): LatencySummary {
  // Percentiles are the ends of the histogram's steps, which lie beyond the largest value.
  const at = (percentile: number) =>
    microseconds(Math.min(histogram.getValueAtPercentile(percentile), histogram.maxValue));
  return {
    count: histogram.totalCount,
    min: histogram.totalCount === 0 ? 0 : at(0),
    mean: microseconds(histogram.mean),
    stddev: microseconds(histogram.stdDeviation),
    p50: at(50),
    p75: at(75),
    p90: at(90),
    p95: at(95),
    p99: at(99),
    p999: at(99.9),
    p9999: at(99.99),
    max: microseconds(histogram.maxValue),
    histogram: encodeIntoCompressedBase64(histogram),
  };
}

/** What several summaries say together: their histograms are added, never their percentiles averaged. */
export function mergeLatencies(summaries: readonly LatencySummary[]): LatencySummary {
  const [only] = summaries;
  if (only !== undefined && summaries.length === 1) return only;
  const merged = newHistogram();
  for (const { histogram } of summaries) merged.add(decodeFromCompressedBase64(histogram));
  return summarize(merged);
}

/** Three significant digits, from 1 ns to what 32 bits of ticks can hold. */
function newHistogram(): Histogram {
  return build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 2 ** 32 * NANOSECONDS,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 64,
    autoResize: false,
  });
}

function microseconds(nanoseconds: number): number {
  return Math.round(nanoseconds / 100) / 10;
}
