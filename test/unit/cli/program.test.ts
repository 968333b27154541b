import { describe, expect, test } from "vitest";
import { command, defineCommand } from "../../../src/cli/command.ts";
import { flag, group, value } from "../../../src/cli/option.ts";
import { outputOptions } from "../../../src/cli/options/output.ts";
import { runProgram } from "../../../src/cli/program.ts";
import { integer } from "../../../src/cli/value-types.ts";
import { MqtkError } from "../../../src/errors.ts";
import { memoryTerminal } from "../../support/memory-terminal.ts";

const countDefinition = defineCommand({
  name: "count",
  summary: "count to a number",
  description: "Counts.",
  groups: [
    group("Counting", () => ({
      to: value(integer(1), { flags: "-t, --to <n>", summary: "the last number", default: 3 }),
      fail: flag({ flags: "--fail", summary: "fail" }),
      json: flag({ flags: "--json", summary: "as JSON" }),
    })),
    outputOptions,
  ],
  examples: [{ line: "mqtk count --to 5", meaning: "to five" }],
});
let loads = 0;
const commands = [
  command(countDefinition, async () => {
    loads++;
    return {
      run: async ({ to, fail }, terminal) => {
        if (fail) throw new MqtkError("unreachable", "cannot connect");
        terminal.write(`${to}\n`);
        terminal.status("counted");
        return 7;
      },
    };
  }),
];

async function mqtk(words: string[], env: Record<string, string> = {}) {
  const { terminal, stdout, stderr } = memoryTerminal({ env });
  const code = await runProgram(words, commands, terminal);
  return { code, stdout: await stdout(), stderr: await stderr() };
}

test("a command runs with its values and gives its exit code", async () => {
  expect(await mqtk(["count", "--to", "5"])).toEqual({ code: 7, stdout: "5\n", stderr: "counted\n" });
  expect(await mqtk(["count", "--quiet"], { MQTK_TO: "4" })).toEqual({ code: 7, stdout: "4\n", stderr: "" });
});

test("an error becomes its exit code and a line", async () => {
  expect(await mqtk(["count", "--fail"])).toEqual({ code: 3, stdout: "", stderr: "mqtk: cannot connect\n" });
});

test("with --json an error is an object, also one about the command line itself", async () => {
  expect(JSON.parse((await mqtk(["count", "--fail", "--json"])).stderr).error).toMatchObject({
    code: "unreachable",
    exitCode: 3,
  });
  expect(JSON.parse((await mqtk(["count", "--to", "x", "--json"])).stderr).error).toMatchObject({
    code: "usage",
    exitCode: 2,
  });
});

test("the command's code is loaded only when it runs", async () => {
  loads = 0;
  await mqtk(["count", "--help"]);
  await mqtk(["count", "--to", "x"]);
  await mqtk(["--help"]);
  expect(loads).toBe(0);
});

describe("without a command", () => {
  test.each([[["--help"]], [["-h"]], [["help"]]])("%j is the overview", async (words) => {
    const { code, stdout } = await mqtk(words);
    expect(code).toBe(0);
    expect(stdout).toContain("  count  count to a number\n");
  });
  test("nothing at all is the overview as an error", async () => {
    const { code, stdout, stderr } = await mqtk([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("count to a number");
  });
  test("--version", async () => {
    expect(await mqtk(["--version"])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^mqtk \d+\.\d+\.\d+\n$/),
    });
  });
  test("help about a command", async () => {
    expect((await mqtk(["help", "count"])).stdout).toBe((await mqtk(["count", "--help"])).stdout);
  });
  test.each([
    [["cuont"], "mqtk: unknown command cuont\n      did you mean mqtk count?\n"],
    [["xyz"], "mqtk: unknown command xyz\n      mqtk --help lists the commands\n"],
    [["help", "xyz"], "mqtk: unknown command xyz\n      mqtk --help lists the commands\n"],
    [["-t", "a"], "mqtk: -t stands where a command is expected\n      for example: mqtk pub -t …\n"],
  ])("%j", async (words, stderr) => expect(await mqtk(words)).toEqual({ code: 2, stdout: "", stderr }));
});

test("help fits into 80 columns and shows options, defaults and examples", async () => {
  const { stdout } = await mqtk(["count", "--help"]);
  expect(stdout).toBe(`Usage: mqtk count [options]

Counts.

Counting:
  -t, --to <n>                  the last number (default: 3)
  --fail                        fail
  --json                        as JSON

Output:
  --quiet                       nothing but results and errors
  --color <when>                colours: auto, always or never (default: auto)
  -h, --help                    print this page

Examples:
  mqtk count --to 5
      to five
`);
});
