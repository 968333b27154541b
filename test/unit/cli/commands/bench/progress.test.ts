import { expect, test } from "vitest";
import type { BenchPlan, BenchProgress } from "../../../../../src/bench/index.ts";
import { progressOn } from "../../../../../src/cli/commands/bench/progress.ts";

const capacity: BenchProgress = {
  ...{
    cell: {
      ...{ id: "pair qos1 64B mqtt5", scenario: "pair", qos: 1, payloadSize: 64, protocolVersion: 5 },
      ...{ publishers: 1, subscribers: 1, clients: 0, count: 0, maximumInFlight: 1, loads: [] },
    },
    ...{ target: "builtin", round: 1 },
    loop: "closed",
    stage: "measuring",
    rate: undefined,
  },
  ...{ messagesPerSecond: 231_456, latest: null, failures: 0, done: 0, total: 2 },
};
const latency: BenchProgress = { ...capacity, loop: "open", rate: 115_728, done: 1 };

const one = { name: "builtin", kind: "builtin" } as const;

function shown(stderrIsTTY: boolean, ...reports: BenchProgress[]) {
  return shownOf([one], stderrIsTTY, ...reports);
}

function shownOf(targets: BenchPlan["targets"], stderrIsTTY: boolean, ...reports: BenchProgress[]) {
  const lines: string[] = [];
  const spinner: string[] = [];
  const terminal = { stderrIsTTY, status: (line: string) => lines.push(line) };
  const observer = progressOn(terminal, { update: (text) => spinner.push(text), stop: () => {} }, { targets });
  for (const report of reports) observer.onProgress?.(report);
  return { lines, spinner };
}

test("on a terminal the spinner tells stage and rate", () => {
  const connecting: BenchProgress = { ...latency, stage: "connecting" };
  expect(shown(true, capacity, connecting, latency)).toEqual({
    lines: [],
    spinner: [
      "1/2 QoS 1, 64 bytes · capacity · measuring\n    231k/s",
      "2/2 QoS 1, 64 bytes · latency at 116k msg/s · connecting",
      "2/2 QoS 1, 64 bytes · latency at 116k msg/s · measuring\n    231k/s",
    ],
  });
});

test("elsewhere each measurement has one line", () => {
  const warmingUp: BenchProgress = { ...capacity, stage: "warming up" };
  expect(shown(false, warmingUp, capacity, capacity, latency, latency)).toEqual({
    lines: ["mqtk: 1/2 QoS 1, 64 bytes · capacity", "mqtk: 2/2 QoS 1, 64 bytes · latency at 116k msg/s"],
    spinner: [],
  });
});

test("with several targets it says which", () => {
  expect(shownOf([one, { ...one, name: "b" }], false, { ...capacity, target: "b\x1b" }).lines).toEqual([
    "mqtk: 1/2 b\\x1b, QoS 1, 64 bytes · capacity",
  ]);
});

test("on a terminal: percentiles, the last half minute as bars, and what is wrong, in 80 columns", () => {
  const seconds = Array.from({ length: 40 }, (_, index) => index + 1);
  const reports = seconds.map((at): BenchProgress => {
    return { ...latency, failures: 1234, latest: { at, rate: at * 1000, p50: 123.4, p99: 12_345 } };
  });
  const { spinner } = shown(true, ...reports, ...reports.slice(-1));
  expect(spinner[2]).toBe(
    "2/2 QoS 1, 64 bytes · latency at 116k msg/s · measuring\n    231k/s  p50 123µs  p99 12.3ms  ▃▆█  1,234 wrong",
  );
  expect(spinner.at(-1)).toBe(spinner.at(-2));
  for (const line of spinner.flatMap((text) => text.split("\n"))) expect(line.length).toBeLessThanOrEqual(78);
  expect(shown(true, ...reports, capacity).spinner.at(-1)).not.toContain("▁");
});

test("other scenarios have their names, and no QoS where it means nothing", () => {
  const cell = { ...capacity.cell, scenario: "fan-in" };
  const conn = { ...capacity.cell, scenario: "conn", payloadSize: 0 };
  expect(
    shown(
      false,
      { ...capacity, cell },
      { ...capacity, cell: conn, loop: "batch", done: 1 },
      { ...latency, loop: "search" },
    ).lines,
  ).toEqual([
    "mqtk: 1/2 fan-in, QoS 1, 64 bytes · capacity",
    "mqtk: 2/2 conn",
    "mqtk: 2/2 QoS 1, 64 bytes · trying 116k msg/s",
  ]);
});
