/** A time during which the rate goes evenly from one value to another. */
export interface Stage {
  /** Per second. */
  readonly from: number;
  readonly to: number;
  /** Milliseconds. */
  readonly duration: number;
}

/** Milliseconds of all stages. */
export function durationOf(stages: readonly Stage[]): number {
  return stages.reduce((sum, { duration }) => sum + duration, 0);
}

/** How many operations the stages have in all, in whole ones. */
export function countOf(stages: readonly Stage[]): number {
  return Math.round(stages.reduce((sum, { from, to, duration }) => sum + ((from + to) / 2 / 1000) * duration, 0));
}

/** Per second, on average. */
export function rateOf(stages: readonly Stage[]): number {
  const amount = stages.reduce((sum, { from, to, duration }) => sum + ((from + to) / 2) * duration, 0);
  return Math.round(amount / durationOf(stages));
}
