import { defineCommand, operand, optionalOperand, type ValuesOf } from "../../../command.ts";
import { flag, group, value } from "../../../option.ts";
import { outputOptions } from "../../../options/output.ts";
import { file, text } from "../../../value-types.ts";
import { comparingOptions, reportOptions } from "../judging-options.ts";

const comparing = group("Comparing", () => ({
  baseline: value(text, {
    flags: "--baseline <target>",
    summary: "of one file: the target that the others are compared with",
    defaultText: "the first",
  }),
  json: flag({ flags: "--json", summary: "print the comparison as JSON" }),
}));

export const compareDefinition = defineCommand({
  name: "bench compare",
  summary: "compare results of mqtk bench",
  description:
    "Compares results round by round: the change of each metric, a 95 % interval for it, and a verdict. With two files the second is judged by the first, with one its targets are. Fails with 98 where a metric that decides is worse: the interval excludes no change, the median is beyond the margin, and chance does not explain it.",
  operands: {
    before: operand(file, "a result of mqtk bench --report result.json"),
    after: optionalOperand(file, "the one to be judged"),
  },
  groups: [comparing, comparingOptions, reportOptions, outputOptions],
  examples: [
    { line: "mqtk bench compare main.json branch.json", meaning: "is the branch slower?" },
    { line: "mqtk bench compare both.json --baseline mosq", meaning: "the targets of one run, measured in turns" },
    { line: "mqtk bench compare a.json b.json --margin 2% --strict", meaning: "and doubts are failures (97)" },
  ],
});
export type CompareValues = ValuesOf<typeof compareDefinition>;
