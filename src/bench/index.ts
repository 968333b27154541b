export type { BenchObserver, BenchProgress } from "./bench-observer.ts";
export {
  type BenchPlan,
  type BenchWish,
  type ConnectionPlan,
  measurementsOf,
  planBench,
  type TargetPlan,
} from "./bench-plan.ts";
export { type BenchResult, type CellResult, deliveryFailures, type Sample } from "./bench-result.ts";
export { type LatencySummary, mergeLatencies } from "./latency-recorder.ts";
export { middleOf } from "./middle.ts";
export { type BenchRun, runBench } from "./run-bench.ts";
export type { ProcessReading, RunningTarget } from "./running-target.ts";
