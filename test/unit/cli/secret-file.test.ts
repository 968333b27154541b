import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { warnIfOthersRead } from "../../../src/cli/secret-file.ts";

function warningsOf(mode: number): string[] {
  const folder = mkdtempSync(path.join(tmpdir(), "mqtk-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, "key");
  writeFileSync(file, "");
  chmodSync(file, mode);
  const warnings: string[] = [];
  const terminal = { warn: (line: string) => warnings.push(line.replaceAll(file, "FILE")) };
  // A broker reads it once for each listener, and again at SIGHUP.
  warnIfOthersRead("--key", file, terminal);
  warnIfOthersRead("--key", file, terminal);
  return warnings;
}

test.each([0o600, 0o400, 0o700, 0o611])("[TL-07] a key with mode %o is ours alone", (mode) => {
  expect(warningsOf(mode)).toEqual([]);
});

test.each([0o644, 0o640, 0o604])("[TL-07] a key with mode %o is warned of, once", (mode) => {
  expect(warningsOf(mode)).toEqual([
    `--key: others can read FILE (its permissions are ${mode.toString(8)}): chmod 600 FILE`,
  ]);
});
