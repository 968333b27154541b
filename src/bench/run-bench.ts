import { randomInt } from "node:crypto";
import type { Clock } from "../clock.ts";
import { isMqtkError, type MqtkError } from "../errors.ts";
import { type Connect, connectClient } from "./bench-client.ts";
import { benchClock } from "./bench-clock.ts";
import type { BenchObserver } from "./bench-observer.ts";
import { type BenchPlan, type CellPlan, type LoadPlan, measurementsOf, type TargetPlan } from "./bench-plan.ts";
import {
  type BenchFailure,
  type BenchResult,
  type CapacitySearch,
  type CellResult,
  RESULT_SCHEMA,
  type Sample,
  type TargetResult,
} from "./bench-result.ts";
import { type Environment, readEnvironment } from "./environment.ts";
import { loopOf, offeredBy } from "./group-scenario.ts";
import { measure } from "./measure.ts";
import { middleOf } from "./middle.ts";
import { parseObjectives } from "./objectives.ts";
import type { Means, Order } from "./order.ts";
import { turnsOf } from "./rounds.ts";
import type { RunningTarget } from "./running-target.ts";
import { searchCapacity } from "./search.ts";
import { rateOf, type Stage } from "./stages.ts";
import { alone } from "./team.ts";

/** What a run needs beside its plan. */
export interface BenchRun {
  /** The plan's targets, ready. */
  readonly targets: readonly RunningTarget[];
  /** Ends the run early, with its reason (an MqtkError) as the result's error. */
  readonly signal?: AbortSignal;
  readonly observer?: BenchObserver;
  /** Asked after each sample with what there is until then: true ends the run, because its verdict is known. */
  readonly isDecided?: (soFar: BenchResult) => boolean;
  /** Where the run takes place, as it was before anything was pinned; read where it is absent. */
  readonly environment?: Environment;
  readonly connect?: Connect;
  readonly clock?: Clock;
}

/**
 * Does what the plan says and tells what came of it; prints nothing. A run that cannot go on (target unreachable,
 * connection lost, refused, interrupted) gives what was measured until then, with the error; only bugs are thrown.
 */
