import type { LoadPlan } from "./bench-plan.ts";
import type { Flag, Sample } from "./bench-result.ts";
import { ClosedLoop } from "./closed-loop.ts";
import { isCapacityGeneratorLimited, isLatencyGeneratorLimited } from "./generator-health.ts";
import { LatencyRecorder, summarize } from "./latency-recorder.ts";
import { type Means, MeasurementRun, type Order } from "./measurement-run.ts";
import { OpenLoop } from "./open-loop.ts";
import { fixedSchedule } from "./send-schedule.ts";

/** When more than this share of the messages was held back, their wait shapes the latencies. */
const HELD_BACK_SHARE = 0.01;

/** A sample may be there although it ended early by `error`; none is there when it ended before it measured. */
export interface Outcome {
  readonly sample: Sample | undefined;
  readonly error: unknown;
}

/** One target under one load; `rate` in messages per second over all streams is that of an open loop. */
export function measure(order: Order, load: LoadPlan, rate: number | undefined, means: Means): Promise<Outcome> {
  return load.loop === "closed" ? measureCapacity(order, load.window, means) : measureLatency(order, rate ?? 1, means);
}

/** A closed loop with `window` messages under way in each pair. */
async function measureCapacity(order: Order, window: number, means: Means): Promise<Outcome> {
  const run = new MeasurementRun(order, means);
  const load = new ClosedLoop(run.pairs, window, means.clock);
  const error = await run.under({
    start: () => load.start(),
    beginMeasuring: () => run.measureFromHere(),
    endMeasuring: () => run.measureUntilHere(),
    finished: Promise.resolve(),
    stop: () => load.stop(),
  });
  const measured = run.result();
  if (measured === undefined) return { sample: undefined, error };
  const flags: Flag[] = isCapacityGeneratorLimited(measured.generator) ? ["generator-limited"] : [];
  const latency = summarize(run.latency.histogram());
  const none = { offeredRate: null, serviceLatency: null, sendLag: null, heldBack: 0, unsent: 0 };
  return { sample: { ...measured, ...none, loop: "closed", window, latency, flags }, error };
}

/** An open loop with `rate` messages per second over all pairs. */
async function measureLatency(order: Order, rate: number, means: Means): Promise<Outcome> {
  const run = new MeasurementRun(order, means);
  const lag = new LatencyRecorder();
  const { warmUp, duration } = order.plan;
  const load = new OpenLoop(run.pairs, fixedSchedule(rate, warmUp + duration), lag, means.clock);
  const error = await run.under({
    start: () => load.start(means.clock.now(), warmUp, warmUp + duration),
    beginMeasuring: () => {},
    endMeasuring: () => {},
    finished: load.finished,
    stop: () => load.stop(),
  });
  const measured = run.result();
  if (measured === undefined) return { sample: undefined, error };
  const latency = summarize(run.latency.histogram());
  const serviceLatency = summarize(run.serviceLatency.histogram());
  const sendLag = summarize(lag.histogram());
  const { heldBack, unsent } = load;
  const flags: Flag[] = [];
  const isHeldBack = heldBack > measured.counts.sent * HELD_BACK_SHARE;
  const isUnfinished = unsent > 0 && measured.complete;
  const isOverloaded = isUnfinished && (isHeldBack || load.isHeldBack);
  const isLate = isLatencyGeneratorLimited(sendLag, latency) || (isUnfinished && !isOverloaded);
  if (isLate) flags.push("generator-limited");
  if (isHeldBack) flags.push("held-back");
  if (isOverloaded) flags.push("overloaded");
  const sample: Sample = {
    ...{ ...measured, loop: "open", offeredRate: rate, window: null, flags },
    ...{ latency, serviceLatency, sendLag, heldBack, unsent },
  };
  return { sample, error };
}
