import { describe, expect, test } from "vitest";
import { readCommandLine } from "../../../src/cli/command-line.ts";
import { brokerDefinition } from "../../../src/cli/commands/broker/definition.ts";
import { completionDefinition } from "../../../src/cli/commands/completion/definition.ts";
import { pubDefinition } from "../../../src/cli/commands/pub/definition.ts";
import { subDefinition } from "../../../src/cli/commands/sub/definition.ts";

const typed = (definition: Parameters<typeof readCommandLine>[0], ...words: string[]) => {
  const line = readCommandLine(definition, words);
  return line.kind === "run" ? line.typed : line.kind;
};

describe("what is typed", () => {
  test.each([
    [["-h", "broker", "-t", "a", "-m", "b"], { host: "broker", topics: ["a"], message: "b" }],
    [["--host=broker", "--topic=a=b"], { host: "broker", topics: ["a=b"] }],
    [["-q1", "-rn"], { qos: "1", retain: true, nullMessage: true }],
    [["-m", "-h", "-t", "--help"], { message: "-h", topics: ["--help"] }],
    [["-m", "", "-t", "-5"], { message: "", topics: ["-5"] }],
    [["--pw", "a", "--protocol-version", "311"], { password: "a", mqttVersion: "311" }],
    [["-q", "1", "-q", "2"], { qos: "2" }],
    [["-P", "x", "-p", "1"], { password: "x", port: "1" }],
  ])("pub %j", (words, options) => {
    expect(typed(pubDefinition, ...words)).toEqual({ options, operands: [] });
  });
  test("the words of a property stay together, whatever they look like", () => {
    const words = ["-D", "publish", "user-property", "-D", "--x", "-D", "connect", "receive-maximum", "5", "-m", "-D"];
    expect(typed(pubDefinition, ...words)).toEqual({
      options: { properties: ["publish\0user-property\0-D\0--x", "connect\0receive-maximum\x005"], message: "-D" },
      operands: [],
    });
    expect(() => readCommandLine(pubDefinition, ["-D", "publish", "user-property", "a"])).toThrow(
      "--property needs 4 words: <command property value>",
    );
  });
  test("-h alone asks for help; behind others it is a host that is missing, and nothing is done", () => {
    expect(() => typed(pubDefinition, "-t", "a", "-m", "b", "-h")).toThrow("--host needs a value: <host>");
  });
  test("a repeatable option keeps its order", () => {
    expect(typed(subDefinition, "-t", "a", "-t", "b", "--topic=c")).toMatchObject({
      options: { topics: ["a", "b", "c"] },
    });
  });
  test("--no-… options are options like others", () => {
    expect(typed(subDefinition, "--no-local", "-N")).toMatchObject({ options: { noLocal: true, noNewline: true } });
    expect(typed(subDefinition)).toEqual({ options: {}, operands: [] });
  });
  test("operands", () => expect(typed(completionDefinition, "zsh")).toEqual({ options: {}, operands: ["zsh"] }));
});

describe("everything behind --exec belongs to the command", () => {
  test.each([
    [["-p", "0", "--exec", "npm", "test", "-v"], { port: "0", exec: ["npm", "test", "-v"] }],
    [["-v", "--", "ls", "--help"], { verbose: true, exec: ["ls", "--help"] }],
    [["--bind", "--exec", "-v"], { bind: "--exec", verbose: true }],
    [["--exec", "a", "--exec", "b"], { exec: ["a", "--exec", "b"] }],
  ])("%j", (words, options) => {
    expect(typed(brokerDefinition, ...words)).toEqual({ options, operands: [] });
  });
  test("without a command", () => {
    expect(() => typed(brokerDefinition, "--exec")).toThrow("--exec needs a command");
  });
});

describe("help", () => {
  test.each([[["--help"]], [["-h"]], [["-t", "a", "--help"]]])("pub %j", (words) => {
    expect(typed(pubDefinition, ...words)).toBe("help");
  });
  test("a command without a host", () => expect(typed(brokerDefinition, "-h", "-p", "0")).toBe("help"));
});

describe("what cannot be read is said in one line", () => {
  test.each([
    [["--tpic", "a"], "unknown option --tpic", "did you mean --topic?"],
    [["--user", "a"], "unknown option --user", "did you mean --username?"],
    [["--zzzzzz"], "unknown option --zzzzzz", "mqtk pub --help shows what can be given"],
    [["-Z"], "unknown option -Z", "mqtk pub --help shows what can be given"],
    [["-t"], "--topic needs a value: <topic>", "mqtk pub --help shows what can be given"],
    [["--pw"], "--pw needs a value: <password>", "mqtk pub --help shows what can be given"],
    [["hello", "world"], "hello was not expected here", "mqtk pub --help shows what can be given"],
  ])("pub %j", (words, message, hint) => {
    expect(() => typed(pubDefinition, ...words)).toThrow(expect.objectContaining({ code: "usage", message, hint }));
  });
  test("a missing operand", () => {
    expect(() => typed(completionDefinition)).toThrow("<shell> is missing: expected bash, zsh, fish or powershell");
  });
});
