import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseThreshold } from "../../../../bench/index.ts";
import { UsageError } from "../../../../errors.ts";
import { ExitCode } from "../../../exit-code.ts";
import { reasonOf } from "../../../system-reason.ts";
import type { Terminal } from "../../../terminal/terminal.ts";
import type { InitValues } from "./definition.ts";
import { examples } from "./examples.ts";
import { workflow } from "./workflow.ts";

/** Where each of them goes, and what is to be done with it then. */
const FILES: Readonly<Record<InitValues["what"], { readonly out: string; readonly next: string }>> = {
  ci: {
    out: ".github/workflows/mqtk-bench.yml",
    next: "look at BUILD and START in there: how your broker is built and started",
  },
  scenario: { out: "bench.yaml", next: "mqtk bench --scenario-file runs it" },
  schema: {
    out: "bench-scenario.schema.json",
    next: "a line # yaml-language-server: $schema=FILE tells editors of it, and $schema in JSON",
  },
};

/** Writes a file to begin with, and says what is to be done with it. */
export async function run(values: InitValues, terminal: Terminal): Promise<number> {
  const { what, force } = values;
  const text = await textOf(values);
  const { out = FILES[what].out } = values;
  if (out === "-") {
    terminal.write(text);
    return ExitCode.SUCCESS;
  }
  if (existsSync(out) && !force) throw new UsageError(`${out} is there already`, "take another --out, or say --force");
  try {
    mkdirSync(path.dirname(out), { recursive: true });
    writeFileSync(out, text, { flag: force ? "w" : "wx" });
  } catch (error) {
    throw new UsageError(`cannot write ${out}: ${reasonOf(error)}`);
  }
  terminal.write(`${out}\n`);
  terminal.status(`mqtk: ${FILES[what].next}`);
  return ExitCode.SUCCESS;
}

async function textOf({ what, build, start, threshold, example }: InitValues): Promise<string> {
  if (what === "schema") return (await import("../scenario-file/json-schema.ts")).schemaText();
  if (what === "scenario") return examples[example];
  for (const one of threshold) parseThreshold(one);
  if (!start.includes("{port}")) {
    throw new UsageError(
      "--start has no {port}",
      "mqtk gives each broker a port of its own: --start 'mybroker -p {port}'",
    );
  }
  return workflow({ build, start, thresholds: threshold });
}
