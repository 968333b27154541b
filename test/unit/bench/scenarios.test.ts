import { describe, expect, onTestFinished, test } from "vitest";
import { type BenchWish, planBench } from "../../../src/bench/bench-plan.ts";
import { deliveryFailures, type Sample } from "../../../src/bench/bench-result.ts";
import { runBench } from "../../../src/bench/run-bench.ts";
import { scenarios } from "../../../src/bench/scenarios/index.ts";
import { Broker } from "../../../src/broker/index.ts";
import { SCENARIOS } from "../../../src/cli/commands/bench/value-types.ts";

const wish: BenchWish = {
  targets: [{ name: "test", kind: "builtin" }],
  connection: { cleanStart: true, keepAlive: 60, connectTimeout: 5000 },
  ...{ rounds: 1, scenarios: ["pair"], versions: [5], qos: [1], payloadSizes: [64] },
  shape: { publishers: 3, subscribers: 3, clients: 6 },
  ...{ warmUp: 20, duration: 80, load: "default", arrival: "fixed", window: 5, maximumInFlight: undefined },
};

async function running(): Promise<{ broker: Broker; port: number }> {
  const broker = new Broker({});
  onTestFinished(() => broker.stop(0));
  const { port } = await broker.listen({ host: "127.0.0.1", port: 0 });
  return { broker, port };
}

async function measured(changes: Partial<BenchWish>, port: number): Promise<readonly Sample[]> {
  const address = { scheme: "mqtt", host: "127.0.0.1", port, path: "" } as const;
  const result = await runBench(planBench({ ...wish, ...changes }), { targets: [{ name: "test", address }] });
  expect(result.error).toBeNull();
  for (const { qos, samples } of result.cells) {
    for (const { counts, complete } of samples) expect([deliveryFailures(qos, counts), complete]).toEqual([[], true]);
  }
  return result.cells.flatMap(({ samples }) => samples);
}

test("the command line knows all of them", () => {
  expect(scenarios.map(({ name }) => name)).toEqual(SCENARIOS);
});

describe("messages that flow", () => {
  const names = scenarios.filter(({ kind }) => kind === "flow").map(({ name }) => name);

  test.each(names)("%s: capacity and latency, all that arrives is as it should be", async (name) => {
    const { port } = await running();
    const [closed, open] = await measured({ scenarios: [name] }, port);
    for (const sample of [closed, open]) {
      expect(sample?.throughput.perSecond).toBeGreaterThan(0);
      expect(sample?.counts.received).toBe(sample?.counts.expected);
      expect(sample?.connect.count).toBeGreaterThanOrEqual(3);
    }
    expect(open?.latency?.count).toBeGreaterThan(0);
    expect(open?.offeredRate).toBeGreaterThan(0);
  });

  test("fan-out expects each message at every subscriber, and offers half of what was published", async () => {
    const { port } = await running();
    const [closed, open] = await measured({ scenarios: ["fan-out"], shape: { publishers: 2, subscribers: 5 } }, port);
    expect(closed?.counts.expected).toBe((closed?.counts.sent ?? 0) * 5);
    expect(open?.offeredRate).toBe(Math.floor((closed?.throughput.perSecond ?? 0) / 5 / 2));
    expect(open?.latency?.count).toBe((open?.latency?.count ?? 0) - ((open?.latency?.count ?? 0) % 5));
  });

  test("shared: each message once, spread over the subscribers", async () => {
    const { port } = await running();
    const [closed] = await measured({ scenarios: ["shared"] }, port);
    expect(closed?.counts.expected).toBe(closed?.counts.sent);
    expect(closed?.counts.received).toBe(closed?.counts.sent);
  });

  test.each([0, 2] as const)("publish, QoS %i", async (qos) => {
    const { port } = await running();
    const [closed] = await measured({ scenarios: ["publish"], qos: [qos], load: "max" }, port);
    expect(closed?.throughput.perSecond).toBeGreaterThan(0);
    expect(closed?.counts).toMatchObject({ expected: 0, received: 0, unacknowledged: 0 });
    expect(closed?.latency === null).toBe(qos === 0);
  });

  test("a number of messages instead of a time", async () => {
    const { port } = await running();
    const counted = { warmUp: 0, shape: { ...wish.shape, count: 500 } };
    const [closed] = await measured({ ...counted, load: "max" }, port);
    expect(closed?.counts).toMatchObject({ sent: 500, received: 500 });
    expect(closed?.latency?.count).toBe(500);
    const [open] = await measured({ ...counted, load: { rate: 5000 } }, port);
    expect(open?.counts).toMatchObject({ sent: 500, received: 500 });
  });

  test("topics and payloads of the user's own", async () => {
    const { port } = await running();
    const own = { topic: "plant/{{i}}/temp", payload: '{"seq":{{seq}},"t":{{now}},"v":{{random 1 100}}}' };
    for (const scenarios of [["pair"], ["fan-out"], ["shared"], ["rr"]]) {
      const [sample] = await measured({ ...own, scenarios, load: { rate: 500 } }, port);
      expect(sample?.counts.received).toBeGreaterThan(0);
    }
    await measured({ payload: own.payload, scenarios: ["retained"], shape: { count: 50 } }, port);
  });

  test("stages: as many messages as the ramp has, at random times too", async () => {
    const { port } = await running();
    const stages = [
      { from: 0, to: 4000, duration: 100 },
      { from: 4000, to: 4000, duration: 50 },
    ];
    const [fixed] = await measured({ warmUp: 0, load: { stages } }, port);
    expect(fixed?.counts.sent).toBe(400);
    expect(fixed?.latency?.count).toBe(400);
    const [random] = await measured({ warmUp: 0, load: { stages }, arrival: "poisson" }, port);
    expect(Math.abs((random?.counts.sent ?? 0) - 400)).toBeLessThan(100);
  });
});

