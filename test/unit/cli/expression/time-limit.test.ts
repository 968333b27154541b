import { expect, test } from "vitest";
import { withTimeLimit } from "../../../../src/cli/expression/time-limit.ts";

const nobody = new Int32Array(new SharedArrayBuffer(4));

test("time in which others had the processor does not count", () => {
  let begun = 0;
  const work = (): number => {
    begun += 1;
    if (begun < 3) Atomics.wait(nobody, 0, 0, 150);
    for (let turn = 0; turn < 10; turn++) nobody[0] = 0; // where it can be stopped
    return begun;
  };
  expect(withTimeLimit(work)).toBe(3);
});

test("endless work is stopped, errors go through", () => {
  const endless = (): never => {
    for (;;) nobody[0] = 0;
  };
  expect(() => withTimeLimit(endless)).toThrow(new RangeError("not done within 100 ms"));
  const broken = (): never => {
    throw new TypeError("own");
  };
  expect(() => withTimeLimit(broken)).toThrow(new TypeError("own"));
  expect(withTimeLimit(() => 1)).toBe(1);
});
