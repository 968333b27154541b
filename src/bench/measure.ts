import type { Arrival, LoadPlan } from "./bench-plan.ts";
import type { Flag, Sample } from "./bench-result.ts";
import { Bout } from "./bout.ts";
import { ClosedLoop } from "./closed-loop.ts";
import { DueTimes } from "./due-times.ts";
import { FlowBooks } from "./flow-books.ts";
import { FlowRun } from "./flow-run.ts";
import { isCapacityGeneratorLimited, isLatencyGeneratorLimited } from "./generator-health.ts";
import type { GroupPlan, StagePlan } from "./group-plan.ts";
import { groupScenario, loopOf, offeredBy } from "./group-scenario.ts";
import { LatencyRecorder, summarize } from "./latency-recorder.ts";
import { isNoisy } from "./machine.ts";
import { type Measured, Meter } from "./meter.ts";
import { OpenLoop } from "./open-loop.ts";
import { OperationsRun } from "./operations-run.ts";
import type { Means, Order } from "./order.ts";
import type { BatchScenario, FlowScenario, OperationScenario } from "./scenario.ts";
import { scenarioOf } from "./scenarios/index.ts";
import { fixedSchedule, poissonSchedule, type SendSchedule } from "./send-schedule.ts";
import { rateOf, type Stage } from "./stages.ts";
import { ThinkLoop } from "./think-loop.ts";

/** When more than this share of the messages was held back, their wait shapes the latencies. */
const HELD_BACK_SHARE = 0.01;

/** A sample may be there although it ended early by `error`; none is there when it ended before it measured. */
export interface Outcome {
  readonly sample: Sample | undefined;
  readonly error: unknown;
  /** Operations in what was measured. */
  readonly completed: number;
}

