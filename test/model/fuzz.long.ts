import { expect, test } from "vitest";
import { FuzzedBroker } from "./support/fuzz-broker.ts";
import { fuzzParser } from "./support/fuzz-parser.ts";
import { firstSeed, longRun } from "./support/seed.ts";

/** Rounds of one broker: then it must be empty again. */
const ROUNDS = 1000;

test(`the parser and mutated packets, from seed ${firstSeed}`, { timeout: 2 * longRun + 60_000 }, () => {
  const end = performance.now() + longRun;
  let seed = firstSeed;
  for (; performance.now() < end; seed += 1) fuzzParser(seed);
  console.info(`${seed - firstSeed} times mutated packets, from seed ${firstSeed}`);
});

test(`a broker and clients that send mutated packets, from seed ${firstSeed}`, {
  timeout: 2 * longRun + 60_000,
}, async () => {
  const end = performance.now() + longRun;
  let seed = firstSeed;
  while (performance.now() < end) {
    const broker = new FuzzedBroker();
    for (const last = seed + ROUNDS; seed < last; seed += 1) await broker.round(seed);
    await broker.end();
  }
  console.info(`${seed - firstSeed} rounds, from seed ${firstSeed}`);
  expect.hasAssertions();
});
