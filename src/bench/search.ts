import type { CapacitySearch, Sample, SearchStep } from "./bench-result.ts";
import { type Objective, unmet } from "./objectives.ts";

/** The first rate that is tried, as a share of what a closed loop reaches. */
const FIRST_SHARE = 0.25;
/** Each step up is so much more. */
const STEP = 2;
/** Bisecting ends when what holds and what does not are this close. */
const CLOSE = 1.06;
const MOST_STEPS = 12;
const CONFIRMATIONS = 3;
/** Where a confirmation fails, a little less is tried; so often at most. */
const BACK = 0.93;
const MOST_BACKS = 4;

/** What a search needs: one measurement at a rate; no sample where it could not be made. */
export interface Trial {
  readonly target: string;
  readonly slo: string;
  readonly objectives: readonly Objective[];
  /** What a closed loop reached, in messages sent per second. */
  readonly capacity: number;
  readonly at: (rate: number, phase: SearchStep["phase"]) => Promise<Sample | undefined>;
}

/**
 * Looks for the highest rate at which all objectives hold: steps up until they do not, bisects, and confirms what it
 * found three times. The samples are those of the confirmed rate.
 */
export async function searchCapacity(trial: Trial): Promise<{ search: CapacitySearch; samples: readonly Sample[] }> {
  const steps: SearchStep[] = [];
  let isLimited = false;
  let isOver = false;

  const attempt = async (rate: number, phase: SearchStep["phase"]): Promise<Sample | undefined> => {
    const sample = isOver ? undefined : await trial.at(rate, phase);
    if (sample === undefined || !sample.complete) {
      isOver = true;
      return undefined;
    }
    const reasons = unmet(trial.objectives, sample);
    const { throughput, latency, counts } = sample;
    const { p50 = 0, p99 = 0 } = latency ?? {};
    steps.push({
      ...{ phase, rate, met: reasons.length === 0, reasons },
      ...{ perSecond: throughput.perSecond, p50, p99, lost: counts.lost },
    });
    // Where the generator could not keep up, the broker is not to blame for what was not met.
    if (reasons.length > 0 && sample.flags.includes("generator-limited")) isLimited = true;
    return reasons.length === 0 ? sample : undefined;
  };
  const holds = async (rate: number, phase: SearchStep["phase"]) => (await attempt(rate, phase)) !== undefined;

  const whole = (rate: number) => Math.max(1, Math.round(rate));
  let good = 0;
  let bad = Number.POSITIVE_INFINITY;
  let rate = whole(trial.capacity * FIRST_SHARE);
  while (!isOver && steps.length < MOST_STEPS && bad / Math.max(good, 1) > CLOSE) {
    const isFirstWay = good === 0 || bad === Number.POSITIVE_INFINITY;
    if (await holds(rate, isFirstWay ? "step" : "bisect")) good = rate;
    else bad = rate;
    if (bad === 1) break;
    if (good === 0) rate = whole(bad / STEP);
    else rate = whole(bad === Number.POSITIVE_INFINITY ? good * STEP : (good + bad) / 2);
  }

  let samples: Sample[] = [];
  let maximum: number | null = null;
  for (let back = 0; good > 0 && back <= MOST_BACKS && !isOver && maximum === null; back++) {
    samples = [];
    for (let round = 1; round <= CONFIRMATIONS; round++) {
      const sample = await attempt(good, "confirm");
      if (sample === undefined) break;
      samples.push({ ...sample, round });
    }
    if (samples.length === CONFIRMATIONS) maximum = good;
    else good = whole(good * BACK);
  }
  const { target, slo } = trial;
  return { search: { target, slo, steps, maximum, complete: !isOver && !isLimited }, samples };
}
