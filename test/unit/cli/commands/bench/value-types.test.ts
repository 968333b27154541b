import { describe, expect, test } from "vitest";
import { messageRate, payloadSizes, qosLevels } from "../../../../../src/cli/commands/bench/value-types.ts";

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
