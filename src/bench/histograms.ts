import { inflateSync } from "node:zlib";
import { decodeFromCompressedBase64 } from "hdr-histogram-js";
import type { LatencySummary } from "./latency-recorder.ts";

/** How many times of ours one histogram can hold: 2³² ticks of 100 ns, with three digits. */
const HIGHEST_VALUE = 2n ** 32n * 100n;
const SIGNIFICANT_DIGITS = 3;
/** What the longest histogram of ours unpacks to, generously: 34 buckets of 1024 counts of at most 9 bytes. */
const MOST_BYTES = 1 << 20;
const HEADER = 40;
/** HdrHistogram's V2 formats; these bits say how counts are written. */
const COMPRESSED_V2 = 0x1c84_9304;
const PLAIN_V2 = 0x1c84_9303;
const ENCODING_BITS = 0xf0;

/**
 * What is wrong with a histogram from elsewhere (HdrHistogram V2, compressed, base64), in words; undefined if nothing.
 * Decoders trust what the header says about sizes, so it is checked before one sees it.
 */
export function histogramProblem({
  histogram,
  count,
}: Pick<LatencySummary, "histogram" | "count">): string | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(histogram)) return "is not base64";
  const packed = Buffer.from(histogram, "base64");
  if (packed.length < 8 || (packed.readInt32BE(0) & ~ENCODING_BITS) !== COMPRESSED_V2) return "is no HdrHistogram V2";
  let plain: Buffer;
  try {
    plain = inflateSync(packed.subarray(8, 8 + packed.readUInt32BE(4)), { maxOutputLength: MOST_BYTES });
  } catch {
    return "cannot be unpacked";
  }
  if (plain.length < HEADER || (plain.readInt32BE(0) & ~ENCODING_BITS) !== PLAIN_V2) return "is no HdrHistogram V2";
  const isOurs =
    plain.readInt32BE(4) === plain.length - HEADER &&
    plain.readInt32BE(12) === SIGNIFICANT_DIGITS &&
    plain.readBigInt64BE(16) === 1n &&
    plain.readBigInt64BE(24) > 1n &&
    plain.readBigInt64BE(24) <= HIGHEST_VALUE;
  if (!isOurs) return "has another range or precision than mqtk's";
  try {
    const { totalCount } = decodeFromCompressedBase64(histogram);
    return totalCount === count ? undefined : `holds ${totalCount} values, and the summary says ${count}`;
  } catch {
    return "cannot be decoded";
  }
}

/** A point of the latency curve: this share of operations (99 is 99 %) took at most so many µs. */
export interface CurvePoint {
  readonly percentile: number;
  readonly value: number;
}

/** Points between one nine and the next. */
const POINTS_PER_NINE = 12;

/** The curve up to the percentile that one operation decides, in steps that are even on an axis of nines. */
export function latencyCurve({ histogram, count, max }: LatencySummary): readonly CurvePoint[] {
  if (count === 0) return [];
  const decoded = decodeFromCompressedBase64(histogram);
  const nines = Math.log10(count);
  const points: CurvePoint[] = [];
  for (let step = 0; step / POINTS_PER_NINE < nines; step++) {
    const percentile = 100 * (1 - 10 ** (-step / POINTS_PER_NINE));
    points.push({ percentile, value: Math.min(max, decoded.getValueAtPercentile(percentile) / 1000) });
  }
  return [...points, { percentile: 100 * (1 - 1 / count), value: max }];
}

/** The percentile distribution as HdrHistogram's tools write and plot it (.hgrm), in µs. */
export function percentileDistribution({ histogram }: LatencySummary): string {
  return decodeFromCompressedBase64(histogram).outputPercentileDistribution(5, 1000);
}
