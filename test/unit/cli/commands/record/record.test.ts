import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { preciseTime } from "../../../../../src/cli/commands/record/precise-time.ts";
import { temporaryFolder, Witness } from "../../../../support/in-process.ts";

test("times have microseconds", () => {
  const text = preciseTime();
  const noon = Date.parse("2026-11-22T12:00:00.250Z");
  expect([noon, noon + 0.0065, noon + 0.9995, noon + 1].map(text)).toEqual([
    "2026-11-22T12:00:00.250000Z",
    "2026-11-22T12:00:00.250006Z",
    "2026-11-22T12:00:00.250999Z",
    "2026-11-22T12:00:00.251000Z",
  ]);
});

test("what is recorded comes out of a replay as it was: payload, QoS, retain, properties", async () => {
  const witness = await Witness.start();
  const file = path.join(temporaryFolder(), "r.jsonl");
  const recording = witness.start(["record", "-t", "a/#", "-T", "a/not", "--output", file, "-C", "4"]);
  await witness.broker.told("onSubscribe", 2);
  await witness.run(["pub", "-t", "a/1", "-m", "00ff80", "--encode", "hex", "-q", "1"]);
  await witness.run([
    "pub",
    "-t",
    "a/2",
    "-m",
    '{"t":1.50}',
    "-q",
    "2",
    "-r",
    "-D",
    "publish",
    "user-property",
    "k",
    "v",
  ]);
  await witness.run(["pub", "-t", "a/not", "-m", "x"]);
  await witness.run([
    "pub",
    "-t",
    "a/3",
    "-n",
    "-D",
    "publish",
    "correlation-data",
    "c",
    "-D",
    "publish",
    "content-type",
    "t",
  ]);
  await witness.run(["pub", "-t", "a/4", "-m", "ü\u2028\n"]);
  const { code, stderr } = await recording.ended;
  expect(stderr).toMatch(/^mqtk: recorded 4 messages in \d+\.\d s\n$/);
  expect(code).toBe(0);
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  expect(lines).toHaveLength(4);
  for (const line of lines) expect(line).toMatch(/^\{"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z","topic":"a\/\d"/);
  const before = (await witness.saw(5)).filter(({ topic }) => topic !== "a/not");
  const replayed = await witness.run(["replay", file, "--speed", "max", "--topic-prefix", "again/"]);
  expect(replayed).toEqual({ code: 0, stdout: "", stderr: "mqtk: replayed 4 messages\n" });
  const after = (await witness.saw(9)).slice(5);
  const parts = ({ payload, qos, retain, properties }: (typeof after)[number]) => ({
    payload,
    qos,
    retain,
    properties,
  });
  expect(after.map(parts)).toEqual(before.map(parts));
  expect(after.map(({ topic }) => topic)).toEqual(["again/a/1", "again/a/2", "again/a/3", "again/a/4"]);
});

test("to stdout until Ctrl-C; what the broker had before can be left out; mqtk pub --json takes it", async () => {
  const witness = await Witness.start();
  await witness.run(["pub", "-t", "b/old", "-m", "old", "-r"]);
  const recording = witness.start(["record", "-t", "b/#", "-R"]);
  await witness.broker.told("onSubscribe", 2);
  await witness.run(["pub", "-t", "b/new", "-m", "new", "-q", "1", "-r"]);
  await recording.waitFor(/b\/new/);
  recording.interrupt();
  const { code, stdout } = await recording.ended;
  expect(code).toBe(0);
  expect(
    stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toMatchObject([{ topic: "b/new", retain: true }]);
  await witness.run(["pub", "--json"], { input: stdout });
  expect(await witness.texts(3)).toEqual(["b/old=old", "b/new=new", "b/new=new"]);
});

test("files are put aside by size, and a stopped bounded recording says so", async () => {
  const witness = await Witness.start();
  const folder = temporaryFolder();
  const recording = witness.start([
    "record",
    "-t",
    "c",
    "--output",
    path.join(folder, "c.jsonl"),
    "--rotate-size",
    "250",
    "--keep",
    "1",
    "-C",
    "100",
  ]);
  await witness.broker.told("onSubscribe", 2);
  await witness.run(["pub", "-t", "c", "-m", "x", "--count", "9", "-q", "1"]);
  await witness.saw(9);
  while (readdirSync(folder).length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  recording.interrupt();
  expect((await recording.ended).code).toBe(130);
  expect(readdirSync(folder)).toHaveLength(2);
});

test.each([
  [[], "the topic filter is missing"],
  [["-t", "a", "--append"], "--append needs --output"],
  [["-t", "a", "--rotate-size", "1k"], "--rotate-size needs --output"],
  [["-t", "a", "--output", "FILE"], "is there already"],
  [["-t", "a", "--output", "/nope/x"], "cannot write /nope/x: no such file or directory"],
  [["-t", "a", "--output", "FILE", "--keep", "1"], "--keep needs --rotate-size or --rotate-every"],
])("%j is a usage error", async (words, message) => {
  const witness = await Witness.start();
  const file = path.join(temporaryFolder(), "r");
  writeFileSync(file, "x\n");
  const { code, stderr } = await witness.run(["record", ...words.map((word) => (word === "FILE" ? file : word))]);
  expect(stderr).toContain(message);
  expect(code).toBe(2);
});

test.skipIf(!existsSync("/dev/full")).each([
  ["record", "record"],
  ["sub --output", "sub"],
])("%s: a last line for which the disk has no room is no success", async (_name, command) => {
  const witness = await Witness.start();
  await witness.run(["pub", "-t", "full", "-m", "x", "-q", "1", "-r"]);
  const { code, stderr } = await witness.run([command, "-t", "full", "-C", "1", "--output", "/dev/full"]);
  expect({ code, stderr }).toEqual({ code: 2, stderr: "mqtk: cannot write /dev/full: no space left on device\n" });
});

test("--duration ends it well", async () => {
  const witness = await Witness.start();
  const { code, stdout } = await witness.run(["record", "-t", "d", "--duration", "20ms"]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
});
