import { expect, test } from "vitest";
import type { MachineFigures } from "../../../src/bench/bench-result.ts";
import { isNoisy, watchMachine } from "../../../src/bench/machine.ts";

test.each<[Partial<MachineFigures>, boolean]>([
  [{}, false],
  [{ steal: 0.01, otherLoad: 0.09, swappedPages: 100 }, false],
  [{ steal: 0.03 }, true],
  [{ otherLoad: 0.2 }, true],
  [{ otherLoad: null }, false],
  [{ swappedPages: 5000 }, true],
])("%j: noisy is %s", (figures, expected) => {
  expect(isNoisy({ steal: 0, otherLoad: 0, swappedPages: 0, ...figures })).toBe(expected);
});

test.runIf(process.platform === "linux")("load that is neither ours nor the broker's is other load", () => {
  const found = watchMachine();
  const before = process.cpuUsage();
  const until = performance.now() + 300;
  while (performance.now() < until);
  const { user, system } = process.cpuUsage(before);
  const own = (user + system) / 1e6;
  // The same time once as ours, and once as if it were not.
  const ours = found(own, 0);
  const others = found(0, 0);
  expect(others?.otherLoad).toBeGreaterThan(0);
  expect(others?.otherLoad).toBeGreaterThanOrEqual(ours?.otherLoad ?? 1);
  expect(found(own, undefined)?.otherLoad).toBeNull();
});
