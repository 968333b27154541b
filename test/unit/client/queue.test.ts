import { expect, test } from "vitest";
import { Queue } from "../../../src/client/queue.ts";

test("a queue gives back what it got, in order, however it is mixed", () => {
  const queue = new Queue<number>();
  let pushed = 0;
  let shifted = 0;
  for (let round = 0; round < 300; round++) {
    for (let count = 0; count < (round * 37) % 100; count++) queue.push(pushed++);
    for (let count = 0; count < (round * 53) % 90 && queue.length > 0; count++) {
      expect(queue.first).toBe(shifted);
      expect(queue.shift()).toBe(shifted++);
    }
    expect(queue.length).toBe(pushed - shifted);
  }
  expect(queue.takeAll()).toEqual(Array.from({ length: pushed - shifted }, (_, index) => shifted + index));
  expect(queue.length).toBe(0);
  expect(queue.first).toBe(undefined);
  expect(queue.shift()).toBe(undefined);
});

test("a long queue is emptied in time that grows with its length only", () => {
  const queue = new Queue<number>();
  for (let index = 0; index < 1_000_000; index++) queue.push(index);
  let sum = 0;
  while (queue.length > 0) sum += queue.shift() as number;
  expect(sum).toBe((999_999 * 1_000_000) / 2);
});
