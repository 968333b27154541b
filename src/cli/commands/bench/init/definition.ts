import { defineCommand, operand, type ValuesOf } from "../../../command.ts";
import { flag, group, list, value } from "../../../option.ts";
import { outputOptions } from "../../../options/output.ts";
import { choice, file, text } from "../../../value-types.ts";

type ExampleName = "fleet" | "commands" | "capacity";

const writing = group("Writing", () => ({
  out: value(file, {
    flags: "--out <file>",
    summary: "where it goes; - is stdout",
    defaultText: ".github/workflows/mqtk-bench.yml, bench.yaml or bench-scenario.schema.json",
  }),
  example: value(choice<ExampleName>({ fleet: "fleet", commands: "commands", capacity: "capacity" }), {
    flags: "--example <name>",
    summary: "of a scenario: groups through a day, clients that think, or options alone",
    default: "fleet",
  }),
  build: value(text, {
    flags: "--build <command>",
    summary: "what builds the broker, in a checkout of it",
    default: "make",
  }),
  start: value(text, {
    flags: "--start <command>",
    summary: "what starts it then, in the foreground and without a shell; {port} stands for the port",
    default: "./mybroker --port {port}",
  }),
  threshold: list(text, {
    flags: "--threshold <expectation>",
    summary: "also fail unless this holds (may be repeated), as in mqtk bench",
  }),
  force: flag({ flags: "--force", summary: "replace a file that exists" }),
}));

export const initDefinition = defineCommand({
  name: "bench init",
  summary: "write a CI workflow, or a scenario file to begin with",
  description:
    "ci: writes a GitHub workflow that builds your broker from a pull request and from its base, measures both in turns in one job, and fails where the pull request is slower. The job's summary shows the comparison; the HTML report and the result are kept as an artifact. scenario: an example for mqtk bench --scenario-file. schema: the JSON Schema of these files, with which editors complete and check them.",
  operands: {
    what: operand(
      choice<"ci" | "scenario" | "schema">({ ci: "ci", scenario: "scenario", schema: "schema" }),
      "ci: a workflow for GitHub Actions; scenario: groups of clients and stages; schema: for editors",
    ),
  },
  groups: [writing, outputOptions],
  examples: [
    {
      line: "mqtk bench init ci --build 'make' --start 'src/mosquitto -p {port}'",
      meaning: ".github/workflows/mqtk-bench.yml",
    },
    { line: "mqtk bench init scenario && mqtk bench -f bench.yaml", meaning: "an example, and what comes of it" },
  ],
});
export type InitValues = ValuesOf<typeof initDefinition>;
