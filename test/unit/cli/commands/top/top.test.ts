import { describe, expect, test } from "vitest";
import { Decoding } from "../../../../../src/cli/commands/top/decoding.ts";
import { KeyReader } from "../../../../../src/cli/commands/top/keys.ts";
import { topPicture } from "../../../../../src/cli/commands/top/picture.ts";
import { TopState } from "../../../../../src/cli/commands/top/top-state.ts";
import { retainedBelow, TopicModel } from "../../../../../src/cli/commands/top/topic-model.ts";
import { numbersIn } from "../../../../../src/cli/live/numbers-in.ts";
import { sparkline } from "../../../../../src/cli/live/sparkline.ts";
import { painted } from "../../../../../src/cli/terminal/screen.ts";
import { widthOf } from "../../../../../src/cli/terminal/text-width.ts";
import { themeFor } from "../../../../../src/cli/terminal/theme.ts";
import { codecFrom } from "../../../../../src/payload/index.ts";
import { mqtk } from "../../../../support/in-process.ts";

const plain = themeFor({ hasColors: () => false }, "stdout");
/** Noon, where the test runs. */
const NOON = new Date(2026, 0, 1, 12).getTime();

function give(model: TopicModel, topic: string, payload: string | Buffer, more: object = {}): void {
  model.take({ topic, payload: Buffer.from(payload), qos: 0, retain: false, properties: {}, ...more }, NOON);
}

function top(model = new TopicModel()) {
  const cleared: (readonly string[])[] = [];
  let isLeft = false;
  const actions = {
    clear: (topics: readonly string[]) => cleared.push(topics),
    leave: () => {
      isLeft = true;
    },
  };
  const state = new TopState(model, { ...actions, clear: (topics) => void actions.clear(topics) });
  const show = (columns = 80, rows = 24, notice?: string): string[] =>
    topPicture(state, "localhost:1883 · MQTT 5", { columns, rows }, plain, { now: NOON + 2000, notice }).map((line) =>
      painted(line, columns).trimEnd(),
    );
  const press = (...keys: string[]): void => {
    for (const key of keys) {
      state.key(key);
      show();
    }
  };
  return { model, state, cleared, show, press, isLeft: () => isLeft };
}

function plant(): TopicModel {
  const model = new TopicModel();
  give(model, "plant/2/state", "off", { retain: true });
  for (const value of ["20", "21", "22.5"]) give(model, "plant/1/temperature", value, { qos: 1 });
  give(model, "plant/1/state", '{"on":true,"limits":{"low":1}}', { retain: true });
  give(model, "log", "started\nready");
  give(model, "$SYS/broker/clients/connected", "3");
  model.tick(1);
  return model;
}

test("the tree at 80 columns", () => {
  const { show } = top(plant());
  expect(show(80, 12)).toEqual([
    "localhost:1883 · MQTT 5                 █ 6.0/s · 54 B/s · 4 topics · 6 messages",
    "",
    "  TOPIC               MESSAGES     RATE    VALUE",
    "  log                        1    1.0/s    started ready",
    "▾ plant                      5    5.0/s    3 topics",
    "  ▾ 1                        4    4.0/s    2 topics",
    '      state                  1    1.0/s  R {"on":true,"limits":{"low":1}}',
    "      temperature            3    3.0/s    22.5",
    "  ▾ 2                        1    1.0/s    1 topic",
    "      state                  1    1.0/s  R off",
    "",
    "↑↓ move  ←→ fold  enter open  / search  s by name  d clear  $ broker  q quit",
  ]);
});

test("where it is narrow, figures go before values do, and q is shown as long as there is room", () => {
  const { press, show } = top(plant());
  expect(show(50, 12).slice(2, 7)).toEqual([
    "  TOPIC               MESSAGES    VALUE",
    "  log                        1    started ready",
    "▾ plant                      5    3 topics",
    "  ▾ 1                        4    2 topics",
    '      state                  1  R {"on":true,"lim…',
  ]);
  expect(show(40, 12).slice(2, 7)).toEqual([
    "  TOPIC                 VALUE",
    "  log                   started ready",
    "▾ plant                 3 topics",
    "  ▾ 1                   2 topics",
    '      state           R {"on":true,"lim…',
  ]);
  expect(show(40, 12).at(-1)).toBe("enter open  / search  d clear  q quit");
  press("/", ..."temperature of", "enter");
  expect(show(80, 12).at(-1)).toBe("↑↓ move  ←→ fold  enter open  / search: temperature…  d clear  $ broker  q quit");
});

