import { describe, expect, test } from "vitest";
import type { BenchProgress } from "../../../src/bench/bench-observer.ts";
import { type BenchPlan, type BenchWish, planBench } from "../../../src/bench/bench-plan.ts";
import { type BenchResult, type CellResult, deliveryFailures } from "../../../src/bench/bench-result.ts";
import { type BenchRun, runBench } from "../../../src/bench/run-bench.ts";
import { MqtkError } from "../../../src/errors.ts";
import { countsOf } from "../../support/bench-results.ts";
import { type Delivery, type Faults, Loopback } from "./loopback.ts";

const address = { scheme: "mqtt", host: "broker.test", port: 1883, path: "" } as const;
const targets = [{ name: "test", address }];

type Wish = Partial<BenchWish> & { readonly pairs?: number };

function plan({ pairs = 2, ...wish }: Wish = {}, changes: Partial<BenchPlan> = {}): BenchPlan {
  const connection = { cleanStart: true, keepAlive: 60, connectTimeout: 1000 } as const;
  const base: BenchWish = {
    ...{ targets: [{ name: "test", kind: "url", address }], rounds: 1, connection, versions: [4] },
    ...{ qos: [0], payloadSizes: [64], scenarios: ["pair"], shape: { publishers: pairs } },
    ...{ warmUp: 10, duration: 60, load: { rate: 5000 }, window: 10, maximumInFlight: undefined, arrival: "fixed" },
  };
  return { ...planBench({ ...base, ...wish }), drainTimeout: 80, ...changes };
}

async function bench(plan: BenchPlan, faults: Faults = {}, how: Partial<BenchRun> = {}) {
  const broker = new Loopback(faults);
  const targets = plan.targets.map(({ name }) => ({ name, address }));
  const result = await runBench(plan, { targets, connect: broker.connect, ...how });
  const cell = result.cells[0] && measuredIn(result.cells[0]);
  return { broker, result, cell, counts: cell?.latency?.counts };
}

/** The samples of the only target's only round. */
function measuredIn({ samples, ...cell }: CellResult) {
  const [capacity = null] = samples.filter(({ loop }) => loop === "closed");
  const [latency = null] = samples.filter(({ loop }) => loop === "open");
  return { ...cell, capacity, latency };
}

function isDeliveredAsPromised({ cells }: BenchResult): boolean {
  return cells.every(({ qos, samples }) => samples.every(({ counts }) => deliveryFailures(qos, counts).length === 0));
}

/** Does something to message `at` of the run, with the rest of its batch at hand. */
function once(at: number, fault: (batch: Delivery[], index: number) => void): Faults {
  let seen = 0;
  return {
    tamper: (batch) => {
      const index = at - seen;
      seen += batch.length;
      if (index >= 0 && index < batch.length) fault(batch, index);
      return batch;
    },
  };
}

describe("the default load", () => {
  test("measures capacity, then latency at half of it, for every QoS and size", async () => {
    const { result, broker } = await bench(plan({ qos: [0, 2], payloadSizes: [16, 1024], load: "default" }));
    expect(result).toMatchObject({ schema: "mqtk-bench/2", status: "complete", error: null });
    expect(result.targets).toEqual([{ name: "test", kind: "url", address, command: null, software: null }]);
    expect(result.cells.map(({ qos, payloadSize }) => [qos, payloadSize])).toEqual([
      [0, 16],
      [0, 1024],
      [2, 16],
      [2, 1024],
    ]);
    for (const { capacity, latency } of result.cells.map(measuredIn)) {
      expect(capacity?.throughput.perSecond).toBeGreaterThan(0);
      expect(latency?.offeredRate).toBe(Math.floor((capacity?.throughput.perSecond ?? 0) / 2));
      expect(latency?.latency?.count).toBeGreaterThan(0);
      expect(capacity?.counts.received).toBe(capacity?.counts.sent);
      expect(latency?.counts.received).toBe(latency?.counts.sent);
    }
    expect(isDeliveredAsPromised(result)).toBe(true);
    expect(broker.open).toBe(0);
  });

  test("connects every measurement anew, with client ids that every server accepts", async () => {
    const { broker } = await bench(plan({ load: "default" }));
    expect(new Set(broker.clientIds).size).toBe(8);
    for (const clientId of broker.clientIds) expect(clientId).toMatch(/^[0-9a-zA-Z-]{1,23}$/);
  });
});

