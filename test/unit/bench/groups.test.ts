import { beforeAll, describe, expect, test } from "vitest";
import { type BenchWish, planBench } from "../../../src/bench/bench-plan.ts";
import { deliveryFailures, type Sample, type Slice } from "../../../src/bench/bench-result.ts";
import type { GroupsWish, GroupWish, StageWish } from "../../../src/bench/plan-groups.ts";
import { runBench } from "../../../src/bench/run-bench.ts";
import { judgeThresholds, parseThreshold } from "../../../src/bench/threshold.ts";
import { Broker } from "../../../src/broker/index.ts";
import { Client } from "../../../src/client/index.ts";
import { type Faults, Loopback } from "./loopback.ts";

const wish: BenchWish = {
  targets: [{ name: "test", kind: "builtin" }],
  connection: { cleanStart: true, keepAlive: 60, connectTimeout: 5000 },
  ...{
    rounds: 1,
    scenarios: [],
    versions: [5],
    qos: undefined,
    payloadSizes: [64],
    shape: {},
    warmUp: 0,
    duration: 100,
  },
  ...{ load: "default", arrival: "fixed", window: undefined, maximumInFlight: undefined },
};

function publisher(name: string, topic: string, changes: Partial<NonNullable<GroupWish["publish"]>> = {}): GroupWish {
  const publish = { topic, qos: 1, size: 64, payload: undefined, retain: false, maximumInFlight: undefined } as const;
  const pace = { rate: 500, arrival: "fixed" } as const;
  return { ...nobody, name, clients: 2, publish: { ...publish, pace, ...changes } };
}

function subscriber(
  name: string,
  filter: string,
  changes: Partial<NonNullable<GroupWish["subscribe"]>> = {},
): GroupWish {
  return {
    ...nobody,
    name,
    clients: 2,
    subscribe: { filters: [filter], qos: undefined, share: undefined, ...changes },
  };
}

const nobody = { publish: undefined, subscribe: undefined, id: undefined, version: 5, connection: {} } as const;

function stage(name: string, duration: number, changes: Partial<StageWish> = {}): StageWish {
  return { name, duration, measured: true, rateOf: () => undefined, named: [], ...changes };
}

function planned(groups: readonly GroupWish[], stages?: readonly StageWish[], changes: Partial<BenchWish> = {}) {
  const file: GroupsWish = { name: "plant", groups, stages };
  return planBench({ ...wish, ...changes, groups: file });
}

describe("a plan of groups", () => {
  test("what they leave open is the matrix's, and what they say is theirs", () => {
    const fixed = planned([publisher("a", "a", { qos: 2, size: 128 })]);
    expect(fixed.cells).toMatchObject([
      {
        id: "plant",
        scenario: "plant",
        qos: 2,
        payloadSize: 128,
        publishers: 2,
        subscribers: 0,
        loads: [{ loop: "groups" }],
      },
    ]);
    const open = planned(
      [publisher("a", "a", { qos: undefined, size: undefined }), { ...subscriber("s", "a"), version: undefined }],
      undefined,
      { qos: [0, 1], payloadSizes: [64, 100], versions: [4, 5] },
    );
    expect(open.cells.map(({ id }) => id)).toEqual(
      ["3.1.1", "5"].flatMap((version) =>
        ["qos0 64B", "qos0 100B", "qos1 64B", "qos1 100B"].map((one) => `plant ${one} mqtt${version}`),
      ),
    );
    expect(JSON.parse(JSON.stringify(open))).toEqual(open);
  });

  test("stages: their time is the run's, and rates are shares or their own", () => {
    const half = { isShare: true, from: 0.5, to: 0.5 };
    const { warmUp, duration, cells } = planned(
      [publisher("a", "a"), publisher("b", "b")],
      [
        stage("ramp", 100, { measured: false, rateOf: () => ({ isShare: true, from: 0, to: 1 }) }),
        stage("day", 200),
        stage("night", 300, {
          rateOf: (group) => (group === "a" ? { isShare: false, from: 10, to: 20 } : half),
          named: ["a", "b"],
        }),
      ],
    );
    expect({ warmUp, duration }).toEqual({ warmUp: 100, duration: 500 });
    expect(cells[0]?.groups?.map(({ pace }) => pace)).toEqual([
      {
        loop: "open",
        arrival: "fixed",
        stages: [
          { from: 0, to: 500, duration: 100 },
          { from: 500, to: 500, duration: 200 },
          { from: 10, to: 20, duration: 300 },
        ],
      },
      expect.objectContaining({ stages: expect.arrayContaining([{ from: 250, to: 250, duration: 300 }]) }),
    ]);
  });

  test.each<[string, readonly GroupWish[], readonly StageWish[] | undefined]>([
    ["no group publishes anything", [subscriber("s", "a")], undefined],
    ["group s: its filters match no topic of any group", [publisher("a", "a"), subscriber("s", "b")], undefined],
    ["group x: its clients do nothing", [publisher("a", "a"), { ...nobody, name: "x", clients: 1 }], undefined],
    ["group a: another group has this name", [publisher("a", "a"), publisher("a", "b")], undefined],
    ["group a: a payload of 8 bytes has no room", [publisher("a", "a", { size: 8 })], undefined],
    [
      "group a: a payload of 16 bytes has no room for what proves each message to s",
      [publisher("a", "a/{{i}}", { size: 16 }), subscriber("s", "a/+")],
      undefined,
    ],
    ["two stages have the name x", [publisher("a", "a")], [stage("x", 1), stage("x", 1)]],
    ["no stage is measured", [publisher("a", "a")], [stage("x", 1, { measured: false })]],
    ["a stage names a group that there is not: b", [publisher("a", "a")], [stage("x", 1, { named: ["b"] })]],
    [
      "group a: a stage gives it a rate, and it has no schedule",
      [publisher("a", "a", { pace: { window: 1 } })],
      [stage("x", 1, { named: ["a"] })],
    ],
    [
      "group a: it has no message in all of its time",
      [publisher("a", "a")],
      [stage("x", 100, { rateOf: () => ({ isShare: true, from: 0, to: 0 }) })],
    ],
  ])("%s", (reason, groups, stages) => {
    expect(() => planned(groups, stages)).toThrow(reason);
  });
});

