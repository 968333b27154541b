import { expect, test } from "vitest";
import { Strikes } from "../../../../src/broker/status/strikes.ts";
import { TurnedClock } from "../../../support/running-broker.ts";

function struck(clock: TurnedClock, maximum: number, banTime: number | undefined, times: number): Strikes {
  const strikes = new Strikes(clock, maximum, banTime);
  for (let count = 0; count < times; count += 1) strikes.add("one");
  return strikes;
}

test("a ban lasts from the strike that is too many, and more of them do not prolong it", () => {
  const clock = new TurnedClock();
  const strikes = struck(clock, 3, 5000, 2);
  expect(strikes.bannedFor("one")).toBe(0);
  clock.advance(59_000);
  strikes.add("one");
  expect(strikes.bannedFor("one")).toBe(5000);
  expect(strikes.bannedFor("other")).toBe(0);
  clock.advance(4000);
  strikes.add("one");
  expect(strikes.bannedFor("one")).toBe(1000);
  clock.advance(1000);
  expect(strikes.bannedFor("one")).toBe(0);
  strikes.add("one");
  strikes.add("one");
  expect(strikes.bannedFor("one")).toBe(0);
});

test("strikes of more than a minute ago do not count", () => {
  const clock = new TurnedClock();
  const strikes = struck(clock, 3, 5000, 2);
  clock.advance(60_000);
  strikes.add("one");
  strikes.add("one");
  expect(strikes.bannedFor("one")).toBe(0);
});

test("one may be too many; without a time, the ban ends with its minute", () => {
  const clock = new TurnedClock();
  expect(struck(clock, 1, 5000, 1).bannedFor("one")).toBe(5000);
  const strikes = struck(clock, 2, undefined, 1);
  clock.advance(50_000);
  strikes.add("one");
  expect(strikes.bannedFor("one")).toBe(10_000);
});

test("a flood of others makes nothing grow, and whoever is banned is among the last to be forgotten", () => {
  const strikes = struck(new TurnedClock(), 2, 5000, 1);
  for (let number = 0; number < 9_999; number += 1) strikes.add(`${number}`);
  strikes.add("one");
  expect(strikes.bannedFor("one")).toBe(5000);
  for (let number = 10_000; number < 19_998; number += 1) strikes.add(`${number}`);
  expect(strikes.bannedFor("one")).toBe(5000);
  strikes.add("last");
  strikes.add("very last");
  expect(strikes.bannedFor("one")).toBe(0);
});
