import { build, encodeIntoCompressedBase64, type Histogram } from "hdr-histogram-js";
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

  record(ticks: number): void {
    if (ticks < FINE_TICKS) {
      this.#fine[ticks] = (this.#fine[ticks] as number) + 1;
    } else {
      this.#coarse.recordValue(ticks * NANOSECONDS);
    }
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
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
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
    p50: at(50),
    p90: at(90),
    p99: at(99),
    p999: at(99.9),
    max: microseconds(histogram.maxValue),
    histogram: encodeIntoCompressedBase64(histogram),
  };
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
