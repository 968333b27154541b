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
  ...{ messagesPerSecond: 231_456, done: 0, total: 2 },
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
      "1/2 QoS 1, 64 bytes · capacity · measuring · 231k msg/s",
      "2/2 QoS 1, 64 bytes · latency at 116k msg/s · connecting",
      "2/2 QoS 1, 64 bytes · latency at 116k msg/s · measuring · 231k msg/s",
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
