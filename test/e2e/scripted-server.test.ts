// What a real broker cannot be made to do, or does not show: pub and sub beside a scripted server.
import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Packet, PacketType, type ReasonCode } from "../../src/codec/index.ts";
import { mqtkBin, runMqtk, startBroker, startMqtk } from "../support/run-mqtk.ts";
import { type ScriptedServer, startScriptedServer } from "../support/scripted-server.ts";

const at = (server: ScriptedServer): string[] => ["-h", "127.0.0.1", "-p", String(server.port)];
const goodbye = { type: PacketType.DISCONNECT, reasonCode: 0 };

describe("pub", () => {
  /** Acknowledges messages with these codes, one after the other; the last one for all that follow. */
  function answering(...codes: ReasonCode[]): Promise<ScriptedServer> {
    let count = 0;
    return startScriptedServer((packet, { send }) => {
      if (packet.type !== PacketType.PUBLISH || packet.packetId === undefined) return;
      const reasonCode = codes[Math.min(count++, codes.length - 1)] as ReasonCode;
      send({ type: PacketType.PUBACK, packetId: packet.packetId, reasonCode, properties: {} });
    });
  }
  const published = (packets: readonly Packet[]) => packets.filter((packet) => packet.type === PacketType.PUBLISH);

  test("connects as the options and the environment say, publishes, and says goodbye", async () => {
    const server = await answering(0);
    const env = { MQTK_HOST: "127.0.0.1", MQTK_PORT: String(server.port), MQTK_PASSWORD: "secret" };
    const who = ["-i", "me", "-u", "user", "-k", "7", "-x", "60", "--will-topic", "gone", "--will-payload", "bye"];
    expect(await runMqtk(["pub", "-t", "a", "-m", "-q", "-q", "1", "-r", ...who], { env })).toMatchObject({ code: 0 });
    expect(server.packets).toMatchObject([
      {
        type: PacketType.CONNECT,
        protocolVersion: 5,
        clientId: "me",
        cleanStart: true,
        keepAlive: 7,
        userName: "user",
        password: Buffer.from("secret"),
        properties: { sessionExpiryInterval: 60 },
        will: { topic: "gone", payload: Buffer.from("bye"), qos: 0, retain: false },
      },
      { type: PacketType.PUBLISH, topic: "a", payload: Buffer.from("-q"), qos: 1, retain: true },
      goodbye,
    ]);
  });

  test("a refused message is exit code 4, with a goodbye all the same", async () => {
    const server = await answering(0x97);
    const { code, stderr } = await runMqtk(["pub", ...at(server), "-t", "a", "-m", "x", "-q", "1"]);
    expect(code).toBe(4);
    expect(stderr).toMatch(/^mqtk: .*refused.*Quota exceeded \(0x97\)/);
    expect(server.packets.at(-1)).toMatchObject(goodbye);
  });

  test("-l goes on behind a refusal, tells of the first at once, and ends with 4", async () => {
    const server = await answering(0, 0x87, 0, 0x87, 0);
    const words = ["pub", ...at(server), "-t", "a", "-q", "1", "-l"];
    const { code, stderr } = await runMqtk(words, { input: "1\n2\n3\n4\n5\n" });
    expect(code).toBe(4);
    expect(stderr.split("\n").slice(0, 2)).toEqual([
      "mqtk: warning: the broker refused a message: 0x87 Not authorized",
      "mqtk: the broker refused 2 of 5 messages, the first: Not authorized (0x87)",
    ]);
    expect(published(server.packets).length).toBe(5);
  });

  test("no acknowledgement, no success", async () => {
    const server = await startScriptedServer((packet, { socket }) => {
      if (packet.type === PacketType.PUBLISH) socket.destroy();
    });
    const words = ["pub", ...at(server), "-t", "a", "-q", "1"];
    expect(await runMqtk([...words, "-m", "x"])).toMatchObject({ code: 3 });
    expect(await runMqtk([...words, "-l"], { input: "x\ny\n" })).toMatchObject({ code: 3 });
  });

  test("a directory as stdin is not an empty message", () => {
    const directory = openSync(tmpdir(), "r");
    onTestFinished(() => closeSync(directory));
    const words = [mqtkBin, "pub", "-t", "a", "-s", "-h", "127.0.0.1", "-p", "1"];
    const run = spawnSync(process.execPath, words, { stdio: [directory, "pipe", "pipe"], encoding: "utf8" });
    expect(run).toMatchObject({ status: 2, stderr: "mqtk: cannot read stdin: it is a directory\n" });
  });
});