test("a topic: figures, value, a line of its numbers, history", () => {
  const { show, press } = top(plant());
  press("end", "up", "up", "enter");
  const lines = show(60, 20);
  expect(lines.slice(2)).toEqual([
    "plant/1/temperature",
    "3 messages · 3.0/s · last 2s ago · QoS 1 · 4 B",
    "",
    "  22.5",
    "",
    "  value  20 … 22.5",
    "  ▁▄█",
    "",
    "  12:00:00.000  22.5",
    "  12:00:00.000  21",
    "  12:00:00.000  20",
    ...Array<string>(6).fill(""),
    "f next number  d clear retained  $ broker  esc back  q quit",
  ]);
  press("up");
  expect(show(60, 20).slice(2, 12)).toEqual([
    "plant/1/state",
    "1 message · 1.0/s · last 2s ago · QoS 0 · retained · 30 B",
    "",
    "  {",
    '    "on": true,',
    '    "limits": {',
    '      "low": 1',
    "    }",
    "  }",
    "",
  ]);
  press("$");
  expect(show()[2]).toBe("clients/connected  3");
});

test("retained messages are cleared only after a yes, and only those that are shown to be there", () => {
  const { press, show, cleared, model } = top(plant());
  press("d");
  expect(show().at(-1)).not.toMatch(/Clear/); // nothing of "log" is retained
  press("down", "d");
  expect(show().at(-1)).toBe("Clear? y/n 2 retained messages, such as that of plant/2/state");
  press("n");
  expect(cleared).toEqual([]);
  press("d", "y");
  expect(cleared).toEqual([["plant/2/state", "plant/1/state"]]);
  model.cleared("plant/1/state");
  expect(retainedBelow(model.root)).toEqual(["plant/2/state"]);
  give(model, "plant/2/state", "", { retain: true });
  expect(retainedBelow(model.root)).toEqual([]);
});

test("search: what leads to topics that have it; escape shows all again", () => {
  const { press, show, isLeft } = top(plant());
  press("/", "T", "E", "M", "q", "backspace");
  expect(show().slice(3, 7)).toEqual([
    "▾ plant                      5    5.0/s    3 topics",
    "  ▾ 1                        4    4.0/s    2 topics",
    "      temperature            3    3.0/s    22.5",
    "",
  ]);
  expect(show().at(-1)).toBe("/TEM▏");
  press("x");
  expect(show()[2]).toBe("no topic has TEMx in its name");
  press("escape");
  expect(show()[3]).toMatch(/log/);
  expect(isLeft()).toBe(false);
  press("q");
  expect(isLeft()).toBe(true);
});

test("sorting, folding, and a selection that stays on its topic", () => {
  const { press, show, state } = top(plant());
  press("s", "s");
  expect(
    show()
      .slice(3, 6)
      .map((line) => line.slice(0, 10).trimEnd()),
  ).toEqual(["▾ plant", "  ▾ 1", "      temp"]);
  press("home", "down", "left");
  expect(
    show()
      .slice(4, 6)
      .map((line) => line.slice(0, 7).trimEnd()),
  ).toEqual(["  ▸ 1", "  ▾ 2"]);
  expect(state.selected?.topic).toBe("plant/1");
  press("left");
  expect(state.selected?.topic).toBe("plant");
  press("end");
  expect(state.selected?.topic).toBe("log");
});

test("more lines than rows: the selected one is always seen", () => {
  const { model, press, show, state } = top();
  for (let index = 0; index < 500; index++) give(model, `t${String(index).padStart(3, "0")}`, "1");
  for (const [key, topic] of [
    ["end", "t499"],
    ["page-up", "t479"],
    ["up", "t478"],
    ["home", "t000"],
    ["page-down", "t020"],
  ] as const) {
    press(key);
    expect(state.selected?.topic).toBe(topic);
    expect(show().filter((line) => line.includes(topic))).toHaveLength(1);
    expect(show()).toHaveLength(24);
  }
});

