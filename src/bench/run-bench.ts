import { randomInt } from "node:crypto";
import type { ClientOptions } from "../client/index.ts";
import { type Clock, systemClock } from "../clock.ts";
import { isMqtkError, type MqtkError } from "../errors.ts";
import { type Connect, connectClient } from "./bench-client.ts";
import type { BenchObserver } from "./bench-observer.ts";
import { type Address, type BenchPlan, type CellPlan, type LoadPlan, measurementsOf } from "./bench-plan.ts";
import {
  type BenchFailure,
  type BenchResult,
  type CapacityMeasurement,
  type CellResult,
  type LatencyMeasurement,
  RESULT_SCHEMA,
} from "./bench-result.ts";
import { readEnvironment } from "./environment.ts";
import { measureCapacity, measureLatency } from "./measure.ts";
import type { Means, Order } from "./measurement-run.ts";

/** What a run needs beside its plan. */
export interface BenchRun {
  /** Where the plan's target is. */
  readonly address: Address;
  readonly password?: Uint8Array | undefined;
  /** TLS, WebSocket, proxy. */
  readonly transport?: ClientOptions["transport"];
  /** Ends the run early, with its reason (an MqtkError) as the result's error. */
  readonly signal?: AbortSignal;
  readonly observer?: BenchObserver;
  readonly connect?: Connect;
  readonly clock?: Clock;
}

/**
 * Does what the plan says and tells what came of it; prints nothing. A run that cannot go on (target unreachable,
 * connection lost, refused, interrupted) gives what was measured until then, with the error; only bugs are thrown.
 */
export async function runBench(plan: BenchPlan, how: BenchRun): Promise<BenchResult> {
  const { address, password, transport, observer, connect = connectClient, clock = systemClock } = how;
  const signal = how.signal ?? new AbortController().signal;
  const client = { ...plan.connection, address, transport, ...(password && { password }) };
  const run = randomInt(2 ** 24);
  const startedAt = new Date();
  const startedOn = clock.now();
  const total = measurementsOf(plan);
  const cells: CellResult[] = [];
  let done = 0;
  let error: MqtkError | undefined;

  const measureLoad = async (cell: CellPlan, load: LoadPlan, capacity: CapacityMeasurement | null) => {
    const order: Order = { plan, cell, number: done + 1, run };
    const rate = rateOf(load, capacity);
    const onProgress: Means["onProgress"] = (progress) =>
      observer?.onProgress?.({ cell, loop: load.loop, rate, done, total, ...progress });
    const means: Means = { connect, client, clock, signal, onProgress };
    const outcome = await (load.loop === "closed"
      ? measureCapacity(order, load.window, means)
      : measureLatency(order, rate ?? 1, means));
    done += 1;
    if (outcome.error !== undefined && !isMqtkError(outcome.error)) throw outcome.error;
    error = outcome.error;
    return outcome.measurement;
  };

  for (const cell of plan.cells) {
    let capacity: CapacityMeasurement | null = null;
    let latency: LatencyMeasurement | null = null;
    for (const load of cell.loads) {
      const measurement = await measureLoad(cell, load, capacity);
      if (measurement?.loop === "closed") capacity = measurement;
      if (measurement?.loop === "open") latency = measurement;
      if (error) break;
    }
    if (capacity !== null || latency !== null) {
      const result: CellResult = { qos: cell.qos, payloadSize: cell.payloadSize, capacity, latency };
      cells.push(result);
      observer?.onCell?.(result);
    }
    if (error) break;
  }

  return {
    schema: RESULT_SCHEMA,
    startedAt: startedAt.toISOString(),
    seconds: Math.round(clock.now() - startedOn) / 1000,
    run: run.toString(16).padStart(6, "0"),
    status: error === undefined ? "complete" : error.code === "interrupted" ? "interrupted" : "failed",
    error: error === undefined ? null : failureFrom(error),
    environment: readEnvironment(),
    address,
    plan,
    cells,
  };
}

function failureFrom(error: MqtkError & { readonly reasonCode?: number }): BenchFailure {
  const { code, message, hint = null, reasonCode = null } = error;
  return { code, message, hint, reasonCode };
}

/** Messages per second of an open loop, in whole ones; none for a closed loop. */
function rateOf(load: LoadPlan, capacity: CapacityMeasurement | null): number | undefined {
  if (load.loop === "closed") return undefined;
  if ("rate" in load) return load.rate;
  return Math.max(1, Math.floor((capacity?.messagesPerSecond ?? 0) * load.shareOfCapacity));
}
