import { describe, expect, test } from "vitest";
import { PacketType, type PublishPacket } from "../../src/codec/index.ts";
import { runMqtk } from "../support/run-mqtk.ts";
import { type ScriptedServer, startScriptedServer } from "../support/scripted-server.ts";

/** A broker with one responder: it answers each request with what the test makes of it. */
function responding(answers: (request: PublishPacket) => readonly Partial<PublishPacket>[]): Promise<ScriptedServer> {
  return startScriptedServer((packet, { send }) => {
    if (packet.type === PacketType.SUBSCRIBE) {
      send({ type: PacketType.SUBACK, packetId: packet.packetId, properties: {}, reasonCodes: [0] });
    } else if (packet.type === PacketType.PUBLISH) {
      for (const answer of answers(packet)) {
        const plain = { dup: false, qos: 0, retain: false, packetId: undefined, properties: {}, topic: "" } as const;
        send({ type: PacketType.PUBLISH, ...plain, payload: Buffer.alloc(0), ...answer });
      }
    }
  });
}
const at = (server: ScriptedServer): string[] => ["-h", "127.0.0.1", "-p", String(server.port)];
const inboxOf = ({ properties }: PublishPacket): string => properties.responseTopic ?? "";

describe("mqtk rr", () => {
  test("makes an inbox and correlation data, and prints the response that carries them", async () => {
    const server = await responding((request) => {
      const { correlationData } = request.properties;
      const topic = inboxOf(request);
      return [
        { topic, payload: Buffer.from("another's"), properties: { correlationData: Buffer.from("other") } },
        { topic, payload: Buffer.concat([Buffer.from("re: "), request.payload]), properties: { correlationData } },
      ];
    });
    const words = [
      "rr",
      ...at(server),
      "-t",
      "service",
      "-m",
      "hi",
      "-v",
      "-i",
      "me",
      "-D",
      "publish",
      "user-property",
      "a",
      "b",
    ];
    expect(await runMqtk(words)).toEqual(
      expect.objectContaining({ code: 0, stderr: "", stdout: "mqtk/me/inbox re: hi\n" }),
    );
    expect(server.packets).toMatchObject([
      { type: PacketType.CONNECT },
      { type: PacketType.SUBSCRIBE, subscriptions: [{ filter: "mqtk/me/inbox" }] },
      { topic: "service", properties: { responseTopic: "mqtk/me/inbox", userProperties: [["a", "b"]] } },
      { type: PacketType.DISCONNECT, reasonCode: 0 },
    ]);
  });

  test("with -e and 3.1.1, the first message on that topic is the response", async () => {
    const server = await responding(() => [{ topic: "state", payload: Buffer.from("on") }]);
    const words = ["rr", ...at(server), "-t", "get", "-e", "state", "-n", "-V", "mqttv311", "-F", "%t=%p"];
    expect(await runMqtk(words)).toMatchObject({ code: 0, stderr: "", stdout: "state=on\n" });
    expect(await runMqtk(["rr", ...at(server), "-t", "get", "-n", "-V", "3.1.1"])).toMatchObject({
      code: 2,
      stderr: "mqtk: before MQTT 5 a response has no address\n      give the topic on which it comes: -e\n",
    });
  });

  test("-R: a retained message is no response", async () => {
    const server = await responding(() => [
      { topic: "state", payload: Buffer.from("old"), retain: true },
      { topic: "state", payload: Buffer.from("new") },
    ]);
    expect(await runMqtk(["rr", ...at(server), "-t", "get", "-e", "state", "-n", "-R"])).toMatchObject({
      stdout: "new\n",
    });
  });

  test("--repeat prints how long the responses took; --latency tells of each", async () => {
    const server = await responding((request) => [
      { topic: inboxOf(request), properties: { correlationData: request.properties.correlationData } },
    ]);
    const { code, stdout, stderr } = await runMqtk([
      "rr",
      ...at(server),
      "-t",
      "a",
      "-n",
      "--repeat",
      "5",
      "--latency",
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^5 responses: min [\d.]+ ms, p50 [\d.]+ ms, p90 [\d.]+ ms, p99 [\d.]+ ms, max [\d.]+ ms\n$/,
    );
    expect(stderr).toMatch(/^(mqtk: response after [\d.]+ ms\n){5}$/);
  });

  test("27 when no response comes in time; 4 when the inbox is refused", async () => {
    const silent = await responding(() => []);
    expect(await runMqtk(["rr", ...at(silent), "-t", "a", "-n", "-W", "300ms"])).toMatchObject({
      code: 27,
      stdout: "",
      stderr: "mqtk: --timeout is over without a response\n",
    });
    const refusing = await startScriptedServer((packet, { send }) => {
      if (packet.type !== PacketType.SUBSCRIBE) return;
      send({ type: PacketType.SUBACK, packetId: packet.packetId, properties: {}, reasonCodes: [0x87] });
    });
    const { code, stderr } = await runMqtk(["rr", ...at(refusing), "-t", "a", "-n", "-i", "me"]);
    expect(code).toBe(4);
    expect(stderr).toMatch(/^mqtk: the broker refused mqtk\/me\/inbox: Not authorized \(0x87\)$/m);
  });
});
