import { type CommandWords, type OptionWords, topLevelOptions } from "./completion-words.ts";

/** completions/mqtk.fish */
export function fishScript(commands: readonly CommandWords[]): string {
  const names = [...commands.map((command) => command.name), "help"];
  const rest = commands.flatMap((command) => command.options).find((option) => option.takesRest);
  return `# Completions of mqtk for fish. Generated from the definitions of its options; do not edit.
#   mqtk completion fish | source

function __mqtk_command_is
    set -l words (commandline -opc)
    test (count $words) -gt 1; and contains -- $words[2] $argv; and not __mqtk_is_rest
end

function __mqtk_needs_command
    test (count (commandline -opc)) -eq 1
end

# What stands behind --exec is another command line.
function __mqtk_is_rest
    set -l words (commandline -opc)
    test "$words[2]" = broker; and contains -- ${rest?.mainName ?? "--"} $words
end

function __mqtk_rest
    set -l words (commandline -opc)
    set -l at (contains -i -- ${rest?.mainName ?? "--"} $words)
    complete -C (string join ' ' -- (string escape -- $words[(math $at + 1)..-1]) (commandline -ct))
end

complete -c mqtk -f
complete -c mqtk -n __mqtk_is_rest -a '(__mqtk_rest)'
complete -c mqtk -n __mqtk_needs_command -a help -d 'explain a command'
${topLevelOptions.map((option) => lineOf("__mqtk_needs_command", option)).join("")}complete -c mqtk -n '__mqtk_command_is help' -a '${names.join(" ")}'
${commands.map(linesOf).join("")}`;
}

function linesOf(command: CommandWords): string {
  const condition = quoted(`__mqtk_command_is ${command.name}`);
  const operands = command.operands.map(({ completion, summary }) =>
    completion.kind === "choices"
      ? `complete -c mqtk -n ${condition} -a ${quoted(completion.choices.join(" "))} -d ${quoted(summary)}\n`
      : completion.kind === "file"
        ? `complete -c mqtk -n ${condition} -F\n`
        : "",
  );
  return `
complete -c mqtk -n __mqtk_needs_command -a ${command.name} -d ${quoted(command.summary)}
${operands.join("")}${command.options.map((option) => lineOf(condition, option)).join("")}`;
}

function lineOf(condition: string, option: OptionWords): string {
  const names = option.names.map((name) => (name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  return `complete -c mqtk -n ${condition} ${names.join(" ")}${valuePart(option)} -d ${quoted(option.summary)}\n`;
}

function valuePart({ value, takesRest }: OptionWords): string {
  if (!value || takesRest) return "";
  switch (value.completion.kind) {
    case "none":
      return " -x";
    case "file":
      return " -r -F";
    case "host":
      return " -x -a '(__fish_print_hostnames)'";
    case "choices":
      return ` -x -a ${quoted(value.completion.choices.join(" "))}`;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, "\\$&")}'`;
}
