import { checkHistories } from "./support/histories.ts";
import { longRunOf } from "./support/long-run.ts";

const BATCH = 500;

longRunOf("a broker and the model of the standard", `histories (${BATCH} for each seed)`, BATCH, async (seed) => {
  await checkHistories(BATCH, seed);
  return seed + 1;
});
