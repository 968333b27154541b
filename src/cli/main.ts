import type { Command } from "./command.ts";
import { ExitCode } from "./exit-code.ts";
import { runProgram } from "./program.ts";
import { reportError } from "./report-error.ts";
import { processTerminal } from "./terminal/process-terminal.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** Does what the command line asks for, with these commands, and ends the process. */
export function main(commands: readonly Command[]): void {
  const terminal = processTerminal();
  process.once("uncaughtException", (error) => {
    process.once("uncaughtException", () => process.exit(ExitCode.FAILURE)); // from the way out: once is enough
    end(reportError(error, terminal, { asJson: false }), terminal);
  });
  runProgram(process.argv.slice(2), commands, terminal).then((exitCode) => end(exitCode, terminal));
}

/**
 * Ends the process as soon as everything is written: waiting for sockets to close by themselves would make a quick
 * command half as slow again. Nothing else in the program sets the exit code.
 */
async function end(exitCode: number, terminal: Terminal): Promise<void> {
  let code = exitCode;
  try {
    await terminal.flushed();
  } catch (error) {
    code = reportError(error, terminal, { asJson: false });
    await terminal.err.flushed().catch(() => {});
  }
  process.exit(code);
}
