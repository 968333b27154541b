import { expect, test } from "vitest";
import { FuzzedBroker } from "./support/fuzz-broker.ts";
import { fuzzParser } from "./support/fuzz-parser.ts";

/** The same again: `MQTK_SEED=…` with the number that the failure named. Otherwise other packets in every run. */
const first = Number(process.env["MQTK_SEED"] ?? Math.floor(Math.random() * 2 ** 31));

test(`the parser and 20,000 mutated packets, from seed ${first}`, () => {
  for (let seed = first; seed < first + 20_000; seed += 1) fuzzParser(seed);
});

test(`a broker and 20,000 clients that send mutated packets, from seed ${first}`, async () => {
  const broker = new FuzzedBroker();
  for (let seed = first; seed < first + 1000; seed += 1) await broker.round(seed);
  await broker.end();
  expect.hasAssertions();
});
