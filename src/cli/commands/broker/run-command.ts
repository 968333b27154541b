import { spawn } from "node:child_process";
import { constants } from "node:os";
import { UsageError } from "../../../errors.ts";

/**
 * Runs a command without a shell, with our streams and `environment` added to ours, and answers with its exit code
 * (128 + signal, as shells do it, where a signal ended it). `interrupted` is passed on to it.
 */
export function runCommand(
  [command, ...args]: readonly string[],
  environment: Readonly<Record<string, string>>,
  interrupted: Promise<NodeJS.Signals>,
): Promise<number> {
  const child = spawn(command as string, args, { stdio: "inherit", env: { ...process.env, ...environment } });
  interrupted.then((signal) => {
    // Ctrl-C reaches the command by itself: the terminal tells every program of the foreground.
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  });
  return new Promise((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) => {
      const reason = error.code === "ENOENT" ? "there is no such command" : error.message;
      reject(new UsageError(`cannot run ${command}: ${reason}`));
    });
    child.once("exit", (code, signal) => resolve(code ?? 128 + constants.signals[signal as NodeJS.Signals]));
  });
}
