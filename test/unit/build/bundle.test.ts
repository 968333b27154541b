import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { bundleProgram } from "../../../src/build/bundle.mjs";
import { manifest } from "../../../src/build/paths.mjs";
import { writeFolder } from "../../../src/build/write-folder.mjs";

const program = "test/support/lazy-program";

test("what is imported lazily becomes a bundle of its own, and the whole runs", async () => {
  const { files, inputs } = await bundleProgram(`${program}/main.ts`, { packages: "bundle" });
  expect([...inputs]).toEqual([
    [`${program}/main.js`, [`${program}/shared.ts`, `${program}/main.ts`]],
    [`${program}/part.js`, [`${program}/shared.ts`, `${program}/part/run.ts`]],
    [`${program}/worker.js`, [`${program}/worker.ts`]],
  ]);

  const folder = mkdtempSync(path.join(tmpdir(), "mqtk-"));
  try {
    writeFolder(folder, files);
    const output = execFileSync(process.execPath, [path.join(folder, program, "main.js")], { encoding: "utf8" });
    expect(output).toBe(`part shared shared ${manifest.version}\nworker\n`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
