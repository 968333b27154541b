import { expect, test } from "vitest";
import { endBehindPeer } from "../../../src/connection/ended-peers.ts";
import { turn } from "../../support/turn.ts";

test("RX-16 thousands of peers that go at once are followed some in each turn, in order, and none is left", async () => {
  const followed: number[] = [];
  const end = (number: number): void => endBehindPeer({ leave: () => followed.push(number) });
  const numbers = Array.from({ length: 450 }, (_, index) => index);
  for (const number of numbers) end(number);
  expect(followed).toEqual([]);
  const counts: number[] = [];
  for (let count = 0; count < 4; count += 1) {
    await turn();
    counts.push(followed.length);
  }
  expect(counts).toEqual([200, 400, 450, 450]);
  expect(followed).toEqual(numbers);
});

test("what ends because of another one's end has its turn later", async () => {
  const followed: string[] = [];
  endBehindPeer({
    leave: () => {
      followed.push("first");
      endBehindPeer({ leave: () => followed.push("second") });
    },
  });
  await turn();
  expect(followed).toEqual(["first"]);
  await turn();
  expect(followed).toEqual(["first", "second"]);
});
