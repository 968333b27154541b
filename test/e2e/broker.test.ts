import { existsSync, mkdtempSync, readFileSync, rmSync, watch } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { NO_PROPERTIES, PacketType, ReasonCode } from "../../src/codec/index.ts";
import { PacketClient } from "../support/packet-client.ts";
import { runMqtk, startBroker, startMqtk } from "../support/run-mqtk.ts";

const onThisMachine = (port: number) => ({ host: "127.0.0.1", port });

function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "mqtk-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Waits until the file is there. */
function appears(file: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(path.dirname(file), () => {
      if (existsSync(file)) {
        watcher.close();
        resolve();
      }
    });
    if (existsSync(file)) {
      watcher.close();
      resolve();
    }
  });
}

describe("starting", () => {
  test("says where it listens, on this machine only, and tells programs so with --ready-json", async () => {
    const broker = await startBroker();
    const ready = JSON.parse(broker.stdout);
    expect(ready).toEqual({
      url: `mqtt://127.0.0.1:${broker.port}`,
      host: "127.0.0.1",
      port: broker.port,
      listeners: [`mqtt://127.0.0.1:${broker.port}`],
      pid: broker.pid,
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    });
    expect(broker.stderr).toMatch(new RegExp(`mqtk ${ready.version} listens on ${ready.url}\n`));
    expect(broker.stderr).not.toMatch(/whoever reaches/);
  });

  test("--ready-json FILE: the file is whole when it is there", async () => {
    const file = path.join(temporaryFolder(), "ready.json");
    const broker = startMqtk(["broker", "-p", "0", "--ready-json", file]);
    await appears(file);
    const { port, pid } = JSON.parse(readFileSync(file, "utf8"));
    expect(pid).toBe(broker.pid);
    const client = await PacketClient.connect(onThisMachine(port));
    expect(client.connack?.reasonCode).toBe(0);
  });

  test("--bind to all addresses wants to know who may come in; with --allow-anonymous it says what that means", async () => {
    const open = await runMqtk(["broker", "-p", "0", "--bind", "0.0.0.0"]);
    expect(open).toMatchObject({ code: 2, stdout: "" });
    expect(open.stderr).toMatch(/^mqtk: whoever reaches 0\.0\.0\.0 could connect, publish and subscribe\n/);
    const broker = await startBroker(["--bind", "0.0.0.0", "--allow-anonymous"]);
    expect(broker.url).toBe(`mqtt://127.0.0.1:${broker.port}`);
    expect(broker.stderr).toMatch(/whoever reaches mqtt:\/\/0\.0\.0\.0:\d+ may connect/);
    expect((await PacketClient.connect(onThisMachine(broker.port))).connack?.reasonCode).toBe(0);
  });

  test("--unix listens on a socket file, which is gone afterwards", async () => {
    const file = path.join(temporaryFolder(), "mqtk.sock");
    const broker = startMqtk(["broker", "--unix", file, "--ready-json", "-"]);
    await broker.waitFor(/\{.*\}\n/);
    const sub = startMqtk(["sub", "--unix", file, "-t", "a", "-C", "1"]);
    await broker.waitFor(/subscribed to a/, "stderr");
    expect(await runMqtk(["pub", "--unix", file, "-t", "a", "-m", "through a file"])).toMatchObject({ code: 0 });
    expect((await sub.ended).stdout).toBe("through a file\n");
    await broker.stop();
    expect(existsSync(file)).toBe(false);
  });

  test("a port that is in use is told, with what to do; exit code 2", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => {
      server.close();
    });
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    const { code, stdout, stderr } = await runMqtk(["broker", "-p", `${port}`]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(
      new RegExp(`^mqtk: cannot listen on 127\\.0\\.0\\.1:${port}: port ${port} is already in use\n`),
    );
  });

  test("an address of another machine, and a file that cannot be written, are exit code 2", async () => {
    const elsewhere = await runMqtk(["broker", "-p", "0", "--bind", "192.0.2.1", "--allow-anonymous"]);
    expect(elsewhere.code).toBe(2);
    expect(elsewhere.stderr).toContain("192.0.2.1 is not an address of this machine");
    const unwritable = await runMqtk(["broker", "-p", "0", "--ready-json", "/no/such/folder/ready.json"]);
    expect(unwritable.code).toBe(2);
    expect(unwritable.stderr).toContain("--ready-json: cannot write /no/such/folder/ready.json");
  });
});

describe("stopping", () => {
  test.each(["SIGTERM", "SIGINT"] as const)("%s: clients are told, and the exit code is 0", async (signal) => {
    const broker = await startBroker();
    const client = await PacketClient.connect(onThisMachine(broker.port));
    const older = await PacketClient.connect(onThisMachine(broker.port), { protocolVersion: 4 });
    const stopped = broker.stop(signal);
    expect(await client.ended()).toMatchObject([
      { type: PacketType.DISCONNECT, reasonCode: ReasonCode.SERVER_SHUTTING_DOWN },
    ]);
    expect(await older.ended()).toEqual([]);
    const { code, stderr } = await stopped;
    expect(code).toBe(0);
    expect(stderr).toMatch(/stopped\n$/);
  });

  test("a client that has frozen does not hold it up", async () => {
    const broker = await startBroker();
    const client = await PacketClient.connect(onThisMachine(broker.port));
    await client.subscribe("a");
    client.pause();
    const publisher = await PacketClient.connect(onThisMachine(broker.port));
    for (let count = 0; count < 20; count += 1) {
      publisher.publish("a", Buffer.alloc(1_000_000));
    }
    await broker.waitFor(/did not get/, "stderr");
    expect(await broker.stop()).toMatchObject({ code: 0 });
  });
});

