import { isatty } from "node:tty";
import { ExitCode } from "../exit-code.ts";
import { Terminal } from "./terminal.ts";

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return new Terminal({
    stdin: () => process.stdin,
    stdout: () => process.stdout,
    stderr: () => process.stderr,
    stdoutIsTTY: isatty(1),
    stderrIsTTY: isatty(2),
    environment: process.env,
    onInterrupt: onSignal,
  });
}

function onSignal(callback: (signal: NodeJS.Signals) => void): () => void {
  let isAsked = false;
  const ask = (signal: NodeJS.Signals): void => {
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