test.each([
  [80, 24],
  [40, 8],
  [12, 4],
  [3, 3],
  [1, 1],
])("%d × %d: nothing is wider or longer, whatever topics and payloads are", (columns, rows) => {
  const { model, show, press } = top();
  const hostile = [
    "\u001b[2J",
    "東京".repeat(50),
    "e\u0301".repeat(90),
    "a\nb\r\nc",
    "\u202egnp",
    "👩‍👩‍👧".repeat(30),
    "",
    "/".repeat(200),
  ];
  for (const text of hostile) {
    const properties = { contentType: text, userProperties: [[text, text]] };
    for (let round = 0; round < 3; round++) give(model, `t/${text}/x`, `${text}${round}`, { retain: true, properties });
    give(model, `$SYS/${text}`, text);
  }
  model.tick(1);
  const views = [[], ["down", "down", "enter"], ["down"], ["d"], ["n", "$"], ["$", "/", "\u202e"]];
  for (const keys of views) {
    press(...keys);
    for (const notice of [undefined, "the connection was lost; trying again"]) {
      const lines = show(columns, rows, notice);
      expect(lines.length).toBe(rows);
      for (const line of lines) {
        expect(widthOf(line)).toBeLessThanOrEqual(columns);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
      }
    }
  }
});

test("memory has a bound: topics, levels, histories, what the broker tells", () => {
  const { model, show } = top();
  for (let index = 0; index < 12_000; index++) give(model, `a/${index}`, "1");
  expect({ topics: model.topics, unplaced: model.unplaced, messages: model.messages }).toEqual({
    topics: 10_000,
    unplaced: 2000,
    messages: 12_000,
  });
  expect(show(100).at(-2)).toBe("more than 10,000 topics: 2,000 messages of others are only counted");
  const deep = new TopicModel();
  for (let index = 0; index < 2000; index++) give(deep, `${"x/".repeat(100)}${index}`, "1");
  let node = deep.root;
  let levels = 0;
  for (let next = node.children.values().next().value; next; next = node.children.values().next().value) {
    node = next;
    levels++;
  }
  expect(levels).toBe(32);
  expect(node.topic).toBe(`${"x/".repeat(100)}0`);
  const one = new TopicModel();
  for (let index = 0; index < 1000; index++) give(one, "t", "x".repeat(1000));
  const { latest } = one.root.children.get("t") ?? {};
  expect(latest?.history.length).toBe(8);
  for (let index = 0; index < 1000; index++) give(one, `$SYS/${index}`, "x".repeat(5000));
  expect({ figures: one.sys.size, length: one.sys.get("$SYS/0")?.length }).toEqual({ figures: 500, length: 200 });
});

test.each([
  [["\x1b[A"], ["up"]],
  [
    ["\x1bOB", "\r"],
    ["down", "enter"],
  ],
  [["\x1b", "[", "A"], ["up"]],
  [["\x1b["], []],
  [
    ["\x1b[5", "~q"],
    ["page-up", "q"],
  ],
  [["a東\x7f\x03"], ["a", "東", "backspace", "interrupt"]],
  [["\x1b[200~\x01"], []],
])("keys: %j are %j", (chunks, keys) => {
  const seen: string[] = [];
  const reader = new KeyReader((key) => seen.push(key));
  for (const chunk of chunks) reader.push(chunk);
  expect(seen).toEqual(keys);
});

test("a lone escape is a key when nothing follows", async () => {
  await new Promise<void>((resolve) => {
    new KeyReader((key) => {
      expect(key).toBe("escape");
      resolve();
    }).push("\x1b");
  });
});

