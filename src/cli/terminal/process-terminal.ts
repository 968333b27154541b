import { fstatSync } from "node:fs";
import type { Readable } from "node:stream";
import { UsageError } from "../../errors.ts";
import { ExitCode } from "../exit-code.ts";
import { Terminal } from "./terminal.ts";

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return new Terminal({
    stdin: openStdin,
    stdout: () => process.stdout,
    stderr: () => process.stderr,
    stdoutIsTTY: () => process.stdout.isTTY === true,
    stderrIsTTY: () => process.stderr.isTTY === true,
    environment: process.env,
    onInterrupt: onSignal,
    onReload: (callback) => {
      reloads = true;
      process.on("SIGHUP", callback);
    },
  });
}

function openStdin(): Readable {
  // Node.js takes a directory for an empty stdin.
  if (fstatSync(0).isDirectory()) throw new UsageError("cannot read stdin: it is a directory");
  return process.stdin;
}

/** SIGHUP means something else than the end. */
let reloads = false;

function onSignal(callback: (signal: NodeJS.Signals) => void): () => void {
  let isAsked = false;
  const ask = (signal: NodeJS.Signals): void => {
    if (signal === "SIGHUP" && reloads) return;
    if (isAsked) process.exit(ExitCode.INTERRUPTED);
    isAsked = true;
    callback(signal);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, ask);
  return () => {
    for (const signal of signals) process.off(signal, ask);
  };
}
