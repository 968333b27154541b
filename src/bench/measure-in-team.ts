import { Worker } from "node:worker_threads";
import { MqtkError } from "../errors.ts";
import type { BenchProgress } from "./bench-observer.ts";
import type { CellPlan, LoadPlan } from "./bench-plan.ts";
import type { MessageCounts, Sample } from "./bench-result.ts";
import { topologyFor } from "./flow-groups.ts";
import { groupScenario } from "./group-scenario.ts";
import { measure, type Outcome } from "./measure.ts";
import { mergeSamples } from "./merge-samples.ts";
import { type Measured, Meter } from "./meter.ts";
import type { Means, Order } from "./order.ts";
import type { ProcessReading, RunningTarget } from "./running-target.ts";
import { scenarioOf } from "./scenarios/index.ts";
import { clockOffset } from "./shared-clock.ts";
import type { Stage } from "./stages.ts";
import type { Meeting } from "./team.ts";
import { type SharedMemory, sharedMemory } from "./worker-team.ts";

type Identity = Awaited<ReturnType<NonNullable<RunningTarget["identityOf"]>>>;

/** What a worker gets to begin with. */
export interface WorkerData {
  readonly order: Order;
  readonly load: LoadPlan;
  readonly stages: readonly Stage[] | undefined;
  readonly target: RunningTarget;
  readonly startedOn: number;
  /** Of the main thread, whose time all tell (shared-clock.ts). */
  readonly clockOffset: number;
  readonly index: number;
  readonly size: number;
  readonly memory: SharedMemory;
  /** What clients have of their own, by their numbers; absent: nothing. */
  readonly identities: ReadonlyMap<number, Identity> | undefined;
}

/** met: all are there. nudge: others told how far streams have got. process: what was asked for. stop: end early. */
export type ToWorker =
  | { readonly kind: "met"; readonly meeting: Meeting<unknown> }
  | { readonly kind: "nudge" }
  | { readonly kind: "process"; readonly reading: ProcessReading | undefined }
  | { readonly kind: "stop" };

type Progress = Parameters<Means["onProgress"]>[0];

export type FromWorker =
  | { readonly kind: "here"; readonly brought: unknown }
  | { readonly kind: "nudge"; readonly worker: number }
  | { readonly kind: "ask process" }
  | { readonly kind: "progress"; readonly progress: Progress }
  | {
      readonly kind: "outcome";
      readonly sample: Sample | undefined;
      readonly completed: number;
      readonly error: PlainError | undefined;
    };

interface PlainError {
  /** False: a bug. */
  readonly isMeant: boolean;
  readonly code: MqtkError["code"];
  readonly message: string;
  readonly hint: string | undefined;
  readonly reasonCode: number | undefined;
  readonly stack: string | undefined;
}

/** After a meeting all go on at a moment that lies so far ahead that each of them has told that it heard of it, in milliseconds. */
const AHEAD = 10;

const NO_MESSAGES: MessageCounts = {
  ...{ sent: 0, expected: 0, received: 0, lost: 0, duplicated: 0, reordered: 0, corrupted: 0, unacknowledged: 0 },
};

/** How many workers have something to do: each of them has a publisher, or a client. */
function sizeFor({ publishers, clients, groups }: CellPlan, workers: number): number {
  const all = groups?.reduce((sum, group) => sum + group.clients, 0) ?? Math.max(publishers, clients);
  return Math.max(1, Math.min(workers, all));
}

