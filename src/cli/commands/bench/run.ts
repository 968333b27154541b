import {
  type BenchPlan,
  type BenchResult,
  type BenchRun,
  groupClients,
  measurementsOf,
  readEnvironment,
  runBench,
  type TargetPlan,
} from "../../../bench/index.ts";
import { MqtkError } from "../../../errors.ts";
import { formatAddress } from "../../../transport/index.ts";
import { transportFrom } from "../../client-options.ts";
import { secretFrom } from "../../connect.ts";
import { ExitCode } from "../../exit-code.ts";
import { safeJson } from "../../terminal/safe-text.ts";
import { startSpinner } from "../../terminal/spinner.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { themeFor } from "../../terminal/theme.ts";
import type { Typed } from "../../values.ts";
import { type Pinning, pin } from "./cpus.ts";
import type { BenchValues } from "./definition.ts";
import { identitiesFrom } from "./identities.ts";
import {
  allReports,
  checkExpected,
  type Expected,
  exitCodeOf,
  expectedFrom,
  isFailing,
  judgedOrNot,
} from "./judging.ts";
import { type Planned, planFrom, type TargetAccess } from "./plan-from.ts";
import { progressOn } from "./progress.ts";
import { tellGitHub } from "./report/github.ts";
import { prepareReports, render, writeReports } from "./report/write-reports.ts";
import { failures } from "./report.ts";
import { BASE, type BaseAndHead, type BaseWish, checkOutBase } from "./targets/base-and-head.ts";
import { type OpenTargets, openTargets, type TargetSecrets } from "./targets/open-targets.ts";

/** Milliseconds between pictures of the live view: each costs more than half of one, which is a load of its own. */
const FRAME = 250;

/** Measures a broker and prints what came of it; also what was measured before an error or Ctrl-C. */
export async function run(given: BenchValues, terminal: Terminal, line: Typed): Promise<number> {
  const hasFile = given.scenarioFile !== undefined;
  const read = hasFile ? (await import("./scenario-file/with-file.ts")).withFile(given, line, terminal) : undefined;
  const typed = read?.values ?? given;
  const secret = typed.dryRun ? undefined : await secretFrom(typed, terminal);
  const values = secret === undefined ? typed : { ...typed, password: secret };
  const planned = read ? read.located(() => planFrom(values, read.groups)) : planFrom(values);
  const expected = expectedFrom(
    { ...values, baseline: values.baseline ?? (values.baseRef === undefined ? undefined : BASE) },
    planned.plan.targets.map(({ name }) => name),
  );
  checkExpected(expected, planned.plan, planned.pids);
  if (values.dryRun) {
    terminal.write(`${safeJson(JSON.stringify(planned.plan, null, 2))}\n`);
    return ExitCode.SUCCESS;
  }
  const environment = readEnvironment(); // pinned to one core, this process would see no other
  const pinning = pin(values, terminal);
  const reports = allReports(values.report);
  prepareReports(reports);
  const isDecided = values.abortOnFail ? (soFar: BenchResult) => isFailing(soFar, expected) : undefined;
  const base = values.baseRef === undefined ? undefined : { ref: values.baseRef, build: values.build };
  const how = { environment: { ...environment, pinning }, base, ...(isDecided && { isDecided }) };
  const groups = planned.plan.cells[0]?.groups;
  const credentials = read && groups && { files: read.credentials, clientOf: groupClients(groups) };
  const measured = await measure(planned, identitiesFrom(values, terminal, credentials), how, terminal);
  const result = { ...measured, expectations: expected.expectations };
  const { judgement, problem } = judgedOrNot(result, expected);
  const report = { result, judgement };
  terminal.write(await render(values.json ? "json" : "table", report, themeFor(terminal, "stdout")));
  await writeReports(reports, report);
  await tellGitHub(report, terminal);
  const exitCode = exitCodeFrom(result, terminal, expected);
  if (problem !== undefined) throw problem;
  return exitCode || exitCodeOf(judgement, expected);
}

interface How extends Pick<BenchRun, "isDecided"> {
  readonly environment: NonNullable<BenchRun["environment"]> & { readonly pinning: Pinning };
  readonly base: BaseWish | undefined;
}

async function measure(
  { plan, access, pids }: Planned,
  identities: ReturnType<typeof identitiesFrom>,
  how: How,
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
  let built: BaseAndHead | undefined;
  try {
    built = how.base && (await checkOutBase(how.base, terminal, stop.signal));
    opened = await openTargets(plan, {
      ...{ secretsOf, pids, signal: stop.signal },
      folders: built?.folders,
      cpus: how.environment.pinning.targets,
    });
    const { targets } = opened;
    if (!terminal.stderrIsTTY) {
      terminal.status(announcement(plan, targets.map(({ address }) => formatAddress(address)).join(", ")));
    }
    const observer = progressOn(terminal, spinner, plan);
    return await runBench(plan, {
      targets,
      signal: stop.signal,
      observer,
      environment: how.environment,
      ...(how.isDecided && { isDecided: how.isDecided }),
    });
  } finally {
    spinner.stop();
    await opened?.close();
    built?.close();
  }
}

/** Where no spinner moves, one line says what is being waited for. */
function announcement(plan: BenchPlan, target: string): string {
  const count = measurementsOf(plan);
  const seconds = Math.ceil((count * (plan.warmUp + plan.duration + 200)) / 1000);
  return `mqtk: measuring ${target}: ${count} measurement${count === 1 ? "" : "s"}, about ${seconds} s`;
}

/** What is wrong with messages weighs more than why the run ended early. */
function exitCodeFrom(result: BenchResult, terminal: Terminal, { isAdvisory }: Expected): number {
  const { error } = result;
  const found = failures(result);
  if (found.length > 0) {
    if (error) terminal.warn(`ended early: ${error.message}`);
    const problem = `messages were not delivered as promised: ${found.join("; ")}`;
    if (!isAdvisory) {
      throw new MqtkError("delivery", problem, {
        hint: "brokers drop what exceeds their queues: try a lower --rate or --window, or allow them more",
      });
    }
    terminal.warn(problem);
  }
  if (result.status === "aborted") {
    terminal.status("mqtk: ended at the first failure (--abort-on-fail), so the result is partial");
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
