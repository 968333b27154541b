import { UsageError } from "../errors.ts";
import type { BenchResult, CellResult, Flag, Sample } from "./bench-result.ts";
import { type Metric, metricNamed, roundsOf } from "./metrics.ts";
import { middleOf } from "./middle.ts";
import { compareRounds, type Estimate, holm, noiseOf, roundsNeeded, type Verdict, verdictOf } from "./statistics.ts";

/** One target in one result. */
export interface Side {
  readonly result: BenchResult;
  readonly target: string;
  /** How people call it: the target's name, with the file's where that tells more. */
  readonly label: string;
}

export interface CompareOptions {
  /** A change that nobody minds: 0.05 is 5 %. */
  readonly margin: number;
  /** The metrics that decide; others are shown. */
  readonly gates: readonly string[];
  /** An A/A comparison of the same cells: how much noise there is. */
  readonly calibration?: readonly ComparedMetric[] | undefined;
}

/** What B did in one metric of one cell, beside A. */
export interface ComparedMetric {
  readonly cell: string;
  readonly metric: Metric;
  /** Medians of the rounds. */
  readonly a: number;
  readonly b: number;
  /** Undefined: no round has a ratio (zeros). */
  readonly estimate: Estimate | undefined;
  /** After Holm's correction over all that is judged together. */
  readonly adjustedP: number;
  /** What was applied: `margin`, or twice the noise where that is more. */
  readonly margin: number;
  readonly noise: number | undefined;
  readonly isGate: boolean;
  readonly verdict: Verdict;
  /** Why a good verdict became inconclusive. */
  readonly doubts: readonly Flag[];
}

export interface Comparison {
  readonly a: string;
  readonly b: string;
  readonly metrics: readonly ComparedMetric[];
  /** What must be known to read it. */
  readonly notes: readonly string[];
}

/** What decides unless users say otherwise. */
export const DEFAULT_GATES: readonly string[] = ["throughput", "latency.p99", "cpu"];
/** What is looked at besides. */
const SHOWN: readonly string[] = ["latency.p50", "latency.p99.9", "connect.p99", "rss"];
/** An interval for the median of ten rounds lies between the second and the ninth of them. */
const FLAGGED_SHARE = 0.2;
/** Noise is known from few rounds itself. */
const NOISE_FACTOR = 2;

/** Compares B with A, round by round, in every cell that both have. Throws UsageError where they share none. */
export function compareSides(a: Side, b: Side, options: CompareOptions): Comparison {
  const names = [...new Set([...options.gates, ...DEFAULT_GATES, ...SHOWN])];
  const metrics = names.map((name) => {
    const metric = metricNamed(name);
    if (!metric) throw new UsageError(`there is no metric ${name}`);
    return metric;
  });
  const pairs = cellPairs(a, b);
  const measured = pairs.flatMap(([one, other]) =>
    metrics.flatMap((metric) => measure(metric, one, other, a, b) ?? []),
  );
  const gates = measured.filter(({ metric, estimate }) => options.gates.includes(metric.name) && estimate);
  const adjusted = holm(gates.map(({ estimate }) => (estimate as Estimate).p));
  const compared = measured.map((one) => {
    const place = gates.indexOf(one);
    return judged(one, place >= 0, adjusted[place] ?? one.estimate?.p ?? 1, options);
  });
  return {
    ...{ a: a.label, b: b.label, metrics: compared },
    notes: [...doubtNotes(compared), ...noiseNotes(compared, options), ...notesOn(a, b, pairs, gates)],
  };
}

interface Measured {
  readonly cell: CellResult;
  readonly metric: Metric;
  readonly a: number;
  readonly b: number;
  readonly estimate: Estimate | undefined;
  readonly samplesA: readonly Sample[];
  readonly samplesB: readonly Sample[];
}

function measure(metric: Metric, one: CellResult, other: CellResult, a: Side, b: Side): Measured | undefined {
  const [left, right] = [roundsOf(metric, one, a.target), roundsOf(metric, other, b.target)];
  const rounds = [...left.keys()].filter((round) => right.has(round));
  if (rounds.length === 0) return undefined;
  const [valuesA, valuesB] = [left, right].map((values) => rounds.map((round) => values.get(round) as number)) as [
    number[],
    number[],
  ];
  const samplesOf = ({ samples }: CellResult, side: Side) =>
    metric.from(samples.filter(({ target }) => target === side.target));
  return {
    ...{ cell: other, metric, a: middleOf(valuesA), b: middleOf(valuesB) },
    ...{ estimate: compareRounds(valuesA, valuesB), samplesA: samplesOf(one, a), samplesB: samplesOf(other, b) },
  };
}

function judged(one: Measured, isGate: boolean, adjustedP: number, options: CompareOptions): ComparedMetric {
  const { cell, metric, estimate } = one;
  const sameOne = options.calibration?.find((other) => other.cell === cell.id && other.metric.name === metric.name);
  const noise = sameOne?.estimate && noiseOf(sameOne.estimate);
  const margin = Math.max(options.margin, NOISE_FACTOR * (noise ?? 0));
  const plain = estimate
    ? verdictOf(estimate, adjustedP, metric.better, margin)
    : one.a === one.b
      ? "same"
      : "inconclusive";
  const doubts = doubtsOf(plain, one);
  return {
    ...{ cell: cell.id, metric, a: one.a, b: one.b, estimate, adjustedP, margin, noise, isGate },
    ...{ verdict: doubts.length > 0 ? "inconclusive" : plain, doubts },
  };
}

/**
 * Why a verdict is none. What slows both sides makes them more alike, so it may hide that one is worse; it does not make
 * one better round after round. A generator that was the limit makes its own side look worse than it is, so B may only
 * seem better where that was A's.
 */
