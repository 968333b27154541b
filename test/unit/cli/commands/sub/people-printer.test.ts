import { expect, test } from "vitest";
import { differenceOf } from "../../../../../src/cli/commands/sub/difference.ts";
import { peoplePrinter } from "../../../../../src/cli/commands/sub/people-printer.ts";
import { PreviousPayloads } from "../../../../../src/cli/commands/sub/previous-payloads.ts";
import { mqtk, startBrokerInProcess } from "../../../../support/in-process.ts";
import { memoryTerminal } from "../../../../support/memory-terminal.ts";

const hostile = Buffer.from("a\u001b[2J\nb\u00ff", "latin1");
const off = { verbose: false, noNewline: false, pretty: false, showProperties: false, diff: false };

async function printed(
  values: Partial<typeof off>,
  messages: readonly (readonly [topic: string, payload: string | Buffer, more?: object])[],
  options: { readonly tty?: boolean; readonly color?: "always" | "never" } = { tty: true },
): Promise<string> {
  const { terminal, stdout } = memoryTerminal({ tty: options.tty ?? false });
  terminal.color = options.color ?? "never";
  const print = peoplePrinter({ ...off, ...values }, terminal);
  for (const [topic, payload, more] of messages) {
    print({ topic, payload: Buffer.from(payload), qos: 0, retain: false, properties: {}, ...more });
  }
  return stdout();
}

test.each([
  ["the payload and a line feed", {}, [["t", "21.5"]], "21.5\n"],
  ["nothing raw", { verbose: true }, [["t\u001b\n", hostile]], "t\\x1b\\x0a a\\x1b[2J\nb\\xff\n"],
  ["an empty payload prints nothing", {}, [["t", ""]], ""],
  ["-v: an empty payload", { verbose: true }, [["t", ""]], "t (null)\n"],
  [
    "-v: topics are aligned",
    { verbose: true },
    [
      ["long/topic", "1"],
      ["東", "2"],
    ],
    "long/topic 1\n東         2\n",
  ],
  [
    "a very long topic moves only its own payload",
    { verbose: true },
    [
      ["x".repeat(60), "1"],
      ["t", "2"],
    ],
    `${"x".repeat(60)} 1\nt 2\n`,
  ],
  [
    "--pretty",
    { pretty: true },
    [["t", '{"a":[1,12345678901234567890]}']],
    '{\n  "a": [\n    1,\n    12345678901234567890\n  ]\n}\n',
  ],
  ["--pretty: what is no JSON stays", { pretty: true }, [["t", "{nothing"]], "{nothing\n"],
  [
    "--properties",
    { showProperties: true },
    [
      [
        "t",
        "x",
        {
          qos: 1,
          retain: true,
          properties: {
            contentType: "text/\u001bplain",
            correlationData: Buffer.from([1, 255]),
            userProperties: [["a", "b\n"]],
          },
        },
      ],
    ],
    "x\n  QoS 1 · retained · 1 B · content type text/\\x1bplain · correlation data 0x01ff · a=b\\x0a\n",
  ],
  [
    "--diff",
    { diff: true, verbose: true },
    [
      ["t", '{"a":1}'],
      ["u", "5"],
      ["t", '{"a":2}'],
      ["t", '{ "a": 2 }'],
      ["u", ""],
    ],
    't {"a":1}\nu 5\nt ~ a: 1 → 2 (+1)\nt (unchanged)\nu (null)\n',
  ],
  [
    "--diff with -v: several changes",
    { diff: true, verbose: true },
    [
      ["t", "[1,2]"],
      ["t", "[3,4]"],
    ],
    "t [1,2]\nt ~ [0]: 1 → 3 (+2)\n  ~ [1]: 2 → 4 (+2)\n",
  ],
  [
    "--diff of what would act on a terminal",
    { diff: true },
    [
      ["t", "a"],
      ["t", "\u001b[2J"],
    ],
    "a\n~ a → \\x1b[2J\n",
  ],
] as const)("%s", async (_name, values, messages, shown) => {
  expect(await printed(values, messages as never)).toBe(shown);
});

test("on a pipe, bytes stay exact, and topics are not aligned", async () => {
  const { terminal } = memoryTerminal();
  const written: Buffer[] = [];
  terminal.out.bytes = (bytes, from, to) => written.push(Buffer.from(bytes.subarray(from, to)));
  peoplePrinter(
    { ...off, showProperties: true },
    terminal,
  )({ topic: "t", payload: hostile, qos: 0, retain: false, properties: {} });
  expect(Buffer.concat(written).equals(hostile)).toBe(true);
  const text = await printed(
    { verbose: true, pretty: true },
    [
      ["long/topic", "1"],
      ["t", "[]"],
    ],
    {},
  );
  expect(text).toBe("long/topic 1\nt []\n");
});

