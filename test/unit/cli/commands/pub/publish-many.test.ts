import { expect, test } from "vitest";
import { Witness } from "../../../../support/in-process.ts";

test("a template in topic and payload, as often as --count says; the same seed gives the same", async () => {
  const witness = await Witness.start();
  const words = ["pub", "-t", "t/{{choice a b}}", "-m", '{"n":{{seq}},"r":{{random 1 1000}}}', "--template"];
  const { code, stderr } = await witness.run([...words, "--count", "3", "--seed", "x", "-q", "1"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  await witness.run([...words, "--count", "3", "--seed", "x", "-q", "1"]);
  const texts = await witness.texts(6);
  expect(texts.slice(3)).toEqual(texts.slice(0, 3));
  for (const [index, text] of texts.entries())
    expect(text).toMatch(new RegExp(`^t/[ab]={"n":${(index % 3) + 1},"r":\\d+}$`));
});

test("without --template, braces are what they are", async () => {
  const witness = await Witness.start();
  await witness.run(["pub", "-t", "a", "-m", "{{ value_json.t }}", "--count", "1"]);
  await witness.run(["pub", "-t", "a", "-m", "{{now}}"]);
  expect(await witness.texts(2)).toEqual(["a={{ value_json.t }}", "a={{now}}"]);
});

test("lines from stdin are filled in, or published in their time", async () => {
  const witness = await Witness.start();
  const input = "one\ntwo\n\nthree";
  await witness.run(["pub", "-t", "a/{{line}}", "-m", "<{{line}} {{seq}}>", "-l", "--template", "-q", "1"], {
    input: "x\ny",
  });
  const started = performance.now();
  await witness.run(["pub", "-t", "b", "-t", "c", "-l", "--interval", "30ms", "--count", "2", "-q", "1"], { input });
  expect(performance.now() - started).toBeGreaterThan(29);
  await witness.run(["pub", "-l", "--topic-separator", ":", "--rate", "1k/s", "-q", "1"], { input: "d:4\ne:5" });
  await witness.run(["pub", "--json", "--rate", "1k/s"], { input: '{"topic":"f","payload":6}\n' });
  expect(await witness.texts(9)).toEqual([
    "a/x=<x 1>",
    "a/y=<y 2>",
    "b=one",
    "c=one",
    "b=two",
    "c=two",
    "d=4",
    "e=5",
    "f=6",
  ]);
});

test("--rate keeps its pace on average, and ends well when it is stopped", async () => {
  const witness = await Witness.start();
  const started = performance.now();
  const bounded = await witness.run(["pub", "-t", "a", "-m", "x", "--rate", "100/s", "--count", "11"]);
  expect(bounded.code).toBe(0);
  expect(performance.now() - started).toBeGreaterThanOrEqual(99);
  const endless = witness.start(["pub", "-t", "a", "-m", "x", "--rate", "60000/m"]);
  await witness.saw(14);
  endless.interrupt();
  const { code, stderr } = await endless.ended;
  expect(code).toBe(0);
  expect(stderr).toMatch(/^mqtk: published \d+ messages\n$/);
  const stopped = witness.start(["pub", "-t", "b", "-m", "x", "--interval", "1h", "--count", "2"]);
  while (!witness.seen.some(({ topic }) => topic === "b")) await witness.saw(witness.seen.length + 1);
  stopped.interrupt();
  expect(await stopped.ended).toMatchObject({ code: 130, stderr: "mqtk: interrupted after 1 messages\n" });
});

test("--size gives letters, or random bytes that the seed repeats", async () => {
  const witness = await Witness.start();
  await witness.run(["pub", "-t", "a", "--size", "28"]);
  await witness.run(["pub", "-t", "a", "--size", "1KB", "--random", "--count", "2", "--seed", "1"]);
  await witness.run(["pub", "-t", "a", "--size", "1k", "--random", "--seed", "1"]);
  const [letters, first, second, again] = (await witness.saw(4)).map(({ payload }) => payload);
  expect(String(letters)).toBe("abcdefghijklmnopqrstuvwxyzab");
  expect(first).toHaveLength(1024);
  expect(first?.equals(second as Buffer)).toBe(false);
  expect(first?.equals(again as Buffer)).toBe(true);
});

test("a refusal of the broker is told, with 4", async () => {
  const witness = await Witness.start();
  const { code, stderr } = await witness.run(["pub", "-t", "$SYS/x", "-m", "x", "-q", "1", "--count", "2"]);
  expect(code).toBe(4);
  expect(stderr).toContain("the broker refused 2 of 2 messages, the first");
});

test.each([
  [["-m", "{{rnd}}", "--template"], "mqtk: the payload, character 1: {{rnd}} is unknown"],
  [["-m", "x", "--rate", "1", "--interval", "1s"], "mqtk: --rate and --interval contradict each other"],
  [["-m", "x", "--count", "1", "--repeat", "1"], "mqtk: --count and --repeat contradict each other"],
  [["-m", "x", "--size", "1"], "mqtk: --message and --size contradict each other"],
  [["-m", "x", "--random"], "mqtk: --random needs --size"],
  [["-m", "x", "--seed", "1"], "mqtk: --seed needs --template or --random"],
  [["--json", "--template"], "--template and --json contradict each other"],
  [["-m", "x", "--rate", "0"], "mqtk: --rate 0: expected how often, such as 100/s"],
  [["--size", "300M"], "mqtk: --size 300M: expected a size such as 500"],
  [["-m", "{{env X}}", "-t", "{{env X}}", "--template"], 'mqtk: --topic became "a#", which is no topic to publish to'],
])("%j is a usage error", async (words, message) => {
  const witness = await Witness.start();
  const { code, stderr } = await witness.run(["pub", "-t", "a", ...words], { env: { X: "a#" } });
  expect(stderr).toContain(message);
  expect(code).toBe(2);
});