function doubtsOf(verdict: Verdict, { metric: { doubts }, samplesA, samplesB }: Measured): readonly Flag[] {
  switch (verdict) {
    case "same":
      return doubts.filter((doubt) => isWidespread(doubt, samplesA) || isWidespread(doubt, samplesB));
    case "better":
      return doubts.filter((doubt) => doubt === "generator-limited" && isWidespread(doubt, samplesA));
    case "worse":
    case "inconclusive":
      return [];
    default:
      verdict satisfies never;
      return [];
  }
}

/** True if more rounds have this flag than the median and its interval can do without. */
function isWidespread(flag: Flag, samples: readonly Sample[]): boolean {
  return samples.filter(({ flags }) => flags.includes(flag)).length > samples.length * FLAGGED_SHARE;
}

function cellPairs(a: Side, b: Side): readonly (readonly [CellResult, CellResult])[] {
  const cells = new Map(a.result.cells.map((cell) => [cell.id, cell]));
  const pairs = b.result.cells.flatMap((cell) => {
    const other = cells.get(cell.id);
    return other ? [[other, cell] as const] : [];
  });
  if (pairs.length > 0) return pairs;
  const ids = (side: Side) => side.result.cells.map(({ id }) => id).join("; ") || "nothing";
  throw new UsageError(
    `${a.label} and ${b.label} measured nothing in common`,
    `${a.label}: ${ids(a)}. ${b.label}: ${ids(b)}`,
  );
}

/** `noisy: what slows both may hide a difference in latency.p99, cpu`. */
function doubtNotes(compared: readonly ComparedMetric[]): readonly string[] {
  const about = (flag: Flag) => [
    ...new Set(compared.filter(({ doubts }) => doubts.includes(flag)).map(({ metric }) => metric.name)),
  ];
  return (["generator-limited", "noisy"] as const).flatMap((flag) => {
    const names = about(flag).join(", ");
    return names === "" ? [] : [`${flag}: ${DOUBT_MEANINGS[flag]} ${names}`];
  });
}

const DOUBT_MEANINGS = {
  "generator-limited": "the load generator was the limit, so nobody knows about",
  noisy: "others used the machine, which may hide a difference in",
};

/** Where noise made the margin wider, and where nothing is known of it. */
function noiseNotes(compared: readonly ComparedMetric[], { calibration, margin }: CompareOptions): readonly string[] {
  if (!calibration) return [];
  const gates = compared.filter(({ isGate }) => isGate);
  const wider = gates.filter((one) => one.margin > margin);
  const unknown = [...new Set(gates.filter(({ noise }) => noise === undefined).map(({ cell }) => cell))];
  return [
    ...wider.map(
      (one) => `${one.metric.name}, ${one.cell}: the margin is ${Math.round(one.margin * 100)} %, twice the noise`,
    ),
    ...(unknown.length > 0 ? [`the calibration does not tell how noisy these are: ${unknown.join("; ")}`] : []),
  ];
}

function notesOn(
  a: Side,
  b: Side,
  pairs: readonly (readonly [CellResult, CellResult])[],
  gates: readonly Measured[],
): readonly string[] {
  const notes: string[] = [];
  const needed = roundsNeeded(gates.length);
  const fewest = Math.min(...gates.map(({ estimate }) => estimate?.rounds ?? 0));
  if (gates.length > 0 && fewest < needed) {
    const judgedTogether = gates.length === 1 ? "one metric" : `${gates.length} metrics judged together`;
    notes.push(
      `${fewest} round${fewest === 1 ? "" : "s"}: a verdict on ${judgedTogether} takes at least ${needed} (--rounds ${Math.max(10, needed)})`,
    );
  }
  if (a.result !== b.result) {
    const differences = differencesOf(a.result.environment, b.result.environment);
    notes.push(
      differences.length > 0
        ? `measured on different machines (${differences.join(", ")}): what differs may be the machine`
        : "measured one after the other: what differs may be the machine's mood; one run with both as --target compares better",
    );
  }
  for (const [side, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const known = new Set(other.result.cells.map(({ id }) => id));
    const alone = side.result.cells.filter(({ id }) => !known.has(id)).map(({ id }) => id);
    if (alone.length > 0) notes.push(`only in ${side.label}: ${alone.join("; ")}`);
  }
  const differing = pairs.find(([one, cell]) => rateOf(one, a.target) !== rateOf(cell, b.target));
  if (differing) {
    const [one, cell] = differing.map((half, index) => rateOf(half, index === 0 ? a.target : b.target));
    notes.push(`latencies at different rates (${one}/s and ${cell}/s): give --rate to compare them`);
  }
  return notes;
}

/** Messages per second that were offered, where that was the same in all rounds, to the whole number. */
function rateOf({ samples }: CellResult, target: string): number | undefined {
  const rates = samples.flatMap((sample) =>
    sample.target === target && sample.offeredRate !== null ? [sample.offeredRate] : [],
  );
  return rates.length > 0 ? Math.round(middleOf(rates)) : undefined;
}

function differencesOf(one: BenchResult["environment"], other: BenchResult["environment"]): readonly string[] {
  const keys = ["cpu", "cores", "architecture", "memoryBytes", "os", "node"] as const;
  const differing = keys
    .filter((key) => one[key] !== other[key])
    .map((key) => (key === "memoryBytes" ? "memory" : key));
  const cores = ({ pinning }: BenchResult["environment"]) => `${pinning?.generator ?? ""} ${pinning?.targets ?? ""}`;
  return cores(one) === cores(other) ? differing : [...differing, "pinning"];
}
