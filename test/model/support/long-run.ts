import { test } from "vitest";
import { firstSeed, longRun } from "./seed.ts";

/**
 * Goes from seed to seed for as long as a long run lasts, and tells what that came to: `step` takes seeds from `seed` on
 * and gives the next one. What fails names its seed, and `MQTK_SEED` with it is the same again.
 */
export function longRunOf(what: string, unit: string, perSeed: number, step: (seed: number) => Promise<number>): void {
  const minutes = longRun / 60_000;
  test(`${what}, ${minutes} minutes, from seed ${firstSeed}`, { timeout: 2 * longRun + 60_000 }, async () => {
    const end = performance.now() + longRun;
    let seed = firstSeed;
    while (performance.now() < end) seed = await step(seed);
    const count = ((seed - firstSeed) * perSeed).toLocaleString("en");
    console.info(`${what}: ${count} ${unit}, first seed ${firstSeed}, last seed ${seed - 1}, nothing found`);
  });
}
