import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64, type Histogram } from "hdr-histogram-js";
import { NANOSECONDS } from "./ticks.ts";

/** Up to 6.5 ms each tick has a counter of its own. */
const FINE_TICKS = 65_536;

/**
 * Counts how long things took. Short times only increment a counter, which takes 2 ns where the histogram takes 70;
 * they are entered into the histogram once, at the end.
 */
export class LatencyRecorder {
  readonly #fine = new Float64Array(FINE_TICKS);
  readonly #coarse = newHistogram();
  /** From the first `takeRecent` on: the counters as they were then, and what was too long for them since. */
  #told: Float64Array | undefined;
  #recent: Histogram | undefined;

  record(ticks: number): void {
    if (ticks < FINE_TICKS) {
      this.#fine[ticks] = (this.#fine[ticks] as number) + 1;
    } else {
      this.#coarse.recordValue(ticks * NANOSECONDS);
      this.#recent?.recordValue(ticks * NANOSECONDS);
    }
  }

  /** The middle and the 99th percentile of what was recorded since the last call, in µs; null where that is nothing. */
  takeRecent(): { p50: number | null; p99: number | null } {
    this.#told ??= new Float64Array(FINE_TICKS);
    if (this.#recent === undefined) {
      this.#recent = newHistogram();
      this.#recent.add(this.#coarse);
    }
    const recent = this.#recent;
    for (let ticks = 0; ticks < FINE_TICKS; ticks++) {
      const count = (this.#fine[ticks] as number) - (this.#told[ticks] as number);
      if (count > 0) recent.recordValueWithCount(ticks * NANOSECONDS, count);
    }
    this.#told.set(this.#fine);
    const isEmpty = recent.totalCount === 0;
    const at = (percentile: number) => (isEmpty ? null : microseconds(recent.getValueAtPercentile(percentile)));
    const answer = { p50: at(50), p99: at(99) };
    recent.reset();
    return answer;
  }

  /** Everything recorded so far, in nanoseconds. */
  histogram(): Histogram {
    const histogram = newHistogram();
    histogram.add(this.#coarse);
    for (let ticks = 0; ticks < FINE_TICKS; ticks++) {
      const count = this.#fine[ticks] as number;
      if (count > 0) histogram.recordValueWithCount(ticks * NANOSECONDS, count);
    }
    return histogram;
  }
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
  const at = (percentile: number) => microseconds(histogram.getValueAtPercentile(percentile));
  return {
    count: histogram.totalCount,
    min: histogram.totalCount === 0 ? 0 : microseconds(histogram.getValueAtPercentile(0)),
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
