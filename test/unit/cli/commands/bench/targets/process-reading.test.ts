import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { readProcess } from "../../../../../../src/cli/commands/bench/targets/process-reading.ts";

const isLinux = process.platform === "linux";

test.runIf(isLinux)("a process and its children, and nothing when it is gone", async () => {
  // A child of the child burns CPU until it has used a fifth of a second, says so and waits.
  const burn = "while (process.cpuUsage().user < 2e5); console.log('done'); setInterval(() => {}, 1000)";
  const parent = `require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(burn)}], {stdio: "inherit"})`;
  const child = spawn(process.execPath, ["-e", parent], { stdio: ["ignore", "pipe", "inherit"], detached: true });
  onTestFinished(() => {
    process.kill(-(child.pid as number), "SIGKILL");
  });
  await once(child.stdout, "data");
  const reading = readProcess(child.pid as number);
  expect(reading?.cpuSeconds).toBeGreaterThanOrEqual(0.2);
  expect(reading?.rssBytes).toBeGreaterThan(40e6);
  expect(reading?.descriptors).toBeGreaterThan(6);
});

test("no such process", () => {
  expect(readProcess(2 ** 30)).toBeUndefined();
});
