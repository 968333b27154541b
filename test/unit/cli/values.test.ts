import { describe, expect, test } from "vitest";
import { defineCommand, operand } from "../../../src/cli/command.ts";
import { flag, group, list, rest, value } from "../../../src/cli/option.ts";
import { choice, integer, text } from "../../../src/cli/value-types.ts";
import { quoted, valuesFrom } from "../../../src/cli/values.ts";
import { UsageError } from "../../../src/errors.ts";

const refusing = {
  ...text,
  parse: (): never => {
    throw new UsageError("host:0: 0 is not a port", "a port is a number");
  },
};
const definition = defineCommand({
  name: "try",
  summary: "",
  description: "",
  operands: { shell: operand(choice({ bash: 1 }), "") },
  groups: [
    group("All", () => ({
      qos: value(choice({ "0": 0, "1": 1 }), { flags: "-q, --qos <level>", summary: "", default: 0 }),
      count: value(integer(1), { flags: "-C, --count <n>", summary: "" }),
      topics: list(text, { flags: "-t, --topic <topic>", summary: "" }),
      retain: flag({ flags: "-r, --retain", summary: "" }),
      url: value(refusing, { flags: "-L, --url <url>", summary: "", secret: true }),
      pin: value(integer(0), { flags: "--pin <n>", summary: "", secret: true }),
      host: value(text, { flags: "-h, --host <host>", summary: "", replaces: ["unix"] }),
      unix: value(text, { flags: "--unix <file>", summary: "", replaces: ["host"] }),
      exec: rest({ flags: "--exec <command...>", summary: "" }),
    })),
  ],
  examples: [],
});

const parse = (
  options: Record<string, true | string | readonly string[]> = {},
  environment: Record<string, string> = {},
  operands = ["bash"],
): Record<string, unknown> => valuesFrom(definition, { options, operands }, environment);

describe("flag before environment before default", () => {
  test("the default", () => {
    expect(parse()).toMatchObject({ qos: 0, topics: [], retain: false, shell: 1 });
    expect(parse()["count"]).toBeUndefined();
  });
  test("the environment", () => {
    expect(parse({}, { MQTK_QOS: "1", MQTK_COUNT: "3", MQTK_RETAIN: "yes" })).toMatchObject({
      qos: 1,
      count: 3,
      retain: true,
    });
  });
  test("the flag", () => expect(parse({ qos: "0" }, { MQTK_QOS: "1" })).toMatchObject({ qos: 0 }));
  test("an empty variable is not set", () => expect(parse({}, { MQTK_QOS: "" })).toMatchObject({ qos: 0 }));
  test("a flag can be turned off by its variable", () =>
    expect(parse({}, { MQTK_RETAIN: "0" })).toMatchObject({ retain: false }));
  test("lists: one a line", () =>
    expect(parse({}, { MQTK_TOPIC: "a\nb c\n" })).toMatchObject({ topics: ["a", "b c"] }));
  test("lists: flags replace the environment", () => {
    expect(parse({ topics: ["x"] }, { MQTK_TOPIC: "a" })).toMatchObject({ topics: ["x"] });
  });
  test("a flag hides the variables of what it replaces", () => {
    expect(parse({ host: "a" }, { MQTK_UNIX: "/s" })).toMatchObject({ host: "a" });
    expect(parse({ host: "a" }, { MQTK_UNIX: "/s" })["unix"]).toBeUndefined();
    expect(parse({}, { MQTK_UNIX: "/s" })).toMatchObject({ unix: "/s" });
  });
  test("the rest is taken as it is", () =>
    expect(parse({ exec: ["npm", "-q"] })).toMatchObject({ exec: ["npm", "-q"] }));
});

describe("errors name the place, the text and what is expected", () => {
  test.each([
    [{ qos: "3" }, {}, "--qos 3: expected 0 or 1"],
    [{ count: "a b" }, {}, "--count 'a b': expected a whole number, at least 1"],
    [{ count: "" }, {}, "--count '': expected a whole number, at least 1"],
    [{}, { MQTK_QOS: "3" }, "MQTK_QOS 3: expected 0 or 1"],
    [{}, { MQTK_RETAIN: "maybe" }, "MQTK_RETAIN maybe: expected 1, true, yes, on or 0, false, no, off"],
    [{ url: "mqtt://u:secret@host:0" }, {}, "--url: host:0: 0 is not a port"],
    [{ pin: "secret" }, {}, "--pin: expected a whole number, at least 0"],
  ])("%j %j", (options, environment, message) => {
    expect(() => parse(options, environment)).toThrow(expect.objectContaining({ code: "usage", message }));
  });
  test("an operand", () => {
    expect(() => parse({}, {}, ["csh"])).toThrow("csh: expected bash");
  });
  test("a parser's own reason keeps its hint", () => {
    expect(() => parse({ url: "x" })).toThrow(expect.objectContaining({ hint: "a port is a number" }));
  });
});

test.each([
  ["a/b", "a/b"],
  ["", "''"],
  ["a b", "'a b'"],
])("quoted %j", (text, shown) => expect(quoted(text)).toBe(shown));
