import { expect, test } from "vitest";
import { ExitCode, exitCodeOf } from "../../../src/cli/exit-code.ts";
import { exitCodes } from "../../../src/cli/generate/exit-codes.ts";
import { type ErrorCode, MqtkError } from "../../../src/errors.ts";

test.each<[ErrorCode, number]>([
  ["usage", 2],
  ["unreachable", 3],
  ["connection-lost", 3],
  ["refused", 4],
  ["protocol", 5],
  ["delivery", 6],
  ["timeout", 27],
  ["interrupted", 130],
])("%s ends with %d", (code, exitCode) => expect(exitCodeOf(new MqtkError(code, "x"))).toBe(exitCode));

test("an error that nobody threw on purpose ends with 1", () => {
  expect(exitCodeOf(new TypeError("x is not a function"))).toBe(1);
  expect(exitCodeOf("x")).toBe(1);
});

test("a copy of the class from another bundle is recognised by its code", () => {
  const copy = Object.assign(new Error("x"), { code: "refused", hint: undefined });
  expect(exitCodeOf(copy)).toBe(4);
});

test("the table tells every exit code once", () => {
  expect(exitCodes.map(({ code }) => code)).toEqual(Object.values(ExitCode));
});
