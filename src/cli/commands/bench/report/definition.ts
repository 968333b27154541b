import { defineCommand, operand, type ValuesOf } from "../../../command.ts";
import { group, value } from "../../../option.ts";
import { outputOptions } from "../../../options/output.ts";
import { choice, file } from "../../../value-types.ts";
import { judgingOptions, reportOptions } from "../judging-options.ts";
import { type Format, formatNames } from "./formats.ts";

const printing = group("Form", () => ({
  format: value(choice<Format>(Object.fromEntries(formatNames.map((name) => [name, name])) as Record<Format, Format>), {
    flags: "--format <format>",
    summary: "print the report like this",
    defaultText: "table, unless --report writes files",
  }),
}));

export const reportDefinition = defineCommand({
  name: "bench report",
  summary: "make reports of a result of mqtk bench",
  description:
    "Prints a result of mqtk bench again, or writes it in other forms. What was expected of the result when it was measured is judged again, unless something else is expected here.",
  operands: { result: operand(file, "a result of mqtk bench --report result.json") },
  groups: [printing, reportOptions, judgingOptions, outputOptions],
  examples: [
    { line: "mqtk bench report result.json", meaning: "the table" },
    { line: "mqtk bench report result.json --format md >> $GITHUB_STEP_SUMMARY", meaning: "Markdown" },
    { line: "mqtk bench report result.json --report report.html,junit=junit.xml", meaning: "two files" },
  ],
});
export type ReportValues = ValuesOf<typeof reportDefinition>;
