import { expect, test } from "vitest";
import { painted, Screen } from "../../../../src/cli/terminal/screen.ts";
import { fitted, shortened, widthOf } from "../../../../src/cli/terminal/text-width.ts";
import { memoryTerminal } from "../../../support/memory-terminal.ts";
import { shownScreen } from "../../../support/shown-screen.ts";

test.each([
  ["plant", 8, "plant   "],
  ["plant", 5, "plant"],
  ["plant", 3, "pl…"],
  ["plant", 1, "…"],
  ["plant", 0, ""],
  ["東京/1", 6, "東京/1"],
  ["東京/1", 5, "東京…"],
  ["東京/1", 4, "東… "],
  ["e\u0301e\u0301e\u0301", 2, "e\u0301…"],
  ["👩‍👩‍👧/x", 3, "👩‍👩‍👧…"],
])("%s in %d cells is %j", (text, width, expected) => {
  expect(fitted(text, width)).toBe(expected);
  expect(widthOf(fitted(text, width))).toBe(width);
});

test("a long text is not measured to its end", () => {
  expect(shortened("x".repeat(10_000_000), 5)).toBe("xxxx…");
  expect(widthOf(shortened("\u0301".repeat(1000), 5))).toBeLessThanOrEqual(5);
});

test("spans are painted, and cut together", () => {
  const star = (text: string): string => `*${text}*`;
  expect(painted([{ text: "ab", paint: star }, { text: "cdef" }, { text: "gh" }], 4)).toBe("*ab*c…");
});

test("only what changed is written; the terminal is given back", async () => {
  const memory = memoryTerminal({ tty: true, size: [10, 3] });
  let texts = ["one", "two"];
  const screen = new Screen(memory.terminal, () => texts.map((text) => [{ text }]));
  screen.draw();
  const first = (await memory.waitFor(/two/)).input;
  expect(shownScreen(first)).toEqual({ lines: ["one", "two", ""], isAsItWas: false, unknown: [] });
  texts = ["one", "a line that is too long"];
  screen.draw();
  screen.leave();
  const all = await memory.stdout();
  expect(all.match(/one/g)).toHaveLength(1);
  expect(shownScreen(all)).toEqual({ lines: ["one", "a line th…", ""], isAsItWas: true, unknown: [] });
});

test("a window of another size is drawn anew", async () => {
  const memory = memoryTerminal({ tty: true, size: [10, 2] });
  const screen = new Screen(memory.terminal, ({ columns, rows }) => [[{ text: `${columns}×${rows}` }]]);
  screen.draw();
  memory.resize(20, 5);
  const all = (await memory.waitFor(/20×5/)).input;
  expect(shownScreen(all).lines).toEqual(["20×5", "", "", "", ""].slice(0, 5));
  screen.leave();
});

test("lines about what goes on are shown in the picture; an error is printed behind it", async () => {
  const memory = memoryTerminal({ tty: true, size: [40, 2] });
  const { terminal } = memory;
  const screen = new Screen(terminal, (_size, notice) => [[{ text: notice ?? "-" }]]);
  screen.draw();
  terminal.status("connected again\u001b[2J");
  screen.draw();
  terminal.writeError("mqtk: lost\n");
  expect(terminal.live).toBeUndefined();
  expect(await memory.stderr()).toBe("mqtk: lost\n");
  const { lines, isAsItWas, unknown } = shownScreen(await memory.stdout());
  expect({ lines, isAsItWas, unknown }).toEqual({
    lines: ["connected again\\x1b[2J", ""],
    isAsItWas: true,
    unknown: [],
  });
  terminal.status("later");
  expect(await memory.stderr()).toMatch(/later\n$/);
});

test("what came last is drawn before the end; without anything to draw the terminal is not touched", async () => {
  const memory = memoryTerminal({ tty: true });
  const screen = new Screen(memory.terminal, () => [[{ text: "last" }]]);
  screen.refresh();
  expect(await memory.stdout()).toMatch(/last/);
  const untouched = memoryTerminal({ tty: true });
  new Screen(untouched.terminal, () => []);
  expect(await untouched.stdout()).toBe("");
});

test("listeners of the process do not pile up", () => {
  const names = ["exit", "SIGTSTP", "SIGCONT"] as const;
  const before = names.map((name) => process.listenerCount(name));
  for (let round = 0; round < 3; round++) {
    const screen = new Screen(memoryTerminal({ tty: true }).terminal, () => []);
    screen.draw();
    screen.leave();
  }
  expect(names.map((name) => process.listenerCount(name))).toEqual(before);
});
