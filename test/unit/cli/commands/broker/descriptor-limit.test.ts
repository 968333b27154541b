import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { connectionsAllowed } from "../../../../../src/cli/commands/broker/descriptor-limit.ts";

test.each([
  [
    "Limit                     Soft Limit           Hard Limit           Units\nMax open files            1024                 4096                 files\n",
    960,
  ],
  ["Max open files            unlimited            unlimited            files\n", Number.POSITIVE_INFINITY],
  ["Max open files            40                   40                   files\n", 1],
  ["", Number.POSITIVE_INFINITY],
])("%j lets %s connect", (text, expected) => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), "mqtk-")), "limits");
  writeFileSync(file, text);
  expect(connectionsAllowed(file)).toBe(expected);
});

test("where the system does not say, it is no limit", () => {
  expect(connectionsAllowed("/nowhere/limits")).toBe(Number.POSITIVE_INFINITY);
});
