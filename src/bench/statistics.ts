import { seededRandom } from "./seeded-random.ts";

/** With fewer pairs not even the smallest two-sided p value of sign flips, 2/2ⁿ, is below 0.05. */
const MINIMUM_ROUNDS = 6;
/** Share of cases in which the interval holds the truth. */
const CONFIDENCE = 0.95;
const SIGNIFICANT = 0.05;
const RESAMPLES = 10_000;
/** All sign flips are tried up to here (a million); beyond, so many at random. */
const EXACT_ROUNDS = 20;
const RANDOM_FLIPS = 100_000;
/** The same data give the same interval, today and tomorrow. */
const SEED = 0x6d71_746b;
/** A round counts for at most so many typical ones: a stall that hit one side says little about the other. */
const OUTLIER = 1;

/** Which values of a metric are good ones. */
export type Direction = "higher" | "lower";

/** What rounds that were measured in pairs say about B relative to A. Changes are ratios less one: -0.05 is 5 % less. */
export interface Estimate {
  readonly rounds: number;
  /** The median of the rounds. */
  readonly change: number;
  /** 95 % interval of `change`, by bootstrap. */
  readonly low: number;
  readonly high: number;
  /** Probability of a change at least as clear where there is none: exact sign flips of the log ratios. */
  readonly p: number;
}

export type Verdict = "better" | "same" | "worse" | "inconclusive";

/**
 * Compares rounds: the i-th value of each side was measured in the same round, under the same conditions. A round, not
 * a message, is one observation, because messages of a round share their conditions. Rounds where a value is not
 * positive have no ratio and do not count. Undefined where none is left.
 */
export function compareRounds(a: readonly number[], b: readonly number[]): Estimate | undefined {
  const ratios: number[] = [];
  for (let round = 0; round < Math.min(a.length, b.length); round++) {
    const ratio = Math.log((b[round] as number) / (a[round] as number));
    if (Number.isFinite(ratio)) ratios.push(ratio);
  }
  if (ratios.length === 0) return undefined;
  ratios.sort((one, other) => one - other);
  const [low, high] = bootstrapMedian(ratios);
  return {
    rounds: ratios.length,
    change: Math.expm1(medianOf(ratios)),
    low: Math.expm1(low),
    high: Math.expm1(high),
    p: signFlipP(ratios),
  };
}

/** p values that stay honest when several metrics are looked at together (Holm's method), in the given order. */
export function holm(pValues: readonly number[]): readonly number[] {
  const order = pValues.map((p, index) => ({ p, index })).sort((one, other) => one.p - other.p);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let highest = 0;
  for (const [rank, { p, index }] of order.entries()) {
    highest = Math.max(highest, Math.min(1, p * (pValues.length - rank)));
    adjusted[index] = highest;
  }
  return adjusted;
}

/**
 * What an estimate means for people who do not care about changes up to `margin` (0.05: 5 %). Better and worse: the
 * change is beyond the margin and not chance. Same: neither, and the interval excludes a change for the worse beyond
 * the margin. Anything else needs more rounds or less noise.
 * @param adjustedP the estimate's p after `holm` over all metrics that are judged together
 */
export function verdictOf(estimate: Estimate, adjustedP: number, direction: Direction, margin: number): Verdict {
  const { rounds, change, low, high } = estimate;
  if (rounds < MINIMUM_ROUNDS) return "inconclusive";
  // A margin means the same in both directions: half the speed is as far away as twice the speed.
  const [least, most] = [1 / (1 + margin) - 1, margin];
  const isReal = (low > 0 || high < 0) && adjustedP <= SIGNIFICANT;
  if (isReal && (change > most || change < least)) return change > 0 === (direction === "higher") ? "better" : "worse";
  return (direction === "higher" ? low >= least : high <= most) ? "same" : "inconclusive";
}

/** How far apart two measurements of the same thing (an A/A comparison) may seem. */
export function noiseOf({ change, low, high }: Estimate): number {
  return Math.max(Math.abs(change), (high - low) / 2);
}

/** The rounds with which sign flips can become significant for so many metrics judged together. */
export function roundsNeeded(metrics: number): number {
  return Math.max(MINIMUM_ROUNDS, Math.ceil(Math.log2((2 * Math.max(1, metrics)) / SIGNIFICANT)));
}