test("colours: topics, and JSON by its parts", async () => {
  const text = await printed({ verbose: true }, [["t", '{"a":"x","b":[-1.5e3,null,true]}']], {
    tty: true,
    color: "always",
  });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
  expect(text.replaceAll(/\u001b\[\d+m/g, "")).toBe('t {"a":"x","b":[-1.5e3,null,true]}\n');
  for (const part of [
    "\u001b[36mt",
    '\u001b[36m"a"',
    '\u001b[32m"x"',
    "\u001b[33m-1.5e3",
    "\u001b[2mnull",
    "\u001b[33mtrue",
  ]) {
    expect(text).toContain(part);
  }
});

test.each([
  ["1", "1", []],
  ['{"a":1}', '{ "a": 1 }', []],
  ["1", "2.5", ["~ 1 → 2.5 (+1.5)"]],
  [
    '{"a":{"b":[1,2]},"c":1}',
    '{"a":{"b":[1,3,4]},"d":null}',
    ["~ a.b[1]: 2 → 3 (+1)", "+ a.b[2]: 4", "- c: 1", "+ d: null"],
  ],
  ['{"a":1}', "[1]", ['~ {"a":1} → [1]']],
  ['{"__proto__":1}', "{}", ["- __proto__: 1"]],
  ["on", "off", ["~ on → off"]],
  ["a\nb\nc", "a\nx\nc\nd", ["- b", "+ x", "+ d"]],
  ["a\nb\nc\nd", "b\nd\ne", ["- a", "- c", "+ e"]],
])("from %j to %j", (before, after, expected) => {
  const changes = differenceOf(Buffer.from(before), Buffer.from(after));
  expect(changes.map(({ kind, text }) => `${kind} ${text}`)).toEqual(expected);
});

test("many changes are counted, many lines are not compared with each other", () => {
  const lines = (word: string): Buffer =>
    Buffer.from(Array.from({ length: 50_000 }, (_, line) => `${word} ${line}`).join("\n"));
  const changes = differenceOf(lines("a"), lines("b"));
  expect(changes).toHaveLength(101);
  expect(changes.at(-1)?.text).toMatch(/^… [\d]+ more changes$/);
  const deep = (end: number): Buffer => Buffer.from(`${"[".repeat(5000)}${end}${"]".repeat(5000)}`);
  expect(differenceOf(deep(1), deep(2))).toHaveLength(1);
});

test("what came before is kept in memory that has a bound", () => {
  const previous = new PreviousPayloads();
  const megabyte = Buffer.alloc(1024 * 1024, "x");
  for (let index = 0; index < 100; index++) previous.replace(`t/${index}`, megabyte);
  expect(previous.replace("t/0", megabyte)).toBeUndefined();
  expect(previous.replace("t/99", megabyte)?.length).toBe(megabyte.length);
  expect(previous.replace("big", Buffer.alloc(1024 * 1024 + 1))).toBeUndefined();
  expect(previous.replace("big", Buffer.from("x"))).toBe("too large");
  for (let index = 0; index < 20_000; index++) previous.replace(`u/${index}`, Buffer.from("x"));
  expect(previous.replace("t/99", megabyte)).toBeUndefined();
});

test("--summary says on stderr what came", async () => {
  const { port } = await startBrokerInProcess();
  const at = ["-p", String(port)];
  await mqtk(["pub", ...at, "-t", "a", "-m", "12345", "-r"]);
  await mqtk(["pub", ...at, "-t", "b", "-m", "123", "-r"]);
  const { code, stdout, stderr } = await mqtk(["sub", ...at, "-t", "#", "-C", "2", "--summary"]);
  expect({ code, lines: stdout.trim().split("\n").sort() }).toEqual({ code: 0, lines: ["123", "12345"] });
  expect(stderr).toMatch(/^mqtk: 2 messages, 8 B, 2 topics; [\d,.]+\/s over 0\.\d s\n$/);
  const none = await mqtk(["sub", ...at, "-t", "c", "-W", "1ms", "--summary", "--quiet"]);
  expect(none).toEqual({ code: 27, stdout: "", stderr: "mqtk: 0 messages, 0 B, 0 topics\n" });
});

test.each([
  ["--json", "--diff"],
  ["--json", "--properties"],
  ["--watch", "--diff"],
])("%s and %s contradict each other", async (one, other) => {
  const { code, stderr } = await mqtk(["sub", "-t", "a", "-p", "1", one, other], { tty: true });
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("contradict each other") });
});
