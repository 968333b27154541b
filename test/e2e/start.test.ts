import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { root } from "../../src/build/paths.mjs";

// An installation of its own, in which no other test's runs leave code.
let installation = "";
beforeEach(() => {
  installation = mkdtempSync(path.join(tmpdir(), "mqtk-"));
  for (const part of ["bin", "dist"]) cpSync(path.join(root, part), path.join(installation, part), { recursive: true });
  rmSync(path.join(installation, "dist/code-cache"), { recursive: true, force: true });
});
afterEach(() => rmSync(installation, { recursive: true }));

function mqtk(args: readonly string[], environment: Record<string, string> = {}): string {
  return execFileSync(process.execPath, [path.join(installation, "bin/mqtk.js"), ...args], {
    encoding: "utf8",
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "ignore"],
  });
}

/** Files with compiled code, relative to the folder of their kind. */
function keptCode(): string[] {
  const folder = path.join(installation, "dist/code-cache");
  if (!existsSync(folder)) return [];
  const [kind = "", ...others] = readdirSync(folder);
  expect(others).toEqual([]);
  return readdirSync(path.join(folder, kind)).map((name) => path.join(folder, kind, name));
}

test("a command that went well leaves its code, and starts from it with the same result", () => {
  const first = mqtk(["completion", "bash"]);
  const kept = keptCode();
  expect(kept).toHaveLength(1);
  const times = kept.map((file) => statSync(file).mtimeMs);

  expect(mqtk(["completion", "bash"])).toBe(first);
  expect(keptCode().map((file) => statSync(file).mtimeMs)).toEqual(times);
});

test("code that V8 does not accept is passed over, and replaced", () => {
  const first = mqtk(["completion", "bash"]);
  const [kept = ""] = keptCode();
  const useless = Buffer.alloc(statSync(kept).size);
  writeFileSync(kept, useless);
  expect(mqtk(["completion", "bash"])).toBe(first);
  expect(readFileSync(kept).equals(useless)).toBe(false);
});

test.each([
  { name: "a command that failed", args: ["completion", "tcsh"] },
  { name: "help", args: ["completion", "--help"] },
  { name: "the version", args: ["--version"] },
])("$name leaves none", ({ args }) => {
  try {
    mqtk(args);
  } catch {
    // Its exit code is another test's business.
  }
  expect(keptCode()).toEqual([]);
});

test("NODE_DISABLE_COMPILE_CACHE keeps the folder as it was", () => {
  mqtk(["completion", "bash"], { NODE_DISABLE_COMPILE_CACHE: "1" });
  expect(keptCode()).toEqual([]);
});

test("an exception on the way out ends the process, instead of being reported for ever", () => {
  const hook = 'data:text/javascript,process.exit=()=>{throw new Error("no way out")}'.replaceAll(" ", "%20");
  const { status, signal } = spawnSync(process.execPath, [path.join(installation, "bin/mqtk.js"), "--version"], {
    env: { ...process.env, NODE_OPTIONS: `--import ${hook.replaceAll('"', "%22")}` },
    stdio: "ignore",
    timeout: 10_000,
  });
  expect({ status, signal }).toEqual({ status: 7, signal: null }); // Node.js's own: the handler of exceptions threw
});
