import { describe, expect, test } from "vitest";
import { commands } from "../../../../src/cli/commands.ts";
import { exitCodes } from "../../../../src/cli/generate/exit-codes.ts";
import { readmeParts, withParts } from "../../../../src/cli/generate/readme.ts";

describe("parts between markers", () => {
  const text =
    "a\n<!-- generated: one -->\nold\n<!-- end generated -->\nb\n<!-- generated: two -->\n<!-- end generated -->\n";
  test("are replaced, everything else stays; and once more changes nothing", () => {
    const parts = { one: "1\n", two: "2\n" };
    const once = withParts(text, parts);
    expect(once).toBe(
      "a\n<!-- generated: one -->\n\n1\n\n<!-- end generated -->\nb\n<!-- generated: two -->\n\n2\n\n<!-- end generated -->\n",
    );
    expect(withParts(once, parts)).toBe(once);
  });
  test("a part without a place", () => {
    expect(() => withParts("", { one: "1" })).toThrow('no place for "one": expected the line <!-- generated: one -->');
  });
  test("a place without a part", () => {
    expect(() => withParts(text, { one: "1" })).toThrow('there is no generated part "two"');
  });
});

test("every option of every command and every exit code is in the README", () => {
  const { commands: commandPart = "", "exit-codes": exitCodePart = "" } = readmeParts(commands);
  for (const { definition } of commands) {
    for (const { options } of definition.groups) {
      for (const { flags, hidden } of Object.values(options))
        if (!hidden) expect(commandPart).toContain(`| \`${flags}\` |`);
    }
  }
  for (const { code, name } of exitCodes) expect(exitCodePart).toContain(`| ${code} | ${name} |`);
});
