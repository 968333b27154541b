export type { BenchObserver, BenchProgress } from "./bench-observer.ts";
export {
  type BenchPlan,
  type BenchWish,
  type ConnectionPlan,
  measurementsOf,
  planBench,
  type TargetPlan,
} from "./bench-plan.ts";
export {
  type BenchResult,
  type CellResult,
  deliveryFailures,
  type Sample,
  type Second,
  type Slice,
} from "./bench-result.ts";
export type { ComparedMetric, Comparison } from "./compare.ts";
export { readEnvironment } from "./environment.ts";
export { groupClients } from "./group-topology.ts";
export { type CurvePoint, latencyCurve, percentileDistribution } from "./histograms.ts";
export {
  type Baseline,
  checkCalibration,
  type DeliveryFailure,
  type Ending,
  type Expectations,
  type ExpectedResult,
  endingsOf,
  type Judgement,
  judge,
  NO_EXPECTATIONS,
} from "./judgement.ts";
export { type LatencySummary, mergeLatencies } from "./latency-recorder.ts";
export { metricNamed, metricNames, type Unit } from "./metrics.ts";
export { middleOf } from "./middle.ts";
export type { GroupsWish, GroupWish, StageWish } from "./plan-groups.ts";
export { LARGEST_RESULT, readResult } from "./read-result.ts";
export { type BenchRun, runBench } from "./run-bench.ts";
export type { ProcessReading, RunningTarget } from "./running-target.ts";
export { sampleOfSlice } from "./slice-sample.ts";
export { roundsNeeded, type Verdict } from "./statistics.ts";
export { checkThresholds, parseThreshold, type ThresholdOutcome } from "./threshold.ts";