describe("operations and batches", () => {
  test.each(["churn", "subscribe"])("%s: a closed and an open loop", async (name) => {
    const { port } = await running();
    const [closed, open] = await measured({ scenarios: [name], shape: { clients: 2 }, duration: 1000 }, port);
    for (const sample of [closed, open]) {
      expect(sample?.throughput.perSecond).toBeGreaterThan(0);
      expect(sample?.latency?.p50).toBeGreaterThan(0);
    }
    // On a busy machine all of them may have waited for a free client.
    expect((open?.sendLag?.count ?? 0) + (open?.heldBack ?? 0)).toBeGreaterThan(0);
  });

  test.each([
    ["conn", "connection", 6],
    ["reconnect-storm", "connection", 6],
    ["will-storm", "will", 18],
  ])("%s: each %s is timed", async (name, operation, count) => {
    const { broker, port } = await running();
    const [sample] = await measured({ scenarios: [name] }, port);
    expect(sample).toMatchObject({ loop: "batch", operation, latency: { count } });
    await expect.poll(() => broker.statistics().connections).toBe(0);
  });

  test.each([0, 1, 2] as const)(
    "retained, QoS %i: all that was stored is received, and none is left behind",
    async (qos) => {
      const { broker, port } = await running();
      const [sample] = await measured(
        { scenarios: ["retained"], qos: [qos], shape: { subscribers: 2, count: 300 } },
        port,
      );
      expect(sample?.counts).toMatchObject({ sent: 300, expected: 600, received: 600 });
      expect(sample?.figures).toMatchObject([{ name: "stored", unit: "/s" }]);
      expect(broker.statistics().retained.messages).toBe(0);
    },
  );

  test.each([1, 2] as const)(
    "backlog, QoS %i: all that waited is received, and no session is left behind",
    async (qos) => {
      const { broker, port } = await running();
      const [sample] = await measured(
        { scenarios: ["backlog"], qos: [qos], shape: { subscribers: 2, count: 300 } },
        port,
      );
      expect(sample?.counts).toMatchObject({ sent: 300, expected: 300, received: 300 });
      expect(sample?.figures).toMatchObject([{ name: "filled", unit: "/s" }]);
      await expect.poll(() => broker.statistics().sessions).toBe(0);
    },
  );
});

describe("what cannot be measured", () => {
  test.each<[Partial<BenchWish>, string]>([
    [{ scenarios: ["backlog"], qos: [0] }, "backlog cannot be measured with QoS 0"],
    [{ scenarios: ["retained"], load: { rate: 5 } }, "retained is done once"],
    [{ scenarios: ["fan-in"], shape: {}, payloadSizes: [16] }, "a payload of 16 bytes has no room"],
    [{ scenarios: ["retained"], topic: "a/{{i}}" }, "--topic has no meaning"],
    [{ topic: "a" }, "several publishers the same topic"],
    [{ shape: { publishers: 2, subscribers: 3 } }, "pair has as many subscribers as publishers"],
    [{ load: { stages: [{ from: 0, to: 0, duration: 50 }] } }, "no message"],
    [{ load: { stages: [{ from: 99, to: 99, duration: 20 }] } }, "the warm-up is longer"],
  ])("%j", (changes, reason) => {
    expect(() => planBench({ ...wish, ...changes })).toThrow(reason);
  });

  test("what makes no sense is left out where nobody asked for it", () => {
    const cells = planBench({ ...wish, scenarios: ["backlog", "conn"], qos: undefined, payloadSizes: [16, 64] }).cells;
    expect(cells.map(({ id }) => id)).toEqual([
      "backlog qos1 16B mqtt5",
      "backlog qos1 64B mqtt5",
      "backlog qos2 16B mqtt5",
      "backlog qos2 64B mqtt5",
      "conn qos0 0B mqtt5",
    ]);
  });
});