/** One measurement by several threads, each with some of the clients; what they found is one sample. */
export async function measureInTeam(
  order: Order,
  load: LoadPlan,
  stages: readonly Stage[] | undefined,
  means: Means,
): Promise<Outcome> {
  const { cell } = order;
  const size = sizeFor(cell, order.plan.workers);
  if (size === 1) return measure(order, load, stages, means);
  const { name, address, userName, password, transport } = means.target;
  const target: RunningTarget = { name, address, userName, password, transport };
  const meter = new Meter(order, means, cell.groups === undefined ? scenarioOf(cell.scenario).operation : "message");
  const data: Omit<WorkerData, "index"> = {
    ...{ order, load, stages, target, startedOn: means.startedOn, clockOffset: clockOffset(), size },
    memory: sharedMemory(size, streamsOf(order)),
    identities: await identitiesOf(order, means.target),
  };
  const workers = Array.from(
    { length: size },
    (_, index) => new Worker(new URL("./worker.ts", import.meta.url), { workerData: { ...data, index } }),
  );
  const tellAll = (message: ToWorker) => {
    for (const worker of workers) worker.postMessage(message);
  };
  const stop = () => tellAll({ kind: "stop" });
  means.signal.addEventListener("abort", stop, { once: true });

  const progress = new Map<Worker, Progress>();
  let stage: BenchProgress["stage"] = "connecting";
  const follow = (worker: Worker, latest: Progress) => {
    progress.set(worker, latest);
    const all = [...progress.values()];
    if (latest.stage === "measuring" && stage !== "measuring" && stage !== "draining") meter.begin(() => 0);
    if (latest.stage === "draining") meter.end();
    stage = latest.stage;
    const sum = (of: (one: Progress) => number) => all.reduce((total, one) => total + of(one), 0);
    means.onProgress({
      ...{ stage, latest: null },
      messagesPerSecond: sum(({ messagesPerSecond }) => messagesPerSecond),
      failures: sum(({ failures }) => failures),
    });
  };
  const brought = new Map<number, unknown>();
  const arrive = (index: number, what: unknown) => {
    brought.set(index, what);
    if (brought.size < size) return;
    const all = workers.map((_, worker) => brought.get(worker));
    brought.clear();
    tellAll({ kind: "met", meeting: { all, at: means.clock.now() + AHEAD } });
  };
  const outcomes = workers.map(
    (worker, index) =>
      new Promise<FromWorker & { kind: "outcome" }>((resolve, reject) => {
        const hear = (message: FromWorker): void => {
          switch (message.kind) {
            case "progress":
              return follow(worker, message.progress);
            case "here":
              return arrive(index, message.brought);
            case "nudge":
              return workers[message.worker]?.postMessage({ kind: "nudge" } satisfies ToWorker);
            case "ask process":
              return worker.postMessage({ kind: "process", reading: means.target.readProcess?.() } satisfies ToWorker);
            case "outcome":
              resolve(message);
              // The others would wait for it for ever, or go on without it.
              if (message.error !== undefined) stop();
              return;
            default:
              message satisfies never;
          }
        };
        worker.on("message", hear);
        worker.on("error", reject);
        worker.on("exit", () => reject(new Error("a worker of the benchmark ended without a result")));
      }),
  );
  try {
    const found = await Promise.all(outcomes);
    meter.end();
    const parts = found.flatMap(({ sample, completed }) => (sample ? [{ sample, completed }] : []));
    const whole = meter.measured(NO_MESSAGES, true);
    // A worker that was stopped before it measured has nothing to add.
    const sample = whole && parts.length > 0 ? mergeSamples(parts, wholeOf(whole)) : undefined;
    const completed = found.reduce((sum, one) => sum + one.completed, 0);
    return { sample, completed, error: errorFrom(found, means.signal) };
  } finally {
    means.signal.removeEventListener("abort", stop);
    meter.end();
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** Streams of messages, wherever they are sent. */
function streamsOf(order: Order): number {
  const scenario = order.cell.groups === undefined ? scenarioOf(order.cell.scenario) : groupScenario;
  return scenario.kind === "flow" ? topologyFor(scenario, order).publishers.length : 0;
}

/** Certificates are read here: files and terminals are the main thread's. */
async function identitiesOf(
  { cell: { publishers, subscribers, clients, groups, scenario } }: Order,
  { identityOf }: RunningTarget,
): Promise<WorkerData["identities"]> {
  if (identityOf === undefined) return undefined;
  const isAnswered = groups === undefined && scenario === "rr";
  const all = publishers + subscribers + (isAnswered ? publishers : 0) + clients;
  const identities = new Map<number, Identity>();
  for (let number = 0; number < all; number++) identities.set(number, await identityOf(number));
  return identities;
}

/** What the threads cannot know: CPU and memory are the process's. */
function wholeOf({ broker, generator, machine, sys }: Measured) {
  return { broker, generator, machine, sys };
}

/** The user's interrupt, or the first error that is not the end of the others. */
function errorFrom(found: readonly (FromWorker & { kind: "outcome" })[], signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  const errors = found.flatMap(({ error }) => error ?? []);
  const error = errors.find(({ code }) => code !== "interrupted") ?? errors[0];
  if (error === undefined) return undefined;
  const { isMeant, code, message, hint, reasonCode, stack } = error;
  if (!isMeant) return Object.assign(new Error(message), { stack });
  return Object.assign(new MqtkError(code, message, { hint }), reasonCode === undefined ? {} : { reasonCode });
}
