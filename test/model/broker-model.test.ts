import fc from "fast-check";
import { test } from "vitest";
import { openings, stepSequences } from "./support/steps.ts";
import { World } from "./support/world.ts";

/** More of them: `MQTK_MODEL_RUNS=100000`; the same ones again: `MQTK_SEED=…`. */
const runs = Number(process.env["MQTK_MODEL_RUNS"] ?? 2000);
const seed = process.env["MQTK_SEED"];

const limits = fc.record({ maximumInFlight: fc.constantFrom(2, 10_000) });

test(`the broker does what the standard says in ${runs} random histories of four clients`, {
  timeout: 60 * runs + 20_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(limits, openings(), stepSequences(), async (options, opening, commands) => {
      const world = new World(options);
      await fc.asyncModelRun(() => ({ model: {}, real: world }), [...opening, ...commands]);
      await world.end();
    }),
    { numRuns: runs, ...(seed === undefined ? {} : { seed: Number(seed) }) },
  );
});
