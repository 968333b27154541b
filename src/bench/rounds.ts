/** One target's turn in one round. */
export interface Turn<Target> {
  /** Counted from 1. */
  readonly round: number;
  readonly target: Target;
}

/**
 * Who is measured when: AB BA AB …, so that a machine that gets slower with time does so for all targets alike.
 * `seed` decides who begins.
 */
export function turnsOf<Target>(targets: readonly Target[], rounds: number, seed: number): readonly Turn<Target>[] {
  const reversed = [...targets].reverse();
  return Array.from({ length: rounds }, (_, index) =>
    ((index + seed) % 2 === 0 ? targets : reversed).map((target) => ({ round: index + 1, target })),
  ).flat();
}
