import { spawn } from "node:child_process";
import { once } from "node:events";
import { onTestFinished } from "vitest";
import { mqtkBin } from "./run-mqtk.ts";

/** A shell command on a terminal of its own: $NODE and $MQTK start the program. */
export interface OnTerminal {
  /** What appeared so far. */
  readonly screen: string;
  /** Resolves once this appeared; the test's own deadline ends the wait. */
  waitFor(pattern: RegExp): Promise<void>;
  type(keys: string): void;
  /** Everything that appeared, line ends as in files. */
  readonly ended: Promise<string>;
}

/** @param script the program of that name (util-linux), which makes terminals */
export function startOnTerminal(script: string, command: string): OnTerminal {
  const { CI: _, ...environment } = process.env; // people sit before terminals
  const own = { NODE: process.execPath, MQTK: mqtkBin, TERM: "xterm", NO_COLOR: "1", SHELL: "/bin/sh" };
  const env = { ...environment, ...own };
  const child = spawn(script, ["-qefc", command, "/dev/null"], { env, stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const chunks: Buffer[] = [];
  const watchers = new Set<() => void>();
  const textOf = (): string => Buffer.concat(chunks).toString().replaceAll("\r\n", "\n");
  child.stdout.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    for (const watch of watchers) watch();
  });
  return {
    get screen() {
      return textOf();
    },
    waitFor: (pattern) =>
      new Promise((resolve) => {
        const watch = (): void => {
          if (!pattern.test(textOf())) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
        watch();
      }),
    type: (keys) => child.stdin.write(keys),
    ended: once(child, "close").then(textOf),
  };
}