describe("an open loop", () => {
  test("sends the whole schedule, and measures what is due after the warm-up", async () => {
    const { cell } = await bench(plan({ load: { rate: 1000 }, pairs: 3, warmUp: 20, duration: 50 }));
    expect(cell?.capacity).toBeNull();
    expect(cell?.latency).toMatchObject({ loop: "open", offeredRate: 1000, complete: true, heldBack: 0, unsent: 0 });
    expect(cell?.latency?.counts).toMatchObject({ sent: 70, received: 70, lost: 0, duplicated: 0, reordered: 0 });
    expect(cell?.latency?.latency?.count).toBe(50);
    expect(cell?.latency?.sendLag?.count).toBe(50);
  });

  test("a broker that stalls for 40 ms shows it in the latency of everything that was due meanwhile", async () => {
    // Of 1000 messages per second over 100 ms, 40 are due during the stall and wait 20 ms on average.
    const stalled = plan({ load: { rate: 1000 }, warmUp: 0, duration: 100 });
    const { cell } = await bench(stalled, { stall: { from: 20, to: 60 } });
    const latency = cell?.latency?.latency;
    expect(latency?.count).toBe(100);
    expect(latency?.max).toBeGreaterThan(38_000);
    expect(latency?.p90).toBeGreaterThan(25_000);
  });

  test("messages that the broker holds back count from when they were due, and not as lag of the generator", async () => {
    const held = plan({ load: { rate: 1000 }, qos: [1], pairs: 1, warmUp: 0, duration: 100 });
    const { cell } = await bench(held, { room: 1, stall: { from: 20, to: 60 } });
    expect(cell?.latency?.heldBack).toBeGreaterThan(30);
    expect(cell?.latency?.latency?.max).toBeGreaterThan(38_000);
    expect(cell?.latency?.serviceLatency?.p50).toBeLessThan(cell?.latency?.latency?.p90 ?? 0);
    expect(cell?.latency?.sendLag?.count).toBe(100 - (cell?.latency?.heldBack ?? 0));
    expect(cell?.latency?.counts).toMatchObject({ sent: 100, lost: 0 });
    expect(cell?.latency?.flags).toContain("held-back");
  });

  test("a broker that takes nothing for good is overloaded", async () => {
    const { cell } = await bench(plan({ load: { rate: 1000 }, pairs: 1 }), { room: 5, stall: { from: 10, to: 1000 } });
    expect(cell?.latency?.unsent).toBeGreaterThan(0);
    expect(cell?.latency?.flags).toContain("overloaded");
  });

  test("more than the generator can do is the generator's fault, not the broker's", async () => {
    const { cell } = await bench(plan({ load: { rate: 1e9 }, warmUp: 0, duration: 20 }));
    expect(cell?.latency?.unsent).toBeGreaterThan(0);
    expect(cell?.latency?.flags).toContain("generator-limited");
    expect(cell?.latency?.flags).not.toContain("overloaded");
  });
});

describe("a closed loop", () => {
  test("never has more under way than the window, and ends with nothing under way", async () => {
    let most = 0;
    const tamper = (batch: Delivery[]) => {
      most = Math.max(most, batch.length);
      return batch;
    };
    const { cell } = await bench(plan({ load: "max", window: 7, pairs: 3 }), { tamper });
    expect(most).toBe(21);
    expect(cell?.latency).toBeNull();
    expect(cell?.capacity).toMatchObject({ loop: "closed", window: 7, complete: true });
    expect(cell?.capacity?.latency?.count).toBeGreaterThan(0);
  });

  test("goes on when publishers are held back below the window", async () => {
    const { cell } = await bench(plan({ load: "max", window: 50, qos: [1] }), { room: 3 });
    expect(cell?.capacity?.throughput.perSecond).toBeGreaterThan(100);
    expect(cell?.capacity?.counts).toMatchObject({ lost: 0, unacknowledged: 0 });
  });

  test("goes on after a loss", async () => {
    const { cell } = await bench(
      plan({ load: "max" }),
      once(20, (batch, index) => batch.splice(index, 1)),
    );
    expect(cell?.capacity?.counts).toMatchObject({ lost: 1, received: (cell?.capacity?.counts.sent ?? 0) - 1 });
    expect(cell?.capacity?.counts.sent).toBeGreaterThan(100);
  });
});

