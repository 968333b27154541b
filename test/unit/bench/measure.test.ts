import { expect, onTestFinished, test } from "vitest";
import { connectClient } from "../../../src/bench/bench-client.ts";
import { type BenchWish, planBench } from "../../../src/bench/bench-plan.ts";
import { measure, type Outcome } from "../../../src/bench/measure.ts";
import type { FromWorker } from "../../../src/bench/measure-in-team.ts";
import type { Order } from "../../../src/bench/order.ts";
import type { Team } from "../../../src/bench/team.ts";
import { sharedMemory, WorkerTeam } from "../../../src/bench/worker-team.ts";
import { Broker } from "../../../src/broker/index.ts";

const WORKERS = 2;
const clock = { now: () => performance.now() };

/** Something that happens once. */
class Happening {
  readonly passed: Promise<void>;
  pass: () => void = () => {};

  constructor() {
    this.passed = new Promise((resolve) => {
      this.pass = resolve;
    });
  }
}

/** Workers in one thread; the second hears of the second meeting, which is the beginning, no sooner than `heard`. */
function teams(heard: Promise<void>, streams: number): readonly Team[] {
  const memory = sharedMemory(WORKERS, streams);
  const brought = new Map<number, unknown>();
  let meetings = 0;
  const hear = (index: number, message: FromWorker) => {
    if (message.kind === "nudge") return void all[message.worker]?.hear({ kind: "nudge" });
    if (message.kind !== "here") return;
    brought.set(index, message.brought);
    if (brought.size < WORKERS) return;
    const meeting = { all: all.map((_, worker) => brought.get(worker)), at: clock.now() };
    brought.clear();
    meetings += 1;
    all[0]?.hear({ kind: "met", meeting });
    const isLate = meetings === 2 ? heard : Promise.resolve();
    isLate.then(() => all[1]?.hear({ kind: "met", meeting }));
  };
  const all: readonly WorkerTeam[] = Array.from(
    { length: WORKERS },
    (_, index) => new WorkerTeam(index, WORKERS, memory, { postMessage: (message) => hear(index, message) }),
  );
  return all;
}

/** One publisher at the first worker sends `count` messages to subscribers at both. */
async function counted(changes: Partial<BenchWish>, { isLate = false, behind = 0 } = {}): Promise<readonly Outcome[]> {
  const broker = new Broker({});
  onTestFinished(() => broker.stop(0));
  const { port } = await broker.listen({ host: "127.0.0.1", port: 0 });
  const address = { scheme: "mqtt", host: "127.0.0.1", port, path: "" } as const;
  const plan = planBench({
    ...{ targets: [{ name: "test", kind: "url", address }], rounds: 1, versions: [5], qos: [1], payloadSizes: [64] },
    ...{ connection: { cleanStart: true, keepAlive: 60, connectTimeout: 5000 }, scenarios: ["fan-out"] },
    ...{ duration: 50, load: "capacity", arrival: "fixed", window: 20, maximumInFlight: undefined, ...changes },
  } as BenchWish);
  const [cell] = plan.cells;
  const [load] = cell?.loads ?? [];
  if (cell === undefined || load === undefined) throw new Error("nothing is planned");
  const order: Order = { plan, cell, number: 1, run: 0xabcdef, target: "test", round: 1 };
  const arrived = new Happening();
  if (!isLate) arrived.pass();
  return Promise.all(
    teams(arrived.passed, cell.publishers).map((team, index) =>
      measure(order, load, undefined, {
        ...{ team, target: { name: "test", address }, startedOn: clock.now(), onProgress: () => {} },
        clock: index === 1 ? { now: () => clock.now() - behind } : clock,
        signal: new AbortController().signal,
        connect: (options, handlers) =>
          connectClient(options, {
            ...handlers,
            onMessage: (message) => {
              handlers.onMessage?.(message);
              if (index === 1) arrived.pass();
            },
          }),
      }),
    ),
  );
}

const shape = { publishers: 1, subscribers: 2, count: 10 };

test("what one worker sends counts at another that hears of the beginning when it has arrived", async () => {
  const [first, second] = await counted({ warmUp: 0, shape }, { isLate: true });
  expect([first?.error, second?.error]).toEqual([undefined, undefined]);
  expect([first?.completed, second?.completed]).toEqual([10, 10]);
  expect(second?.sample?.latency?.count).toBe(10);
  expect(second?.sample?.throughput.perSecond).toBeGreaterThan(0);
});

test("after a warm-up, no worker sends what counts before all of them count", async () => {
  const [first, second] = await counted({ warmUp: 5, shape }, { behind: 100 });
  expect([first?.error, second?.error]).toEqual([undefined, undefined]);
  expect(second?.completed).toBeGreaterThanOrEqual(10);
});

test("a worker that has none of a small count to send is done", async () => {
  const outcomes = await counted({ warmUp: 0, shape: { publishers: 3, subscribers: 2, count: 1 } });
  expect(outcomes.map(({ error }) => error)).toEqual([undefined, undefined]);
  expect(outcomes.map(({ sample }) => sample?.counts.sent)).toEqual([1, 0]);
});
