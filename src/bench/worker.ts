import { parentPort, workerData } from "node:worker_threads";
import { isMqtkError, MqtkError } from "../errors.ts";
import { connectClient } from "./bench-client.ts";
import { measure } from "./measure.ts";
import type { FromWorker, ToWorker, WorkerData } from "./measure-in-team.ts";
import type { ProcessReading } from "./running-target.ts";
import { clockOf } from "./shared-clock.ts";
import { WorkerTeam } from "./worker-team.ts";

/** Does its part of a measurement in a thread of its own. */
const { order, load, stages, target, startedOn, clockOffset, index, size, memory, identities } =
  workerData as WorkerData;
const tell = (message: FromWorker) => parentPort?.postMessage(message);
const stop = new AbortController();
const team = new WorkerTeam(index, size, memory, { postMessage: tell });
const readings: ((reading: ProcessReading | undefined) => void)[] = [];
parentPort?.on("message", (message: ToWorker) => {
  if (message.kind === "stop") stop.abort(new MqtkError("interrupted", "interrupted"));
  else if (message.kind === "process") readings.shift()?.(message.reading);
  else team.hear(message);
});

async function work(): Promise<void> {
  const { sample, error, completed } = await measure(order, load, stages, {
    ...{ connect: connectClient, clock: clockOf(clockOffset), startedOn, signal: stop.signal, team },
    target: { ...target, ...(identities && { identityOf: async (number: number) => identities.get(number) ?? {} }) },
    onProgress: (progress) => tell({ kind: "progress", progress }),
    readProcess: () =>
      new Promise((resolve) => {
        readings.push(resolve);
        tell({ kind: "ask process" });
      }),
  });
  // Errors lose their meaning on the way to another thread.
  const { code, message, hint, reasonCode } = (error ?? {}) as MqtkError & { reasonCode?: number };
  const isMeant = error === undefined || isMqtkError(error);
  tell({
    ...{ kind: "outcome", sample, completed },
    error:
      error === undefined ? undefined : { isMeant, code, message, hint, reasonCode, stack: (error as Error).stack },
  });
  parentPort?.close();
}

void work();
