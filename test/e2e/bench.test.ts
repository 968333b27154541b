import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { Aedes } from "aedes";
import { describe, expect, onTestFinished, test } from "vitest";
import type { BenchResult } from "../../src/bench/index.ts";
import { peer } from "../support/peers.ts";
import { startOnTerminal } from "../support/pty.ts";
import { type MqtkResult, runMqtk, startBroker, startMqtk } from "../support/run-mqtk.ts";

const SHORT = ["--duration", "200ms", "--warmup", "50ms", "--pairs", "2"];
/** Long enough to be ended while it measures. */
const LONG = ["--duration", "60s", "--warmup", "0", "--pairs", "2"];

function resultOf({ stdout }: MqtkResult): BenchResult {
  return JSON.parse(stdout) as BenchResult;
}

/** True while something listens on the port. */
function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

/** Waits until a run measures with its embedded broker, and answers with the broker's port. */
async function embeddedPort(run: ReturnType<typeof startMqtk>): Promise<number> {
  const [, port] = await run.waitFor(/measuring mqtt:\/\/127\.0\.0\.1:(\d+)/, "stderr");
  return Number(port);
}

/** A port of this machine on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

describe("without URL", () => {
  test("a broker is started, measured with every QoS, and stopped", async () => {
    const run = startMqtk(["bench", ...SHORT]);
    const port = await embeddedPort(run);
    const { code, stdout, stderr } = await run.ended;
    expect(stderr).toMatch(/^mqtk: measuring .*: 6 measurements, about 3 s\nmqtk: 1\/6 QoS 0, 64 bytes · capacity\n/);
    expect(stderr).toMatch(/mqtk: 6\/6 QoS 2, 64 bytes · latency at [\d.,kM]+ msg\/s\n$/);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^embedded broker · MQTT 5\.0 · 2 × publisher → subscriber · 0\.2 s each\n\n┌/);
    for (const qos of [0, 1, 2]) expect(stdout).toMatch(new RegExp(`│ ${qos}   │    64 │ [ ≥.,\\dkM]+ │ .*[µm]?s │\n`));
    expect(stdout).toMatch(/ messages checked: none lost, duplicated, reordered or corrupted\.\n$/);
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    expect(await isListening(port)).toBe(false);
  });

  test("the environment of the user does not reach the broker", async () => {
    const { code } = await runMqtk(["bench", ...SHORT, "-q", "0", "--max"], {
      env: { MQTK_QUIET: "1", MQTK_BIND: "no" },
    });
    expect(code).toBe(0);
  });

  test("Ctrl-C: a partial table, 130, and no broker left", async () => {
    const run = startMqtk(["bench", ...LONG, "-q", "0,1"]);
    const port = await embeddedPort(run);
    await run.waitFor(/1\/4 QoS 0, 64 bytes · capacity\n/, "stderr");
    const { code, stdout, stderr } = await run.stop("SIGINT");
    expect(code).toBe(130);
    expect(stdout).toMatch(/│ 0 {3}│ {4}64 │ [ ≥.,\dkM]+ │/);
    expect(stderr).toContain("mqtk: interrupted, so the result is partial\n");
    expect(await isListening(port)).toBe(false);
  });

  test("killed with SIGKILL: the broker ends all the same", async () => {
    const run = startMqtk(["bench", ...LONG]);
    const port = await embeddedPort(run);
    expect(await isListening(port)).toBe(true);
    await run.stop("SIGKILL");
    await expect.poll(() => isListening(port), { timeout: 5000 }).toBe(false);
  });
});

describe("with a broker", () => {
  test.each(["5", "3.1.1", "3.1"])("MQTT %s: a matrix as JSON", async (version) => {
    const { url, port } = await startBroker();
    const run = await runMqtk([
      "bench",
      url,
      ...SHORT,
      "-V",
      version,
      "--size",
      "16,64k",
      "-q",
      "0,2",
      "--json",
      "--quiet",
    ]);
    expect(run).toMatchObject({ code: 0, stderr: "" });
    const result = resultOf(run);
    expect(result).toMatchObject({ schema: "mqtk-bench/2", status: "complete", error: null });
    expect(result.targets).toMatchObject([{ kind: "url", address: { port } }]);
    expect(result.cells.map(({ id }) => id)).toEqual([
      `pair qos0 16B mqtt${version}`,
      `pair qos0 65536B mqtt${version}`,
      `pair qos2 16B mqtt${version}`,
      `pair qos2 65536B mqtt${version}`,
    ]);
    for (const { samples } of result.cells) {
      expect(samples.map(({ loop }) => loop)).toEqual(["closed", "open"]);
      const [capacity, latency] = samples;
      expect(capacity?.counts).toMatchObject({ received: capacity?.counts.sent, lost: 0, unacknowledged: 0 });
      expect(latency?.counts).toMatchObject({ received: latency?.counts.sent, lost: 0, unacknowledged: 0 });
      expect(latency?.latency?.p50).toBeGreaterThan(0);
      expect(latency?.latency?.p999).toBeGreaterThanOrEqual(latency?.latency?.p50 ?? 0);
      expect(latency?.latency?.histogram).toMatch(/^HISTF/);
    }
  });

  test("--rate keeps the rate", async () => {
    const { url } = await startBroker();
    const run = await runMqtk([
      "bench",
      url,
      "--rate",
      "2k",
      "-q",
      "1",
      "--duration",
      "500ms",
      "--warmup",
      "0",
      "--json",
    ]);
    const [cell] = resultOf(run).cells;
    expect(cell?.samples).toMatchObject([
      { loop: "open", offeredRate: 2000, unsent: 0, counts: { sent: 1000, received: 1000 }, latency: { count: 1000 } },
    ]);
  });

  test("ids, credentials, topics and payloads of the user's own", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "mqtk-bench-"));
    writeFileSync(path.join(folder, "users.csv"), "ann,1\nbob,2\n");
    const broker = await startBroker(["-v"]);
    const own = ["--id", "dev-{{i}}", "-t", "plant/{{i}}", "-m", "n{{seq}}", "--credentials", "users.csv"];
    const load = ["--rate", "100", "-q", "1", ...SHORT, "--quiet"];
    const run = await runMqtk(["bench", broker.url, ...own, ...load], { cwd: folder });
    expect(run.code, run.stderr).toBe(0);
    for (const id of ["dev-0", "dev-1", "dev-2", "dev-3"]) await broker.waitFor(new RegExp(id), "stderr");
  });

  test("several workers: what they measure is one result", async () => {
    const { url } = await startBroker();
    const words = ["bench", url, "--workers", "2", "-q", "1", "--json", "--warmup", "0", "--pairs", "3"];
    const run = await runMqtk([...words, "--duration", "300ms", "--rate", "1k"]);
    expect(run.code, run.stderr).toBe(0);
    expect(resultOf(run).cells[0]?.samples).toMatchObject([
      { offeredRate: 1000, counts: { sent: 300, received: 300 }, latency: { count: 300 }, generator: { workers: 2 } },
    ]);
  });

  test("several workers: whatever the scenario, what one sends comes to the others", { timeout: 60_000 }, async () => {
    const { url } = await startBroker();
    const small = ["--clients", "6", "--publishers", "3", "--subscribers", "3", "--count", "60", "--warmup", "0"];
    const words = ["bench", url, "--workers", "2", "-q", "1", "--duration", "100ms", ...small, "--json", "--quiet"];
    const names = "fan-in,fan-out,rr,subscribe,conn,will-storm,retained,backlog";
    const longer = ["--duration", "400ms"]; // a busy machine stands still for 100
    const all = await runMqtk([...words, ...longer, "--scenario", names, "--max"]);
    expect(all.code, all.stderr).toBe(0);
    const { cells } = resultOf(all);
    expect(cells).toHaveLength(8);
    for (const { id, samples } of cells) {
      const { throughput, counts, generator } = samples[0] ?? {};
      expect(throughput?.perSecond, id).toBeGreaterThan(0);
      expect(generator?.workers, id).toBe(2);
      expect(counts?.received, id).toBe(counts?.expected);
    }
    const own = ["--scenario", "fan-in,fan-out,shared", "--id", "dev-{{i}}"];
    const flows = await runMqtk([...words.filter((word) => !["--count", "60"].includes(word)), ...own, "--rate", "2k"]);
    expect(flows.code, flows.stderr).toBe(0);
    expect(
      resultOf(flows).cells.map(({ samples: [sample] }) => [sample?.counts, sample?.latency?.count]),
    ).toMatchObject([
      [{ sent: 200, expected: 200, received: 200 }, 200],
      [{ sent: 200, expected: 600, received: 600 }, 600],
      [{ sent: 200, expected: 200, received: 200 }, 200],
    ]);
  });

  test("several workers: Ctrl-C gives what there is, an unreachable broker its error", async () => {
    const { url } = await startBroker();
    const run = startMqtk(["bench", url, "--workers", "2", ...LONG, "-q", "0"]);
    await run.waitFor(/1\/2 QoS 0, 64 bytes · capacity\n/, "stderr");
    const { code, stdout } = await run.stop("SIGINT");
    expect(code).toBe(130);
    expect(stdout).toMatch(/│ 0 {3}│ {4}64 │/);
    const words = ["bench", "-p", String(await closedPort()), "--workers", "2", "--quiet"];
    const { code: unreachable, stderr } = await runMqtk(words);
    expect(unreachable).toBe(3);
    expect(stderr).toMatch(/^mqtk: .*connection refused.*\n/);
  });

  test("--max gives no latency", async () => {
    const { url } = await startBroker();
    const { code, stdout } = await runMqtk(["bench", url, ...SHORT, "--max", "-q", "0"]);
    expect(code).toBe(0);
    expect(stdout).toContain("│ QoS │ bytes │ capacity │ payload │");
    expect(stdout).not.toContain("p99");
  });

  test("a broker that goes away: what was measured, and 3", async () => {
    const broker = await startBroker();
    const run = startMqtk(["bench", broker.url, ...LONG, "-q", "0"]);
    await run.waitFor(/1\/2 QoS 0, 64 bytes · capacity\n/, "stderr");
    await broker.stop("SIGKILL");
    const { code, stdout, stderr } = await run.ended;
    expect(code).toBe(3);
    expect(stdout).toMatch(/│ 0 {3}│ {4}64 │ [ ≥.,\dkM]+ │/);
    expect(stderr).toMatch(new RegExp(`mqtk: (connection to )?127\\.0\\.0\\.1:${broker.port} .*\n`));
  });

  test("messages that get lost: 6, and where", async () => {
    const broker = await Aedes.createBroker();
    let forwarded = 0;
    broker.authorizeForward = (_client, packet) => (++forwarded % 50 === 0 ? null : packet);
    const server = createServer(broker.handle).listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => {
      server.close();
      broker.close();
    });
    const { port } = server.address() as AddressInfo;
    const words = ["bench", `mqtt://127.0.0.1:${port}`, "-V", "3.1.1", "-q", "0", "--rate", "1k"];
    const { code, stdout, stderr } = await runMqtk([...words, ...SHORT]);
    expect(code).toBe(6);
    expect(stdout).toMatch(
      /not all of them well:\n {2}.*, pair qos0 64B mqtt3\.1\.1, latency: 5 lost of 250 messages\n/,
    );
    expect(stderr).toMatch(/messages were not delivered as promised: .*, latency: 5 lost of 250 messages/);
    forwarded = 0;
    const shape = ["--scenario", "fan-out", "--publishers", "3", "--subscribers", "4", "--workers", "2"];
    const parted = await runMqtk([...words, ...shape, "--duration", "200ms", "--warmup", "50ms", "--quiet"]);
    expect(parted.stderr).toMatch(/latency: 20 lost of 1,000 messages/);
  });

  const mosquitto = peer("mosquitto");
  test.skipIf(mosquitto === undefined)("mosquitto: every QoS, MQTT 5 and 3.1.1", async () => {
    const port = await closedPort();
    const config = path.join(mkdtempSync(path.join(tmpdir(), "mqtk-bench-")), "mosquitto.conf");
    // Its queue of 1000 messages would overflow where this machine is so busy that the load comes in bursts.
    writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n`);
    const child = spawn(mosquitto as string, ["-c", config], { stdio: "ignore" });
    onTestFinished(() => {
      child.kill("SIGKILL");
    });
    await expect.poll(() => isListening(port)).toBe(true);
    const run = await runMqtk(["bench", `mqtt://127.0.0.1:${port}`, ...SHORT, "-V", "5,3.1.1", "--max", "--json"]);
    expect(run.code, run.stderr).toBe(0);
    expect(resultOf(run).cells).toHaveLength(6);
  });
});

describe("several targets", () => {
  const mosquitto = peer("mosquitto");
  test.skipIf(mosquitto === undefined)("the built-in broker and a command in turns, each accounted", async () => {
    const command = `mosq=cmd:'${mosquitto}' -p {port}`;
    const words = ["bench", "--target", "mqtk=builtin", "--target", command, "--rounds", "2", "--rate", "1k"];
    const run = await runMqtk([...words, "-q", "0", ...SHORT, "--json"]);
    expect(run.code, run.stderr).toBe(0);
    expect(run.stderr).toContain("mqtk: 1/4 m");
    const { targets, cells } = resultOf(run);
    expect(targets).toMatchObject([
      { name: "mqtk", kind: "builtin", software: expect.stringContaining("mqtk") },
      { name: "mosq", kind: "command", software: expect.stringContaining("mosquitto version") },
    ]);
    const order = cells[0]?.samples.map(({ target, round }) => `${round} ${target}`);
    const [first, second] = ["mqtk", "mosq"].sort((name) => (order?.[0] === `1 ${name}` ? -1 : 1));
    expect(order).toEqual([`1 ${first}`, `1 ${second}`, `2 ${second}`, `2 ${first}`]);
    for (const { broker, counts } of cells[0]?.samples ?? []) {
      expect(counts).toMatchObject({ sent: 250, received: 250 });
      expect(broker?.rssBytes).toBeGreaterThan(1e6);
      expect(broker?.descriptors).toBeGreaterThan(4);
    }
    const { port } = targets[1]?.address ?? { port: 0 };
    expect(await isListening(port)).toBe(false);
  });

  test.skipIf(mosquitto === undefined)("mosquitto: every scenario", async () => {
    const small = ["--pairs", "3", "--clients", "5", "--count", "60", "--duration", "100ms", "--warmup", "0"];
    const words = [
      "bench",
      "--target",
      `cmd:'${mosquitto}' -p {port}`,
      "--scenario",
      "all",
      "--max",
      "-q",
      "1",
      ...small,
    ];
    const run = await runMqtk([...words, "--json"]);
    expect(run.code, run.stderr).toBe(0);
    const { cells } = resultOf(run);
    expect(cells).toHaveLength(14);
    for (const { samples } of cells) expect(samples[0]?.throughput.perSecond).toBeGreaterThan(0);
  });

  test.each([
    ["x=cmd:no-such-broker {port}", 3, "mqtk: x is not ready: it could not be started: spawn no-such-broker ENOENT\n"],
    ["x=cmd:sh -c 'echo no >&2; exit 7 # {port}'", 3, "x is not ready: it ended (exit code 7)\n      it said: no\n"],
    ["x=cmd:mosquitto", 2, "the command does not say where its port goes"],
  ])("%s: %i", async (target, expected, reason) => {
    const { code, stdout, stderr } = await runMqtk(["bench", "--target", target]);
    expect({ code, stdout }).toEqual({ code: expected, stdout: "" });
    expect(stderr).toContain(reason);
  });
});

describe("what cannot be measured", () => {
  test("nobody listens: 3, and nothing on stdout", async () => {
    const port = await closedPort();
    const { code, stdout, stderr } = await runMqtk(["bench", "-p", String(port), "--quiet"]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toMatch(/^mqtk: .*connection refused.*\n/);
  });

  test("the same as JSON: a result without cells, and the error", async () => {
    const port = await closedPort();
    const run = await runMqtk(["bench", "-p", String(port), "--quiet", "--json"]);
    expect(run.code).toBe(3);
    expect(resultOf(run)).toMatchObject({ status: "failed", error: { code: "unreachable" }, cells: [] });
    expect(JSON.parse(run.stderr)).toMatchObject({ error: { code: "unreachable", exitCode: 3 } });
  });

  test.each([
    [["--size", "8"], "a payload of 8 bytes has no room"],
    [["--rate", "5", "--max"], "--rate and --max contradict each other"],
    [["--qos", "3"], "--qos 3: expected 0, 1 or 2, or several of them: 0,1,2"],
    [["http://localhost"], "unknown scheme http://"],
  ])("%j: usage", async (words, reason) => {
    const { code, stderr } = await runMqtk(["bench", ...words]);
    expect(code).toBe(2);
    expect(stderr).toContain(reason);
  });
});

const script = peer("script");
test.skipIf(script === undefined)("on a terminal without a size: a live view that ends", async () => {
  const { url } = await startBroker();
  const words = [...SHORT, "--duration", "600ms", "-q", "0", "--max"].join(" ");
  const screen = await startOnTerminal(script as string, `"$NODE" "$MQTK" bench ${url} ${words}`).ended;
  expect(screen).toMatch(/1\/1 QoS 0, 64 bytes · capacity · measuring\n/);
  expect(screen).toMatch(/ messages checked: none lost/);
});

test("--dry-run prints the whole plan and measures nothing", async () => {
  const { code, stdout, stderr } = await runMqtk(["bench", "mqtt://ann:s3cret@broker.example", "-q", "1", "--dry-run"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).not.toContain("s3cret");
  expect(JSON.parse(stdout)).toMatchObject({
    targets: [{ kind: "url", address: { scheme: "mqtt", host: "broker.example", port: 1883 } }],
    connection: { userName: "ann" },
    cells: [{ qos: 1, payloadSize: 64 }],
  });
});
