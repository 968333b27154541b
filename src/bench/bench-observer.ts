import type { CellPlan } from "./bench-plan.ts";
import type { CellResult } from "./bench-result.ts";

/** Where a run is. */
export interface BenchProgress {
  readonly cell: CellPlan;
  readonly loop: "closed" | "open";
  readonly stage: "connecting" | "warming up" | "measuring" | "draining";
  /** Messages per second offered, in an open loop. */
  readonly rate: number | undefined;
  /** Messages per second that arrived since the last report. */
  readonly messagesPerSecond: number;
  /** Measurements done, and all of them. */
  readonly done: number;
  readonly total: number;
}

/** What a run tells while it lasts. */
export interface BenchObserver {
  /** A few times a second. */
  onProgress?(progress: BenchProgress): void;
  onCell?(cell: CellResult): void;
}
