import { countOf, type Stage } from "./stages.ts";

/**
 * When each message of an open loop is due, in milliseconds since its start, whatever happens to the messages before it.
 * Latency counts from these times: a broker that stalls delays messages, not their schedule (no coordinated omission).
 */
export interface SendSchedule {
  /** How many messages there are in all. */
  readonly count: number;
  /** When message `index`, counted from 0, is due. Never decreases. */
  timeOf(index: number): number;
  /** How many messages are due at the time `elapsed`. */
  dueBy(elapsed: number): number;
}

/** At equal distances while the rate stays, and ever closer or farther while it changes; the first is due at once. */
export function fixedSchedule(stages: readonly Stage[]): SendSchedule {
  const [only] = stages;
  if (stages.length === 1 && only !== undefined && only.from === only.to) return evenSchedule(only.from, only.duration);
  const parts = partsOf(stages);
  const count = Math.max(1, countOf(stages));
  let last = parts[0] as Part;
  const timeOf = (index: number) => {
    if (index < last.before || index >= last.before + last.count) {
      last = parts.findLast(({ before }) => before <= index) as Part;
    }
    return last.startsAt + timeWithin(last, index - last.before);
  };
  return { count, timeOf, dueBy: dueByOf(count, timeOf, (elapsed) => Math.floor(amountBy(parts, elapsed)) + 1) };
}

function evenSchedule(rate: number, duration: number): SendSchedule {
  const interval = 1000 / rate;
  const count = Math.max(1, Math.round(duration / interval));
  const timeOf = (index: number) => index * interval;
  return { count, timeOf, dueBy: dueByOf(count, timeOf, (elapsed) => Math.floor(elapsed / interval) + 1) };
}

/**
 * As independent users would come (a Poisson process with the stages' rates): distances are random, bursts and pauses
 * belong to it. The same seed gives the same times.
 */
export function poissonSchedule(stages: readonly Stage[], seed: number): SendSchedule {
  const even = fixedSchedule(stages);
  const random = randomFrom(seed);
  const parts = partsOf(stages);
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  const times: number[] = [];
  // Steps of an exponential distribution in amounts of messages become times by the same way as equal steps do.
  const step = () => -Math.log(1 - random());
  let amount = step();
  while (amount < total) {
    const reached = amount;
    const part = parts.findLast(({ before }) => before <= reached) as Part;
    times.push(part.startsAt + timeWithin(part, reached - part.before));
    amount += step();
  }
  if (times.length === 0) return even;
  const sorted = Float64Array.from(times);
  const timeOf = (index: number) => sorted[Math.min(index, sorted.length - 1)] as number;
  let cursor = 0;
  return {
    count: sorted.length,
    timeOf,
    dueBy: (elapsed) => {
      while (cursor > 0 && (sorted[cursor - 1] as number) > elapsed) cursor -= 1;
      while (cursor < sorted.length && (sorted[cursor] as number) <= elapsed) cursor += 1;
      return cursor;
    },
  };
}

/** A stage, and what comes before it. */
interface Part extends Stage {
  readonly startsAt: number;
  /** Messages before it and in it, with fractions. */
  readonly before: number;
  readonly count: number;
}

function partsOf(stages: readonly Stage[]): readonly Part[] {
  let startsAt = 0;
  let before = 0;
  return stages.map((stage) => {
    const count = ((stage.from + stage.to) / 2 / 1000) * stage.duration;
    const part = { ...stage, startsAt, before, count };
    startsAt += stage.duration;
    before += count;
    return part;
  });
}

/** When within a stage so many messages have become due: the root of `from·t + (to − from)·t²/(2·duration) = amount`. */
function timeWithin({ from, to, duration }: Part, amount: number): number {
  const start = from / 1000;
  const growth = (to - from) / 1000 / duration;
  if (growth === 0) return start === 0 ? duration : Math.min(duration, amount / start);
  const root = Math.sqrt(Math.max(0, start * start + 2 * growth * amount));
  return Math.min(duration, (2 * amount) / (start + root) || 0);
}

/** How much has become due, with fractions. */
function amountBy(parts: readonly Part[], elapsed: number): number {
  const part = parts.findLast(({ startsAt }) => startsAt <= elapsed) ?? (parts[0] as Part);
  const time = Math.min(part.duration, elapsed - part.startsAt);
  const growth = (part.to - part.from) / 1000 / part.duration;
  return part.before + (part.from / 1000) * time + (growth / 2) * time * time;
}

/** A guess may be wrong at the border; timeOf decides, so that nothing is ever sent before it is due. */
function dueByOf(count: number, timeOf: (index: number) => number, guess: (elapsed: number) => number) {
  return (elapsed: number): number => {
    if (elapsed < 0) return 0;
    let due = Math.min(count, Math.max(0, guess(elapsed)));
    while (due > 0 && timeOf(due - 1) > elapsed) due -= 1;
    while (due < count && timeOf(due) <= elapsed) due += 1;
    return due;
  };
}

/** Numbers from 0 to before 1 that come again with the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
