import type { MessagePort } from "node:worker_threads";
import type { FromWorker, ToWorker } from "./measure-in-team.ts";
import type { Meeting, SharedProgress, Team } from "./team.ts";

/** What workers share: for each of them a number for each stream, and whether it has been nudged already. */
export interface SharedMemory {
  readonly steps: Int32Array;
  readonly nudged: Int32Array;
  readonly streams: number;
}

/** Memory for so many workers and streams. */
export function sharedMemory(workers: number, streams: number): SharedMemory {
  const numbers = (count: number) => new Int32Array(new SharedArrayBuffer(4 * Math.max(1, count)));
  return { steps: numbers(workers * streams), nudged: numbers(workers), streams };
}

/** The team as one of its workers sees it: what it says goes by way of the main thread. */
export class WorkerTeam implements Team {
  readonly size: number;
  readonly index: number;
  readonly progress: SharedProgress;
  readonly #port: Pick<MessagePort, "postMessage">;
  readonly #meetings: ((meeting: Meeting<never>) => void)[] = [];
  readonly #memory: SharedMemory;
  /** Workers that are to be nudged at the end of the turn. */
  readonly #waiting = new Set<number>();

  constructor(index: number, size: number, memory: SharedMemory, port: Pick<MessagePort, "postMessage">) {
    this.index = index;
    this.size = size;
    this.#memory = memory;
    this.#port = port;
    this.progress = {
      tell: (stream, owner, steps) => this.#tell(stream, owner, steps),
      othersOf: (stream) => this.#othersOf(stream),
      onTold: () => {},
    };
  }

  meet<Value>(brought: Value): Promise<Meeting<Value>> {
    return new Promise((resolve) => {
      this.#meetings.push(resolve as (meeting: Meeting<never>) => void);
      this.#say({ kind: "here", brought });
    });
  }

  /** Takes what the main thread says. */
  hear(message: ToWorker): void {
    if (message.kind === "met") this.#meetings.shift()?.(message.meeting as Meeting<never>);
    if (message.kind !== "nudge") return;
    Atomics.store(this.#memory.nudged, this.index, 0);
    this.progress.onTold();
  }

  #tell(stream: number, owner: number, steps: number): void {
    Atomics.store(this.#memory.steps, this.index * this.#memory.streams + stream, steps | 0);
    if (this.#waiting.size === 0) setImmediate(this.#nudge);
    this.#waiting.add(owner);
  }

  /** One message for all that a turn brought, and none where one is on its way. */
  readonly #nudge = (): void => {
    for (const worker of this.#waiting) {
      if (Atomics.exchange(this.#memory.nudged, worker, 1) === 0) this.#say({ kind: "nudge", worker });
    }
    this.#waiting.clear();
  };

  #othersOf(stream: number): number {
    const { steps, streams } = this.#memory;
    let sum = 0;
    for (let worker = 0; worker < this.size; worker++) {
      if (worker !== this.index) sum = (sum + Atomics.load(steps, worker * streams + stream)) | 0;
    }
    return sum;
  }

  #say(message: FromWorker): void {
    this.#port.postMessage(message);
  }
}