describe("--decode", async () => {
  const files = {
    proto: undefined,
    protoMessage: undefined,
    protoPath: [],
    avroSchema: undefined,
    read: () => undefined,
  };
  const decodingOf = async (name: string): Promise<Decoding> => new Decoding(await codecFrom([name], files));
  const written = async (name: string, json: unknown): Promise<Buffer> =>
    (await codecFrom([name], files)).encode(Buffer.from(JSON.stringify(json)));

  test("values are decoded in the tree and in one topic, its numbers drawn, its past too", async () => {
    const { model, show, press } = top(new TopicModel(await decodingOf("cbor")));
    for (const t of [20, 21.5]) give(model, "c", await written("cbor", { t }));
    give(model, "wrong", "\u001b[2J");
    expect(show().join("\n")).toMatch(/c +2 +\{"t":21\.5\}/);
    expect(show().join("\n")).toContain("[not cbor: it ends too early] \\x1b[2J");
    press("enter");
    const topic = show().join("\n");
    expect(topic).toContain('  {\n    "t": 21.5\n  }');
    expect(topic).toContain("  t  20 … 21.5");
    expect(topic).toMatch(/12:00:00\.000 {2}\{"t":20\}/);
  });

  test("a payload of which only a part is kept is decoded when it comes", async () => {
    const { model, show, press } = top(new TopicModel(await decodingOf("cbor")));
    give(model, "large", await written("cbor", { first: 1, rest: "x".repeat(10_000) }));
    expect(show().join("\n")).toContain('{"first":1,"rest":"xxx');
    press("enter");
    expect(show().join("\n")).toContain("10 kB in all");
  });

  test("birth certificates name the aliases, whatever is looked at and when", async () => {
    const { model, show } = top(new TopicModel(await decodingOf("auto")));
    const data = await written("sparkplug", { metrics: [{ alias: 1, datatype: "Int8", value: -1 }] });
    const birth = (name: string) => written("sparkplug", { metrics: [{ name, alias: 1, datatype: "Int8", value: 0 }] });
    give(model, "spBv1.0/g/NBIRTH/n", await birth("old"));
    give(model, "spBv1.0/g/NBIRTH/n", await birth("speed"));
    give(
      model,
      "spBv1.0/g/DBIRTH/n/d",
      await written("sparkplug", { metrics: [{ name: "on", alias: 2, value: true }] }),
    );
    give(model, "spBv1.0/g/NDATA/n", data);
    give(model, "spBv1.0/g/DDATA/n/d", await written("sparkplug", { metrics: [{ alias: 2, value: false }] }));
    show(200, 40); // looks at all of them, the births too
    const shown = show(200, 40).join("\n");
    expect(shown).toContain('[{"name":"speed","alias":1,"datatype":"Int8","value":-1}]');
    expect(shown).toContain('[{"name":"on","alias":2,');
  });
});

test.each([
  [[10, 10, 12], 10, 0, "▇▇█"],
  [[6], 10, 0, "█"],
  [[0, 0], 10, 0, "▁▁"],
  [[-1, 1], 10, 0, "▁█"],
])("%j in %d cells from %d up is %s", (values, width, floor, bars) => {
  expect(sparkline(values, width, floor)).toBe(bars);
});

test.each([
  [[1, 2, 3], 10, "▁▅█"],
  [[1, 2, 3], 2, "▁█"],
  [[5, 5], 10, "▄▄"],
  [[0, 0], 10, "▁▁"],
  [[1, undefined, 2, Number.NaN], 10, "▁ █ "],
  [[], 10, ""],
  [[1, 2, 3], 0, ""],
])("%j in %d cells is %s", (values, width, bars) => {
  expect(sparkline(values, width)).toBe(bars);
});

test.each([
  ["21.5", { "": 21.5 }],
  [" -1e3\n", { "": -1000 }],
  ["on", {}],
  ["", {}],
  ['{"a":1,"b":{"c":[2,"x"]}}', { a: 1, "b.c.0": 2 }],
  ["{broken", {}],
])("numbers in %j", (payload, numbers) => {
  expect(Object.fromEntries(numbersIn(payload))).toEqual(numbers);
});

test.each([
  [{}, "top needs a terminal, and stdout is none"],
  [{ tty: true, env: { TERM: "dumb" } }, "top needs a terminal that can move its cursor"],
  [{ tty: true }, "top needs a keyboard, and stdin is no terminal"],
])("refused with a reason: %j", async (options, reason) => {
  const { code, stderr } = await mqtk(["top", "-p", "1"], options);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(reason) });
});
