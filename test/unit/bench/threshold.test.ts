import { describe, expect, test } from "vitest";
import { checkThresholds, judgeThresholds, parseThreshold } from "../../../src/bench/threshold.ts";
import { benchResult, countsOf, latencyOf } from "../../support/bench-results.ts";

describe("reading", () => {
  test.each([
    ["latency.p99<50ms", "latency.p99", "<", 50_000],
    ["latency.p99.9 <= 1.5s", "latency.p99.9", "<=", 1_500_000],
    ["latency.p999<500us", "latency.p99.9", "<", 500],
    ["serviceLatency.max<2ms", "serviceLatency.max", "<", 2000],
    ["throughput>=10k/s", "throughput", ">=", 10_000],
    ["throughput>1.5M", "throughput", ">", 1_500_000],
    ["loss<0.1%", "loss", "<", 0.001],
    ["loss==0", "loss", "=", 0],
    ["duplicates=0", "duplicates", "=", 0],
    ["cpu<20us", "cpu", "<", 20],
    ["rss<200M", "rss", "<", 200 * 1024 ** 2],
    ["bandwidth>1M/s", "bandwidth", ">", 1024 ** 2],
    ["connect.p99<0", "connect.p99", "<", 0],
  ])("%s", (text, name, operator, limit) => {
    const threshold = parseThreshold(text);
    expect(threshold).toMatchObject({ text, metric: { name }, operator });
    expect(threshold.limit).toBeCloseTo(limit, 9);
  });

  test("which cells and targets", () => {
    expect(parseThreshold("loss{qos:1, target:my broker,size=1k,mqtt:3.1.1}=0").scope).toEqual({
      ...{ qos: "1", target: "my broker", size: "1024", mqtt: "3.1.1" },
    });
  });

  test.each([
    ["p99<50ms", /^there is no metric p99$/],
    ["latency.p98<50ms", /^there is no metric latency\.p98$/],
    ["constructor<1", /^there is no metric constructor$/],
    ["latency.constructor<1s", /^there is no metric latency\.constructor$/],
    ["latency.p99<50", /^50 is no value for latency\.p99: expected a time with its unit/],
    ["latency.p99<50MB", /^50MB is no value/],
    ["throughput>10ms", /^10ms is no value for throughput: expected a rate/],
    ["loss<1", /expected a share/],
    ["latency.p99", /^expected a metric, </],
    ["latency.p99<", /^expected a metric, </],
    ["latency.p99!50ms", /^expected a metric, </],
    ["loss{color:red}=0", /^\{color:red\}: expected target, scenario, qos/],
    ["loss{qos}=0", /^\{qos\}: expected/],
  ])("%s is refused", (text, message) => {
    expect(() => parseThreshold(text)).toThrow(message);
  });

  test("the error names the metrics there are", () => {
    expect(() => parseThreshold("p99<1s")).toThrow(
      expect.objectContaining({ code: "usage", hint: expect.stringMatching(/latency\.\*.*throughput.*cpu.*p99\.9/) }),
    );
  });
});

