import { UsageError } from "../errors.ts";
import { type BenchResult, deliveryFailures, type Sample } from "./bench-result.ts";
import { type CompareOptions, type Comparison, compareSides, DEFAULT_GATES, type Side } from "./compare.ts";
import { judgeThresholds, parseThreshold, type ThresholdOutcome } from "./threshold.ts";

/** What is expected of a result; kept with it, so that reports made later say the same. */
export interface Expectations {
  /** As typed. */
  readonly thresholds: readonly string[];
  /** The target that the others must not fall behind; null: none must. */
  readonly baseline: string | null;
  /** A change that nobody minds: 0.05 is 5 %. */
  readonly margin: number;
  /** The metrics that decide. */
  readonly gates: readonly string[];
}

/** A result with what was expected of it. */
export interface ExpectedResult extends BenchResult {
  readonly expectations?: Expectations;
}

const DEFAULT_MARGIN = 0.05;
export const NO_EXPECTATIONS: Expectations = {
  ...{ thresholds: [], baseline: null, margin: DEFAULT_MARGIN, gates: DEFAULT_GATES },
};

/** Messages that were not delivered as their QoS promises. */
export interface DeliveryFailure {
  readonly cell: string;
  readonly target: string;
  readonly round: number;
  readonly loop: Sample["loop"];
  /** "3 lost" */
  readonly problems: readonly string[];
  /** Of so many messages. */
  readonly expected: number;
}

/** What came of all that was expected. */
export interface Judgement {
  readonly failures: readonly DeliveryFailure[];
  readonly thresholds: readonly ThresholdOutcome[];
  readonly comparisons: readonly (Comparison & { readonly decides: boolean })[];
}

/** The end of a judgement, the worst first: several may apply. */
export type Ending = "undelivered" | "breached" | "regressed" | "inconclusive";

/** What a baseline from elsewhere is. */
export interface Baseline {
  readonly result: BenchResult;
  /** How people call it: the file's name. */
  readonly label: string;
}

/**
 * Judges a result. Targets of one result are always compared with the first of them (or the baseline), which decides
 * only where a baseline was named. Of a run that ended early only the delivery is judged, and what was measured of the
 * thresholds where it ended for these. Throws UsageError where an expectation is about something that was not measured.
 */
export function judge(
  result: BenchResult,
  expectations: Expectations,
  others: {
    readonly baseline?: Baseline | undefined;
    readonly label?: string;
    readonly calibration?: BenchResult | undefined;
  } = {},
): Judgement {
  if (result.status === "aborted") {
    const thresholds = judgeThresholds(result, expectations.thresholds.map(parseThreshold), "what there is");
    return { failures: failuresIn(result), thresholds, comparisons: [] };
  }
  if (result.status !== "complete") return { failures: failuresIn(result), thresholds: [], comparisons: [] };
  const options: CompareOptions = {
    ...{ margin: expectations.margin, gates: expectations.gates },
    calibration: others.calibration ? noiseIn(others.calibration, expectations) : undefined,
  };
  const inside = pairsWithin(result, expectations.baseline);
  const outside = others.baseline ? pairsBetween(others.baseline, { result, label: others.label ?? "this run" }) : [];
  return {
    failures: failuresIn(result),
    thresholds: judgeThresholds(result, expectations.thresholds.map(parseThreshold)),
    comparisons: [
      ...outside.map(([a, b]) => ({ ...compareSides(a, b, options), decides: true })),
      ...inside.map(([a, b]) => ({ ...compareSides(a, b, options), decides: expectations.baseline !== null })),
    ],
  };
}

/** Everything that applies, the worst first; empty: as expected. */
export function endingsOf({ failures, thresholds, comparisons }: Judgement): readonly Ending[] {
  const gates = comparisons
    .filter(({ decides }) => decides)
    .flatMap(({ metrics }) => metrics.filter(({ isGate }) => isGate));
  const verdicts = [...thresholds.map(({ status }) => status), ...gates.map(({ verdict }) => verdict)];
  const endings: [boolean, Ending][] = [
    [failures.length > 0, "undelivered"],
    [verdicts.includes("breached"), "breached"],
    [verdicts.includes("worse"), "regressed"],
    [verdicts.includes("inconclusive"), "inconclusive"],
  ];
  return endings.filter(([applies]) => applies).map(([, ending]) => ending);
}

function failuresIn({ cells }: Pick<BenchResult, "cells">): readonly DeliveryFailure[] {
  return cells.flatMap(({ id, qos, samples }) =>
    samples.flatMap(({ target, round, loop, counts }) => {
      const problems = deliveryFailures(qos, counts);
      return problems.length > 0 ? [{ cell: id, target, round, loop, problems, expected: counts.expected }] : [];
    }),
  );
}

/** Throws UsageError where a result is no calibration: something to be found out before a long run. */
export function checkCalibration(calibration: BenchResult): void {
  calibratedPair(calibration);
}

/** Measures noise where there is no difference: a run of one broker against itself (`--calibrate`). */
function noiseIn(calibration: BenchResult, { margin, gates }: Expectations) {
  return compareSides(...calibratedPair(calibration), { margin, gates }).metrics;
}

function calibratedPair(calibration: BenchResult): Pair {
  const [pair] = pairsWithin(calibration, null);
  if (pair !== undefined && calibration.targets.length === 2) return pair;
  throw new UsageError("the calibration does not measure one broker twice", "mqtk bench --calibrate makes one");
}

type Pair = readonly [Side, Side];

function pairsWithin(result: BenchResult, baseline: string | null): readonly Pair[] {
  const first = baseline === null ? result.targets[0] : result.targets.find(({ name }) => name === baseline);
  if (!first) {
    const names = result.targets.map(({ name }) => name).join(", ");
    throw new UsageError(`there is no target ${baseline}`, `there are: ${names || "none"}`);
  }
  const measured = (target: string) => result.cells.some(({ samples }) => samples.some((one) => one.target === target));
  const side = (target: string): Side => ({ result, target, label: target });
  return result.targets
    .filter(({ name }) => name !== first.name && measured(name) && measured(first.name))
    .map(({ name }) => [side(first.name), side(name)]);
}

/** Targets of the same name; with one on each side these, whatever they are called. */
function pairsBetween(before: Baseline, after: Baseline): readonly Pair[] {
  const pair = (a: string, b: string, suffix: string): Pair => [
    { result: before.result, target: a, label: `${before.label}${suffix}` },
    { result: after.result, target: b, label: `${after.label}${suffix}` },
  ];
  const [one, other] = [before.result.targets, after.result.targets];
  if (one.length === 1 && other.length === 1 && one[0] && other[0]) return [pair(one[0].name, other[0].name, "")];
  const names = new Set(one.map(({ name }) => name));
  const common = other.filter(({ name }) => names.has(name)).map(({ name }) => pair(name, name, ` ${name}`));
  if (common.length > 0) return common;
  const listed = (targets: BenchResult["targets"]) => targets.map(({ name }) => name).join(", ") || "none";
  throw new UsageError(
    `${before.label} and ${after.label} have no target in common`,
    `${before.label}: ${listed(one)}. ${after.label}: ${listed(other)}`,
  );
}
