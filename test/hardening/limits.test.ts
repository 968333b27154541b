import { expect, test } from "vitest";
import { runMqtk, startBroker } from "../support/run-mqtk.ts";

test("--print-config shows every setting and where it comes from, and nothing listens", async () => {
  const { code, stdout, stderr } = await runMqtk(
    ["broker", "--max-packet-size", "500k", "--max-queued-messages=0", "--print-config", "--json"],
    { env: { MQTK_MAX_PACKET_SIZE: "1M", MQTK_QUEUE_POLICY: "drop-old" } },
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(JSON.parse(stdout)).toMatchObject({
    "max-packet-size": { value: 500 * 1024, unit: "bytes", from: "command line" },
    "max-queued-messages": { value: "none", from: "command line" },
    "queue-policy": { value: "drop-old", from: "environment" },
    "connect-timeout": { value: 5000, unit: "ms", from: "default" },
    "max-session-expiry": { value: 604_800, unit: "s", from: "default" },
    "strict-utf8": { value: false, from: "default" },
  });
});

test("--print-config as a table, for people", async () => {
  const { code, stdout } = await runMqtk(["broker", "--strict-utf8", "--print-config"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/strict-utf8\s*│ yes\s*│ command line/);
  expect(stdout).toMatch(/max-subscriptions\s*│ 1000\s*│ default/);
  expect(stdout).toMatch(/max-subscription-bytes\s*│ 64 MiB\s*│ default/);
  expect(stdout).toMatch(/subscription-memory-limit\s*│ 1 GiB\s*│ default/);
  expect(stdout).toMatch(/max-packet-size\s*│ 2 MiB\s*│ default/);
  expect(stdout).toMatch(/max-queued-bytes\s*│ 64 MiB\s*│ default/);
  expect(Math.max(...stdout.split("\n").map(({ length }) => length))).toBeLessThan(81);
});

test("a limit that cannot be is refused before anything listens", async () => {
  const { code, stderr } = await runMqtk(["broker", "--max-subscriptions", "-1"]);
  expect(code).toBe(2);
  expect(stderr).toContain("--max-subscriptions");
});

test("SIGUSR1 logs the figures of the broker, and the broker goes on; -v logs them at the end", async () => {
  const broker = await startBroker(["-v"]);
  process.kill(broker.pid, "SIGUSR1");
  await broker.waitFor(/0 connections, 0 sessions/, "stderr");
  process.kill(broker.pid, "SIGUSR1");
  const { code, stderr } = await broker.stop();
  expect(code).toBe(0);
  expect(stderr).not.toContain("Debugger");
  expect(stderr).toMatch(/dropped: nothing\n.*stopped/);
});
