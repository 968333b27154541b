import { describe, expect, test } from "vitest";
import { renderTable } from "../../../../src/cli/terminal/table.ts";
import { themeFor } from "../../../../src/cli/terminal/theme.ts";
import { memoryTerminal } from "../../../support/memory-terminal.ts";

describe("colours", () => {
  test.each([
    ["a terminal has them", { tty: true }, "auto", true],
    ["a pipe has none", { tty: false }, "auto", false],
    ["NO_COLOR", { tty: true, env: { NO_COLOR: "1" } }, "auto", false],
    ["an empty NO_COLOR says nothing", { tty: true, env: { NO_COLOR: "" } }, "auto", true],
    ["FORCE_COLOR", { tty: false, env: { FORCE_COLOR: "1" } }, "auto", true],
    ["FORCE_COLOR=0", { tty: true, env: { FORCE_COLOR: "0" } }, "auto", false],
    ["NO_COLOR before FORCE_COLOR", { tty: true, env: { NO_COLOR: "1", FORCE_COLOR: "1" } }, "auto", false],
    ["a terminal that knows none", { tty: true, env: { TERM: "dumb" } }, "auto", false],
    ["--color always", { tty: false, env: { NO_COLOR: "1" } }, "always", true],
    ["--color never", { tty: true, env: { FORCE_COLOR: "1" } }, "never", false],
  ] as const)("%s", (_name, options, color, expected) => {
    const { terminal } = memoryTerminal(options);
    terminal.color = color;
    expect(terminal.hasColors("stdout")).toBe(expected);
    expect(terminal.hasColors("stderr")).toBe(expected);
    expect(themeFor(terminal, "stdout").heading("x") !== "x").toBe(expected);
  });
});

test("results go to stdout, everything said about them to stderr", async () => {
  const { terminal, stdout, stderr } = memoryTerminal();
  terminal.write("result\n");
  terminal.status("status\u001b[2J");
  terminal.warn("careful");
  expect(await stdout()).toBe("result\n");
  expect(await stderr()).toBe("status\\x1b[2J\nmqtk: warning: careful\n");
});

test("quiet: nothing but results and errors", async () => {
  const { terminal, stdout, stderr } = memoryTerminal();
  terminal.isQuiet = true;
  terminal.write("result\n");
  terminal.status("status");
  terminal.warn("careful");
  terminal.writeError("error\n");
  expect(await stdout()).toBe("result\n");
  expect(await stderr()).toBe("error\n");
});

test("a table", () => {
  const table = renderTable(
    [{ heading: "QoS" }, { heading: "msg/s", align: "right" }],
    [
      ["0", "1000000"],
      ["1", "5"],
    ],
  );
  expect(table).toBe(
    `┌─────┬─────────┐
│ QoS │   msg/s │
├─────┼─────────┤
│ 0   │ 1000000 │
│ 1   │       5 │
└─────┴─────────┘
`,
  );
});
