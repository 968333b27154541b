export type { BenchObserver, BenchProgress } from "./bench-observer.ts";
export { type BenchPlan, type BenchWish, type ConnectionPlan, measurementsOf, planBench } from "./bench-plan.ts";
export {
  type BenchResult,
  type CellResult,
  deliveryFailures,
  type LatencyMeasurement,
} from "./bench-result.ts";
export { type BenchRun, runBench } from "./run-bench.ts";
