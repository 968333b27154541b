import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Address, dial, listen } from "../../../src/transport/index.ts";

const options = { timeout: 5000 };
const mqtt = (host: string, port: number): Address => ({ scheme: "mqtt", host, port, path: "" });
const unix = (path: string): Address => ({ scheme: "unix", host: "", port: 0, path });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mqtk-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const listener = await listen({ host: "127.0.0.1", port: 0 }, () => {});
  await listener.close();
  return listener.address.port;
}

describe("a connection that cannot be made says at which stage, why, and what to try", () => {
  test("nobody listens", async () => {
    const port = await freePort();
    await expect(dial(mqtt("127.0.0.1", port), options)).rejects.toMatchObject({
      code: "unreachable",
      stage: "connect",
      message: `cannot connect to 127.0.0.1:${port}: connection refused`,
      hint: "is the broker running, and is this its port?",
    });
  });

  test("nobody listens on any address of the name", async () => {
    await expect(dial(mqtt("localhost", await freePort()), options)).rejects.toMatchObject({
      code: "unreachable",
      stage: "connect",
      message: expect.stringMatching(/^cannot connect to localhost:\d+: connection refused$/),
    });
  });

  test("localhost is both of this machine's own addresses", async () => {
    const listener = await listen({ host: "::1", port: 0 }, (stream) => stream.end());
    const stream = await dial(mqtt("localhost", listener.address.port), options);
    expect(stream.remote).toBe(`[::1]:${listener.address.port}`);
    stream.destroy();
    await listener.close();
  });

  test("from an address of this machine that is none, or of the other family", async () => {
    await expect(dial(mqtt("localhost", 1), { ...options, localAddress: "192.0.2.1" })).rejects.toMatchObject({
      message: "cannot connect to localhost:1 from 192.0.2.1: not an address of this machine",
    });
    await expect(dial(mqtt("127.0.0.1", 1), { ...options, localAddress: "::1" })).rejects.toMatchObject({
      message: "cannot connect to 127.0.0.1:1 from ::1: one is IPv4, the other IPv6",
    });
  });

  test("from an address of this machine, localhost is the one of its family", async () => {
    const listener = await listen({ host: "::1", port: 0 }, (stream) => stream.end());
    const at = mqtt("localhost", listener.address.port);
    await expect(dial(at, { ...options, localAddress: "127.0.0.1" })).rejects.toMatchObject({
      message: expect.stringMatching(/connection refused$/),
    });
    (await dial(at, { ...options, localAddress: "::1" })).destroy();
    await listener.close();
  });

  test("the name does not exist", async () => {
    await expect(dial(mqtt("no-such-host.invalid", 1883), options)).rejects.toMatchObject({
      code: "unreachable",
      stage: "lookup",
      message: expect.stringMatching(/^cannot find no-such-host.invalid: /),
    });
  });

  test("the socket file is missing", async () => {
    await expect(dial(unix(join(folder, "none")), options)).rejects.toMatchObject({
      code: "unreachable",
      stage: "connect",
      message: `cannot connect to ${join(folder, "none")}: the socket file does not exist`,
    });
  });

  test("the file is no socket", async () => {
    const path = join(folder, "file");
    await writeFile(path, "");
    await expect(dial(unix(path), options)).rejects.toMatchObject({ code: "unreachable", stage: "connect" });
  });

  test("a socket path longer than the system's limit", async () => {
    await expect(dial(unix(join(folder, "x".repeat(120))), options)).rejects.toMatchObject({
      code: "unreachable",
      message: expect.stringMatching(/the path is too long for a socket/),
    });
  });

  test.runIf(process.platform === "linux")("the host is silent", async () => {
    const server = await deafServer();
    // Linux takes two connections beyond a backlog of 1, and does not answer the rest.
    const attempts = await Promise.allSettled(
      Array.from({ length: 8 }, () => dial(mqtt("127.0.0.1", server.port), { timeout: 100 })),
    );
    for (const attempt of attempts) if (attempt.status === "fulfilled") attempt.value.destroy();
    server.kill();
    expect(attempts.find((attempt) => attempt.status === "rejected")?.reason).toMatchObject({
      code: "unreachable",
      stage: "connect",
      message: `cannot connect to 127.0.0.1:${server.port}: timed out after 0.1 s`,
    });
  });
});

describe("an attempt can be given up", () => {
  test("before it began", async () => {
    const signal = AbortSignal.abort();
    await expect(dial(mqtt("127.0.0.1", 1), { ...options, signal })).rejects.toMatchObject({ code: "interrupted" });
  });

  test("while it lasts", async () => {
    const listener = await listen({ host: "127.0.0.1", port: 0 }, (stream) => stream.destroy());
    const controller = new AbortController();
    const attempt = dial(listener.address, { ...options, signal: controller.signal });
    controller.abort();
    await expect(attempt).rejects.toMatchObject({ code: "interrupted" });
    await listener.close();
  });
});

/** A process that listens, and is then stopped, so that nothing accepts what comes. */
async function deafServer(): Promise<{ port: number; kill(): void }> {
  const program = `require("node:net").createServer().listen({ host: "127.0.0.1", port: 0, backlog: 1 }, function () {
    require("node:fs").writeSync(1, String(this.address().port));
    process.kill(process.pid, "SIGSTOP");
  })`;
  const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  const [output] = await once(child.stdout, "data");
  return { port: Number(output), kill: () => child.kill("SIGKILL") };
}