/** The middle of values in ascending order. */
export function medianOf(sorted: readonly number[]): number {
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] as number) + (sorted[Math.floor(middle)] as number)) / 2;
}

/** Percentile interval of the median: what medians resampled rounds have. The values are in ascending order. */
function bootstrapMedian(sorted: readonly number[]): readonly [number, number] {
  const medians = medianPlacesOf(sorted.length)
    .map(({ lower, upper, times }) => ({ median: medianOf([sorted[lower] as number, sorted[upper] as number]), times }))
    .sort((one, other) => one.median - other.median);
  const tail = ((1 - CONFIDENCE) / 2) * RESAMPLES;
  return [quantile(medians, tail), quantile(medians, RESAMPLES - tail)];
}

/** Between which of the sorted rounds the median of a resample lies, and of how many resamples. */
interface MedianPlace {
  readonly lower: number;
  readonly upper: number;
  times: number;
}

const placesByCount = new Map<number, readonly MedianPlace[]>();

/** Draws the resamples. They are the same for all data of so many rounds, so they are drawn once. */
function medianPlacesOf(count: number): readonly MedianPlace[] {
  const known = placesByCount.get(count);
  if (known) return known;
  const random = seededRandom(SEED);
  const places = new Map<number, MedianPlace>();
  const drawn = new Uint32Array(count);
  for (let resample = 0; resample < RESAMPLES; resample++) {
    for (let draw = 0; draw < count; draw++) drawn[draw] = Math.floor(random() * count);
    drawn.sort();
    const lower = drawn[(count - 1) >> 1] as number;
    const upper = drawn[count >> 1] as number;
    const place = places.get(lower * count + upper) ?? { lower, upper, times: 0 };
    place.times++;
    places.set(lower * count + upper, place);
  }
  const drawnPlaces = [...places.values()];
  placesByCount.set(count, drawnPlaces);
  return drawnPlaces;
}

/** The median below which so many resamples lie. */
function quantile(medians: readonly { readonly median: number; readonly times: number }[], resamples: number): number {
  let passed = 0;
  for (const { median, times } of medians) {
    passed += times;
    if (passed >= resamples) return median;
  }
  return (medians.at(-1) as { median: number }).median;
}

/**
 * The share of all 2ⁿ ways to swap A and B within rounds that give as clear a sum as the one found. Extreme rounds are
 * cut to a multiple of the typical one; that depends on sizes alone, so the test stays exact.
 */
function signFlipP(ratios: readonly number[]): number {
  const sizes = ratios.map(Math.abs).sort((one, other) => one - other);
  const most = OUTLIER * medianOf(sizes);
  const values = ratios.map((ratio) => Math.sign(ratio) * Math.min(Math.abs(ratio), most));
  const sum = values.reduce((total, value) => total + value, 0);
  // Rounding must not make a flip that gives the very same sum look smaller.
  const goal = Math.abs(sum) - 1e-9 * values.reduce((total, value) => total + Math.abs(value), 0);
  return values.length <= EXACT_ROUNDS ? exactShare(values, goal) : sampledShare(values, goal);
}

function exactShare(values: readonly number[], goal: number): number {
  const flips = 2 ** values.length;
  const signed = Float64Array.from(values);
  let sum = signed.reduce((total, value) => total + value, 0);
  let found = Math.abs(sum) >= goal ? 1 : 0;
  // A Gray code: each step flips one sign.
  for (let step = 1; step < flips; step++) {
    const index = 31 - Math.clz32(step & -step);
    sum -= 2 * (signed[index] as number);
    signed[index] = -(signed[index] as number);
    if (Math.abs(sum) >= goal) found++;
  }
  return found / flips;
}

function sampledShare(values: readonly number[], goal: number): number {
  const random = seededRandom(SEED);
  let found = 1; // the one that was measured
  for (let flip = 1; flip < RANDOM_FLIPS; flip++) {
    let sum = 0;
    for (const value of values) sum += random() < 0.5 ? value : -value;
    if (Math.abs(sum) >= goal) found++;
  }
  return found / RANDOM_FLIPS;
}
