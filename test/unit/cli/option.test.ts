import { describe, expect, expectTypeOf, test } from "vitest";
import { defineCommand, operand, optionalOperand, usageOf, type ValuesOf } from "../../../src/cli/command.ts";
import {
  environmentName,
  flag,
  group,
  list,
  mainName,
  namesOf,
  placeholderOf,
  rest,
  value,
} from "../../../src/cli/option.ts";
import { choice, integer, text } from "../../../src/cli/value-types.ts";

describe("the names of an option", () => {
  test.each([
    ["-q, --qos <level>", ["-q", "--qos"], "--qos", "<level>", "MQTK_QOS"],
    ["--will-topic <topic>", ["--will-topic"], "--will-topic", "<topic>", "MQTK_WILL_TOPIC"],
    ["-n", ["-n"], "-n", "", "MQTK_N"],
    ["--exec <command...>", ["--exec"], "--exec", "<command...>", "MQTK_EXEC"],
  ])("%s", (flags, names, main, placeholder, environment) => {
    expect(namesOf({ flags })).toEqual(names);
    expect(mainName({ flags })).toBe(main);
    expect(placeholderOf({ flags })).toBe(placeholder);
    expect(environmentName({ flags })).toBe(environment);
  });
});

test("the types of the values follow from the definition", () => {
  const definition = defineCommand({
    name: "try",
    summary: "",
    description: "",
    operands: { shell: operand(choice({ bash: "bash", zsh: "zsh" } as const), ""), url: optionalOperand(text, "") },
    groups: [
      group("One", () => ({
        retain: flag({ flags: "-r", summary: "" }),
        qos: value(choice<0 | 1>({ "0": 0, "1": 1 }), { flags: "-q", summary: "", default: 0 }),
        count: value(integer(1), { flags: "-C", summary: "" }),
      })),
      group("Two", () => ({
        topics: list(text, { flags: "-t", summary: "" }),
        exec: rest({ flags: "--exec", summary: "" }),
      })),
    ],
    examples: [],
  });
  type Values = ValuesOf<typeof definition>;
  expectTypeOf<Values["retain"]>().toEqualTypeOf<boolean>();
  expectTypeOf<Values["qos"]>().toEqualTypeOf<0 | 1>();
  expectTypeOf<Values["count"]>().toEqualTypeOf<number | undefined>();
  expectTypeOf<Values["topics"]>().toEqualTypeOf<readonly string[]>();
  expectTypeOf<Values["exec"]>().toEqualTypeOf<readonly string[]>();
  expectTypeOf<Values["shell"]>().toEqualTypeOf<"bash" | "zsh">();
  expectTypeOf<Values["url"]>().toEqualTypeOf<string | undefined>();
  expect(usageOf(definition)).toBe("mqtk try [options] <shell> [url]");
});