describe("judging", () => {
  const outcomes = (result: ReturnType<typeof benchResult>, ...texts: string[]) =>
    judgeThresholds(result, texts.map(parseThreshold)).map(({ cell, target, value, status }) => [
      ...[target, cell.slice(5, 9), Math.round(value * 1000) / 1000, status],
    ]);

  test("all rounds together: histograms are added, rates are medians, losses a share of all", () => {
    const result = benchResult({
      rounds: 3,
      loops: ["closed", "open"],
      sample: ({ round, loop }) => ({
        latency: loop === "closed" ? latencyOf(1e6) : latencyOf(100 * round, 1000 * round),
        throughput: {
          perSecond: loop === "closed" ? ([9000, 50_000, 10_000][round - 1] as number) : 1,
          payloadBytesPerSecond: 1,
        },
        counts: countsOf({ expected: 1000, lost: loop === "open" && round === 2 ? 3 : 0 }),
        broker: {
          cpuSeconds: 1,
          cpuPerOperation: loop === "open" ? 10 + round : 1,
          rssBytes: 1e6 * round,
          descriptors: null,
        },
      }),
    });
    expect(outcomes(result, "latency.max<4ms", "throughput>9k", "loss=0", "lost<4", "cpu<12us", "rss<3M")).toEqual([
      ["builtin", "qos0", expect.closeTo(3000, -1), "met"],
      ["builtin", "qos0", 10_000, "met"],
      ["builtin", "qos0", 0.001, "breached"],
      ["builtin", "qos0", 3, "met"],
      ["builtin", "qos0", 12, "breached"],
      ["builtin", "qos0", 3_000_000, "met"],
    ]);
  });

  test("what a search found, and what only one scenario tells", () => {
    const result = benchResult({
      sample: () => ({ figures: [{ name: "memory per connection", value: 5000, unit: "bytes", better: "lower" }] }),
    });
    const found = (maximum: number | null) => ({
      ...result,
      cells: result.cells.map((cell) => ({
        ...cell,
        searches: [{ target: "builtin", slo: "p99<50ms", steps: [], maximum, complete: true }],
      })),
    });
    expect(outcomes(found(20_000), "capacity>=20k", "memoryPerConnection<4k").map(([, , , status]) => status)).toEqual([
      "met",
      "breached",
    ]);
    expect(outcomes(found(null), "capacity>=1")[0]).toEqual(["builtin", "qos0", 0, "breached"]);
    expect(() => outcomes(result, "capacity>1")).toThrow("capacity was not measured");
  });

  test("in every cell, for every target, unless it says which", () => {
    const result = benchResult({
      targets: ["builtin", "mosq"],
      cells: [{ qos: 0 }, { qos: 1 }],
      sample: ({ target }) => ({ latency: latencyOf(target === "mosq" ? 900 : 100) }),
    });
    expect(outcomes(result, "latency.p50<500us").map(([target, cell, , status]) => [target, cell, status])).toEqual([
      ["builtin", "qos0", "met"],
      ["mosq", "qos0", "breached"],
      ["builtin", "qos1", "met"],
      ["mosq", "qos1", "breached"],
    ]);
    expect(outcomes(result, "latency.p50{qos:1,target:mosq}<500us")).toHaveLength(1);
  });

  test("a pass that cannot be trusted is inconclusive, a breach is one all the same", () => {
    const result = benchResult({
      cells: [{ qos: 0 }, { qos: 1 }, { qos: 2 }],
      sample: ({ cell }) => ({
        flags: cell.includes("qos0") ? ["noisy"] : cell.includes("qos1") ? ["generator-limited"] : ["held-back"],
      }),
    });
    const statuses = (text: string) => outcomes(result, text).map(([, , , status]) => status);
    expect(statuses("latency.p50<1s")).toEqual(["inconclusive", "inconclusive", "met"]);
    expect(statuses("latency.p50<1us")).toEqual(["breached", "breached", "breached"]);
    // Nobody makes a broker use less memory by using the machine, but with less load it may do so.
    expect(statuses("rss<1G")).toEqual(["met", "inconclusive", "met"]);
    // What became of the messages that were sent is a fact.
    expect(statuses("loss=0")).toEqual(["met", "met", "met"]);
  });

  test("only the samples that tell a metric can put it in doubt", () => {
    const result = benchResult({
      loops: ["closed", "open"],
      sample: ({ loop }) => ({ flags: loop === "closed" ? ["generator-limited"] : [] }),
    });
    const statuses = (text: string) => outcomes(result, text).map(([, , , status]) => status);
    expect(statuses("latency.p50<1s")).toEqual(["met"]);
    expect(statuses("throughput>1")).toEqual(["inconclusive"]);
  });

  test("what nobody measured is an error, not a pass", () => {
    const result = benchResult({ sample: () => ({ broker: null }) });
    expect(() => outcomes(result, "cpu<1ms")).toThrow(
      expect.objectContaining({
        message: "threshold cpu<1ms: cpu was not measured",
        hint: expect.stringMatching(/^measured: latency\.\*, .*throughput/),
      }),
    );
    expect(() => outcomes(result, "loss{qos:2}=0")).toThrow("nothing that is measured is in its {…}");
  });
});

describe("before a run", () => {
  const { plan } = benchResult({ loops: ["closed"], cells: [{ qos: 1 }] });
  const check = (text: string, hasProcess = true) => checkThresholds([parseThreshold(text)], plan, () => hasProcess);

  test("what will be measured is fine", () => {
    for (const text of ["throughput>1", "cpu<1s", "closedLoopLatency.p99<1s", "loss{qos:1}=0"]) check(text);
  });

  test.each([
    ["latency.p99<1s", true, "--max measures no latency of a schedule"],
    ["cpu<1s", false, "the broker's process is not known"],
    ["loss{target:other}=0", true, "nothing that is measured is in its {…}"],
  ])("%s is refused", (text, hasProcess, message) => {
    expect(() => check(text, hasProcess)).toThrow(message);
  });
});