describe("--exec", () => {
  const program = `
    const url = new URL(process.env.MQTK_URL);
    require("node:net").connect(Number(url.port), url.hostname, () => {
      console.log("reached", url.protocol, process.argv.slice(1).join());
      process.exit(7);
    });
  `;

  test("runs the command with the broker's address, then stops and has its exit code", async () => {
    const words = ["broker", "-p", "0", "--exec", process.execPath, "-e", program, "--", "a", "-q"];
    const { code, stdout, stderr } = await runMqtk(words);
    expect({ code, stdout }).toEqual({ code: 7, stdout: "reached mqtt: a,-q\n" });
    expect(stderr).toMatch(/stopped\n$/);
  });

  test("the command's commands find the broker by themselves", async () => {
    const words = ["--exec", process.execPath, "-e", "process.exit(process.env.MQTK_URL ? 0 : 1)"];
    expect(await runMqtk(["broker", "-p", "0", ...words])).toMatchObject({ code: 0 });
  });

  test("a command that does not exist is exit code 2; one that a signal ended is 128 and its number", async () => {
    const missing = await runMqtk(["broker", "-p", "0", "--exec", "no-such-command-here"]);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain("cannot run no-such-command-here: there is no such command");
    const words = ["--exec", process.execPath, "-e", "process.kill(process.pid, 'SIGKILL')"];
    expect(await runMqtk(["broker", "-p", "0", ...words])).toMatchObject({ code: 137 });
  });

  test("SIGTERM goes on to the command, and the broker outlives it", async () => {
    const words = [
      "-e",
      "process.on('SIGTERM', () => process.exit(5)); console.log('runs'); setInterval(() => {}, 1000)",
    ];
    const broker = startMqtk(["broker", "-p", "0", "--exec", process.execPath, ...words]);
    await broker.waitFor(/runs/);
    expect(await broker.stop()).toMatchObject({ code: 5 });
  });
});

describe("the log", () => {
  test("has a line per connection, subscription and disconnection with its reason; -v one per message", async () => {
    const broker = await startBroker(["-v"]);
    const client = await PacketClient.connect(onThisMachine(broker.port), {
      clientId: "worker",
      keepAlive: 30,
      userName: "someone",
      password: Buffer.from("secret"),
    });
    await client.subscribe({ filter: "a/#", qos: 1 });
    client.publish("a/b", "12345", { qos: 1, retain: true });
    client.send({ type: PacketType.UNSUBSCRIBE, packetId: 9, properties: NO_PROPERTIES, filters: ["a/#"] });
    await client.settled();
    await client.disconnect();
    (await PacketClient.connect(onThisMachine(broker.port), { clientId: "lost" })).sendBytes(Buffer.from([0, 0]));
    await broker.waitFor(/lost disconnected.*\n/, "stderr");
    const { stderr } = await broker.stop();
    const lines = stderr.split("\n").map((line) => line.replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} /, ""));
    expect(lines.filter((line) => line.startsWith("worker"))).toEqual([
      expect.stringMatching(
        /^worker connected from 127\.0\.0\.1:\d+ \(MQTT 5.*user someone, keep alive 30 s, clean start\)$/,
      ),
      "worker subscribed to a/# at QoS 1",
      "worker published 5 B to a/b (QoS 1, retained)",
      "worker unsubscribed from a/#",
      "worker disconnected: the client disconnected",
    ]);
    expect(lines.find((line) => line.startsWith("lost disconnected"))).toMatch(/0x8[12]/);
    expect(stderr).not.toContain("secret");
  });

  test("cannot be made to say something that did not happen", async () => {
    const broker = await startBroker(["-v"]);
    const evil = "x\n2026-01-01 00:00:00.000 admin connected\u001b[2J\u009b31m\u202e";
    const client = await PacketClient.connect(onThisMachine(broker.port), { clientId: evil });
    await client.subscribe(evil.replace(/[+#]/g, ""));
    client.publish("a\r\nb\u0007", "");
    await client.settled();
    const { stderr } = await broker.stop();
    expect(stderr).not.toMatch(/\n2026-01-01 00:00:00/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
    expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(stderr).toContain("x\\x0a2026");
    expect(stderr).toContain("published 0 B to a\\x0d\\x0ab\\x07");
  });

  test("--quiet says nothing", async () => {
    const broker = await startBroker(["--quiet"]);
    await (await PacketClient.connect(onThisMachine(broker.port))).disconnect();
    expect(await broker.stop()).toMatchObject({ code: 0, stderr: "" });
  });
});

test("a client that only opens a connection is sent away after a while; others are served meanwhile", async () => {
  const broker = await startBroker();
  const silent = await PacketClient.open(onThisMachine(broker.port));
  const client = await PacketClient.connect(onThisMachine(broker.port));
  expect(await silent.ended(10_000)).toEqual([]);
  expect(await client.settled()).toEqual([]);
  await broker.waitFor(/refused: no CONNECT came in time/, "stderr");
});
