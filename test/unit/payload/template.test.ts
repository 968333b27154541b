import { expect, onTestFinished, test, vi } from "vitest";
import { repetitionOptions } from "../../../src/cli/options/repetition.ts";
import { compileTemplate, Random, type TemplateContext } from "../../../src/payload/index.ts";
import { templateWords } from "../../../src/payload/template-words.ts";

const NOON = Date.parse("2026-11-22T12:00:00.250Z") + 0.75;
const context: TemplateContext = { now: NOON, seq: 7, i: 3, line: Buffer.from("a line") };

function render(template: string, given: Partial<TemplateContext> = {}): string {
  const environment = { HOME: "/home/ann", CITY: "Köln" };
  return compileTemplate(template, { environment, hasLines: true, random: new Random(1) }).text({
    ...context,
    ...given,
  });
}

test.each([
  ["plain { } text }} stays", "plain { } text }} stays"],
  ["{{now}}", String(Math.floor(NOON))],
  ["{{now s}} {{now us}}", `${Math.floor(NOON / 1000)} ${Math.floor(NOON * 1000)}`],
  ["{{iso}}", "2026-11-22T12:00:00.250Z"],
  ['{"n":{"seq":{{seq}}}}', '{"n":{"seq":7}}'],
  ["dev-{{i 4}}/{{ seq 2 }}", "dev-0003/07"],
  ["{{env HOME}} {{env CITY}} ü", "/home/ann Köln ü"],
  ["<{{line}}>", "<a line>"],
  ["{{each red green}}{{each ü}}", "greenü"],
  ['{{"{{"}}x{{"}}"}}', "{{x}}"],
  ['{{each "" "a \\"b\\"" c "two words"}}', "two words"],
  ["{{sine 1s 20 5}}", String(20 + 5)],
  ["{{sine 60 20.0 0}}", "20"],
])("%s", (template, expected) => {
  expect(render(template, template.includes("sine 1s") ? { now: 250 } : {})).toBe(expected);
});

test("bytes that are no UTF-8 go through, in the template and in the line", () => {
  const template = compileTemplate(Buffer.from([0xff, 0x00, ...Buffer.from("{{line}}"), 0xfe]), { hasLines: true });
  expect([...template.bytes({ ...context, line: Buffer.from([0x80, 0x0a]) })]).toEqual([0xff, 0, 0x80, 0x0a, 0xfe]);
});

test("a template without placeholders is known to be constant; env is constant, the rest is not", () => {
  expect(compileTemplate('a {{"{{"}} {{env A}}', { environment: { A: "b" } }).isConstant).toBe(true);
  expect(compileTemplate("{{seq}}").isConstant).toBe(false);
});

test("the same seed gives the same messages, another seed others", () => {
  const messages = (seed: number): string[] => {
    const template = compileTemplate(
      "{{random 1 1000000}} {{uuid}} {{choice a b c}} {{walk 0 9.99 1}} {{grow 0 1.5}}",
      {
        random: new Random(seed),
      },
    );
    return Array.from({ length: 20 }, (_, seq) => template.text({ ...context, seq, i: seq % 2 }));
  };
  expect(messages(5)).toEqual(messages(5));
  expect(messages(5)).not.toEqual(messages(6));
});

test("random numbers stay in their range, reach both ends, and have the decimals that were written", () => {
  const whole = compileTemplate("{{random -2 2}}", { random: new Random(3) });
  const found = new Set(Array.from({ length: 500 }, () => whole.text(context)));
  expect([...found].sort()).toEqual(["-1", "-2", "0", "1", "2"]);
  const decimal = compileTemplate("{{random 0.5 1.25}}", { random: new Random(3) });
  for (let n = 0; n < 500; n++) {
    const text = decimal.text(context);
    expect(text).toMatch(/^[01](\.\d\d?)?$/);
    expect(Number(text)).toBeGreaterThanOrEqual(0.5);
    expect(Number(text)).toBeLessThanOrEqual(1.25);
  }
});

