import { describe, expect, test } from "vitest";
import {
  amount,
  messageRate,
  mqttVersions,
  payloadSizes,
  processId,
  qosLevels,
  ramp,
  SCENARIOS,
  scenarioNames,
} from "../../../../../src/cli/commands/bench/value-types.ts";

describe("QoS levels", () => {
  test.each([
    ["0", [0]],
    ["2,0", [2, 0]],
    ["0,1,2", [0, 1, 2]],
  ])("%s", (typed, levels) => {
    expect(qosLevels.parse(typed)).toEqual(levels);
  });

  test.each(["", "3", "0,", "0,0", "0 1", "0;1", "-1"])("not %j", (typed) => {
    expect(qosLevels.parse(typed)).toBeUndefined();
  });
});

describe("payload sizes", () => {
  test.each([
    ["64", [64]],
    ["64,1k,1.5K", [64, 1024, 1536]],
    ["64k,1M", [65_536, 1_048_576]],
    ["1kB,2KiB,100B", [1024, 2048, 100]],
  ])("%s", (typed, sizes) => {
    expect(payloadSizes.parse(typed)).toEqual(sizes);
  });

  test.each(["", "k", "1.0001k", "64,", "1k,1024", "1G", "-1", "256M", "1e3"])("not %j", (typed) => {
    expect(payloadSizes.parse(typed)).toBeUndefined();
  });
});

describe("a rate", () => {
  test.each([
    ["500", 500],
    ["0.5", 0.5],
    ["20k", 20_000],
    ["1.5M/s", 1_500_000],
  ])("%s", (typed, rate) => {
    expect(messageRate.parse(typed)).toBe(rate);
  });

  test.each(["", "0", "-1", "k", "20kk", "20k/m", "Infinity", "1e3"])("not %j", (typed) => {
    expect(messageRate.parse(typed)).toBeUndefined();
  });
});

describe("a ramp", () => {
  const up = { from: 0, to: 20_000, duration: 10_000 };

  test.each([
    ["0→20k:10s", [up]],
    ["0-20k:10s", [up]],
    ["0->20k/s:10s, 20k:1m", [up, { from: 20_000, to: 20_000, duration: 60_000 }]],
    ["500 → 0:500ms", [{ from: 500, to: 0, duration: 500 }]],
  ])("%s", (typed, stages) => {
    expect(ramp.parse(typed)).toEqual(stages);
  });

  test.each(["", "20k", "0→20k", "0→:10s", "→5:1s", "0→20k:10s,", "1-2-3:1s", "-5:1s"])("not %j", (typed) => {
    expect(ramp.parse(typed)).toBeUndefined();
  });
});

describe("lists and numbers", () => {
  test("scenarios", () => {
    expect(scenarioNames.parse("pair,fan-in")).toEqual(["pair", "fan-in"]);
    expect(scenarioNames.parse("all")).toEqual(SCENARIOS);
    for (const typed of ["", "fan", "pair,pair", "pair,all"]) expect(scenarioNames.parse(typed)).toBeUndefined();
  });

  test("versions", () => {
    expect(mqttVersions.parse("5,3.1.1")).toEqual([5, 4]);
    for (const typed of ["auto", "6", "5,5.0"]) expect(mqttVersions.parse(typed)).toBeUndefined();
  });

  test("amounts", () => {
    expect(["7", "1.5k", "2M"].map(amount.parse)).toEqual([7, 1500, 2_000_000]);
    for (const typed of ["0", "0.5", "-1", "1e3"]) expect(amount.parse(typed)).toBeUndefined();
  });

  test("processes", () => {
    expect(processId.parse("12")).toEqual({ target: undefined, pid: 12 });
    expect(processId.parse("a=b=12")).toEqual({ target: "a=b", pid: 12 });
    for (const typed of ["0", "a", "a=", "1.5"]) expect(processId.parse(typed)).toBeUndefined();
  });
});
