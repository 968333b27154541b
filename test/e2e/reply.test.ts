import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { PacketType } from "../../src/codec/index.ts";
import { startMosquitto } from "../support/foreign-brokers.ts";
import { peer } from "../support/peers.ts";
import { runMqtk, startBroker, startMqtk } from "../support/run-mqtk.ts";
import { startScriptedServer } from "../support/scripted-server.ts";

const mosquitto = peer("mosquitto");
const mosquittoRr = peer("mosquitto_rr");

async function answering(port: number, words: readonly string[]) {
  const reply = startMqtk(["reply", "-p", `${port}`, ...words]);
  await reply.waitFor(/answering requests on/, "stderr");
  return reply;
}

test("rr and reply: echo with many requests, a command with its failures, an end in good order", async () => {
  const { port } = await startBroker();
  const at = ["-p", `${port}`, "-W", "20"];
  const echo = await answering(port, ["-t", "echo", "--echo", "-v"]);
  expect(await runMqtk(["rr", ...at, "-t", "echo", "-m", "hi"])).toMatchObject({ code: 0, stdout: "hi\n", stderr: "" });
  const repeated = await runMqtk(["rr", ...at, "-t", "echo", "-n", "-q", "1", "--repeat", "50"]);
  expect(repeated.stdout).toMatch(/^50 responses: min .* p50 .* p99 .* max [\d.]+ ms\n$/);
  expect(await echo.stop("SIGINT")).toMatchObject({ code: 0, stdout: "" });
  expect(echo.stderr).toMatch(/^mqtk: echo → mqtk\/.*\/inbox: 2 B after [\d.]+ ms$/m);

  const line = 'test "$MQTK_REQUEST_PAYLOAD" = ok && echo "fine: $(cat)" || { echo secret >&2; exit 3; }';
  const service = await answering(port, ["-t", "job", "-C", "2", "--exec", "sh", "-c", line]);
  const property = ["-D", "publish", "user-property", "trace", "1"];
  const rr = ["rr", ...at, "-t", "job", ...property, "-F", "[%p] %P"];
  expect(await runMqtk([...rr, "-m", "ok"])).toMatchObject({ stdout: "[fine: ok\n] trace:1\n" });
  const failed = await runMqtk([...rr, "-m", "no"]);
  expect(failed).toMatchObject({
    code: 4,
    stdout: "[] trace:1 mqtk-error:exit code 3\n",
    stderr: "mqtk: the responder could not answer: exit code 3\n",
  });
  expect(await service.ended).toMatchObject({ code: 0 });
  expect(service.stderr).toContain("secret\nmqtk: warning: sh failed for a request on job: exit code 3\n");
});

test.skipIf(mosquitto === undefined || mosquittoRr === undefined)(
  "mosquitto as broker, mosquitto_rr as requester, MQTT 5 and 3.1.1",
  async () => {
    const { port } = await startMosquitto(mosquitto as string);
    await answering(port, ["-h", "127.0.0.1", "-t", "svc/#", "-e", "out/%2", "--echo"]);
    const at = ["-h", "127.0.0.1", "-p", `${port}`];
    for (const [version, inbox] of [
      ["mqttv5", "my/inbox"],
      ["mqttv311", "out/a"],
    ] as const) {
      const words = [...at, "-V", version, "-t", "svc/a", "-e", inbox, "-m", "hello", "-v", "-W", "20"];
      const { stdout } = spawnSync(mosquittoRr as string, words, { encoding: "utf8" });
      expect(stdout).toBe(`${inbox} hello\n`);
    }
    const rr = ["rr", ...at, "-W", "20", "-t", "svc/a", "-m", "hello"];
    expect(await runMqtk([...rr, "-v", "-i", "me"])).toMatchObject({ code: 0, stdout: "mqtk/me/inbox hello\n" });
    expect(await runMqtk([...rr, "-e", "out/a", "-V", "3.1.1"])).toMatchObject({ code: 0, stdout: "hello\n" });
  },
);

test("what cannot be answered is told, and what would go in circles", async () => {
  const server = await startScriptedServer((packet, { send }) => {
    if (packet.type !== PacketType.SUBSCRIBE) return;
    send({ type: PacketType.SUBACK, packetId: packet.packetId, properties: {}, reasonCodes: [0] });
    const plain = { dup: false, qos: 0, retain: false, packetId: undefined, topic: "a/1" } as const;
    const request = { type: PacketType.PUBLISH, ...plain, payload: Buffer.from("x") };
    send({ ...request, properties: {} });
    send({ ...request, retain: true, properties: { responseTopic: "old" } });
    send({ ...request, properties: { responseTopic: "a/2" } });
    send({ ...request, properties: { responseTopic: "b", correlationData: Buffer.from([1, 0]) } });
  });
  const words = ["reply", "-h", "127.0.0.1", "-p", `${server.port}`, "-t", "a/#", "-q", "0", "-n", "-C", "1"];
  expect(await runMqtk(words)).toMatchObject({
    code: 0,
    stderr: `mqtk: answering requests on a/#
mqtk: warning: a request on a/1 is not answered: it names no response topic (-e is for such requests)
mqtk: warning: a request on a/1 is not answered: the response topic a/2 is where requests come
`,
  });
  const replies = server.packets.filter(({ type }) => type === PacketType.PUBLISH);
  expect(replies).toMatchObject([{ topic: "b", properties: { correlationData: Buffer.from([1, 0]) } }]);
  expect(server.packets.at(-1)).toMatchObject({ type: PacketType.DISCONNECT, reasonCode: 0 });
  expect(await runMqtk(["reply", "-t", "a/#", "-e", "a/b", "--echo"])).toMatchObject({
    code: 2,
    stderr: "mqtk: --response-topic: the response topic a/b is where requests come\n",
  });
});
