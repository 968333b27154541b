import { ATTACKERS, FuzzedBroker } from "./support/fuzz-broker.ts";
import { longRunOf } from "./support/long-run.ts";

/** Rounds of one broker: then it must be empty again. */
const ROUNDS = 1000;

longRunOf("a broker and clients that send mutated packets", "clients", ATTACKERS, async (first) => {
  const broker = new FuzzedBroker();
  for (let seed = first; seed < first + ROUNDS; seed += 1) await broker.round(seed);
  await broker.end();
  return first + ROUNDS;
});
