import { decodeFromCompressedBase64 } from "hdr-histogram-js";
import { describe, expect, test } from "vitest";
import {
  LatencyRecorder,
  type LatencySummary,
  mergeLatencies,
  summarize,
} from "../../../src/bench/latency-recorder.ts";

function recorded(...microseconds: number[]) {
  const recorder = new LatencyRecorder();
  for (const time of microseconds) recorder.record(time * 10);
  return recorder.histogram();
}

describe("LatencyRecorder", () => {
  test("gives percentiles in microseconds, of short and long times together", () => {
    // 1 … 100,000 µs: the counters take the first 6553, the histogram the rest
    const times = Array.from({ length: 100_000 }, (_, index) => index + 1);
    const summary = summarize(recorded(...times));
    expect(summary.count).toBe(100_000);
    for (const [value, exact] of [
      [summary.p50, 50_000],
      [summary.p75, 75_000],
      [summary.p90, 90_000],
      [summary.p95, 95_000],
      [summary.p99, 99_000],
      [summary.p999, 99_900],
      [summary.p9999, 99_990],
      [summary.max, 100_000],
      [summary.stddev, 28_867.5],
      [summary.mean, 50_000.5],
    ] as const) {
      expect(Math.abs(value / exact - 1)).toBeLessThan(0.001);
    }
    expect(summary.min).toBeCloseTo(1, 1);
  });

  test("keeps minutes apart", () => {
    const minutes = 7 * 60 * 1e6;
    expect(Math.abs(summarize(recorded(minutes)).max / minutes - 1)).toBeLessThan(0.001);
  });

  test("no percentile is above the largest value", () => {
    for (const time of [4066.1, 40_661.7, 407_123]) {
      const { p50, p99, p9999, max } = summarize(recorded(time, time));
      for (const one of [p50, p99, p9999]) expect(one).toBe(max);
    }
  });

  test("nothing recorded gives zeros", () => {
    expect(summarize(recorded())).toMatchObject({ count: 0, min: 0, mean: 0, p50: 0, p999: 0, max: 0 });
  });

  test("tells what is recent, once", () => {
    const recorder = new LatencyRecorder();
    for (const time of [10, 20, 20_000]) recorder.record(time * 10);
    expect(recorder.takeRecent().p50).toBeCloseTo(20, 1);
    for (const time of [30, 30, 50_000]) recorder.record(time * 10);
    const { p50, p99 } = recorder.takeRecent();
    expect(p50).toBeCloseTo(30, 1);
    expect(Math.abs((p99 ?? 0) / 50_000 - 1)).toBeLessThan(0.001);
    expect(recorder.takeRecent()).toEqual({ p50: null, p99: null });
    expect(recorder.histogram().totalCount).toBe(6);
  });

  test("summaries are merged by their histograms", () => {
    const [one, other] = [recorded(10, 20, 30), recorded(40_000)].map(summarize) as [LatencySummary, LatencySummary];
    const merged = mergeLatencies([one, other]);
    expect(merged).toMatchObject({ count: 4, min: one.min, p50: one.p50 });
    expect(merged.max / other.max).toBeCloseTo(1, 3);
    expect(mergeLatencies([one])).toBe(one);
  });

  test("its histograms can be read back and added", () => {
    const first = decodeFromCompressedBase64(summarize(recorded(10, 20)).histogram);
    first.add(decodeFromCompressedBase64(summarize(recorded(30, 9000)).histogram));
    expect(first.totalCount).toBe(4);
    expect(Math.round(first.maxValue / 1e5)).toBe(90);
  });
});