describe("what arrives is checked", () => {
  test("a lost message", async () => {
    const { counts, result } = await bench(
      plan(),
      once(30, (batch, index) => batch.splice(index, 1)),
    );
    expect(counts).toMatchObject({ lost: 1, duplicated: 0, reordered: 0, corrupted: 0 });
    expect(isDeliveredAsPromised(result)).toBe(false);
  });

  test("the last message lost", async () => {
    const { counts } = await bench(
      plan(),
      once(349, (batch, index) => batch.splice(index, 1)),
    );
    expect(counts).toMatchObject({ sent: 350, received: 349, lost: 1 });
  });

  test.each([0, 1, 2] as const)("a duplicate at QoS %i", async (qos) => {
    const twice = once(30, (batch, index) => batch.push(batch[index] as Delivery));
    const { counts, result } = await bench(plan({ qos: [qos] }), twice);
    expect(counts).toMatchObject({ lost: 0, duplicated: 1, reordered: 0, corrupted: 0 });
    expect(isDeliveredAsPromised(result)).toBe(qos === 1);
  });

  test("messages that overtake each other", async () => {
    // With one pair, the message before the last of a turn is delivered behind the last.
    let swapped = false;
    const tamper = (batch: Delivery[]) => {
      if (!swapped && batch.length > 1) {
        swapped = true;
        batch.push(...batch.splice(-2, 1));
      }
      return batch;
    };
    const { cell, result } = await bench(plan({ pairs: 1, load: "max" }), { tamper });
    expect(cell?.capacity?.counts).toMatchObject({ lost: 0, duplicated: 0, reordered: 1, corrupted: 0 });
    expect(isDeliveredAsPromised(result)).toBe(false);
  });

  test.each([
    ["changed", (batch: Delivery[], index: number) => (((batch[index] as Delivery).payload[33] as number) ^= 1)],
    [
      "shortened",
      (batch: Delivery[], index: number) => {
        const delivery = batch[index] as Delivery;
        delivery.payload = delivery.payload.subarray(0, 63);
      },
    ],
  ])("a %s message is corrupted, not lost", async (_, fault) => {
    const { counts } = await bench(plan(), once(30, fault as (batch: Delivery[], index: number) => void));
    expect(counts).toMatchObject({ lost: 0, duplicated: 0, reordered: 0, corrupted: 1 });
  });

  test("a message delivered to the wrong subscriber", async () => {
    const misrouted = once(30, (batch, index) => {
      const delivery = batch[index] as Delivery;
      batch[index] = { ...delivery, topic: delivery.topic.replace(/\d$/, (last) => (last === "0" ? "1" : "0")) };
    });
    const { counts } = await bench(plan(), misrouted);
    expect(counts).toMatchObject({ lost: 1, corrupted: 1 });
  });

  test("failures are told in words, duplicates only where they are failures", () => {
    const counts = countsOf({ lost: 2, duplicated: 3, reordered: 4, corrupted: 5 });
    expect(deliveryFailures(0, counts)).toEqual(["2 lost", "3 duplicated", "4 reordered", "5 corrupted"]);
    expect(deliveryFailures(1, counts)).toEqual(["2 lost", "4 reordered", "5 corrupted"]);
  });
});

