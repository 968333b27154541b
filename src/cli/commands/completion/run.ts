import { commands } from "../../commands.ts";
import { ExitCode } from "../../exit-code.ts";
import { completionScript } from "../../generate/completion-script.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import type { CompletionValues } from "./definition.ts";

/** Prints what `completions/` holds for the shell. */
export async function run(values: CompletionValues, terminal: Terminal): Promise<number> {
  terminal.write(completionScript(values.shell, commands));
  return ExitCode.SUCCESS;
}