describe("a run of groups and stages", () => {
  const groups = [
    publisher("sensors", "plant/{{i}}/t"),
    publisher("alarms", "plant/{{i}}/alarm", {
      qos: 2,
      payload: '{"n":{{seq}}}',
      size: undefined,
      retain: true,
      pace: { rate: 100, arrival: "poisson" },
    }),
    {
      ...publisher("apps", "cmd/{{i}}", { pace: { think: { from: 5, to: 10 } } }),
      subscribe: { filters: ["state/{{i}}"], qos: 0 as const, share: undefined },
    },
    { ...publisher("devices", "state/{{i}}", { pace: { window: 2 } }), version: 4 as const, id: "dev-{{i}}" },
    { ...subscriber("dashboards", "plant/#"), connection: { cleanStart: false } },
    subscriber("archive", "plant/+/t", { share: "archive", qos: 0 }),
    subscriber("controllers", "cmd/+"),
  ];
  const stages = [
    stage("warm", 100, { measured: false, rateOf: () => ({ isShare: true, from: 0, to: 1 }) }),
    stage("day", 200),
    stage("peak", 100, {
      rateOf: (group) => (group === "sensors" ? { isShare: true, from: 3, to: 3 } : undefined),
      named: ["sensors"],
    }),
  ];
  let sample: Sample;
  let left: { readonly retained: number; readonly sessions: boolean };
  let failures: readonly string[];
  let statuses: readonly string[];

  beforeAll(async () => {
    const own = new Broker({});
    const { port } = await own.listen({ host: "127.0.0.1", port: 0 });
    const address = { scheme: "mqtt", host: "127.0.0.1", port, path: "" } as const;
    const result = await runBench(planned(groups, stages), { targets: [{ name: "test", address }] });
    sample = result.cells[0]?.samples[0] as Sample;
    failures = deliveryFailures(2, sample.counts);
    const thresholds = [
      "loss{group:dashboards,stage:day}=0",
      "latency.p99{group:sensors,stage:peak}<1us",
      "throughput{stage:day}>1",
    ];
    statuses = judgeThresholds(result, thresholds.map(parseThreshold)).map(
      ({ threshold, status }) => `${threshold.text} ${status}`,
    );
    left = await leftBehind(address, result.run);
    await own.stop(0);
  });

  const slices = (group: string | null, stageName: string | null): readonly Slice[] =>
    (sample.slices ?? []).filter((slice) => slice.group === group && slice.stage === stageName);
  const only = (group: string | null, stageName: string | null): Slice => slices(group, stageName)[0] as Slice;

  test("everything arrives as it should", () => {
    expect(failures).toEqual([]);
    expect(sample).toMatchObject({ complete: true, loop: "open", unsent: 0 });
    expect(sample.counts.received).toBe(sample.counts.expected);
    expect(sample.counts.sent).toBe(
      ["sensors", "alarms", "apps", "devices"].reduce((sum, name) => sum + only(name, null).counts.sent, 0),
    );
  });

  test("a schedule sends in each stage what it has, and it is counted there", () => {
    expect(only("sensors", "warm").counts.sent).toBe(25);
    expect(only("sensors", "day").counts).toMatchObject({ sent: 100, expected: 300, received: 300, lost: 0 });
    expect(only("sensors", "peak").counts).toMatchObject({ sent: 150, expected: 450, received: 450 });
    expect(only("sensors", "day").latency?.count).toBe(300);
    expect(only("sensors", "day")).toMatchObject({
      offeredRate: 500,
      sentPerSecond: 500,
      receivedPerSecond: 1500,
      seconds: 0.2,
    });
    expect(only("sensors", null).latency?.count).toBe(750);
    expect(sample.latency?.count).toBe(750 + (only("alarms", null).latency?.count ?? 0));
  });

  test("each group gets what its filters match; members of a share get it together", () => {
    expect(only("dashboards", "day").counts.expected).toBe(2 * (100 + only("alarms", "day").counts.sent));
    expect(only("archive", "day").counts).toMatchObject({ expected: 100, received: 100, reordered: 0 });
    expect(only("controllers", null).counts.expected).toBe(2 * only("apps", null).counts.sent);
    const [sent, received] = slices("apps", null);
    expect([sent?.direction, received?.direction]).toEqual(["sent", "received"]);
    expect(received?.counts.expected).toBe(only("devices", null).counts.sent);
    expect(only(null, "day").counts.expected).toBe(
      ["sensors", "alarms", "apps", "devices"].reduce((sum, name) => sum + only(name, "day").counts.expected, 0),
    );
  });

  test("clients that think send less than those that always have something under way", () => {
    expect(only("apps", null).counts.sent).toBeGreaterThan(2);
    expect(only("apps", null).counts.sent).toBeLessThanOrEqual(2 * (400 / 5 + 1));
    expect(only("apps", null).loop).toBe("open");
    expect(only("devices", null).loop).toBe("closed");
  });

  test("thresholds may be about a group or a stage", () => {
    expect(statuses).toEqual([
      expect.stringMatching(/^loss.* (met|inconclusive)$/),
      "latency.p99{group:sensors,stage:peak}<1us breached",
      expect.stringMatching(/^throughput.* (met|inconclusive)$/),
    ]);
  });

  test("neither retained messages nor sessions stay behind", () => {
    expect(left).toEqual({ retained: 0, sessions: false });
  });
});

