import type { Command } from "../command.ts";
import type { Shell } from "../commands/completion/definition.ts";
import { bashScript } from "./bash.ts";
import { describeCommands } from "./completion-words.ts";
import { fishScript } from "./fish.ts";
import { powershellScript } from "./powershell.ts";
import { zshScript } from "./zsh.ts";

/** The completion script for a shell: generated from the definitions, it needs no mqtk while it completes. */
export function completionScript(shell: Shell, commands: readonly Command[]): string {
  const words = describeCommands(commands);
  switch (shell) {
    case "bash":
      return bashScript(words);
    case "zsh":
      return zshScript(words);
    case "fish":
      return fishScript(words);
    case "powershell":
      return powershellScript(words);
  }
}
