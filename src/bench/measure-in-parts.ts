import { Worker } from "node:worker_threads";
import { MqtkError } from "../errors.ts";
import type { BenchProgress } from "./bench-observer.ts";
import type { LoadPlan } from "./bench-plan.ts";
import type { MessageCounts, Sample } from "./bench-result.ts";
import type { Outcome } from "./measure.ts";
import { type Measured, Meter } from "./meter.ts";
import type { Means, Order } from "./order.ts";
import { mergeSamples, type Part } from "./parts.ts";
import type { RunningTarget } from "./running-target.ts";
import { scenarioOf } from "./scenarios/index.ts";
import type { Stage } from "./stages.ts";

/** What a worker gets to begin with. */
export interface WorkerData {
  readonly order: Order;
  readonly load: LoadPlan;
  readonly stages: readonly Stage[] | undefined;
  readonly target: RunningTarget;
  readonly startedOn: number;
}

/** go: all are connected. stop: end early. */
export type ToWorker = "go" | "stop";

type Progress = Parameters<Means["onProgress"]>[0];

export type FromWorker =
  | { readonly kind: "ready" }
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "outcome"; readonly sample: Sample | undefined; readonly error: PlainError | undefined };

interface PlainError {
  /** False: a bug. */
  readonly isMeant: boolean;
  readonly code: MqtkError["code"];
  readonly message: string;
  readonly hint: string | undefined;
  readonly reasonCode: number | undefined;
  readonly stack: string | undefined;
}

const NO_MESSAGES: MessageCounts = {
  ...{ sent: 0, expected: 0, received: 0, lost: 0, duplicated: 0, reordered: 0, corrupted: 0, unacknowledged: 0 },
};

/** One measurement by several threads, which begin together once all are connected; their results are merged. */
export async function measureInParts(
  order: Order,
  load: LoadPlan,
  parts: readonly Part[],
  means: Means,
): Promise<Outcome> {
  const { name, address, userName, password, transport } = means.target;
  const target: RunningTarget = { name, address, userName, password, transport };
  const meter = new Meter(order, means, scenarioOf(order.cell.scenario).operation);
  const workers = parts.map(({ number, cell, stages }) => {
    const data: WorkerData = {
      order: { ...order, cell, part: number },
      ...{ load, stages, target, startedOn: means.startedOn },
    };
    return new Worker(new URL("./worker.ts", import.meta.url), { workerData: data });
  });
  const tellAll = (message: ToWorker) => {
    for (const worker of workers) worker.postMessage(message);
  };
  const stop = () => tellAll("stop");
  means.signal.addEventListener("abort", stop, { once: true });

  const progress = new Map<Worker, Progress>();
  let stage: BenchProgress["stage"] = "connecting";
  let ready = 0;
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
  const outcomes = workers.map(
    (worker) =>
      new Promise<FromWorker & { kind: "outcome" }>((resolve, reject) => {
        worker.on("message", (message: FromWorker) => {
          if (message.kind === "progress") follow(worker, message.progress);
          else if (message.kind === "outcome") resolve(message);
          else if (++ready === workers.length) tellAll("go");
          // The others would wait for it for ever, or go on without it.
          if (message.kind === "outcome" && message.error !== undefined) stop();
        });
        worker.on("error", reject);
        worker.on("exit", () => reject(new Error("a worker of the benchmark ended without a result")));
      }),
  );
  try {
    const found = await Promise.all(outcomes);
    meter.end();
    const samples = found.flatMap(({ sample }) => sample ?? []);
    const whole = meter.measured(NO_MESSAGES, true);
    const sample = whole && samples.length === parts.length ? mergeSamples(samples, wholeOf(whole)) : undefined;
    return { sample, error: errorFrom(found, means.signal) };
  } finally {
    means.signal.removeEventListener("abort", stop);
    meter.end();
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** What the threads cannot know: their clocks begin when they do, and CPU is the process's. */
function wholeOf({ startedAfter, broker, generator, machine, sys }: Measured) {
  return { startedAfter, broker, generator, machine, sys };
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