/** What the broker still has: retained messages, and the session of the first dashboard. */
async function leftBehind(address: Parameters<typeof Client.connect>[0]["address"], run: string) {
  let retained = 0;
  const base = { address, protocolVersion: 5, keepAlive: 60, connectTimeout: 5000 } as const;
  const watcher = await Client.connect(
    { ...base, clientId: "watcher", cleanStart: true },
    { onMessage: () => void retained++ },
  );
  const options = { qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
  await watcher.subscribe([{ filter: "plant/#", ...options }]);
  // The answer comes behind what was retained.
  await watcher.unsubscribe(["plant/#"]);
  await watcher.end();
  // Subscribers are numbered by their places: both apps come first.
  const again = await Client.connect({ ...base, clientId: `mqtk${run}-1s2`, cleanStart: false });
  const { sessionPresent } = again.connack;
  await again.end();
  return { retained, sessions: sessionPresent };
}

test("what goes wrong is told of the group and the stage in which it was due; duplicates only where QoS forbids them", async () => {
  const faults: Faults = {
    tamper: (batch) =>
      batch.flatMap((delivery) => {
        const number = delivery.payload.readUInt32LE(0);
        const isFirst = delivery.topic === "a/0" && number === 10;
        if (isFirst) return [];
        const isTwice = number === 5 && (delivery.topic === "a/0" || delivery.topic === "b/0");
        return isTwice ? [delivery, delivery] : [delivery];
      }),
  };
  const loopback = new Loopback(faults);
  const pace = { rate: 200, arrival: "fixed" } as const;
  const plan = planned(
    [
      publisher("a", "a/{{i}}", { qos: 1, pace }),
      publisher("b", "b/{{i}}", { qos: 2, pace }),
      subscriber("as", "a/{{i}}"),
      subscriber("bs", "b/{{i}}"),
    ],
    [stage("one", 80), stage("two", 80)],
  );
  const address = { scheme: "mqtt", host: "broker.test", port: 1883, path: "" } as const;
  const { cells } = await runBench(
    { ...plan, drainTimeout: 80 },
    { targets: [{ name: "test", address }], connect: loopback.connect },
  );
  const sample = cells[0]?.samples[0] as Sample;
  const countsOf = (group: string, stageName: string | null) =>
    sample.slices?.find((slice) => slice.group === group && slice.stage === stageName)?.counts;
  expect(sample.counts).toMatchObject({ lost: 1, duplicated: 2, redelivered: 1, sent: 64 });
  expect(deliveryFailures(2, sample.counts)).toEqual(["1 lost", "1 duplicated"]);
  expect(countsOf("as", null)).toMatchObject({ lost: 1, duplicated: 1, redelivered: 1, expected: 32, received: 32 });
  // Message 10 of the first of two clients is the 20th of 200 per second: due after 100 ms.
  expect(countsOf("as", "one")).toMatchObject({ lost: 0, duplicated: 1 });
  expect(countsOf("as", "two")).toMatchObject({ lost: 1, duplicated: 0 });
  expect(countsOf("bs", null)).toMatchObject({ lost: 0, duplicated: 1, redelivered: 0 });
});
