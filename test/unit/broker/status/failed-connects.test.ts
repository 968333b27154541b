import { expect, test } from "vitest";
import { FailedConnects } from "../../../../src/broker/status/failed-connects.ts";
import { TurnedClock } from "../../../support/running-broker.ts";

test("an address that fails too often is banned until its minute is over; others are not", () => {
  const clock = new TurnedClock();
  const failed = new FailedConnects(clock, 3);
  for (let port = 1; port <= 3; port += 1) {
    expect(failed.isBanned(`10.0.0.1:${port}`)).toBe(false);
    failed.failed(`10.0.0.1:${port}`);
    clock.advance(1000);
  }
  expect(failed.isBanned("10.0.0.1:99")).toBe(true);
  expect(failed.isBanned("10.0.0.2:99")).toBe(false);
  clock.advance(57_000);
  expect(failed.isBanned("10.0.0.1:99")).toBe(false);
  failed.failed("10.0.0.1:4");
  expect(failed.isBanned("10.0.0.1:99")).toBe(false);
});

test("nobody is banned where there is no limit, nor behind a Unix socket", () => {
  const clock = new TurnedClock();
  const lifted = new FailedConnects(clock, Number.POSITIVE_INFINITY);
  const one = new FailedConnects(clock, 1);
  for (let time = 0; time < 100; time += 1) {
    lifted.failed("10.0.0.1:1");
    one.failed("unix:/run/mqtt.sock");
  }
  expect(lifted.isBanned("10.0.0.1:1")).toBe(false);
  expect(one.isBanned("unix:/run/mqtt.sock")).toBe(false);
});

test("a flood of addresses does not make memory grow", () => {
  const failed = new FailedConnects(new TurnedClock(), 1);
  for (let number = 0; number < 20_000; number += 1) {
    failed.failed(`10.0.${number >> 8}.${number & 255}:1`);
  }
  expect(failed.isBanned("10.0.0.0:1")).toBe(false);
  expect(failed.isBanned(`10.0.${19_999 >> 8}.${19_999 & 255}:1`)).toBe(true);
});
