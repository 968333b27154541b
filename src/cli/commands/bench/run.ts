import { type BenchPlan, type BenchResult, measurementsOf, runBench, type TargetPlan } from "../../../bench/index.ts";
import { MqtkError } from "../../../errors.ts";
import { formatAddress } from "../../../transport/index.ts";
import { transportFrom } from "../../client-options.ts";
import { secretFrom } from "../../connect.ts";
import { ExitCode } from "../../exit-code.ts";
import { safeJson } from "../../terminal/safe-text.ts";
import { startSpinner } from "../../terminal/spinner.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { themeFor } from "../../terminal/theme.ts";
import type { BenchValues } from "./definition.ts";
import { identitiesFrom } from "./identities.ts";
import { allReports, checkExpected, exitCodeOf, expectedFrom, judgedOrNot } from "./judging.ts";
import { type Planned, planFrom, type TargetAccess } from "./plan-from.ts";
import { progressOn } from "./progress.ts";
import { tellGitHub } from "./report/github.ts";
import { prepareReports, render, writeReports } from "./report/write-reports.ts";
import { failures } from "./report.ts";
import { type OpenTargets, openTargets, type TargetSecrets } from "./targets/open-targets.ts";

/** Milliseconds between pictures of the live view: each costs more than half of one, which is a load of its own. */
const FRAME = 250;

/** Measures a broker and prints what came of it; also what was measured before an error or Ctrl-C. */
export async function run(typed: BenchValues, terminal: Terminal): Promise<number> {
  const secret = typed.dryRun ? undefined : await secretFrom(typed, terminal);
  const values = secret === undefined ? typed : { ...typed, password: secret };
  const planned = planFrom(values);
  const expected = expectedFrom(
    values,
    planned.plan.targets.map(({ name }) => name),
  );
  checkExpected(expected, planned.plan, planned.pids);
  if (values.dryRun) {
    terminal.write(`${safeJson(JSON.stringify(planned.plan, null, 2))}\n`);
    return ExitCode.SUCCESS;
  }
  const reports = allReports(values.report);
  prepareReports(reports);
  const measured = await measure(planned, identitiesFrom(values, terminal), terminal);
  const result = { ...measured, expectations: expected.expectations };
  const { judgement, problem } = judgedOrNot(result, expected);
  const report = { result, judgement };
  terminal.write(await render(values.json ? "json" : "table", report, themeFor(terminal, "stdout")));
  await writeReports(reports, report);
  await tellGitHub(report, terminal);
  const exitCode = exitCodeFrom(result, terminal);
  if (problem !== undefined) throw problem;
  return exitCode || exitCodeOf(judgement, expected.isStrict);
}

async function measure(
  { plan, access, pids }: Planned,
  identities: ReturnType<typeof identitiesFrom>,
  terminal: Terminal,
): Promise<BenchResult> {
  const stop = new AbortController();
  terminal.onInterrupt(() => stop.abort(new MqtkError("interrupted", "interrupted")));
  const spinner = await startSpinner(terminal, "starting", FRAME);
  const secretsOf = async (target: TargetPlan): Promise<TargetSecrets> => {
    const { userName, password, connection } = access.get(target.name) as TargetAccess;
    const isRemote = target.kind === "url" && connection !== undefined;
    const transport = isRemote ? await transportFrom(connection, target.address, terminal) : undefined;
    const identityOf = await identities?.(transport);
    return {
      ...(userName !== undefined && { userName }),
      ...(password && { password }),
      ...(identityOf && { identityOf }),
      transport,
    };
  };
  let opened: OpenTargets | undefined;
  try {
    opened = await openTargets(plan, { secretsOf, pids, signal: stop.signal });
    const { targets } = opened;
    if (!terminal.stderrIsTTY) {
      terminal.status(announcement(plan, targets.map(({ address }) => formatAddress(address)).join(", ")));
    }
    return await runBench(plan, { targets, signal: stop.signal, observer: progressOn(terminal, spinner, plan) });
  } finally {
    spinner.stop();
    await opened?.close();
  }
}

/** Where no spinner moves, one line says what is being waited for. */
function announcement(plan: BenchPlan, target: string): string {
  const count = measurementsOf(plan);
  const seconds = Math.ceil((count * (plan.warmUp + plan.duration + 200)) / 1000);
  return `mqtk: measuring ${target}: ${count} measurement${count === 1 ? "" : "s"}, about ${seconds} s`;
}

/** What is wrong with messages weighs more than why the run ended early. */
function exitCodeFrom(result: BenchResult, terminal: Terminal): number {
  const { error } = result;
  const found = failures(result);
  if (found.length > 0) {
    if (error) terminal.warn(`ended early: ${error.message}`);
    throw new MqtkError("delivery", `messages were not delivered as promised: ${found.join("; ")}`, {
      hint: "brokers drop what exceeds their queues: try a lower --rate or --window, or allow them more",
    });
  }
  if (error?.code === "interrupted") {
    const part = result.cells.length === 0 ? "before anything was measured" : "so the result is partial";
    terminal.status(`mqtk: interrupted, ${part}`);
    return ExitCode.INTERRUPTED;
  }
  if (error) {
    const { code, message, hint, reasonCode } = error;
    throw Object.assign(new MqtkError(code, message, { hint: hint ?? undefined }), {
      reasonCode: reasonCode ?? undefined,
    });
  }
  return ExitCode.SUCCESS;
}