describe("sub", () => {
  test("leaves a shared subscription in good order: what it acknowledged must not go to another member", async () => {
    const ends: string[] = [];
    const server = await startScriptedServer((packet, { socket, send }) => {
      if (packet.type !== PacketType.SUBSCRIBE) return;
      socket.on("error", () => ends.push("reset")).on("end", () => ends.push("end"));
      send({ type: PacketType.SUBACK, packetId: packet.packetId, reasonCodes: [1], properties: {} });
      const message = { type: PacketType.PUBLISH, topic: "a", payload: Buffer.alloc(65_000), qos: 1 } as const;
      for (let packetId = 1; packetId <= 100; packetId++) {
        send({ ...message, packetId, dup: false, retain: false, properties: {} });
      }
    });
    const run = await runMqtk(["sub", ...at(server), "-t", "$share/g/a", "-q", "1", "-C", "1"]);
    expect(run.code, run.stderr).toBe(0);
    await expect.poll(() => ends[0]).toBe("end"); // what was still being sent may meet a reset
    const [acknowledged] = server.packets.filter(({ type }) => type === PacketType.PUBACK);
    expect(acknowledged).toMatchObject({ packetId: 1 });
    expect(server.packets.at(-1)).toMatchObject(goodbye);
  });

  /** Answers SUBSCRIBE with these codes, and then does something more. */
  function granting(
    codes: readonly ReasonCode[],
    then: Parameters<typeof startScriptedServer>[0] = () => {},
  ): Promise<ScriptedServer> {
    return startScriptedServer((packet, connection) => {
      if (packet.type !== PacketType.SUBSCRIBE) return;
      connection.send({ type: PacketType.SUBACK, packetId: packet.packetId, reasonCodes: codes, properties: {} });
      then(packet, connection);
    });
  }
  const message = (payload: string, retain = false) => ({
    type: PacketType.PUBLISH,
    ...{ dup: false, qos: 0 as const, retain, topic: "a", packetId: undefined, properties: {} },
    payload: Buffer.from(payload),
  });

  test("all filters refused: 4, with what can be tried and a goodbye", async () => {
    const server = await granting([0x87, 0x8f]);
    expect(await runMqtk(["sub", ...at(server), "-t", "a", "-t", "b"])).toMatchObject({
      code: 4,
      stderr: `mqtk: the broker refused a: Not authorized (0x87)
      check --username and --password, or ask the broker's owner for the right
`,
    });
    expect(server.packets.at(-1)).toMatchObject(goodbye);
  });

  test("some refused, or less granted than asked for: warnings", async () => {
    const server = await granting([0, 0x87, 1], (_packet, { send }) => send(message("x")));
    const words = ["sub", ...at(server), "-t", "a", "-t", "b", "-t", "c", "-C", "1", "-q", "1"];
    expect(await runMqtk(words)).toMatchObject({
      code: 0,
      stdout: "x\n",
      stderr: `mqtk: warning: the broker grants QoS 0 for a, not 1
mqtk: warning: the broker refused b: Not authorized (0x87)
`,
    });
  });

  test("DISCONNECT in the middle is shown with its reason, and nothing of that acts on a terminal", async () => {
    const server = await granting([0], (_packet, { send, socket }) => {
      send({ type: PacketType.DISCONNECT, reasonCode: 0x8b, properties: { reasonString: "maintenance\u001b[2J" } });
      socket.end();
    });
    const { code, stderr } = await runMqtk(["sub", ...at(server), "-t", "a"]);
    expect(code).toBe(4);
    expect(stderr).toContain("Server shutting down (0x8B): maintenance\\x1b[2J\n");
  });

  test("-R: retained messages are neither printed nor counted", async () => {
    const server = await granting([0], (_packet, { send }) => {
      for (const [payload, isRetained] of [
        ["old", true],
        ["one", false],
        ["two", false],
      ] as const) {
        send(message(payload, isRetained));
      }
    });
    expect(await runMqtk(["sub", ...at(server), "-t", "a", "-R", "-C", "2"])).toMatchObject({ stdout: "one\ntwo\n" });
  });

  test("-W also ends a run that gets no answer, and one in which messages came", async () => {
    const silent = await startScriptedServer(() => {});
    expect(await runMqtk(["sub", ...at(silent), "-t", "a", "-W", "300ms", "--quiet"])).toMatchObject({
      code: 27,
      stderr: "",
    });
    const server = await granting([0], (_packet, { send }) => send(message("x")));
    const { code, stdout } = await runMqtk(["sub", ...at(server), "-t", "a", "-W", "0.5"]);
    expect({ code, stdout }).toEqual({ code: 27, stdout: "x\n" });
  });

  test("stopped by the user, it says goodbye and wants its will published", async () => {
    const server = await granting([0], (_packet, { send }) => send(message("x")));
    const sub = startMqtk(["sub", ...at(server), "-t", "a"]);
    await sub.waitFor(/x/);
    expect(await sub.stop("SIGTERM")).toMatchObject({ code: 0, stderr: "" });
    expect(server.packets.at(-1)).toMatchObject({ type: PacketType.DISCONNECT, reasonCode: 4 });
  });

  test.each([
    ["a will", ["--will-topic", "gone"]],
    ["a session to keep", ["-c", "-i", "me"]],
    ["a property of DISCONNECT", ["-D", "disconnect", "reason-string", "done"]],
  ])("with %s, messages behind the last one do not reset the connection", async (_, words) => {
    const closed: boolean[] = [];
    const server = await granting([0], (_packet, { send, socket }) => {
      socket.on("close", (hadError) => closed.push(hadError));
      socket.on("end", () => socket.end());
      for (let index = 0; index < 100; index++) send(message("x".repeat(1000)));
    });
    expect(await runMqtk(["sub", ...at(server), "-t", "a", "-C", "1", ...words])).toMatchObject({ code: 0 });
    await expect.poll(() => closed).toEqual([false]);
    expect(server.packets.at(-1)).toMatchObject(goodbye);
  });

  test("-C leaves what comes behind to the session", async () => {
    const broker = await startBroker();
    const sub = ["sub", "-L", broker.url, "-t", "a", "-q", "1", "-c", "-i", "worker"];
    expect(await runMqtk([...sub, "-W", "0.3"])).toMatchObject({ code: 27 });
    await runMqtk(["pub", "-L", broker.url, "-t", "a", "-q", "1", "-l"], { input: "1\n2\n3\n4\n5\n" });
    expect(await runMqtk([...sub, "-C", "2"])).toMatchObject({ code: 0, stdout: "1\n2\n" });
    expect(await runMqtk([...sub, "-C", "3"])).toMatchObject({ code: 0, stdout: "3\n4\n5\n" });
  });

  test.skipIf(!existsSync("/dev/full"))("a full disk is no success", async () => {
    const broker = await startBroker();
    await runMqtk(["pub", "-L", broker.url, "-t", "a", "-m", "x", "-r", "-q", "1"]);
    const line = `"${process.execPath}" "${mqtkBin}" sub -L ${broker.url} -t a -C 1 > /dev/full`;
    expect(spawnSync("bash", ["-c", line], { encoding: "utf8" })).toMatchObject({
      status: 2,
      stderr: "mqtk: cannot write the output: no space left on device\n",
    });
  });
});
