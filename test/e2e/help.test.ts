import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import { environmentName } from "../../src/cli/option.ts";
import { mqtkBin, runMqtk } from "../support/run-mqtk.ts";

const names = commands.map(({ definition }) => definition.name);

test("mqtk --help lists the commands in order", async () => {
  const { code, stdout, stderr } = await runMqtk(["--help"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const listed = [...stdout.matchAll(/^ {2}(\w+(?: \w+)?) {2,}\S/gm)].map(([, name]) => name);
  expect(listed).toEqual(names);
});

describe.each(names)("mqtk %s --help", (name) => {
  test("shows every option and example, within 80 columns", async () => {
    const { code, stdout, stderr } = await runMqtk([...name.split(" "), "--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const definition = commands.find((command) => command.definition.name === name)?.definition;
    for (const { heading, options } of definition?.groups ?? []) {
      expect(stdout).toContain(`\n${heading}:\n`);
      for (const { flags, hidden } of Object.values(options)) if (!hidden) expect(stdout).toContain(`\n  ${flags}`);
    }
    for (const { line } of definition?.examples ?? []) expect(stdout).toContain(`\n  ${line}\n`);
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });
});

test("-h is the host; alone it is a question", async () => {
  expect((await runMqtk(["pub", "-h"])).stdout).toBe((await runMqtk(["pub", "--help"])).stdout);
  const { code, stderr } = await runMqtk(["pub", "-h", "127.0.0.1", "-p", "1", "-t", "a", "-m", "b"]);
  expect(code).toBe(3);
  expect(stderr).toMatch(/^mqtk: cannot connect to 127\.0\.0\.1:1: connection refused\n/);
});

test("help is coloured where that is wanted, and only there", async () => {
  const plain = await runMqtk(["pub", "--help"]);
  const colored = await runMqtk(["pub", "--help"], { env: { NO_COLOR: "", FORCE_COLOR: "1" } });
  expect(plain.stdout).not.toContain("\u001b");
  expect(colored.stdout).toContain("\u001b[");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
  expect(colored.stdout.replaceAll(/\u001b\[\d+m/g, "")).toBe(plain.stdout);
});

describe("what is typed wrong is said in one line, with what to do", () => {
  test.each([
    [[], /^Usage: mqtk/],
    [["pbu"], /^mqtk: unknown command pbu\n {6}did you mean mqtk pub\?\n$/],
    [["pub", "--tpic", "a"], /^mqtk: unknown option --tpic\n {6}did you mean --topic\?\n$/],
    [["pub", "-q", "3"], /^mqtk: --qos 3: expected 0, 1 or 2\n$/],
    [["pub", "-t", "a/#", "-m", "b"], /^mqtk: --topic a\/#: expected a topic without \+ and #, not empty\n$/],
    [["pub", "-m", "b"], /^mqtk: the topic is missing\n {6}give it with --topic\n$/],
    [["pub", "-t", "a"], /^mqtk: nothing to publish\n/],
    [["pub", "-t", "a", "-m", "b", "-n"], /^mqtk: --message and --null-message contradict each other\n/],
    [["pub", "-t", "a", "-f", "/no/such/file"], /^mqtk: cannot read \/no\/such\/file: no such file or directory\n$/],
    [["pub", "-L", "mqtt://me:secret@:1", "-t", "a", "-n"], /^mqtk: --url: mqtt:\/\/:1: the host is missing\n/],
    [["pub", "hello"], /^mqtk: hello was not expected here\n/],
    [["sub"], /^mqtk: the topic filter is missing\n/],
    [["sub", "-t", "a#"], /^mqtk: --topic a#: expected a topic filter/],
    [["broker", "-p", "70000"], /^mqtk: --port 70000: expected a whole number from 0 to 65535\n$/],
    [["broker", "--exec"], /^mqtk: --exec needs a command\n/],
  ])("mqtk %j", async (words, stderr) => {
    const result = await runMqtk(words);
    expect(result).toMatchObject({ code: 2, stdout: "" });
    expect(result.stderr).toMatch(stderr);
    expect(result.stderr).not.toContain("secret");
  });
});

test("every option has an environment variable of its own name", async () => {
  const { code, stderr } = await runMqtk(["pub", "-t", "a", "-n"], { env: { MQTK_QOS: "high" } });
  expect({ code, stderr }).toEqual({ code: 2, stderr: "mqtk: MQTK_QOS high: expected 0, 1 or 2\n" });
  for (const { definition } of commands) {
    const variables = definition.groups.flatMap((group) => Object.values(group.options).map(environmentName));
    expect(new Set(variables).size).toBe(variables.length);
  }
});

test("a reader that goes away is no error", () => {
  const line = `"${process.execPath}" "${mqtkBin}" pub --help | true; echo "\${PIPESTATUS[0]}"`;
  expect(spawnSync("bash", ["-c", line], { encoding: "utf8" }).stdout).toBe("0\n");
});
