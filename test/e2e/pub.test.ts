import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { PacketType } from "../../src/codec/index.ts";
import { freePort } from "../support/foreign-brokers.ts";
import { PacketClient } from "../support/packet-client.ts";
import { runMqtk, startBroker, startMqtk } from "../support/run-mqtk.ts";

/** A peer that answers whoever connects with these bytes; it is gone with the test. */
async function peerThatSays(...bytes: number[]): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    socket.once("data", () => socket.write(Buffer.from(bytes)));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) {
      socket.destroy();
    }
  });
  return (server.address() as { port: number }).port;
}

async function brokerAndSubscriber(filter: string) {
  const broker = await startBroker();
  const subscriber = await PacketClient.connect({ host: "127.0.0.1", port: broker.port });
  await subscriber.subscribe({ filter, qos: 2 });
  return { broker, subscriber, at: ["-p", `${broker.port}`] };
}

describe("mqtk pub publishes", () => {
  const everyByte = Buffer.from(Array.from({ length: 256 }, (_, index) => index));

  test("a text, a file, all of stdin, or nothing, to the byte", async () => {
    const { subscriber, at } = await brokerAndSubscriber("t");
    const folder = mkdtempSync(path.join(tmpdir(), "mqtk-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(path.join(folder, "payload"), everyByte);
    for (const [words, input, payload] of [
      [["-m", "21.5 °C\n"], undefined, Buffer.from("21.5 °C\n")],
      [["-m", ""], undefined, Buffer.alloc(0)],
      [["-f", path.join(folder, "payload")], undefined, everyByte],
      [["-s"], everyByte, everyByte],
      [["-n"], undefined, Buffer.alloc(0)],
    ] as const) {
      const result = await runMqtk(["pub", ...at, "-t", "t", ...words], input === undefined ? {} : { input });
      expect(result).toMatchObject({ code: 0, stdout: "", stderr: "" });
      const packet = await subscriber.nextOf(PacketType.PUBLISH);
      expect(Buffer.from(packet.payload).equals(payload)).toBe(true);
    }
  });

  test("each line of stdin, with and without an end of the last one, also empty and very long ones", async () => {
    const { subscriber, at } = await brokerAndSubscriber("t");
    const long = "x".repeat(300_000);
    const lines = ["first", "", "\ttab é \u{1f321}", long, "carriage return\r", "last, without an end"];
    const result = await runMqtk(["pub", ...at, "-t", "t", "-q", "1", "-l"], { input: lines.join("\n") });
    expect(result).toMatchObject({ code: 0, stderr: "" });
    const packets = await subscriber.take(lines.length);
    const payloads = packets.map((packet) => (packet.type === PacketType.PUBLISH ? `${packet.payload}` : packet.type));
    expect(payloads.map((payload) => `${payload}`.slice(0, 40))).toEqual(lines.map((line) => line.slice(0, 40)));
    expect(`${payloads[3]}`.length).toBe(long.length);
  });

  test.each([
    ["3.1", 0],
    ["3.1.1", 1],
    ["5", 2],
  ])("with MQTT %s at QoS %i, retained", async (version, qos) => {
    const { broker, at } = await brokerAndSubscriber("other");
    const words = ["-V", version, "-q", `${qos}`, "-r", "-t", "state", "-m", "on", "-i", "me", "-k", "7"];
    expect(await runMqtk(["pub", ...at, ...words])).toMatchObject({ code: 0, stderr: "" });
    const late = await PacketClient.connect({ host: "127.0.0.1", port: broker.port });
    await late.subscribe({ filter: "state", qos: 2 });
    expect(await late.nextOf(PacketType.PUBLISH)).toMatchObject({ qos, retain: true, payload: Buffer.from("on") });
    expect((await broker.stop()).stderr).toMatch(new RegExp(`me connected from .*MQTT ${version}.*keep alive 7 s`));
  });

  test("to the broker that the environment names", async () => {
    const { broker, subscriber } = await brokerAndSubscriber("t");
    const env = { MQTK_URL: broker.url, MQTK_TOPIC: "t", MQTK_QOS: "1" };
    expect(await runMqtk(["pub", "-m", "hello"], { env })).toMatchObject({ code: 0, stderr: "" });
    expect(await subscriber.nextOf(PacketType.PUBLISH)).toMatchObject({ qos: 1 });
  });

  test("lines as they come: the first is there before the second is written", async () => {
    const { subscriber, at } = await brokerAndSubscriber("t");
    const pub = startMqtk(["pub", ...at, "-t", "t", "-l"], { input: "open" });
    for (const line of ["one", "two"]) {
      pub.child.stdin?.write(`${line}\n`);
      expect(await subscriber.nextOf(PacketType.PUBLISH)).toMatchObject({ payload: Buffer.from(line) });
    }
    pub.child.stdin?.end();
    expect(await pub.ended).toMatchObject({ code: 0 });
  });
});

describe("mqtk pub fails", () => {
  test("3: nobody listens; it says where and at which stage", async () => {
    const port = await freePort();
    const { code, stdout, stderr } = await runMqtk(["pub", "-h", "127.0.0.1", "-p", `${port}`, "-t", "a", "-m", "b"]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toMatch(new RegExp(`^mqtk: cannot connect to 127\\.0\\.0\\.1:${port}: connection refused\n`));
  });

  test("3: a name that nobody knows; a peer that says nothing in time", async () => {
    const unknown = await runMqtk(["pub", "-h", "no-such-host.invalid", "-t", "a", "-m", "b"]);
    expect(unknown.code).toBe(3);
    expect(unknown.stderr).toContain("no-such-host.invalid");
    const silent = await peerThatSays();
    const words = ["-h", "127.0.0.1", "-p", `${silent}`, "--connect-timeout", "300ms", "-t", "a", "-m", "b"];
    const late = await runMqtk(["pub", ...words]);
    expect(late.code).toBe(3);
    expect(late.stderr).toMatch(/^mqtk: .*(time|300 ms|0\.3 s)/);
  });

  test("4: the broker refuses the message, with the reason", async () => {
    const { at } = await brokerAndSubscriber("t");
    const one = await runMqtk(["pub", ...at, "-t", "$SYS/x", "-m", "b", "-q", "1"]);
    expect(one.code).toBe(4);
    expect(one.stderr).toMatch(/^mqtk: .*refused.*0x87/);
    const lines = await runMqtk(["pub", ...at, "-t", "$SYS/x", "-l", "-q", "2"], { input: "1\n2\n3\n" });
    expect(lines.code).toBe(4);
    expect(lines.stderr).toContain("0x87");
  });

  test("4: the broker refuses the connection", async () => {
    const refusing = await peerThatSays(0x20, 3, 0, 0x86, 0);
    const { code, stderr } = await runMqtk(["pub", "-h", "127.0.0.1", "-p", `${refusing}`, "-t", "a", "-m", "b"]);
    expect(code).toBe(4);
    expect(stderr).toMatch(/^mqtk: .*0x86/);
  });

  test.each([
    ["no MQTT at all", [0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0xfa]],
    ["a PUBLISH before CONNACK", [0x30, 4, 0, 1, 0x61, 0]],
    ["a CONNACK with a property that is not one", [0x20, 5, 0, 0, 2, 0x7f, 0]],
  ])("5: the peer speaks %s", async (_, bytes) => {
    const port = await peerThatSays(...bytes);
    const { code, stderr } = await runMqtk(["pub", "-h", "127.0.0.1", "-p", `${port}`, "-t", "a", "-m", "b"]);
    expect({ code, stderr }).toEqual({ code: 5, stderr: expect.stringMatching(/^mqtk: /) });
  });

  test("3: the broker goes away in the middle of many lines", async () => {
    const { broker, at } = await brokerAndSubscriber("t");
    const pub = startMqtk(["pub", ...at, "-t", "t", "-q", "1", "-l"], { input: "open" });
    pub.child.stdin?.write("one\n");
    await broker.waitFor(/connected[\s\S]*connected/, "stderr");
    await broker.stop("SIGKILL");
    const { code, stderr } = await pub.ended;
    expect(code).toBe(3);
    expect(stderr).toMatch(/^mqtk: .*connection/);
  });

  test("130: interrupted before its lines were through, and it says how many were", async () => {
    const { subscriber, at } = await brokerAndSubscriber("t");
    const pub = startMqtk(["pub", ...at, "-t", "t", "-q", "1", "-l"], { input: "open" });
    pub.child.stdin?.write("one\ntwo\n");
    await subscriber.take(2);
    expect(await pub.stop("SIGINT")).toMatchObject({ code: 130, stderr: "mqtk: interrupted after 2 messages\n" });
  });
});
