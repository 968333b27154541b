import { expect, test } from "vitest";
import { paced } from "../../../src/transport/paced.ts";

/** What was taken in each turn until nothing came any more. */
async function turns(taken: number[]): Promise<number[][]> {
  const seen: number[][] = [taken.splice(0)];
  for (let quiet = 0; quiet < 3; quiet += 1) {
    await new Promise(setImmediate);
    if (taken.length > 0) {
      seen.push(taken.splice(0));
      quiet = 0;
    }
  }
  return seen;
}

test("a few are taken at once, and what comes beyond in the turns that follow", async () => {
  const taken: number[] = [];
  const give = paced<number>(3, (one) => taken.push(one));
  for (let one = 1; one <= 8; one += 1) give(one);
  expect(await turns(taken)).toEqual([
    [1, 2, 3],
    [4, 5, 6],
    [7, 8],
  ]);
  give(9);
  expect(taken).toEqual([9]);
});

test("what comes while others wait keeps its place", async () => {
  const taken: number[] = [];
  const give = paced<number>(2, (one) => {
    taken.push(one);
    if (one < 3) give(one + 10);
  });
  for (let one = 1; one <= 4; one += 1) give(one);
  expect((await turns(taken)).flat()).toEqual([1, 11, 2, 3, 4, 12]);
});
