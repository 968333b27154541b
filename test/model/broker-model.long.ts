import { test } from "vitest";
import { checkHistories } from "./support/histories.ts";
import { firstSeed, longRun } from "./support/seed.ts";

const BATCH = 500;

test(`the broker does what the standard says in random histories, from seed ${firstSeed}`, {
  timeout: 2 * longRun + 60_000,
}, async () => {
  const end = performance.now() + longRun;
  let seed = firstSeed;
  for (; performance.now() < end; seed += 1) await checkHistories(BATCH, seed);
  console.info(`${(seed - firstSeed) * BATCH} histories, seeds ${firstSeed} to ${seed - 1} with ${BATCH} runs each`);
});
