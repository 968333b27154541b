import { beforeEach, expect, test } from "vitest";
import { Overload } from "../../../../src/broker/status/overload.ts";

class Sender {
  bytesReceived = 0;
  holds = 0;

  hold(): void {
    this.holds += 1;
  }

  release(): void {
    this.holds -= 1;
  }
}

let time: number;
let cpu: number;
let senders: Sender[];
let overload: Overload;

beforeEach(() => {
  time = 1000;
  cpu = 500;
  senders = Array.from({ length: 4 }, () => new Sender());
  overload = new Overload(senders, { busyAfter: 200, overloadedAfter: 1000 }, { now: () => time, cpu: () => cpu });
  overload.sweep();
});

/** Rounds of the sweeper that come so late because of work, in which the senders send so much. */
function rounds(count: number, late: number, ...bytes: number[]): void {
  for (let round = 0; round < count; round += 1) {
    time += 200 + late;
    cpu += 200 + late;
    for (const [index, sender] of senders.entries()) sender.bytesReceived += bytes[index] ?? 0;
    overload.sweep();
  }
}

const held = () => senders.map(({ holds }) => holds);

test("one pause is no overload, however long; several late rounds in a row are", () => {
  rounds(2, 60_000);
  expect(overload.isBusy).toBe(false);
  rounds(1, 0);
  rounds(2, 201);
  expect(overload.isBusy).toBe(false);
  rounds(1, 201);
  expect(overload.isBusy).toBe(true);
  rounds(1, 0);
  expect(overload.isBusy).toBe(false);
});

test("the loop may be as late as the limit", () => {
  rounds(5, 200, 1000);
  expect(overload.isBusy).toBe(false);
  rounds(5, 1000, 1000);
  expect(held()).toEqual([0, 0, 0, 0]);
});

test("those who send most are held until the loop has recovered, the others are not", () => {
  rounds(3, 1500, 10, 1000, 900, 100);
  expect(held()).toEqual([0, 1, 1, 0]);
  expect(overload.holding).toBe(2);
  rounds(3, 500);
  expect(held()).toEqual([0, 1, 1, 0]);
  rounds(1, 100);
  expect(held()).toEqual([0, 0, 0, 0]);
});

test("what other programs keep the processor for is not its own overload, and shows all the same", () => {
  for (let round = 0; round < 5; round += 1) {
    time += 2000;
    cpu += 300;
    for (const sender of senders) sender.bytesReceived += 100;
    overload.sweep();
  }
  expect(overload.isBusy).toBe(false);
  expect(held()).toEqual([0, 0, 0, 0]);
  expect(overload.drift).toBe(1800);
  // Of two programs with the same wish for the processor this is one.
  for (let round = 0; round < 3; round += 1) {
    time += 1000;
    cpu += 500;
    overload.sweep();
  }
  expect(overload.isBusy).toBe(true);
});

test("who went away is not released", () => {
  rounds(3, 1500, 1000);
  overload.forget(senders[0] as Sender);
  rounds(1, 0);
  expect(held()).toEqual([1, 0, 0, 0]);
});

test("after a rest nothing of before counts", () => {
  rounds(3, 500);
  overload.rest();
  time += 1_000_000;
  overload.sweep();
  expect(overload.isBusy).toBe(false);
});
