import { expect, test } from "vitest";
import { watchPicture } from "../../../../../src/cli/commands/sub/watch-picture.ts";
import { WatchedTopics } from "../../../../../src/cli/commands/sub/watched-topics.ts";
import { painted } from "../../../../../src/cli/terminal/screen.ts";
import { widthOf } from "../../../../../src/cli/terminal/text-width.ts";
import { themeFor } from "../../../../../src/cli/terminal/theme.ts";
import { mqtk, startBrokerInProcess } from "../../../../support/in-process.ts";

const plain = themeFor({ hasColors: () => false }, "stdout");
const settings = { title: "localhost:1883", isWhole: false };

function picture(topics: WatchedTopics, columns: number, rows: number, now: number, notice?: string): string[] {
  const lines = watchPicture(topics, { columns, rows }, settings, plain, { now, notice });
  return lines.map((line) => painted(line, columns));
}

function message(topic: string, text: string) {
  const payload = Buffer.from(text);
  return { topic, payload, size: payload.length };
}

test("80 columns: topic, value, rate, age and size", () => {
  const topics = new WatchedTopics();
  expect(picture(topics, 80, 24, 0)[0]).toBe(`localhost:1883${" ".repeat(46)}waiting for messages`);
  topics.take(message("log", "x".repeat(2000)), 0);
  for (let now = 0; now <= 10_000; now += 500) topics.take(message("plant/1/temperature", `${20 + now / 1000}`), now);
  expect(picture(topics, 80, 24, 10_000).map((line) => line.trimEnd())).toEqual([
    "localhost:1883                                    2 topics · 22 messages · 2.1/s",
    "TOPIC                VALUE                                     RATE  AGE    SIZE",
    "log                  xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…       –  10s  2.0 kB",
    "plant/1/temperature  30                                       2.1/s  now     2 B",
  ]);
});

test.each([
  [80, 24],
  [40, 10],
  [20, 5],
  [8, 3],
  [3, 2],
  [1, 1],
])("%d × %d: nothing is wider or longer, whatever topics and payloads are", (columns, rows) => {
  const topics = new WatchedTopics();
  const hostile = [
    "\u001b[2J",
    "東京".repeat(50),
    "e\u0301".repeat(90),
    "a\nb\r\nc",
    "\u202egnp",
    "👩‍👩‍👧".repeat(30),
    "",
  ];
  for (const text of hostile) topics.take(message(`t/${text}`, text), 0);
  for (const notice of [undefined, "mqtk: connection lost; trying again"]) {
    const lines = picture(topics, columns, rows, 5, notice);
    expect(lines.length).toBeLessThanOrEqual(rows);
    for (const line of lines) {
      expect(widthOf(line)).toBeLessThanOrEqual(columns);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
      expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
    }
  }
});

test("more topics than lines: the newest, by name, and how many more there are", () => {
  const topics = new WatchedTopics();
  for (let index = 0; index < 30; index++) topics.take(message(`t/${String(index).padStart(2, "0")}`, "1"), index);
  const names = (lines: readonly string[]): string[] => lines.slice(2, -1).map((line) => line.slice(0, 4));
  const first = picture(topics, 80, 8, 100);
  expect(names(first)).toEqual(["t/25", "t/26", "t/27", "t/28", "t/29"]);
  expect(first.at(-1)).toBe("… 25 more");
  topics.take(message("t/03", "2"), 200);
  expect(names(picture(topics, 80, 8, 300))).toEqual(names(first));
  // Those that are silent for long give their lines away.
  topics.take(message("t/03", "3"), 15_000);
  expect(names(picture(topics, 80, 8, 15_000))).toContain("t/03");
});

test("a notice stands in the last line", () => {
  const topics = new WatchedTopics();
  for (let index = 0; index < 30; index++) topics.take(message(`t/${index}`, "1"), 0);
  expect(picture(topics, 80, 6, 0, "connected again").at(-1)).toBe("… 27 more · connected again");
});

test("memory has a bound: topics that were silent longest are forgotten", () => {
  const topics = new WatchedTopics();
  for (let index = 0; index < 25_000; index++) topics.take(message(`t/${index}`, "1"), index);
  expect(topics.size).toBeLessThanOrEqual(10_000);
  const long = new WatchedTopics();
  for (let index = 0; index < 1000; index++) long.take(message(`${index}/${"x".repeat(65_000)}`, "1"), index);
  expect(long.size).toBeLessThanOrEqual(130);
  expect(picture(topics, 80, 10, 25_000).at(-1)).toMatch(/^… [\d,]+ more · topics that were silent longest/);
});

test("a value that changed is marked, one that is old is faint", () => {
  const marked = { ...plain, good: (text: string) => `<${text}>`, faint: (text: string) => `(${text})` };
  const topics = new WatchedTopics();
  const value = (now: number): string =>
    painted(watchPicture(topics, { columns: 40, rows: 5 }, settings, marked, { now, notice: undefined })[2] ?? [], 40);
  topics.take(message("t", "1"), 0);
  expect(value(0)).not.toMatch(/</);
  topics.take(message("t", "1"), 100);
  expect(value(100)).not.toMatch(/</);
  topics.take(message("t", "2"), 200);
  expect(value(200)).toMatch(/<2 +>/);
  expect(value(61_000)).toMatch(/\(2 +\)/);
});

test.each([
  [["--watch"], {}, "--watch needs a terminal, and stdout is none"],
  [["--watch"], { tty: true, env: { TERM: "dumb" } }, "--watch needs a terminal that can move its cursor"],
  [["--watch", "-d"], { tty: true }, "--watch and --debug would write over each other"],
])("%j is refused with a reason: %j", async (words, options, reason) => {
  const { code, stdout, stderr } = await mqtk(["sub", "-t", "a", "-p", "1", ...words], options);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(reason);
});

test.each([
  ["%t is %p", /t\/1 is 21\.5/],
  ["%{a}", undefined],
])("--watch -F %j: the line is the user's", async (format, expected) => {
  const { port } = await startBrokerInProcess();
  await mqtk(["pub", "-p", String(port), "-t", "t/1", "-m", "21.5", "-r"]);
  const words = ["sub", "-p", String(port), "-t", "#", "-C", "1", "--watch", "-F", format];
  const { code, stdout } = await mqtk(words, { tty: true });
  expect(code).toBe(0);
  if (expected !== undefined) expect(stdout).toMatch(expected);
  expect(stdout).not.toMatch(/VALUE/);
});
