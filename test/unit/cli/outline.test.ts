import { describe, expect, test } from "vitest";
import { defineCommand, eachOption } from "../../../src/cli/command.ts";
import { readCommandLine } from "../../../src/cli/command-line.ts";
import { commands } from "../../../src/cli/commands.ts";
import { flag, group, namesOf, rest, value } from "../../../src/cli/option.ts";
import { outlineOf } from "../../../src/cli/outline.ts";
import { integer } from "../../../src/cli/value-types.ts";
import { valuesFrom } from "../../../src/cli/values.ts";

type Definition = Parameters<typeof readCommandLine>[0];

/** What these words come to, or the error. */
function outcomeOf(definition: Definition, words: readonly string[], environment: Record<string, string> = {}) {
  try {
    const line = readCommandLine(definition, words);
    return line.kind === "run" ? valuesFrom(definition, line.typed, environment) : line.kind;
  } catch (error) {
    return error;
  }
}

describe.each(commands.map(({ definition }) => [definition.name, definition] as const))("%s", (_, definition) => {
  const outlined = { ...definition, outline: outlineOf(definition) };
  const lines: string[][] = [[], ["--"], ["--nothing-like-it"], ["-h"], ["--help"], ["x"], ["--version"]];
  eachOption(definition, (_name, option) => {
    for (const name of [...namesOf(option), ...option.aliases]) {
      lines.push([name, "1", "--", "-x"], name.startsWith("--") ? [`${name}=1`] : [`${name}1`]);
    }
  });

  test("every option means the same with an outline", () => {
    for (const words of lines)
      expect(outcomeOf(outlined, words), words.join(" ")).toEqual(outcomeOf(definition, words));
  });

  test("so do variables", () => {
    for (const environment of [{ MQTK_QOS: "1" }, { MQTK_QUIET: "1" }, { MQTK_PORT: "x" }, { MQTK_JSON: "yes" }]) {
      expect(outcomeOf(outlined, [], environment)).toEqual(outcomeOf(definition, [], environment));
    }
  });
});

describe("of options that are not mentioned", () => {
  const unused = group("Unused", () => {
    throw new Error("made");
  });
  const used = group("Used", () => ({
    number: value(integer(1), { flags: "-n, --number <n>", summary: "", default: 7 }),
    yes: flag({ flags: "-y, --yes", summary: "" }),
  }));
  const nothing = { names: " other ", flags: "-o, --other", letters: "o", hasRest: false };
  const definition = defineCommand({ name: "x", summary: "", description: "", examples: [], groups: [unused, used] });
  const { groups, defaults } = outlineOf({ ...definition, groups: [used] });
  const outlined = { ...definition, outline: { groups: [nothing, ...groups], defaults: { other: "a", ...defaults } } };

  test.each([["-yn3"], ["--number=3", "-y"], ["-y", "--number", "3"]])("nothing is made: %j", (...words) => {
    expect(outcomeOf(outlined, words)).toEqual({ other: "a", number: 3, yes: true });
  });
  test("of those that are, all", () => {
    expect(outcomeOf(outlined, ["-no"])).toEqual(new Error("made"));
  });
  test("what stands behind -- is known without a word for it", () => {
    const exec = group("Run", () => ({ exec: rest({ flags: "--exec <command>", summary: "" }) }));
    const runs = defineCommand({ name: "x", summary: "", description: "", examples: [], groups: [used, exec] });
    const line = outcomeOf({ ...runs, outline: outlineOf(runs) }, ["-y", "--", "ls", "-n"]);
    expect(line).toEqual({ number: 7, yes: true, exec: ["ls", "-n"] });
  });
});
