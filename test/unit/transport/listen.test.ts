import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ByteStream, dial, type Listener, listen } from "../../../src/transport/index.ts";

const ignore = (): void => {};
let folder: string;
const open: Listener[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mqtk-"));
});
afterEach(async () => {
  for (const listener of open.splice(0)) await listener.close();
  await rm(folder, { recursive: true });
});

async function listening(...args: Parameters<typeof listen>): Promise<Listener> {
  const listener = await listen(...args);
  open.push(listener);
  return listener;
}

test("port 0 takes a free port, and the address says which", async () => {
  const listener = await listening({ host: "127.0.0.1", port: 0 }, ignore);
  expect(listener.address).toEqual({ scheme: "mqtt", host: "127.0.0.1", port: expect.any(Number), path: "" });
  expect(listener.address.port).toBeGreaterThan(0);
});

test("each connection says where it comes from", async () => {
  const remote = new Promise<string>((resolve) => {
    void listening({ host: "127.0.0.1", port: 0 }, (stream) => {
      resolve(stream.remote);
      stream.destroy();
    }).then(({ address }) => dial(address, { timeout: 5000 }));
  });
  expect(await remote).toMatch(/^127\.0\.0\.1:\d+$/);
});

test("an IPv4 client of a socket for both families is shown as IPv4", async () => {
  let accept = (_: ByteStream): void => {};
  const accepted = new Promise<ByteStream>((resolve) => {
    accept = resolve;
  });
  const { address } = await listening({ host: "0.0.0.0", port: 0 }, (stream) => accept(stream));
  const client = await dial({ ...address, host: "127.0.0.1" }, { timeout: 5000 });
  expect((await accepted).remote).toMatch(/^127\.0\.0\.1:\d+$/);
  client.destroy();
  (await accepted).destroy();
});

test("after close nobody can connect, and connections that are there stay", async () => {
  let accept = (_: ByteStream): void => {};
  const accepted = new Promise<ByteStream>((resolve) => {
    accept = resolve;
  });
  const listener = await listen({ host: "127.0.0.1", port: 0 }, (stream) => accept(stream));
  const client = await dial(listener.address, { timeout: 5000 });
  const server = await accepted;
  await listener.close();
  await listener.close();
  await expect(dial(listener.address, { timeout: 5000 })).rejects.toMatchObject({ code: "unreachable" });

  const received = new Promise<string>((resolve) => {
    client.onData = (chunk) => resolve(chunk.toString());
  });
  server.write(Buffer.from("still here"));
  expect(await received).toBe("still here");
  client.destroy();
  server.destroy();
});

test("a Unix socket's file goes when listening ends", async () => {
  const path = join(folder, "mqtt.sock");
  const listener = await listen({ path }, ignore);
  expect((await stat(path)).isSocket()).toBe(true);
  await listener.close();
  await expect(stat(path)).rejects.toMatchObject({ code: "ENOENT" });
});

test("a Unix socket's file that a killed program left behind is replaced", async () => {
  const path = join(folder, "mqtt.sock");
  const program = `require("node:net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
  await once(spawn(process.execPath, ["-e", program]), "exit");
  expect((await stat(path)).isSocket()).toBe(true);
  await listening({ path }, ignore);
  const client = await dial({ scheme: "unix", host: "", port: 0, path }, { timeout: 5000 });
  client.destroy();
});

test("a Unix socket gets the permissions that were asked for", async () => {
  const path = join(folder, "mqtt.sock");
  await listening({ path, mode: 0o620 }, ignore);
  expect((await stat(path)).mode & 0o777).toBe(0o620);
});

describe("a place that cannot be had says why", () => {
  test("the port is taken", async () => {
    const { address } = await listening({ host: "127.0.0.1", port: 0 }, ignore);
    await expect(listen({ host: "127.0.0.1", port: address.port }, ignore)).rejects.toMatchObject({
      code: "usage",
      message: `cannot listen on 127.0.0.1:${address.port}: port ${address.port} is already in use`,
    });
  });

  test("the address is another machine's", async () => {
    await expect(listen({ host: "192.0.2.1", port: 0 }, ignore)).rejects.toMatchObject({
      code: "usage",
      message: "cannot listen on 192.0.2.1:0: 192.0.2.1 is not an address of this machine",
    });
  });

  test("the port cannot be a port", async () => {
    await expect(listen({ host: "127.0.0.1", port: 70_000 }, ignore)).rejects.toMatchObject({ code: "usage" });
  });

  test("another program listens on the socket file", async () => {
    const path = join(folder, "mqtt.sock");
    await listening({ path }, ignore);
    await expect(listen({ path }, ignore)).rejects.toMatchObject({
      code: "usage",
      message: `cannot listen on ${path}: another program listens there`,
    });
  });

  test("the path is that of a file", async () => {
    const path = join(folder, "file");
    await writeFile(path, "precious");
    await expect(listen({ path }, ignore)).rejects.toMatchObject({
      code: "usage",
      message: `cannot listen on ${path}: there is a file that is no socket`,
    });
    expect(await readFile(path, "utf8")).toBe("precious");
  });

  test("the socket's folder does not exist", async () => {
    const path = join(folder, "none", "mqtt.sock");
    await expect(listen({ path }, ignore)).rejects.toMatchObject({ code: "usage" });
  });

  test("the path is too long", async () => {
    const path = join(folder, "x".repeat(120));
    await expect(listen({ path }, ignore)).rejects.toMatchObject({ code: "usage" });
  });
});