/** One target under one load; `stages` are those of an open loop. */
export function measure(
  order: Order,
  load: LoadPlan,
  stages: readonly Stage[] | undefined,
  means: Means,
): Promise<Outcome> {
  const { groups, stages: parts } = order.cell;
  if (groups !== undefined && parts !== undefined) return measureGroups(groups, parts, order, means);
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

interface Offer<Schedule = Pick<SendSchedule, "count">> {
  readonly schedule: Schedule;
  readonly offeredRate: number;
}

function scheduleOf(
  { run, number }: Pick<Order, "run" | "number">,
  load: { readonly arrival?: Arrival } | LoadPlan,
  stages: readonly Stage[],
): SendSchedule {
  const isRandom = "arrival" in load && load.arrival === "poisson";
  return isRandom ? poissonSchedule(stages, run ^ number) : fixedSchedule(stages);
}

/** A closed loop with `window` messages under way in each stream. */
async function measureCapacity(scenario: FlowScenario, order: Order, window: number, means: Means): Promise<Outcome> {
  const run = new FlowRun(scenario, order, means, "closed");
  const count = ownShareOf(order.cell.count, run);
  const load = new ClosedLoop(run.streams, { window, count }, means.clock);
  const isMeasuredFromStart = order.plan.warmUp === 0;
  const error = await run.under({
    prepare: (at) => run.measureFrom(at + order.plan.warmUp),
    start: () => {
      if (!isMeasuredFromStart) load.start();
    },
    beginMeasuring: () => {
      load.limit();
      if (isMeasuredFromStart) load.start();
    },
    endMeasuring: () => run.measureUntil(),
    ...{ finished: load.finished, isCounted: load.isCounted },
    stop: () => load.stop(),
  });
  return { sample: closedSample(run.measured(), window, run.meter.latency), error, completed: run.meter.completed };
}

/** Of so many messages, those of the streams that are sent from here; undefined: no number was asked for. */
function ownShareOf(count: number, { streams, total }: FlowRun): number | undefined {
  if (count === 0) return undefined;
  return streams.reduce((sum, { place }) => sum + Math.max(0, Math.ceil((count - place) / total)), 0);
}

/** An open loop over all streams. */
async function measureLatency(
  scenario: FlowScenario,
  order: Order,
  offer: Offer<SendSchedule>,
  means: Means,
): Promise<Outcome> {
  const run = new FlowRun(scenario, order, means, "open");
  const lag = new LatencyRecorder();
  const { warmUp, duration } = order.plan;
  const span = run.span;
  const lags = new DueTimes([{ span, latency: lag, serviceLatency: undefined }]);
  const load = new OpenLoop(run, offer.schedule, lags, means.clock);
  const error = await run.under({
    prepare: (at) => {
      run.measureFrom(at + warmUp);
      run.measureUntil(at + warmUp + duration);
    },
    start: (at) => load.start(at),
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
    completed: run.meter.completed,
  };
}

/** Groups of clients, each with a load of its own. */
async function measureGroups(
  groups: readonly GroupPlan[],
  stages: readonly StagePlan[],
  order: Order,
  means: Means,
): Promise<Outcome> {
  const meter = new Meter(order, means, "message");
  const { latency, serviceLatency } = meter;
  const lag = new LatencyRecorder();
  const books = new FlowBooks(groups, stages, { latency, serviceLatency, lag });
  const run = new FlowRun(groupScenario, order, means, "open", { books, meter });
  const scheduled: { readonly load: OpenLoop; readonly schedule: SendSchedule }[] = [];
  const others: (ClosedLoop | ThinkLoop)[] = [];
  for (const [group, { pace }] of groups.entries()) {
    if (pace === null) continue;
    const lanes = run.streamsOf(group);
    if (pace.loop === "open") {
      const schedule = scheduleOf({ ...order, number: order.number * 64 + group }, pace, pace.stages);
      scheduled.push({ load: new OpenLoop(lanes, schedule, books.lagOf(group), means.clock), schedule });
    } else if (pace.loop === "closed") {
      others.push(new ClosedLoop(lanes.streams, { window: pace.window }, means.clock));
    } else {
      others.push(new ThinkLoop(lanes.streams, pace, means.clock));
    }
  }
  const stopOthers = () => {
    for (const load of others) load.stop();
  };
  const error = await run.under({
    prepare: (at) => books.begin(at),
    start: (at) => {
      for (const { load } of scheduled) load.start(at);
      for (const load of others) load.start();
    },
    beginMeasuring: () => {},
    // Nobody waits for these to be done: they never are.
    endMeasuring: stopOthers,
    finished: Promise.all(scheduled.map(({ load }) => load.finished)).then(() => {}),
    isCounted: false,
    stop: () => {
      stopOthers();
      for (const { load } of scheduled) load.stop();
    },
  });
  if (scheduled.length === 0) {
    const sample = closedSample(run.measured(), null, latency);
    return { sample: sample && { ...sample, loop: loopOf(groups) }, error, completed: run.meter.completed };
  }
  const sum = (of: (load: OpenLoop) => number) => scheduled.reduce((all, { load }) => all + of(load), 0);
  const count = scheduled.reduce((all, { schedule }) => all + schedule.count, 0);
  const isHeldBack = scheduled.some(({ load }) => load.isHeldBack);
  const found = {
    latency,
    serviceLatency,
    lag,
    isHeldBack,
    heldBack: sum((one) => one.heldBack),
    unsent: sum((one) => one.unsent),
  };
  const offer: Offer = { schedule: { count }, offeredRate: offeredBy(groups) };
  return { sample: openSample(run.measured(), offer, found), error, completed: run.meter.completed };
}

async function measureOperations(
  scenario: OperationScenario,
  order: Order,
  offer: Offer<SendSchedule> | undefined,
  means: Means,
): Promise<Outcome> {
  const run = new OperationsRun(scenario, order, means);
  const error = await run.under(offer?.schedule);
  const { latency, serviceLatency } = run.meter;
  const measured = run.measured();
  const { completed } = run.meter;
  if (offer === undefined) return { sample: closedSample(measured, 1, latency), error, completed };
  const { heldBack, unsent, sendLag: lag } = run;
  const isHeldBack = unsent > 0;
  const found = { latency, serviceLatency, lag, heldBack, unsent, isHeldBack };
  return { sample: openSample(measured, offer, found), error, completed };
}

async function measureBatch(scenario: BatchScenario, order: Order, means: Means): Promise<Outcome> {
  const bout = new Bout(scenario, order, means);
  const error = await bout.run();
  const sample = closedSample(bout.measured(), null, bout.meter.latency);
  return { sample: sample && { ...sample, loop: "batch" }, error, completed: bout.meter.completed };
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
