import { fuzzParser } from "./support/fuzz-parser.ts";
import { longRunOf } from "./support/long-run.ts";

/** Seeds between two looks at the clock. */
const BATCH = 1000;

longRunOf("the parser and mutated packets", "mutations", 1, async (first) => {
  for (let seed = first; seed < first + BATCH; seed += 1) fuzzParser(seed);
  return first + BATCH;
});
