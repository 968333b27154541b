import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { writeFolder } from "../../../src/build/build.mjs";
import { bundleProgram } from "../../../src/build/bundle.mjs";
import { manifest } from "../../../src/build/paths.mjs";

const program = "test/support/lazy-program";

test("what is imported lazily becomes a bundle of its own, and the whole runs", async () => {
  const bundles = await bundleProgram(`${program}/main.ts`, { packages: "bundle" });
  expect([...bundles].map(([name, { inputs }]) => [name, inputs])).toEqual([
    [`${program}/main.js`, [`${program}/shared.ts`, `${program}/main.ts`]],
    [`${program}/part.js`, [`${program}/shared.ts`, `${program}/part/run.ts`]],
    [`${program}/worker.js`, [`${program}/worker.ts`]],
  ]);

  const folder = mkdtempSync(path.join(tmpdir(), "mqtk-"));
  try {
    writeFolder(folder, new Map([...bundles].map(([name, { contents }]) => [name, Buffer.from(contents)])));
    const output = execFileSync(process.execPath, [path.join(folder, program, "main.js")], { encoding: "utf8" });
    expect(output).toBe(`part shared shared ${manifest.version}\nworker\n`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
