import { parentPort, workerData } from "node:worker_threads";
import { isMqtkError, MqtkError } from "../errors.ts";
import { connectClient } from "./bench-client.ts";
import { benchClock } from "./bench-clock.ts";
import { measure } from "./measure.ts";
import type { FromWorker, ToWorker, WorkerData } from "./measure-in-parts.ts";

/** Measures a part of the whole in a thread of its own. */
const { order, load, stages, target, startedOn } = workerData as WorkerData;
const tell = (message: FromWorker) => parentPort?.postMessage(message);
const stop = new AbortController();
let go: () => void = () => {};
const allReady = new Promise<void>((resolve) => {
  go = resolve;
});
parentPort?.on("message", (message: ToWorker) => {
  if (message === "go") go();
  else stop.abort(new MqtkError("interrupted", "interrupted"));
});

async function work(): Promise<void> {
  const { sample, error } = await measure(order, load, stages, {
    ...{ connect: connectClient, target, clock: benchClock, startedOn, signal: stop.signal },
    onProgress: (progress) => tell({ kind: "progress", progress }),
    untilAllReady: () => {
      tell({ kind: "ready" });
      return allReady;
    },
  });
  // Errors lose their meaning on the way to another thread.
  const { code, message, hint, reasonCode } = (error ?? {}) as MqtkError & { reasonCode?: number };
  const isMeant = error === undefined || isMqtkError(error);
  tell({
    kind: "outcome",
    sample,
    error:
      error === undefined ? undefined : { isMeant, code, message, hint, reasonCode, stack: (error as Error).stack },
  });
  parentPort?.close();
}

void work();