describe("a run that ends early", () => {
  test("interrupted while measuring: what was measured is there", async () => {
    const stop = new AbortController();
    const interrupted = new MqtkError("interrupted", "stopped by the user");
    let reports = 0;
    const onProgress = ({ stage }: BenchProgress) => {
      if (stage === "measuring" && ++reports === 2) stop.abort(interrupted);
    };
    const long = plan({ qos: [0, 1], load: "max", warmUp: 0, duration: 60_000 });
    const { result, cell, broker } = await bench(long, {}, { signal: stop.signal, observer: { onProgress } });
    expect(result).toMatchObject({ status: "interrupted", error: { code: "interrupted" } });
    expect(result.cells).toHaveLength(1);
    expect(cell?.capacity?.complete).toBe(false);
    expect(cell?.capacity?.throughput.perSecond).toBeGreaterThan(0);
    expect(cell?.capacity?.seconds).toBeLessThan(5);
    expect(isDeliveredAsPromised(result)).toBe(true);
    expect(broker.open).toBe(0);
  });

  test("the connection is lost: failed, with the measurements before it", async () => {
    const broker = new Loopback();
    broker.onPublish = () => broker.clientIds.length > 4 && broker.breakDown();
    const result = await runBench(plan({ load: "default" }), { targets, connect: broker.connect });
    expect(result).toMatchObject({ status: "failed", error: { code: "connection-lost" } });
    expect(result.cells).toMatchObject([{ samples: [{ loop: "closed", complete: true }] }]);
    expect(broker.open).toBe(0);
  });

  test("interrupted while connecting: no connection stays behind", async () => {
    const broker = new Loopback();
    const stop = new AbortController();
    let letConnect = () => {};
    const connected = new Promise<void>((resolve) => {
      letConnect = resolve;
    });
    const connect: BenchRun["connect"] = async (options, handlers) => {
      stop.abort(new MqtkError("interrupted", "stopped by the user"));
      await connected;
      return broker.connect(options, handlers);
    };
    const result = await runBench(plan(), { targets, connect, signal: stop.signal });
    expect(result).toMatchObject({ status: "interrupted", cells: [] });
    letConnect();
    await new Promise(setImmediate);
    expect(broker.clientIds).toHaveLength(1);
    expect(broker.open).toBe(0);
  });

  test("no connection can be made: failed, without measurements", async () => {
    const connect = () =>
      Promise.reject(new MqtkError("unreachable", "connection refused", { hint: "is it running?" }));
    const { result } = await bench(plan(), {}, { connect });
    expect(result).toMatchObject({
      ...{ status: "failed", cells: [] },
      error: { code: "unreachable", message: "connection refused", hint: "is it running?" },
    });
  });

  test("a refused subscription, a lesser QoS, a refused message: the broker's refusal", async () => {
    const refusals: Faults[] = [{ grantedQos: 0x87 }, { grantedQos: 0 }, { reasonCode: 0x87 }];
    for (const faults of refusals) {
      const { result, broker } = await bench(plan({ qos: [1] }), faults);
      expect(result).toMatchObject({ status: "failed", error: { code: "refused" } });
      expect(broker.open).toBe(0);
    }
  });

  test("its verdict is known: the measurements until then, and no error", async () => {
    const seen: number[] = [];
    const isDecided = ({ cells }: BenchResult) => {
      seen.push(cells.flatMap(({ samples }) => samples).length);
      return seen.length === 3;
    };
    const { result, broker } = await bench(plan({ qos: [0, 1], load: "default" }), {}, { isDecided });
    expect(seen).toEqual([1, 2, 3]);
    expect(result).toMatchObject({ status: "aborted", error: null });
    expect(result.cells.map(({ samples }) => samples.length)).toEqual([2, 1]);
    expect(broker.open).toBe(0);
  });

  test("a bug is thrown, not reported as a result", async () => {
    const connect = () => Promise.reject(new TypeError("undefined is not a function"));
    await expect(runBench(plan(), { targets, connect })).rejects.toThrow(TypeError);
  });
});

test("progress tells stage and rate, cell by cell", async () => {
  const stages = new Set<string>();
  const cells: number[] = [];
  const observer = {
    onProgress: ({ cell, loop, stage, done, total }: BenchProgress) =>
      stages.add(`${cell.qos} ${loop} ${stage} ${done}/${total}`),
    onCell: ({ qos }: { qos: number }) => cells.push(qos),
  };
  await bench(plan({ qos: [0, 1], load: "default", warmUp: 0 }), {}, { observer });
  expect(cells).toEqual([0, 1]);
  for (const seen of ["0 closed connecting 0/4", "0 open measuring 1/4", "1 open draining 3/4"]) {
    expect(stages).toContain(seen);
  }
});
