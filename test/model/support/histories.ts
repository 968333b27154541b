import fc from "fast-check";
import type { QueuePolicy } from "./standard.ts";
import { openings, stepSequences } from "./steps.ts";
import { World } from "./world.ts";

const limits = fc.record({
  maximumInFlight: fc.constantFrom(2, 10_000),
  maximumQueueLength: fc.constantFrom(1, 2, 5, 1000),
  queuePolicy: fc.constantFrom<QueuePolicy[]>("drop-new", "drop-old", "disconnect", "reject-publish"),
});

/** Random histories, each of a broker of its own: it does what the model says in every one of them. */
export function checkHistories(runs: number, seed: number): Promise<void> {
  return fc.assert(
    fc.asyncProperty(limits, openings(), stepSequences(), async (options, opening, commands) => {
      const world = new World(options);
      await fc.asyncModelRun(() => ({ model: {}, real: world }), [...opening, ...commands]);
      await world.end();
    }),
    { numRuns: runs, seed },
  );
}