export async function runBench(plan: BenchPlan, how: BenchRun): Promise<BenchResult> {
  const { observer, connect = connectClient, clock = benchClock } = how;
  const signal = how.signal ?? new AbortController().signal;
  const run = randomInt(2 ** 24);
  const startedAt = new Date();
  const startedOn = clock.now();
  const total = measurementsOf(plan);
  const cells: CellResult[] = [];
  let done = 0;
  let number = 0;
  let error: MqtkError | undefined;
  let isDecided = false;

  const take = async (cell: CellPlan, load: LoadPlan, stages: readonly Stage[] | undefined, turn: Turn) => {
    const { round, target } = turn;
    const rate = load.loop === "groups" ? offeredBy(cell.groups ?? []) : stages && rateOf(stages);
    number += 1;
    const order: Order = { plan, cell, number, run, target: target.name, round };
    const loop = load.loop === "groups" ? loopOf(cell.groups ?? []) : load.loop;
    const onProgress: Means["onProgress"] = (progress) =>
      observer?.onProgress?.({ cell, target: target.name, round, loop, rate, done, total, ...progress });
    const means: Means = { connect, target, clock, startedOn, signal, onProgress, team: alone(clock) };
    const outcome = await (plan.workers > 1
      ? (await import("./measure-in-team.ts")).measureInTeam(order, load, stages, means)
      : measure(order, load, stages, means));
    if (loop !== "search") done += 1;
    if (outcome.error !== undefined && !isMqtkError(outcome.error)) throw outcome.error;
    error = outcome.error;
    return outcome.sample;
  };

  const search = async (
    cell: CellPlan,
    load: LoadPlan & { loop: "search" },
    capacity: number,
    target: RunningTarget,
  ) => {
    const { slo } = load;
    const at = (rate: number) => take(cell, load, stagesAt(rate, plan), { round: 1, target });
    const found = await searchCapacity({ target: target.name, slo, objectives: parseObjectives(slo), capacity, at });
    done += plan.rounds;
    return found;
  };

  const resultOf = (measured: readonly CellResult[]): BenchResult => ({
    schema: RESULT_SCHEMA,
    startedAt: startedAt.toISOString(),
    seconds: Math.round(clock.now() - startedOn) / 1000,
    run: run.toString(16).padStart(6, "0"),
    status: statusOf(error, isDecided),
    error: error === undefined ? null : failureFrom(error),
    environment: how.environment ?? readEnvironment(),
    plan,
    targets: plan.targets.map((target) => targetResult(target, how.targets)),
    cells: measured,
  });

  for (const cell of plan.cells) {
    const samples: Sample[] = [];
    const searches: CapacitySearch[] = [];
    const { maximumInFlight: _, loads: __, ...place } = cell;
    const measured = (): CellResult => ({ ...place, samples, searches });
    const isOver = () => error !== undefined || isDecided;
    const keep = (...found: readonly Sample[]) => {
      samples.push(...found);
      isDecided ||= samples.length > 0 && how.isDecided?.(resultOf([...cells, measured()])) === true;
    };
    for (const load of cell.loads) {
      if (load.loop === "search") {
        for (const target of how.targets) {
          const found = await search(cell, load, reachedBy(target.name, samples), target);
          searches.push(found.search);
          keep(...found.samples);
          if (isOver()) break;
        }
        continue;
      }
      const stages = stagesOf(load, samples, plan);
      for (const turn of turnsOf(how.targets, plan.rounds, run)) {
        const sample = await take(cell, load, stages, turn);
        if (sample) keep(sample);
        if (isOver()) break;
      }
      if (isOver()) break;
    }
    if (samples.length > 0) {
      const result = measured();
      cells.push(result);
      observer?.onCell?.(result);
    }
    if (isOver()) break;
  }
  return resultOf(cells);
}

function statusOf(error: MqtkError | undefined, isDecided: boolean): BenchResult["status"] {
  if (error !== undefined) return error.code === "interrupted" ? "interrupted" : "failed";
  return isDecided ? "aborted" : "complete";
}

type Turn = ReturnType<typeof turnsOf<RunningTarget>>[number];

function targetResult(plan: TargetPlan, running: readonly RunningTarget[]): TargetResult {
  const { name, kind } = plan;
  const { address = null, software = null } = running.find((target) => target.name === name) ?? {};
  return { name, kind, address, command: kind === "command" ? plan.command : null, software };
}

function failureFrom(error: MqtkError & { readonly reasonCode?: number }): BenchFailure {
  const { code, message, hint = null, reasonCode = null } = error;
  return { code, message, hint, reasonCode };
}

/**
 * The stages of an open loop; none for others. They are the same for all targets, or their latencies could not be
 * compared: the share of what the slowest of them reached in the middle of its rounds, in whole messages per second.
 */
function stagesOf(load: LoadPlan, samples: readonly Sample[], plan: BenchPlan): readonly Stage[] | undefined {
  if (load.loop !== "open") return undefined;
  if ("stages" in load) return load.stages;
  const reached = [...new Set(samples.map(({ target }) => target))].map((name) => reachedBy(name, samples));
  return stagesAt(Math.max(1, Math.floor(Math.min(...reached) * load.shareOfCapacity)), plan);
}

function stagesAt(rate: number, { warmUp, duration }: BenchPlan): readonly Stage[] {
  return [{ from: rate, to: rate, duration: warmUp + duration }];
}

/** What a target reached in the middle of its rounds, in messages sent per second. */
function reachedBy(name: string, samples: readonly Sample[]): number {
  return middleOf(samples.filter(({ target }) => target === name).map(sentPerSecond));
}

/** Throughput counts arrivals; a schedule counts what is sent. */
function sentPerSecond({ throughput, counts: { sent, expected } }: Sample): number {
  return expected > sent && sent > 0 ? throughput.perSecond / (expected / sent) : throughput.perSecond;
}
