import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { fleet } from "../../../../../src/cli/commands/simulate/fleet.ts";
import { kindsFrom } from "../../../../../src/cli/commands/simulate/preset.ts";
import { presets } from "../../../../../src/cli/commands/simulate/presets.ts";
import { Random } from "../../../../../src/payload/index.ts";
import { temporaryFolder, Witness } from "../../../../support/in-process.ts";

const values = { devices: 2, rate: undefined, topicPrefix: undefined, qos: undefined, count: undefined };
const kinds = (preset: unknown) => kindsFrom(preset, "preset", { random: new Random(1), environment: { X: "x" } });

function messages(preset: unknown, count: number, changes: object = {}): string[] {
  const next = fleet(kinds(preset), { ...values, ...changes, count }, 1000);
  const found: string[] = [];
  for (let due = next(); due !== undefined; due = next()) {
    const { message, at } = due;
    found.push(`${at - 1000} ${message.topic} ${message.payload} ${message.qos}${message.retain ? "r" : ""}`);
  }
  return found;
}

const MINE = {
  messages: [
    {
      topic: "d/{{i}}",
      payload: { n: "{{seq}}", t: "{{seq 2}}", w: ["{{each a b}}-{{i}}"], "{{i}}": true },
      every: "4s",
    },
    { topic: "s/{{i}}", payload: "on {{env X}}", once: true, qos: 1, retain: true },
    { topic: "e/{{i}}", payload: 5, every: "8s", qos: 2 },
  ],
};

test("what is said once comes first; every kind in its interval, devices spread over it; JSON stays JSON", () => {
  expect(messages(MINE, 9)).toEqual([
    "0 s/0 on x 1r",
    "0 s/1 on x 1r",
    '0 d/0 {"n":1,"t":"01","w":["a-0"],"0":true} 0',
    "0 e/0 5 2",
    '2000 d/1 {"n":1,"t":"01","w":["b-1"],"1":true} 0',
    '4000 d/0 {"n":2,"t":"02","w":["a-0"],"0":true} 0',
    "4000 e/1 5 2",
    '6000 d/1 {"n":2,"t":"02","w":["b-1"],"1":true} 0',
    '8000 d/0 {"n":3,"t":"03","w":["a-0"],"0":true} 0',
  ]);
});

test("--rate is that of all together, in the proportions of the preset", () => {
  const fast = messages({ messages: MINE.messages.filter(({ once }) => once !== true) }, 301, { rate: 100 });
  expect(fast.at(-1)).toMatch(/^30\d\d(\.\d+)? /);
  expect(fast.filter((text) => text.includes(" e/")).length).toBe(100);
});

test.each(Object.keys(presets))("%s: valid JSON, moving values, the same again with the same seed", (name) => {
  const first = messages(presets[name], 60, { devices: 5 });
  expect(first).toHaveLength(60);
  const bare = (text: string): string => text.replaceAll(/"ts":("[^"]*"|\d+)/g, "");
  expect(messages(presets[name], 60, { devices: 5 }).map(bare)).toEqual(first.map(bare));
  const payloads = first
    .filter((text) => text.includes("{"))
    .map((text) => JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1)));
  expect(new Set(payloads.map((payload) => JSON.stringify(payload))).size).toBeGreaterThan(40);
  for (const payload of payloads) for (const value of Object.values(payload)) expect(value).not.toContain?.("{{");
});

test("published to a broker, until Ctrl-C or an ending; a preset can be printed and used", async () => {
  const witness = await Witness.start();
  const file = path.join(temporaryFolder(), "mine.json");
  const printed = await witness.run(["simulate", "sensors", "--print-preset"]);
  writeFileSync(file, printed.stdout);
  const run = ["simulate", file, "-n", "2", "--rate", "1k/s", "--seed", "a", "--topic-prefix", "t/"];
  expect(await witness.run([...run, "-C", "6"])).toEqual({
    code: 0,
    stdout: "",
    stderr: "mqtk: published 6 messages\n",
  });
  const texts = await witness.texts(6);
  expect(texts[1]).toBe("t/plant/b/sensor-0001/status=online");
  expect(texts[3]).toMatch(
    /^t\/plant\/b\/sensor-0001\/telemetry=\{"ts":"\d{4}-.*Z","seq":1,"temperature":[\d.]+,"humidity":[\d.]+,"battery":[\d.]+\}$/,
  );
  expect((await witness.run([...run, "--duration", "20ms"])).code).toBe(0);
  const running = witness.start(run);
  await witness.saw(witness.seen.length + 5);
  running.interrupt();
  expect((await running.ended).code).toBe(0);
});

test.each([
  [[], "p.json: expected an object"],
  [{ messages: [] }, "messages: expected a list"],
  [{ messages: [5] }, "messages[0]: expected an object"],
  [{ messages: [{ topic: "a", evry: "5s" }] }, "messages[0]: evry is unknown"],
  [{ messages: [{ topic: "a" }] }, 'messages[0]: expected every ("5s") or once'],
  [{ messages: [{ topic: "a", every: "soon" }] }, "messages[0]: every: expected a time"],
  [{ messages: [{ topic: "a", every: "1s", qos: 3 }] }, "messages[0]: qos: expected 0, 1 or 2"],
  [{ messages: [{ every: "1s" }] }, "messages[0]: topic: expected text"],
  [
    { messages: [{ topic: "a", every: "1s", payload: "{{x}}" }] },
    "messages[0], payload, character 1: {{x}} is unknown",
  ],
  [{ messages: [{ topic: "a/#", every: "1s" }] }, 'messages[0]: topic: "a/#" is no topic to publish to'],
  ["{", "JSON"],
])("a preset that cannot be used: %j", async (preset, message) => {
  const witness = await Witness.start();
  const file = path.join(temporaryFolder(), "p.json");
  writeFileSync(file, typeof preset === "string" ? preset : JSON.stringify(preset));
  const { code, stderr } = await witness.run(["simulate", file, "-C", "1"]);
  expect(stderr).toContain(message);
  expect(code).toBe(2);
});

test("a file that is not there: the presets that there are", async () => {
  const witness = await Witness.start();
  const { code, stderr } = await witness.run(["simulate", "nope"]);
  expect(stderr).toBe(
    "mqtk: cannot read nope: no such file or directory\n      there are sensors, vehicles, meters; anything else is a file\n",
  );
  expect(code).toBe(2);
});
