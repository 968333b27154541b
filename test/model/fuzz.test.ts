import { expect, test } from "vitest";
import { FuzzedBroker } from "./support/fuzz-broker.ts";
import { fuzzParser } from "./support/fuzz-parser.ts";
import { firstSeed } from "./support/seed.ts";

test(`the parser and 20,000 mutated packets, from seed ${firstSeed}`, { timeout: 60_000 }, () => {
  for (let seed = firstSeed; seed < firstSeed + 20_000; seed += 1) fuzzParser(seed);
});

test(`a broker and 20,000 clients that send mutated packets, from seed ${firstSeed}`, { timeout: 60_000 }, async () => {
  const broker = new FuzzedBroker();
  for (let seed = firstSeed; seed < firstSeed + 1000; seed += 1) await broker.round(seed);
  await broker.end();
  expect.hasAssertions();
});
