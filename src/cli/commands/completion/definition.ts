import { defineCommand, operand, type ValuesOf } from "../../command.ts";
import { outputOptions } from "../../options/output.ts";
import { choice } from "../../value-types.ts";

/** Shells by the name of the file in `completions/` that is theirs. */
export const completionFiles = {
  bash: "mqtk.bash",
  zsh: "_mqtk",
  fish: "mqtk.fish",
  powershell: "mqtk.ps1",
} as const;
export type Shell = keyof typeof completionFiles;

const shell = choice<Shell>({ bash: "bash", zsh: "zsh", fish: "fish", powershell: "powershell" });

export const completionDefinition = defineCommand({
  name: "completion",
  summary: "print the completions for a shell",
  description: "Prints a script that teaches your shell the commands and options of mqtk.",
  operands: { shell: operand(shell, "bash, zsh, fish or powershell") },
  groups: [outputOptions],
  examples: [
    { line: 'eval "$(mqtk completion bash)"', meaning: "in ~/.bashrc" },
    { line: 'eval "$(mqtk completion zsh)"', meaning: "in ~/.zshrc, after compinit" },
    { line: "mqtk completion fish | source", meaning: "in ~/.config/fish/config.fish" },
    { line: "mqtk completion powershell | Out-String | Invoke-Expression", meaning: "in $PROFILE" },
  ],
});
export type CompletionValues = ValuesOf<typeof completionDefinition>;
