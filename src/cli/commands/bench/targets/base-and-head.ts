import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { isMqtkError, UsageError } from "../../../../errors.ts";
import type { Terminal } from "../../../terminal/terminal.ts";

/** What is kept of what a build says, for the error when it fails, in characters. */
const TAIL = 2000;

export interface BaseWish {
  /** What git calls the base: a branch, a tag, a commit. */
  readonly ref: string;
  /** Builds the broker in its folder, by a shell; undefined: there is nothing to build. */
  readonly build: string | undefined;
}

/** The base as a checkout of its own, beside the working tree as it is. */
export interface BaseAndHead {
  /** Where to start each of them, by the names of targets. */
  readonly folders: ReadonlyMap<string, string>;
  close(): void;
}

export const BASE = "base";
export const HEAD = "head";

/**
 * Checks the base out beside the working tree and builds both, one after the other. Throws UsageError where git does not
 * know it or a build fails; then no checkout is left.
 */
export async function checkOutBase(
  { ref, build }: BaseWish,
  terminal: Pick<Terminal, "status">,
  signal: AbortSignal,
): Promise<BaseAndHead> {
  const inRepository = git(["rev-parse", "--show-prefix"]);
  if (inRepository === undefined) throw new UsageError("--base-ref: there is no git repository here");
  const commit = git(["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`]);
  if (commit === undefined) {
    throw new UsageError(
      `--base-ref ${ref}: git knows no such commit`,
      "git fetch may bring it; in CI a checkout needs its history (fetch-depth: 0)",
    );
  }
  const folder = mkdtempSync(path.join(tmpdir(), "mqtk-base-"));
  const close = () => {
    git(["worktree", "remove", "--force", folder]);
    rmSync(folder, { recursive: true, force: true });
  };
  process.on("exit", close);
  try {
    const { status, stderr } = spawnSync("git", ["worktree", "add", "--quiet", "--detach", folder, commit], {
      encoding: "utf8",
    });
    if (status !== 0) throw new UsageError(`--base-ref ${ref}: ${lastLine(stderr)}`);
    const folders = new Map([
      [BASE, path.join(folder, inRepository)],
      [HEAD, process.cwd()],
    ]);
    if (build !== undefined) {
      for (const [name, cwd] of folders) {
        terminal.status(`mqtk: building ${name}${name === BASE ? ` (${ref}, ${commit.slice(0, 10)})` : ""}`);
        await run(build, name, cwd, signal);
      }
    }
    return {
      folders,
      close: () => {
        process.off("exit", close);
        close();
      },
    };
  } catch (error) {
    process.off("exit", close);
    close();
    throw error;
  }
}

/** By a shell, as it was typed; its output is shown where it fails. */
async function run(build: string, name: string, cwd: string, signal: AbortSignal): Promise<void> {
  const child = spawn(build, { cwd, shell: true, stdio: ["ignore", "pipe", "pipe"], signal });
  let tail = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      tail = (tail + text).slice(-TAIL);
    });
  }
  try {
    const [code, killedBy] = await once(child, "close");
    if (code === 0) return;
    const how = code === null ? `was ended by ${killedBy}` : `failed with ${code}`;
    throw new UsageError(`--build ${how} in ${name} (${cwd})`, `it said: ${lastLine(tail)}`);
  } catch (error) {
    throw signal.aborted ? signal.reason : isMqtkError(error) ? error : new UsageError(`--build: ${error}`);
  }
}

/** What git says, without the end of the line; undefined where it fails or is not there. */
function git(args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync("git", args, { encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
}

function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1) || "nothing";
}
