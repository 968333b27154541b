import { describe, expect, test } from "vitest";
import { PacketType } from "../../src/codec/index.ts";
import { PacketClient } from "../support/packet-client.ts";
import { type BrokerProcess, runMqtk, startBroker, startMqtk } from "../support/run-mqtk.ts";
import { startScriptedServer } from "../support/scripted-server.ts";

async function withRetained(): Promise<BrokerProcess> {
  const broker = await startBroker();
  const publisher = await PacketClient.connect({ host: "127.0.0.1", port: broker.port });
  for (const topic of ["r/1", "r/2", "s/1"]) publisher.publish(topic, `of ${topic}`, { retain: true, qos: 1 });
  await publisher.settled();
  return broker;
}
const sortedLines = (text: string): string[] => text.split("\n").slice(0, -1).sort();

describe("which messages", () => {
  test("--retained-only ends when they are in; -T leaves some out", async () => {
    const broker = await withRetained();
    const words = ["sub", "-L", broker.url, "-t", "#", "--retained-only", "-v"];
    const all = await runMqtk(words);
    expect(all).toMatchObject({ code: 0, stderr: "" });
    expect(sortedLines(all.stdout)).toEqual(["r/1 of r/1", "r/2 of r/2", "s/1 of s/1"]);
    expect(await runMqtk([...words, "-T", "r/+"])).toMatchObject({ code: 0, stdout: "s/1 of s/1\n" });
    expect(await runMqtk(["sub", "-L", broker.url, "-t", "none", "--retained-only"])).toMatchObject({
      code: 0,
      stdout: "",
    });
    expect(await runMqtk([...words, "-C", "4"])).toMatchObject({ code: 27 });
  });

  test("--remove-retained clears what was not filtered out", async () => {
    const broker = await withRetained();
    const words = ["sub", "-L", broker.url, "-t", "#", "--retained-only", "-v"];
    await runMqtk([...words, "--remove-retained", "-T", "s/#"]);
    expect(await runMqtk(words)).toMatchObject({ code: 0, stdout: "s/1 of s/1\n" });
  });

  test("-R and --random-filter", async () => {
    const broker = await withRetained();
    const words = ["sub", "-L", broker.url, "-t", "#", "--idle", "300ms"];
    expect(await runMqtk([...words, "-R"])).toMatchObject({ code: 0, stdout: "" });
    expect(sortedLines((await runMqtk([...words, "--random-filter", "100"])).stdout)).toHaveLength(3);
    expect(await runMqtk([...words, "--random-filter", "0"])).toMatchObject({
      code: 2,
      stderr: "mqtk: --random-filter 0: expected a percentage from 0.1 to 100\n",
    });
  });
});

