import type { LoadPlan } from "./bench-plan.ts";
import type { Flag, Sample } from "./bench-result.ts";
import { Bout } from "./bout.ts";
import { ClosedLoop } from "./closed-loop.ts";
import { FlowRun } from "./flow-run.ts";
import { isCapacityGeneratorLimited, isLatencyGeneratorLimited } from "./generator-health.ts";
import { LatencyRecorder, summarize } from "./latency-recorder.ts";
import { isNoisy } from "./machine.ts";
import type { Measured } from "./meter.ts";
import { OpenLoop } from "./open-loop.ts";
import { OperationsRun } from "./operations-run.ts";
import type { Means, Order } from "./order.ts";
import type { BatchScenario, FlowScenario, OperationScenario } from "./scenario.ts";
import { scenarioOf } from "./scenarios/index.ts";
import { fixedSchedule, poissonSchedule, type SendSchedule } from "./send-schedule.ts";
import { rateOf, type Stage } from "./stages.ts";

/** When more than this share of the messages was held back, their wait shapes the latencies. */
const HELD_BACK_SHARE = 0.01;

/** A sample may be there although it ended early by `error`; none is there when it ended before it measured. */
export interface Outcome {
  readonly sample: Sample | undefined;
  readonly error: unknown;
}

/** One target under one load; `stages` are those of an open loop. */
export function measure(
  order: Order,
  load: LoadPlan,
  stages: readonly Stage[] | undefined,
  means: Means,
): Promise<Outcome> {
  const scenario = scenarioOf(order.cell.scenario);
  if (scenario.kind === "batch") return measureBatch(scenario, order, means);
  if (load.loop === "closed") {
    return scenario.kind === "flow"
      ? measureCapacity(scenario, order, load.window, means)
      : measureOperations(scenario, order, undefined, means);
  }
  const schedule = scheduleOf(order, load, stages ?? []);
  const offeredRate = rateOf(stages ?? []);
  return scenario.kind === "flow"
    ? measureLatency(scenario, order, { schedule, offeredRate }, means)
    : measureOperations(scenario, order, { schedule, offeredRate }, means);
}

interface Offer {
  readonly schedule: SendSchedule;
  readonly offeredRate: number;
}

function scheduleOf({ run, number }: Order, load: LoadPlan, stages: readonly Stage[]): SendSchedule {
  const isRandom = "arrival" in load && load.arrival === "poisson";
  return isRandom ? poissonSchedule(stages, run ^ number) : fixedSchedule(stages);
}

/** A closed loop with `window` messages under way in each stream. */
async function measureCapacity(scenario: FlowScenario, order: Order, window: number, means: Means): Promise<Outcome> {
  const run = new FlowRun(scenario, order, means, "closed");
  const load = new ClosedLoop(run.streams, { window, count: order.cell.count || undefined }, means.clock);
  const beginMeasuring = () => {
    run.measureFromHere();
    load.limit();
  };
  const isMeasuredFromStart = order.plan.warmUp === 0;
  const error = await run.under({
    start: () => {
      if (isMeasuredFromStart) beginMeasuring();
      load.start();
    },
    beginMeasuring: () => {
      if (!isMeasuredFromStart) beginMeasuring();
    },
    endMeasuring: () => run.measureUntilHere(),
    ...{ finished: load.finished, isCounted: load.isCounted },
    stop: () => load.stop(),
  });
  return { sample: closedSample(run.measured(), window, run.meter.latency), error };
}

/** An open loop over all streams. */
async function measureLatency(scenario: FlowScenario, order: Order, offer: Offer, means: Means): Promise<Outcome> {
  const run = new FlowRun(scenario, order, means, "open");
  const lag = new LatencyRecorder();
  const { warmUp, duration } = order.plan;
  const load = new OpenLoop(run.streams, offer.schedule, lag, means.clock);
  const error = await run.under({
    start: () => load.start(means.clock.now(), warmUp, warmUp + duration),
    beginMeasuring: () => {},
    endMeasuring: () => {},
    ...{ finished: load.finished, isCounted: false },
    stop: () => load.stop(),
  });
  const { heldBack, unsent, isHeldBack } = load;
  const { latency, serviceLatency } = run.meter;
  return {
    sample: openSample(run.measured(), offer, { latency, serviceLatency, lag, heldBack, unsent, isHeldBack }),
    error,
  };
}

async function measureOperations(
  scenario: OperationScenario,
  order: Order,
  offer: Offer | undefined,
  means: Means,
): Promise<Outcome> {
  const run = new OperationsRun(scenario, order, means);
  const error = await run.under(offer?.schedule);
  const { latency, serviceLatency } = run.meter;
  const measured = run.measured();
  if (offer === undefined) return { sample: closedSample(measured, 1, latency), error };
  const { heldBack, unsent, sendLag: lag } = run;
  const isHeldBack = unsent > 0;
  return { sample: openSample(measured, offer, { latency, serviceLatency, lag, heldBack, unsent, isHeldBack }), error };
}

async function measureBatch(scenario: BatchScenario, order: Order, means: Means): Promise<Outcome> {
  const bout = new Bout(scenario, order, means);
  const error = await bout.run();
  const sample = closedSample(bout.measured(), null, bout.meter.latency);
  return { sample: sample && { ...sample, loop: "batch" }, error };
}

function closedSample(
  measured: Measured | undefined,
  window: number | null,
  latencies: LatencyRecorder,
): Sample | undefined {
  if (measured === undefined) return undefined;
  const flags: Flag[] = isCapacityGeneratorLimited(measured.generator) ? ["generator-limited"] : [];
  if (measured.machine && isNoisy(measured.machine)) flags.push("noisy");
  const histogram = latencies.histogram();
  const latency = histogram.totalCount > 0 ? summarize(histogram) : null;
  const none = { offeredRate: null, serviceLatency: null, sendLag: null, heldBack: 0, unsent: 0 };
  return { ...measured, ...none, loop: "closed", window, latency, flags };
}

interface Found {
  readonly latency: LatencyRecorder;
  readonly serviceLatency: LatencyRecorder;
  readonly lag: LatencyRecorder;
  readonly heldBack: number;
  readonly unsent: number;
  /** Something could not be sent at the end, because there was no room. */
  readonly isHeldBack: boolean;
}

function openSample(
  measured: Measured | undefined,
  { schedule, offeredRate }: Offer,
  found: Found,
): Sample | undefined {
  if (measured === undefined) return undefined;
  const { heldBack, unsent } = found;
  const latency = summarize(found.latency.histogram());
  const serviceLatency = summarize(found.serviceLatency.histogram());
  const sendLag = summarize(found.lag.histogram());
  const flags: Flag[] = [];
  const isHeldBack = heldBack > (schedule.count - unsent) * HELD_BACK_SHARE;
  const isUnfinished = unsent > 0 && measured.complete;
  const isOverloaded = isUnfinished && (isHeldBack || found.isHeldBack);
  const isLate = isLatencyGeneratorLimited(sendLag, latency) || (isUnfinished && !isOverloaded);
  if (isLate) flags.push("generator-limited");
  if (measured.machine && isNoisy(measured.machine)) flags.push("noisy");
  if (isHeldBack) flags.push("held-back");
  if (isOverloaded) flags.push("overloaded");
  const hasLatency = latency.count > 0;
  return {
    ...{ ...measured, loop: "open", offeredRate, window: null, flags },
    ...{ latency: hasLatency ? latency : null, serviceLatency: hasLatency ? serviceLatency : null },
    ...{ sendLag, heldBack, unsent },
  };
}
