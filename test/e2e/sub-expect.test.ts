import { expect, test } from "vitest";
import { PacketType } from "../../src/codec/index.ts";
import { runMqtk } from "../support/run-mqtk.ts";
import { startScriptedServer } from "../support/scripted-server.ts";

/** A server that answers SUBSCRIBE, and then sends these payloads on `plant/1`. */
async function sending(payloads: readonly string[]): Promise<string[]> {
  const server = await startScriptedServer((packet, { send }) => {
    if (packet.type !== PacketType.SUBSCRIBE) return;
    send({ type: PacketType.SUBACK, packetId: packet.packetId, properties: {}, reasonCodes: [0] });
    const plain = { dup: false, qos: 0, retain: false, packetId: undefined, properties: {}, topic: "plant/1" } as const;
    for (const payload of payloads) send({ type: PacketType.PUBLISH, ...plain, payload: Buffer.from(payload) });
  });
  return ["sub", "-h", "127.0.0.1", "-p", String(server.port), "-t", "plant/#"];
}

test("--until ends with the message that satisfies it; with -C, whichever is first; an ending without it is no success", async () => {
  const sub = await sending(["1", "2", "3", "4"]);
  expect(await runMqtk([...sub, "--until", "payload >= 3"])).toMatchObject({
    code: 0,
    stderr: "",
    stdout: "1\n2\n3\n",
  });
  expect(await runMqtk([...sub, "--until", "payload >= 3", "-C", "2"])).toMatchObject({ code: 0, stdout: "1\n2\n" });
  expect(await runMqtk([...sub, "--until", "payload > 9", "--idle", "0.2"])).toMatchObject({ code: 27 });
  expect(await runMqtk([...sub, "--until", "payload > 9", "-W", "0.5"])).toMatchObject({ code: 27 });
});

test("--expect: 0 as soon as it is met; else 6, with what was seen", async () => {
  const sub = await sending(['{"t":12}', '{"t":29.5}']);
  expect(await runMqtk([...sub, "--expect", "payload.t > 20", "--within", "20"])).toMatchObject({
    code: 0,
    stderr: "",
  });
  const missed = await runMqtk([...sub, "--expect", "payload.t > 30", "--within", "0.5"]);
  expect(missed).toMatchObject({ code: 6, stdout: '{"t":12}\n{"t":29.5}\n' });
  expect(missed.stderr).toBe(`mqtk: not met before the end (--within): payload.t > 30
      2 messages came
      nearest:
        plant/1 {"t":29.5}
          payload.t > 30: it is 29.5
        plant/1 {"t":12}
          payload.t > 30: it is 12
      last 2:
        plant/1 {"t":12}
        plant/1 {"t":29.5}
`);
  expect(await runMqtk([...sub, "--expect", "payload.t > 30", "-C", "1"])).toMatchObject({ code: 6 });
  const { code, stderr } = await runMqtk([...sub, "--expect", "payload.u > 1", "--idle", "0.2", "--json"]);
  expect(code).toBe(6);
  expect(JSON.parse(stderr).error).toMatchObject({ code: "delivery", exitCode: 6, ending: "--idle", seen: 2 });
});

test("slow expressions do not keep a run from its other endings", async () => {
  const sub = await sending(Array(200).fill(`${"a".repeat(50)}!`));
  const started = performance.now();
  expect(await runMqtk([...sub, "--until", 'text.matches("^(a+)+$")', "-W", "0.5"])).toMatchObject({ code: 27 });
  expect(performance.now() - started).toBeLessThan(10_000);
});

test("what is no expression is told before anybody is connected to", async () => {
  expect(await runMqtk(["sub", "-p", "1", "-t", "a", "--until", "payload.x > 1 && tpic == 'a'"])).toMatchObject({
    code: 2,
    stderr: `mqtk: --until: Unknown variable: tpic
      payload.x > 1 && tpic == 'a'
                       ^
      there are topic, payload, text, raw, properties, qos, retain, dup, packetId
`,
  });
  expect(await runMqtk(["sub", "-t", "a", "--within", "5"])).toMatchObject({
    code: 2,
    stderr: "mqtk: --within needs --expect\n",
  });
});
