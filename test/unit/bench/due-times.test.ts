import { expect, test } from "vitest";
import { DueTimes, openSpan, type SpanRecorders } from "../../../src/bench/due-times.ts";
import { LatencyRecorder, summarize } from "../../../src/bench/latency-recorder.ts";
import { ticksOf, wholeTicksOf } from "../../../src/bench/ticks.ts";

function recorders(from = Number.POSITIVE_INFINITY, until = from): SpanRecorders {
  const span = { ...openSpan(), from: wholeTicksOf(from), until: wholeTicksOf(until) };
  return { span, latency: new LatencyRecorder(), serviceLatency: new LatencyRecorder() };
}

const countOf = ({ latency }: SpanRecorders) => latency.histogram().totalCount;

/** Arrives at `now`, due and sent at these times, in ms. */
function arrive(times: DueTimes, now: number, intended: number, sent = intended): void {
  times.record(wholeTicksOf(now), ticksOf(now), ticksOf(intended), ticksOf(sent));
}

test("a message belongs to the span in which it was due, whenever it arrives", () => {
  const [first, second] = [recorders(100, 200), recorders(300, 400)];
  const times = new DueTimes([first, second]);
  arrive(times, 350, 99.9999);
  arrive(times, 350, 100);
  arrive(times, 999, 199.9999, 500);
  arrive(times, 999, 200);
  arrive(times, 999, 300);
  expect([countOf(first), countOf(second)]).toEqual([2, 1]);
  const summary = summarize(first.latency.histogram());
  expect(summary.max).toBeCloseTo(799_000, -3);
  expect(summarize(first.serviceLatency?.histogram() ?? first.latency.histogram()).max).toBeCloseTo(499_000, -3);
});

test("also where ticks wrap, every 429 s, and where the end is not known yet", () => {
  const wrap = 2 ** 32 / 10_000;
  const own = recorders(3 * wrap - 10, Number.POSITIVE_INFINITY);
  const times = new DueTimes([own]);
  arrive(times, 3 * wrap + 5, 3 * wrap - 5);
  arrive(times, 3 * wrap + 5, 3 * wrap - 10.001);
  expect(countOf(own)).toBe(1);
  own.span.until = wholeTicksOf(3 * wrap + 100);
  arrive(times, 3 * wrap + 200, 3 * wrap + 99);
  arrive(times, 3 * wrap + 200, 3 * wrap + 101);
  expect(countOf(own)).toBe(2);
});

test("lags belong to the span in which something was due; totals get what spans get", () => {
  const totals = { latency: new LatencyRecorder(), serviceLatency: undefined };
  const own = { ...recorders(0, 100), totals };
  const times = new DueTimes([own]);
  times.recordLag(50, 51);
  times.recordLag(150, 151);
  arrive(times, 120, 99);
  expect([countOf(own), totals.latency.histogram().totalCount]).toEqual([2, 2]);
});
