import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseThreshold } from "../../../../bench/index.ts";
import { UsageError } from "../../../../errors.ts";
import { ExitCode } from "../../../exit-code.ts";
import { reasonOf } from "../../../system-reason.ts";
import type { Terminal } from "../../../terminal/terminal.ts";
import type { InitValues } from "./definition.ts";
import { workflow } from "./workflow.ts";

/** Writes a workflow, and says what is to be looked at in it. */
export async function run({ out, build, start, threshold, force }: InitValues, terminal: Terminal): Promise<number> {
  for (const one of threshold) parseThreshold(one);
  if (!start.includes("{port}")) {
    throw new UsageError(
      "--start has no {port}",
      "mqtk gives each broker a port of its own: --start 'mybroker -p {port}'",
    );
  }
  if (existsSync(out) && !force) throw new UsageError(`${out} is there already`, "take another --out, or say --force");
  try {
    mkdirSync(path.dirname(out), { recursive: true });
    writeFileSync(out, workflow({ build, start, thresholds: threshold }), { flag: force ? "w" : "wx" });
  } catch (error) {
    throw new UsageError(`cannot write ${out}: ${reasonOf(error)}`);
  }
  terminal.write(`${out}\n`);
  terminal.status("mqtk: look at BUILD and START in there: how your broker is built and started");
  return ExitCode.SUCCESS;
}