test("random bits are spread evenly: each of 16 boxes gets its share", () => {
  const random = new Random("seed");
  const boxes = new Array(16).fill(0);
  for (let n = 0; n < 16_000; n++) boxes[Math.floor(random.fraction() * 16)]++;
  for (const box of boxes) expect(Math.abs(box - 1000)).toBeLessThan(150);
  const large = Array.from({ length: 200 }, () => random.integer(0, Number.MAX_SAFE_INTEGER - 1));
  expect(large.every(Number.isSafeInteger)).toBe(true);
  expect(new Set(large.map((value) => value % 2)).size).toBe(2); // also the low bits differ
  expect(random.bytes(7)).toHaveLength(7);
});

test("uuid is a version 4 UUID, and never the same", () => {
  const template = compileTemplate("{{uuid}}");
  const found = new Set(Array.from({ length: 1000 }, () => template.text(context)));
  expect(found.size).toBe(1000);
  for (const uuid of found)
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("walk and grow: each client has its own, in its bounds and steps", () => {
  const template = compileTemplate("{{walk 10 12 0.5}} {{grow 100 2.00}}", { random: new Random(9) });
  const before: (readonly number[])[] = [];
  for (let seq = 0; seq < 400; seq++) {
    const i = seq % 3;
    const [place, reading] = template
      .text({ ...context, i, seq })
      .split(" ")
      .map(Number) as [number, number];
    expect(place).toBeGreaterThanOrEqual(10);
    expect(place).toBeLessThanOrEqual(12);
    const last = before[i];
    if (last === undefined) expect(reading).toBe(100);
    else {
      expect(Math.abs(place - (last[0] as number))).toBeLessThanOrEqual(0.6); // both are rounded
      expect(reading).toBeGreaterThanOrEqual(last[1] as number);
      expect(reading - (last[1] as number)).toBeLessThanOrEqual(2.01);
    }
    before[i] = [place, reading];
  }
});

test.each([
  ["a {{rnd}}", "--message, character 3: {{rnd}} is unknown"],
  ["ü\n €{{constructor}}", "--message, line 2, character 3: {{constructor}} is unknown"],
  ["{{", "--message, character 1: {{ without }}"],
  ['{{"a}}', "--message, character 1: {{ without }}"],
  ["{{}}", "--message, character 1: {{}} is empty"],
  ["{{now h}}", "--message, character 1: h is no unit of time"],
  ["{{iso x}}", "--message, character 1: x was not expected here"],
  ["{{random 1}}", "--message, character 1: expected 2 numbers"],
  ["{{random 5 1}}", "--message, character 1: 5 is more than 1"],
  ["{{random a 1}}", "--message, character 1: a is no number"],
  ["{{random 1 1e99}}", "--message, character 1: 1e99 is no number"],
  ["{{choice}}", "--message, character 1: nothing to choose from"],
  ["{{sine 0 1 1}}", "--message, character 1: 0 is no time"],
  ["{{sine}}", "--message, character 1: nothing is no time"],
  ["{{seq x}}", "--message, character 1: x is no width"],
  ["{{env NOPE}}", "--message, character 1: the environment has no NOPE"],
  ["{{env}}", "--message, character 1: env needs the name of a variable"],
  ['{{"\\x"}}', '--message, character 1: "\\x" is no text in quotes'],
  ["{{walk 0 1}}", "--message, character 1: expected one number"],
  ["{{line}}", "--message, character 1: {{line}} needs lines"],
])("%j is refused: %s", (template, message) => {
  expect(() => compileTemplate(template, { name: "--message", environment: {} })).toThrow(message);
});

test("the usage that help shows works as it is written", () => {
  for (const { usage } of Object.values(templateWords)) {
    const typed = usage.replace(/ \[.*\]/, "");
    expect(() =>
      compileTemplate(`{{${typed}}}`, { environment: { NAME: "x" }, hasLines: true }).text(context),
    ).not.toThrow();
  }
});

test("env knows the environment of the process where nothing else is said, as in bench", () => {
  vi.stubEnv("MQTK_TEST_TEMPLATE", "here");
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(compileTemplate("{{env MQTK_TEST_TEMPLATE}}").text(context)).toBe("here");
});

test("help names every word", () => {
  const { summary } = repetitionOptions.options.template;
  for (const word of Object.keys(templateWords)) expect(summary).toMatch(new RegExp(`\\{\\{${word}[ }]`));
});
