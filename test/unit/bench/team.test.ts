import { Worker } from "node:worker_threads";
import { expect, onTestFinished, test } from "vitest";
import { deal } from "../../../src/bench/deal.ts";
import { OnceTracker } from "../../../src/bench/once-tracker.ts";
import { clockOffset } from "../../../src/bench/shared-clock.ts";
import { ownOf } from "../../../src/bench/team.ts";
import { sharedMemory, WorkerTeam } from "../../../src/bench/worker-team.ts";

test("things are dealt in turn, and each belongs to one worker", () => {
  const dealt = [0, 1, 2].map((index) => ownOf({ size: 3, index }, 7));
  expect(dealt).toEqual([
    [0, 3, 6],
    [1, 4],
    [2, 5],
  ]);
  expect(ownOf({ size: 4, index: 3 }, 2)).toEqual([]);
});

test("a pair stays together, shared subscriptions do, and others go where least is to be done", () => {
  const pairs = [0, 1, 2, 3].map((stream) => ({ filters: [], streams: [stream] }));
  expect(deal({ publishers: ["a", "b", "c", "d"], subscribers: pairs }, 2).subscribers).toEqual([0, 1, 0, 1]);
  const fanOut = { publishers: ["a"], subscribers: Array.from({ length: 4 }, () => ({ filters: [], streams: [0] })) };
  expect(deal(fanOut, 2).subscribers).toEqual([1, 0, 1, 0]);
  const members = Array.from({ length: 4 }, () => ({ filters: [], streams: [0, 1], group: "g" }));
  expect(new Set(deal({ publishers: ["a", "b"], subscribers: members }, 2).subscribers).size).toBe(1);
  const both = [{ filters: [], streams: [0, 1], publisher: 1 }];
  expect(deal({ publishers: ["a", "b"], subscribers: both }, 2).subscribers).toEqual([1]);
});

test("steps that others tell add up, also beyond 32 bits, and one nudge is enough", async () => {
  const memory = sharedMemory(3, 2);
  const said: unknown[] = [];
  const [owner, ...others] = [0, 1, 2].map(
    (index) => new WorkerTeam(index, 3, memory, { postMessage: (message: unknown) => void said.push(message) }),
  );
  let told = 0;
  const onTold = () => {
    told += 1;
  };
  if (owner) owner.progress.onTold = onTold;
  others[0]?.progress.tell(1, 0, 2 ** 32 + 5);
  others[0]?.progress.tell(1, 0, 2 ** 32 + 6);
  others[1]?.progress.tell(1, 0, 10);
  await new Promise(setImmediate);
  expect(said).toEqual([{ kind: "nudge", worker: 0 }]);
  owner?.hear({ kind: "nudge" });
  expect([told, owner?.progress.othersOf(1), owner?.progress.othersOf(0)]).toEqual([1, 16, 0]);
  others[1]?.progress.tell(1, 0, 11);
  await new Promise(setImmediate);
  expect(said).toHaveLength(2);
});

test("clocks of threads tell the same time", async () => {
  // What a worker does, without its TypeScript: the difference of both offsets is what it adds.
  const script = `
    const { parentPort } = require("node:worker_threads");
    const offset = (${clockOffset.toString().replaceAll("READINGS", "50")})();
    const performanceNow = performance.now();
    parentPort.postMessage({ offset, at: process.hrtime.bigint(), performanceNow });`;
  const here = clockOffset();
  const worker = new Worker(script, { eval: true });
  onTestFinished(() => void worker.terminate());
  const there = await new Promise<{ offset: number; at: bigint; performanceNow: number }>((resolve) =>
    worker.once("message", resolve),
  );
  // The same moment by both clocks, as far as two readings one after the other can tell.
  const said = there.performanceNow + there.offset - here;
  const is = Number(there.at) / 1e6 - here;
  expect(is - said).toBeGreaterThanOrEqual(-0.01);
  expect(is - said).toBeLessThan(50);
});

test("each number once, in any order; more than once is a duplicate, and others are none", () => {
  const tracker = new OnceTracker(100);
  for (const number of [99, 0, 33, 32, 31]) expect(tracker.accept(number)).toBe("delivered");
  expect([33, 100, 4_000_000_000].map((number) => tracker.accept(number))).toEqual([
    "duplicated",
    "unknown",
    "unknown",
  ]);
  expect([tracker.delivered, tracker.duplicated]).toEqual([5, 1]);
});
