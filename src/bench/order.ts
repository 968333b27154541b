import type { Clock } from "../clock.ts";
import type { Connect } from "./bench-client.ts";
import type { BenchProgress } from "./bench-observer.ts";
import type { BenchPlan, CellPlan } from "./bench-plan.ts";
import { PayloadStamps, type Stamps, streamKey } from "./payload-stamp.ts";
import type { ProcessReading, RunningTarget } from "./running-target.ts";
import type { Team } from "./team.ts";
import { TemplateStamps } from "./template-stamps.ts";

/** One measurement: a cell of the plan, one target, one round. */
export interface Order {
  readonly plan: BenchPlan;
  readonly cell: CellPlan;
  /** Counted from 1 within the run; keeps the topics, streams and clients of its measurements apart. */
  readonly number: number;
  /** 24 random bits. */
  readonly run: number;
  readonly target: string;
  readonly round: number;
}

/** What a measurement needs from outside. */
export interface Means {
  readonly connect: Connect;
  readonly target: RunningTarget;
  readonly clock: Clock;
  /** When the run began, in the clock's milliseconds. */
  readonly startedOn: number;
  readonly signal: AbortSignal;
  /** What the broker's process has used until now, where only another thread can tell. */
  readonly readProcess?: () => Promise<ProcessReading | undefined>;
  /** Who measures together. */
  readonly team: Team;
  onProgress(progress: Pick<BenchProgress, "stage" | "messagesPerSecond" | "latest" | "failures">): void;
}

/** Payloads of a measurement; undefined where it has none. */
export function stampsOf({ plan, cell }: Order): Stamps | undefined {
  if (plan.payload !== null) return new TemplateStamps(plan.payload);
  return cell.payloadSize > 0 ? new PayloadStamps(cell.payloadSize) : undefined;
}

/** The run in topics and client ids. */
function runName({ run }: Pick<Order, "run">): string {
  return run.toString(16).padStart(6, "0");
}

/** Above the topics of a measurement. */
export function baseTopic({ plan, run, number }: Order): string {
  return `${plan.topicPrefix}/${runName({ run })}/${number}`;
}

/** [MQTT-3.1.3-5] Every server accepts 23 of these characters; MQTT 3.1 allows no more. */
export function clientIdPrefix({ run, number }: Order): string {
  return `mqtk${runName({ run })}-${number}`;
}

/** Of the stream of that number within this measurement. */
export function keyOf({ run, number }: Order, index: number): number {
  return streamKey(run, number, index);
}
