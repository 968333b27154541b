import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { checkOutBase } from "../../../../../src/cli/commands/bench/targets/base-and-head.ts";
import { temporaryFolder } from "../../../../support/in-process.ts";

/** A repository with two commits of one file, and a change in it that is not committed; the process works there. */
function repository(): string {
  const folder = temporaryFolder();
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.test", ...args], { cwd: folder, stdio: "pipe" });
  git("init", "--quiet");
  for (const version of ["one", "two"]) {
    writeFileSync(path.join(folder, "broker"), version);
    git("add", "broker");
    git("commit", "--quiet", "-m", version);
  }
  writeFileSync(path.join(folder, "broker"), "three");
  const before = process.cwd();
  process.chdir(folder);
  onTestFinished(() => process.chdir(before));
  return folder;
}

const told: string[] = [];
const terminal = { status: (line: string) => void told.push(line) };
const signal = new AbortController().signal;

test("the base is checked out beside the working tree, both are built, and nothing stays behind", async () => {
  const folder = repository();
  const { folders, close } = await checkOutBase({ ref: "HEAD~1", build: "cp broker built" }, terminal, signal);
  const [base = "", head = ""] = folders.values();
  expect([...folders.keys()]).toEqual(["base", "head"]);
  expect([base, head].map((one) => readFileSync(path.join(one, "built"), "utf8"))).toEqual(["one", "three"]);
  expect(told).toEqual([
    expect.stringMatching(/^mqtk: building base \(HEAD~1, [0-9a-f]{10}\)$/),
    "mqtk: building head",
  ]);
  close();
  expect(existsSync(base)).toBe(false);
  expect(execFileSync("git", ["worktree", "list"], { cwd: folder, encoding: "utf8" }).trim().split("\n")).toHaveLength(
    1,
  );
});

test.each([
  ["no-such-branch", undefined, "--base-ref no-such-branch: git knows no such commit"],
  ["--help", undefined, "--base-ref --help: git knows no such commit"],
  ["HEAD~1", "echo no; exit 3", "--build failed with 3 in base"],
])("%s, built by %s: usage", async (ref, build, reason) => {
  const folder = repository();
  await expect(checkOutBase({ ref, build }, terminal, signal)).rejects.toMatchObject({
    code: "usage",
    message: expect.stringContaining(reason),
  });
  expect(execFileSync("git", ["worktree", "list"], { cwd: folder, encoding: "utf8" }).trim().split("\n")).toHaveLength(
    1,
  );
});

test("outside of a repository: usage", async () => {
  const before = process.cwd();
  process.chdir(temporaryFolder());
  onTestFinished(() => process.chdir(before));
  await expect(checkOutBase({ ref: "main", build: undefined }, terminal, signal)).rejects.toThrow(
    "there is no git repository here",
  );
});
