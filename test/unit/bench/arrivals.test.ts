import { expect, test } from "vitest";
import { Arrivals } from "../../../src/bench/arrivals.ts";

test("messages of one chunk arrived together, those of the next when that was read", () => {
  let time = 1;
  const arrivals = new Arrivals({ now: () => time });
  const [chunk, next] = [Buffer.alloc(8), Buffer.alloc(8)];
  arrivals.from(chunk);
  time = 2.5;
  arrivals.from(chunk);
  expect(arrivals).toMatchObject({ now: 1, ticks: 10_000 });
  arrivals.from(next);
  expect(arrivals).toMatchObject({ now: 2.5, ticks: 25_000 });
});
