import { beforeEach, describe, expect, test } from "vitest";
import { Congestion, type Publisher } from "../../../../src/broker/sessions/congestion.ts";
import { Sweeper } from "../../../../src/connection/index.ts";
import { TurnedClock } from "../../../support/running-broker.ts";

class Held implements Publisher {
  holds = 0;

  hold(): void {
    this.holds += 1;
  }

  release(): void {
    this.holds -= 1;
  }
}

let clock: TurnedClock;
let sweeper: Sweeper;
let congestion: Congestion;

beforeEach(() => {
  clock = new TurnedClock();
  sweeper = new Sweeper(clock);
  congestion = new Congestion(clock, sweeper, 2000);
  return () => sweeper.stop();
});

function after(milliseconds: number): void {
  clock.advance(milliseconds);
  sweeper.sweep();
}

describe("Congestion", () => {
  test("publishers wait while too much is waiting for the subscriber, once each", () => {
    const [one, two] = [new Held(), new Held()];
    for (const publisher of [one, two, one]) {
      congestion.begin(publisher);
    }
    expect([one.holds, two.holds, congestion.isCongested]).toEqual([1, 1, true]);
    congestion.end();
    expect([one.holds, two.holds, congestion.isCongested]).toEqual([0, 0, false]);
  });

  test("a subscriber that makes progress is waited for as long as it takes", () => {
    const publisher = new Held();
    congestion.begin(publisher);
    for (let time = 0; time < 60_000; time += 1900) {
      after(1900);
      congestion.progressed();
    }
    expect([publisher.holds, congestion.isSlow]).toEqual([1, false]);
  });

  test("without progress for two seconds it is slow: everybody goes on, and nobody waits until it has caught up", () => {
    const [one, two] = [new Held(), new Held()];
    congestion.begin(one);
    after(1999);
    expect([one.holds, congestion.isSlow]).toEqual([1, false]);
    after(1);
    expect([one.holds, congestion.isSlow]).toEqual([0, true]);
    congestion.begin(one);
    congestion.begin(two);
    congestion.progressed();
    congestion.begin(two);
    expect([one.holds, two.holds, congestion.isSlow]).toEqual([0, 0, true]);
    congestion.end();
    congestion.begin(one);
    expect([one.holds, congestion.isSlow]).toEqual([1, false]);
  });

  test("broker messages, which nobody sends, hold nobody", () => {
    congestion.begin(undefined);
    expect(congestion.isCongested).toBe(true);
    after(2000);
    expect(congestion.isSlow).toBe(true);
  });

  test("the time counts from when too much was waiting, not from an earlier time", () => {
    const publisher = new Held();
    congestion.begin(publisher);
    congestion.end();
    clock.advance(100_000);
    congestion.begin(publisher);
    after(1999);
    expect(congestion.isSlow).toBe(false);
  });
});
