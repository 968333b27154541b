import type { CellPlan } from "./bench-plan.ts";
import type { CellResult, Loop, Second } from "./bench-result.ts";

/** Where a run is. */
export interface BenchProgress {
  readonly cell: CellPlan;
  readonly target: string;
  readonly round: number;
  readonly loop: Loop | "search";
  readonly stage: "connecting" | "warming up" | "measuring" | "draining";
  /** Messages per second offered, in an open loop. */
  readonly rate: number | undefined;
  /** Messages per second that arrived since the last report. */
  readonly messagesPerSecond: number;
  /** The last whole second that was measured; null: there is none yet. */
  readonly latest: Second | null;
  /** Duplicated (but with QoS 1), reordered and corrupted messages so far; what is lost shows at the end. */
  readonly failures: number;
  /** Measurements done, and all of them. */
  readonly done: number;
  readonly total: number;
}

/** What a run tells while it lasts. */
export interface BenchObserver {
  /** A few times a second. */
  onProgress?(progress: BenchProgress): void;
  /** A cell is done, or all that there will be of it. */
  onCell?(cell: CellResult): void;
}
