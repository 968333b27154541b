import {
  type Baseline,
  type BenchPlan,
  type BenchResult,
  checkCalibration,
  checkThresholds,
  type Ending,
  type Expectations,
  type ExpectedResult,
  endingsOf,
  type Judgement,
  judge,
  LARGEST_RESULT,
  metricNamed,
  metricNames,
  NO_EXPECTATIONS,
  parseThreshold,
  readResult,
} from "../../../bench/index.ts";
import { isMqtkError, UsageError } from "../../../errors.ts";
import { ExitCode } from "../../exit-code.ts";
import { readBoundedFile } from "../../read-file.ts";
import type { ReportFile } from "./report/formats.ts";

/** What the options of the group Judging say. */
export interface JudgingValues {
  readonly threshold: readonly string[];
  readonly baseline: string | undefined;
  readonly margin: number;
  readonly gate: string;
  readonly noise: string | undefined;
  readonly strict: boolean;
  readonly exitZero: boolean;
}

/** What is expected of a result, and the files that this takes: read before anything is measured. */
export interface Expected {
  readonly expectations: Expectations;
  readonly baseline: Baseline | undefined;
  readonly calibration: BenchResult | undefined;
  readonly isStrict: boolean;
  /** Verdicts are told, and do not end the program with a failure. */
  readonly isAdvisory: boolean;
}

/**
 * Reads what is expected. A baseline that is the name of a target is that target, otherwise a file. Throws UsageError
 * for expectations that cannot be understood and files that cannot be read.
 */
export function expectedFrom(values: JudgingValues, targets: readonly string[]): Expected {
  const { threshold, baseline, margin, gate, noise, strict, exitZero } = values;
  for (const text of threshold) inOption(`--threshold ${text}`, () => parseThreshold(text));
  const gates = gate.split(",").map((name) => name.trim());
  for (const name of gates) {
    if (!metricNamed(name)) throw new UsageError(`--gate: there is no metric ${name}`, `there are: ${metricNames()}`);
  }
  const calibration = noise === undefined ? undefined : readResultFile("--noise", noise);
  if (calibration) inOption("--noise", () => checkCalibration(calibration));
  const isTarget = baseline !== undefined && targets.includes(baseline);
  return {
    expectations: { thresholds: threshold, baseline: isTarget ? baseline : null, margin, gates },
    baseline:
      baseline === undefined || isTarget
        ? undefined
        : { result: readResultFile("--baseline", baseline), label: nameOf(baseline) },
    calibration,
    isStrict: strict,
    isAdvisory: exitZero,
  };
}

/** Fails before a long run where it would not measure what is expected. */
export function checkExpected(
  { expectations, baseline }: Expected,
  plan: BenchPlan,
  pids: ReadonlyMap<string, number>,
): void {
  if (baseline && !plan.cells.some(({ id }) => baseline.result.cells.some((cell) => cell.id === id))) {
    const ids = baseline.result.cells.map((cell) => cell.id).join("; ") || "nothing";
    throw new UsageError(
      `--baseline: ${baseline.label} measured nothing of what is to be measured`,
      `it measured: ${ids}`,
    );
  }
  const started = new Set(plan.targets.flatMap(({ kind, name }) => (kind === "url" ? [] : [name])));
  const hasProcess = (target: string) => started.has(target) || pids.has(target);
  checkThresholds(expectations.thresholds.map(parseThreshold), plan, hasProcess);
}

/** The same without a throw: what was measured is to be seen, also where an expectation turns out not to fit it. */
export function judgedOrNot(result: BenchResult, expected: Expected): { judgement: Judgement; problem?: unknown } {
  try {
    return { judgement: judged(result, expected) };
  } catch (problem) {
    return { judgement: judge({ ...result, targets: result.targets.slice(0, 1) }, NO_EXPECTATIONS), problem };
  }
}

export function judged(result: BenchResult, expected: Expected, label = "this run"): Judgement {
  const { expectations, baseline, calibration } = expected;
  return judge(result, expectations, { baseline, label, calibration });
}

/** A result in a file that anyone may have written. `option` names it in messages: `--baseline`, `<before>`. */
export function readResultFile(option: string, file: string): ExpectedResult {
  return readResult(readBoundedFile(option, file, LARGEST_RESULT).toString("utf8"), file);
}

/** `main` of `results/main.json`. */
export function nameOf(file: string): string {
  return file.replace(/^.*[/\\](?=.)/s, "").replace(/(?<=.)\.json$/, "");
}

/** Which exit code a judgement asks for; inconclusive is a success unless that is said to be strict. */
export function exitCodeOf(
  judgement: Judgement,
  { isStrict, isAdvisory }: Pick<Expected, "isStrict" | "isAdvisory">,
): ExitCode {
  if (isAdvisory) return ExitCode.SUCCESS;
  const [worst] = endingsOf(judgement).filter((ending) => isStrict || ending !== "inconclusive");
  return worst === undefined ? ExitCode.SUCCESS : codes[worst];
}

const codes: Readonly<Record<Ending, ExitCode>> = {
  undelivered: ExitCode.DELIVERY,
  breached: ExitCode.THRESHOLD,
  regressed: ExitCode.REGRESSION,
  inconclusive: ExitCode.INCONCLUSIVE,
};

/** True where what was measured until now fails already, whatever comes. */
export function isFailing(soFar: BenchResult, { expectations }: Pick<Expected, "expectations">): boolean {
  const { failures, thresholds } = judge({ ...soFar, status: "aborted" }, expectations);
  return failures.length > 0 || thresholds.some(({ status }) => status === "breached");
}

/** Two reports in one file would be neither. */
export function allReports(lists: readonly (readonly ReportFile[])[]): readonly ReportFile[] {
  const all = lists.flat();
  const twice = all.find(({ file }, index) => all.findIndex((other) => other.file === file) < index);
  if (twice) throw new UsageError(`--report names ${twice.file} twice`);
  return all;
}

function inOption<Value>(option: string, parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    if (isMqtkError(error)) throw new UsageError(`${option}: ${error.message}`, error.hint);
    throw error;
  }
}
