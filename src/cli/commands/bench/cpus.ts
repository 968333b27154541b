import { spawnSync } from "node:child_process";
import { UsageError } from "../../../errors.ts";
import type { Terminal } from "../../terminal/terminal.ts";

/** Which cores the load and the brokers that are started may use, as Linux writes lists of them; null: any. */
export interface Pinning {
  readonly generator: string | null;
  readonly targets: string | null;
}

interface PinningWish {
  readonly cpus: string | undefined;
  readonly targetCpus: string | undefined;
}

/**
 * Puts this process (and the workers that it starts later) on its cores, and answers with what is really so: without
 * `taskset` (Linux, util-linux) nothing is pinned, and a line says so. Throws UsageError where there is no such core.
 */
export function pin({ cpus, targetCpus }: PinningWish, terminal: Pick<Terminal, "warn">): Pinning {
  const nothing: Pinning = { generator: null, targets: null };
  const wishes = Object.entries({ "--cpus": cpus, "--target-cpus": targetCpus }).filter(
    (wish): wish is [string, string] => wish[1] !== undefined,
  );
  if (wishes.length === 0) return nothing;
  if (!hasTaskset()) {
    terminal.warn(
      `${wishes.map(([option]) => option).join(" and ")}: nothing is pinned, because there is no taskset here (Linux, package util-linux)`,
    );
    return nothing;
  }
  for (const [option, list] of wishes) {
    const { status, stderr } = spawnSync("taskset", ["-c", list, "true"], { encoding: "utf8" });
    if (status !== 0) throw new UsageError(`${option} ${list}: ${reasonIn(stderr)}`, "lscpu -e lists the cores");
  }
  if (cpus !== undefined) {
    const { status, stderr } = spawnSync("taskset", ["-acp", cpus, String(process.pid)], { encoding: "utf8" });
    if (status !== 0) throw new UsageError(`--cpus ${cpus}: ${reasonIn(stderr)}`);
  }
  return { generator: cpus ?? null, targets: targetCpus ?? null };
}

/** A command line that runs on these cores alone; the process that it starts is the program itself. */
export function pinned(cpus: string | null, program: string, args: readonly string[]): [string, string[]] {
  return cpus === null ? [program, [...args]] : ["taskset", ["-c", cpus, program, ...args]];
}

function hasTaskset(): boolean {
  return process.platform === "linux" && spawnSync("taskset", ["--version"]).status === 0;
}

/** `Invalid argument` of `taskset: failed to set pid 7's affinity: Invalid argument`. */
function reasonIn(stderr: string): string {
  const [line = ""] = stderr.trim().split("\n");
  return /Invalid argument/.test(line) ? "there are no such cores here" : line.replace(/^taskset: /, "");
}
