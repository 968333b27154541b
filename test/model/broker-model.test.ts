import { test } from "vitest";
import { checkHistories } from "./support/histories.ts";
import { firstSeed } from "./support/seed.ts";

/** More of them: `MQTK_MODEL_RUNS=100000`. */
const runs = Number(process.env["MQTK_MODEL_RUNS"] ?? 2000);

test(
  `the broker does what the standard says in ${runs} random histories, seed ${firstSeed}`,
  { timeout: 60 * runs + 60_000 },
  () => checkHistories(runs, firstSeed),
);
