import type { QoS } from "../codec/index.ts";
import type { ErrorCode } from "../errors.ts";
import type { Address, BenchPlan } from "./bench-plan.ts";
import type { Environment } from "./environment.ts";
import type { LatencySummary } from "./latency-recorder.ts";

export const RESULT_SCHEMA = "mqtk-bench/1";

/** What happened to the messages, warm-up included. */
export interface MessageCounts {
  readonly sent: number;
  /** Arrivals of any kind. */
  readonly received: number;
  /** Sent, and not arrived when nothing came any more. 0 where the measurement ended early: nobody waited. */
  readonly lost: number;
  /** Arrivals of what had arrived before: an error for QoS 0 and 2, allowed for QoS 1. */
  readonly duplicated: number;
  /** Arrived after a message that was sent later. */
  readonly reordered: number;
  /** Arrived, but not as sent to this topic. */
  readonly corrupted: number;
  /** QoS 1 and 2: sent, and not acknowledged when nothing came any more. */
  readonly unacknowledged: number;
}

export type Flag =
  /** The generator was the limit: the broker can do more (closed loop), or latencies are partly its own (open loop). */
  | "generator-limited"
  /** Many messages waited for flow control (Receive Maximum, a full network) before they could be sent. */
  | "held-back"
  /** The broker could not take the offered rate: latencies are lower bounds. */
  | "overloaded";

/** How the generator itself was doing. */
export interface GeneratorHealth {
  /** CPU seconds per second. */
  readonly cpu: number;
  /** Share of the time in which its event loop had work; near 1 always in an open loop, where it spins. */
  readonly eventLoop: number;
}

interface MeasurementBase {
  /** False: ended before its time, by the user or an error. */
  readonly complete: boolean;
  /** Seconds that were measured. */
  readonly seconds: number;
  readonly messagesPerSecond: number;
  readonly payloadBytesPerSecond: number;
  readonly counts: MessageCounts;
  readonly generator: GeneratorHealth;
  readonly flags: readonly Flag[];
}

/** What got through with a window of messages always under way. */
export interface CapacityMeasurement extends MeasurementBase {
  readonly loop: "closed";
  readonly window: number;
  /** From send to receipt with a full window: mostly the wait in it. Not to be compared with open-loop latencies. */
  readonly closedLoopLatency: LatencySummary;
}

/** How long messages took that were sent on a schedule. */
export interface LatencyMeasurement extends MeasurementBase {
  readonly loop: "open";
  /** Offered, messages per second over all pairs. */
  readonly rate: number;
  /** From the intended send time to receipt. */
  readonly latency: LatencySummary;
  /** From the actual send to receipt: hides what messages waited before they could be sent. */
  readonly serviceLatency: LatencySummary;
  /** From the intended to the actual send, where the broker did not hold the message back. */
  readonly sendLag: LatencySummary;
  /** Sends that were late because the broker's flow control held them back. */
  readonly heldBack: number;
  /** Messages of the schedule that could not be sent in time. */
  readonly unsent: number;
}

export interface CellResult {
  readonly qos: QoS;
  readonly payloadSize: number;
  readonly capacity: CapacityMeasurement | null;
  readonly latency: LatencyMeasurement | null;
}

/** Why a run ended early. */
export interface BenchFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | null;
  /** Where the broker gave one. */
  readonly reasonCode: number | null;
}

/** Everything that was found out: the only source of all reports. Times in µs, rates per second, sizes in bytes. */
export interface BenchResult {
  readonly schema: typeof RESULT_SCHEMA;
  /** In ISO 8601. */
  readonly startedAt: string;
  readonly seconds: number;
  /** Part of the topics and client ids of this run. */
  readonly run: string;
  readonly status: "complete" | "interrupted" | "failed";
  readonly error: BenchFailure | null;
  readonly environment: Environment;
  /** Where the target really was: the embedded broker's address too. */
  readonly address: Address;
  readonly plan: BenchPlan;
  readonly cells: readonly CellResult[];
}

/** Arrivals and losses that QoS does not allow, in words: "3 lost", "1 duplicated". Empty: all is well. */
export function deliveryFailures(qos: QoS, counts: MessageCounts): readonly string[] {
  const failures: [number, string][] = [
    [counts.lost, "lost"],
    [qos === 1 ? 0 : counts.duplicated, "duplicated"],
    [counts.reordered, "reordered"],
    [counts.corrupted, "corrupted"],
  ];
  return failures.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
}
