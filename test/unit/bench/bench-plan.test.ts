import { expect, test } from "vitest";
import { type BenchWish, measurementsOf, planBench } from "../../../src/bench/bench-plan.ts";

const wish: BenchWish = {
  targets: [{ name: "builtin", kind: "builtin" }],
  ...{ rounds: 1, versions: [5] },
  connection: { cleanStart: true, keepAlive: 60, connectTimeout: 1000 },
  ...{ qos: [0, 1], payloadSizes: [16, 64], scenarios: ["pair"], shape: {}, warmUp: 1000, duration: 5000 },
  ...{ load: "default", arrival: "fixed", window: undefined, maximumInFlight: undefined },
};

test("a matrix of QoS and size, each with its capacity and then its latency at half of it", () => {
  const plan = planBench(wish);
  expect(plan.cells.map(({ qos, payloadSize }) => `${qos}×${payloadSize}`)).toEqual(["0×16", "0×64", "1×16", "1×64"]);
  expect(plan.cells[0]?.loads).toEqual([
    { loop: "closed", window: 500 },
    { loop: "open", arrival: "fixed", shareOfCapacity: 0.5 },
  ]);
  expect(plan.cells[2]?.loads[0]).toEqual({ loop: "closed", window: 100 });
  expect(measurementsOf(plan)).toBe(8);
  expect(measurementsOf({ ...plan, rounds: 3, targets: [...plan.targets, ...plan.targets] })).toBe(48);
});

test("many pairs have small windows", () => {
  const windows = (pairs: number) =>
    planBench({ ...wish, payloadSizes: [64], shape: { publishers: pairs } }).cells.map(({ loads }) => loads[0]);
  expect(windows(1)).toEqual([
    { loop: "closed", window: 500 },
    { loop: "closed", window: 100 },
  ]);
  expect(windows(100)).toEqual([
    { loop: "closed", window: 50 },
    { loop: "closed", window: 10 },
  ]);
  expect(windows(10_000)).toEqual([
    { loop: "closed", window: 2 },
    { loop: "closed", window: 2 },
  ]);
});

test("--max is the closed loop alone, a rate the open loop alone", () => {
  expect(planBench({ ...wish, load: "max", window: 3 }).cells[0]?.loads).toEqual([{ loop: "closed", window: 3 }]);
  expect(planBench({ ...wish, load: { rate: 42 } }).cells[0]?.loads).toEqual([
    { loop: "open", arrival: "fixed", stages: [{ from: 42, to: 42, duration: 6000 }] },
  ]);
});

test("QoS 2 keeps to what brokers take untold, where they cannot tell", () => {
  const limits = (changes: Partial<BenchWish>) =>
    planBench({ ...wish, qos: [1, 2], payloadSizes: [64], ...changes }).cells.map(
      ({ maximumInFlight }) => maximumInFlight,
    );
  expect(limits({})).toEqual([65_535, 65_535]);
  expect(limits({ versions: [4] })).toEqual([65_535, 20]);
  expect(limits({ versions: [4], maximumInFlight: 7 })).toEqual([7, 7]);
});

test("a plan is plain data: JSON gives it back whole", () => {
  const plan = planBench(wish);
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
});

test("a payload without room for its check is refused", () => {
  expect(() => planBench({ ...wish, payloadSizes: [64, 15] })).toThrow("a payload of 15 bytes has no room");
});
