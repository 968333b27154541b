import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { recordedTime } from "../../../../../src/cli/commands/replay/recorded-time.ts";
import { ReplaySource } from "../../../../../src/cli/commands/replay/replay-source.ts";
import { temporaryFolder, Witness } from "../../../../support/in-process.ts";
import { memoryTerminal } from "../../../../support/memory-terminal.ts";

const line = (seconds: string, topic = "t", more = ""): string =>
  `{"time":"2026-11-22T12:00:${seconds}Z","topic":"${topic}","qos":0,"retain":true,"encoding":"text","payload":"x"${more}}\n`;

function fileOf(text: string): string {
  const name = path.join(temporaryFolder(), "r.jsonl");
  writeFileSync(name, text);
  return name;
}

const ALL = {
  speed: 1,
  topicPrefix: undefined,
  topics: [],
  qos: undefined,
  noRetain: false,
  maxGap: undefined,
  loop: false,
  count: undefined,
};

/** When messages are due, in milliseconds behind the first, and their topics. */
async function due(text: string, values: Partial<ConstructorParameters<typeof ReplaySource>[0]>): Promise<string[]> {
  const source = new ReplaySource({ ...ALL, file: fileOf(text), ...values }, memoryTerminal().terminal, {
    now: () => 1000,
  });
  const found: string[] = [];
  for (let next = await source.next(); next !== undefined; next = await source.next()) {
    const { at, message } = next;
    found.push(`${Math.round((at - 1000) * 1000) / 1000} ${message.topic} ${message.qos}${message.retain ? "r" : ""}`);
  }
  return found;
}

test("messages are due as they came, faster, without waiting, with shorter gaps", async () => {
  const text = [
    line("00.000000"),
    line("00.001500"),
    line("00.001000"),
    '{"topic":"t","payload":1}\n\n',
    line("20.001"),
  ].join("");
  expect(await due(text, {})).toEqual(["0 t 0r", "1.5 t 0r", "1.5 t 0r", "1.5 t 0", "20001.5 t 0r"]);
  expect(await due(text, { speed: 10 })).toEqual(["0 t 0r", "0.15 t 0r", "0.15 t 0r", "0.15 t 0", "2000.15 t 0r"]);
  expect((await due(text, { speed: Number.POSITIVE_INFINITY })).at(-1)).toBe("0 t 0r");
  expect((await due(text, { maxGap: 100 })).at(-1)).toBe("101.5 t 0r");
});

test("only some of them, changed", async () => {
  const text = line("00.1", "a/b") + line("00.3", "c") + line("00.4", "a/d");
  expect(await due(text, { topics: ["a/+"], topicPrefix: "x/", qos: 1, noRetain: true })).toEqual([
    "0 x/a/b 1",
    "300 x/a/d 1",
  ]);
  expect(await due(text, { count: 5, loop: true })).toEqual([
    "0 a/b 0r",
    "200 c 0r",
    "300 a/d 0r",
    "300 a/b 0r",
    "500 c 0r",
  ]);
});

test("times are read to the microsecond, also where they stand elsewhere; what is none is none", () => {
  const noon = Date.parse("2026-11-22T12:00:00.250Z");
  const time = (text: string): number | undefined => recordedTime(Buffer.from(text));
  expect(time('{"time":"2026-11-22T12:00:00.250123Z","topic":"a"}')).toBeCloseTo(noon + 0.123, 3);
  expect(time('{"topic":"a", "time": "2026-11-22T13:00:00.25+01:00"}')).toBe(noon);
  expect(time('{"time":"soon ........","topic":"a"}')).toBeUndefined();
  expect(time('{"time":5,"topic":"a"}')).toBeUndefined();
  expect(time('{"topic":"\\"time\\""}')).toBeUndefined();
});

test("a last line that was cut off is left out with a warning; any other broken line is an error", async () => {
  const witness = await Witness.start();
  const run = (text: string) => witness.run(["replay", fileOf(text), "--speed", "max"]);
  const cut = await run(`${line("00.1")}{"time":"2026-11-22T12:0`);
  expect(cut.code).toBe(0);
  expect(cut.stderr).toMatch(/line 2: the last line is incomplete and was left out\nmqtk: replayed 1 message\n$/);
  const broken = await run(`${line("00.1")}{"topic":\n${line("00.2")}`);
  expect(broken.code).toBe(2);
  expect(broken.stderr).toMatch(/^mqtk: .*r\.jsonl, line 2: /);
  expect((await run("")).stderr).toMatch(/there is no message to replay\n$/);
  expect((await run("x")).stderr).toMatch(/, line 1: /);
  expect((await witness.run(["replay", "/nope"])).stderr).toMatch(/^mqtk: cannot read \/nope: no such file/);
});

test("from stdin; in a loop until Ctrl-C; stopped before its end", async () => {
  const witness = await Witness.start();
  await witness.run(["replay", "-", "--speed", "2x"], { input: line("00.000") + line("00.040") });
  await witness.saw(2);
  const looping = witness.start(["replay", fileOf(line("00.0", "l")), "--loop", "-q", "1"]);
  await witness.saw(5);
  looping.interrupt();
  expect(await looping.ended).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^mqtk: interrupted after \d+ messages\n$/),
  });
  const waiting = witness.start(["replay", fileOf(line("00.0", "w") + line("59.0", "w"))]);
  while (!witness.seen.some(({ topic }) => topic === "w")) await witness.saw(witness.seen.length + 1);
  waiting.interrupt();
  expect(await waiting.ended).toMatchObject({ code: 130, stderr: "mqtk: interrupted after 1 message\n" });
});

test.each([
  [["-", "--loop"], "--loop needs a file"],
  [["x", "--speed", "0"], "--speed 0: expected how many times as fast"],
  [["x", "--topic-prefix", "a/#"], "--topic-prefix a/#: expected the beginning of a topic"],
  [[], "<file> is missing"],
])("%j is a usage error", async (words, message) => {
  const witness = await Witness.start();
  const { code, stderr } = await witness.run(["replay", ...words]);
  expect(stderr).toContain(message);
  expect(code).toBe(2);
});