describe("what is printed", () => {
  test("--json: a line each, with everything", async () => {
    const broker = await withRetained();
    const { stdout } = await runMqtk(["sub", "-L", broker.url, "-t", "r/1", "-q", "1", "--json", "-C", "1"]);
    expect(JSON.parse(stdout)).toMatchObject({ topic: "r/1", qos: 1, retain: true, dup: false, payload: "of r/1" });
  });

  test("-w: refused where there is no terminal", async () => {
    const { code, stdout, stderr } = await runMqtk(["sub", "-p", "1", "-t", "r/1", "-w", "-v", "-C", "1"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^mqtk: --watch needs a terminal, and stdout is none\n/);
  });

  test("--message-rate: a number a second", async () => {
    const broker = await withRetained();
    const sub = startMqtk(["sub", "-L", broker.url, "-t", "#", "--message-rate"]);
    await sub.waitFor(/^3\n0\n/);
    expect(await sub.stop("SIGINT")).toMatchObject({ code: 0 });
  });

  test("-d: every packet, without the password", async () => {
    const broker = await withRetained();
    const words = ["sub", "-L", broker.url, "-t", "r/1", "-C", "1", "-d", "-u", "me", "-P", "secret"];
    const { stdout, stderr } = await runMqtk(words);
    expect(stdout).toBe("of r/1\n");
    const packets = [...stderr.matchAll(/^\d\d:\d\d:\d\d\.\d{6} ([<>]) (\w+) \d+ B/gm)].map(
      ([, way, name]) => `${way}${name}`,
    );
    expect(packets).toEqual([">CONNECT", "<CONNACK", ">SUBSCRIBE", "<SUBACK", "<PUBLISH", ">DISCONNECT"]);
    expect(stderr).toContain('userName="me" password=***');
    expect(stderr).toMatch(/ SUBACK 6 B packetId=1 \[0x00 Granted QoS 0\]\n/);
    expect(stderr).toMatch(/^\S+ = connected to 127\.0\.0\.1:\d+\n/);
    expect(stderr).toMatch(/ > DISCONNECT 2 B 0x00 Normal disconnection\n\S+ = closed\n$/);
    expect(stderr).not.toContain("secret");
  });
});

describe("how it begins and ends", () => {
  test("-E ends when the subscription is made, -U takes it out again", async () => {
    const broker = await startBroker();
    const session = ["sub", "-L", broker.url, "-c", "-i", "me"];
    const publish = (): Promise<unknown> => runMqtk(["pub", "-L", broker.url, "-t", "a", "-m", "x", "-q", "1"]);
    expect(await runMqtk([...session, "-t", "a", "-q", "1", "-E"])).toMatchObject({ code: 0, stdout: "", stderr: "" });
    await publish();
    expect(await runMqtk([...session, "-t", "b", "-C", "1"])).toMatchObject({ code: 0, stdout: "x\n" });
    expect(await runMqtk([...session, "-U", "a"])).toMatchObject({ code: 0, stderr: "" });
    await publish();
    expect(await runMqtk([...session, "-t", "b", "--idle", "300ms"])).toMatchObject({ code: 0, stdout: "" });
  });

  test("--wait-for-broker: the broker may come later", async () => {
    const broker = await startBroker();
    const { port } = broker;
    await broker.stop("SIGTERM");
    const sub = startMqtk(["sub", "-p", `${port}`, "-h", "127.0.0.1", "-t", "a", "-E", "--wait-for-broker", "20s"]);
    startMqtk(["broker", "-p", `${port}`]);
    expect(await sub.ended).toMatchObject({ code: 0, stderr: "" });
  });

  test("a session that lasts is gone back to; --reconnect never ends", async () => {
    let connections = 0;
    const server = await startScriptedServer((packet, { send, socket }) => {
      if (packet.type !== PacketType.SUBSCRIBE) return;
      connections += 1;
      send({ type: PacketType.SUBACK, packetId: packet.packetId, properties: {}, reasonCodes: [0] });
      const message = { dup: false, qos: 0, retain: false, topic: "a", packetId: undefined, properties: {} } as const;
      send({ type: PacketType.PUBLISH, ...message, payload: Buffer.from(`${connections}`) });
      setImmediate(() => socket.destroySoon());
    });
    const words = ["sub", "-h", "127.0.0.1", "-p", `${server.port}`, "-t", "a", "-c", "-i", "me"];
    const back = await runMqtk([...words, "-C", "2"]);
    expect(back).toMatchObject({ code: 0, stdout: "1\n2\n" });
    expect(back.stderr).toMatch(/trying again\nmqtk: connected again\n$/);
    expect(await runMqtk([...words, "--reconnect", "never"])).toMatchObject({ code: 3, stdout: "3\n" });
  });

  test.each([
    [["-R", "--retained-only"], "--no-retained and --retained-only contradict each other"],
    [["--json", "-F", "%t"], "--json and --format contradict each other"],
    [["-V", "3.1.1", "--no-local"], "--no-local needs MQTT 5"],
    [["-V", "3.1.1", "-D", "connect", "receive-maximum", "1"], "--property needs MQTT 5"],
    [["-F", "%Q"], "%Q is unknown"],
  ])("refused: %j", async (words, reason) => {
    const { code, stderr } = await runMqtk(["sub", "-t", "a", "-p", "1", ...words]);
    expect(code).toBe(2);
    expect(stderr).toContain(reason);
  });
});
