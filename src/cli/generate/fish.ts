import type { Completion } from "../option.ts";
import { type CommandWords, firstWords, longCommands, type OptionWords, topLevelOptions } from "./completion-words.ts";
import { PROPERTY_NAMES, packetWords, propertyWords } from "./property-words.ts";

/** completions/mqtk.fish */
export function fishScript(commands: readonly CommandWords[]): string {
  const names = [...firstWords(commands).map((command) => command.name), "help"];
  const rest = commands.flatMap((command) => command.options).find((option) => option.takesRest);
  return `# Completions of mqtk for fish. Generated from the definitions of its options; do not edit.
#   mqtk completion fish | source

# The command of the line; where its name is two words, with a hyphen between them.
function __mqtk_command
    set -l words (commandline -opc)
    if test (count $words) -gt 2; and contains -- "$words[2]-$words[3]" ${longCommands(commands).map(idOf).join(" ")}
        echo "$words[2]-$words[3]"
    else if test (count $words) -gt 1
        echo $words[2]
    end
end

function __mqtk_command_is
    set -l command (__mqtk_command)
    test -n "$command"; and contains -- $command $argv; and not __mqtk_is_rest
end

function __mqtk_needs_command
    test (count (commandline -opc)) -eq 1
end

function __mqtk_profiles
    set -l folder $XDG_CONFIG_HOME
    test -n "$folder"; or set folder ~/.config
    set -l files $folder/mqtk/profiles/*.toml
    string replace -r '.*/(.*)\\.toml$' '$1' -- $files
end

# How many operands stand before what is being typed; the arguments are the options that have a value.
function __mqtk_operands
    set -l words (commandline -opc)
    set -l count 0
    set -l is_value no
    set -l property 0
    set -l first 3
    string match -q -- "*-*" (__mqtk_command); and set first 4
    for word in $words[$first..-1]
        if test $property -gt 0
            # Behind -D: three words, or four.
            set property (math $property - 1)
            test $property -eq 1; and test $word = user-property; and set property 2
            test $property -eq 0; or continue
        else if contains -- $word ${PROPERTY_NAMES.join(" ")}
            set property 3
        else if test $is_value = yes
            set is_value no
        else if string match -q -- '-*' $word
            contains -- $word $argv; and set is_value yes
        else
            set count (math $count + 1)
        end
    end
    test $property -gt 0; and set count none
    echo $count
end

# Whether the name of a property of this packet is being typed.
function __mqtk_property_of
    set -l words (commandline -opc)
    test (count $words) -gt 3; and test "$words[-1]" = $argv[1]; and contains -- $words[-2] ${PROPERTY_NAMES.join(" ")}
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
${propertyWords
  .map(({ packet, names }) => `complete -c mqtk -n '__mqtk_property_of ${packet}' -a '${names.join(" ")}'\n`)
  .join("")}complete -c mqtk -n __mqtk_needs_command -a help -d 'explain a command'
${topLevelOptions.map((option) => lineOf("__mqtk_needs_command", option)).join("")}complete -c mqtk -n '__mqtk_command_is help' -a '${names.join(" ")}'
${commands.map(linesOf).join("")}`;
}

function linesOf(command: CommandWords): string {
  const condition = quoted(`__mqtk_command_is ${idOf(command)}`);
  const valued = command.options.filter((option) => option.value && !option.takesRest).flatMap(({ names }) => names);
  const operands = command.operands.map(({ completion, summary }, index) => {
    const isNext = `__mqtk_command_is ${idOf(command)}; and test (__mqtk_operands ${valued.join(" ")}) = ${index}`;
    const offer = operandPart(completion);
    return offer === "" ? "" : `complete -c mqtk -n ${quoted(isNext)}${offer} -d ${quoted(summary)}\n`;
  });
  const isFirst = !command.name.includes(" ");
  const offer = `complete -c mqtk -n __mqtk_needs_command -a ${command.name} -d ${quoted(command.summary)}\n`;
  return `
${isFirst ? offer : ""}${operands.join("")}${command.options.map((option) => lineOf(condition, option)).join("")}`;
}

function idOf({ name }: CommandWords): string {
  return name.replace(" ", "-");
}

function operandPart(completion: Completion): string {
  switch (completion.kind) {
    case "choices":
      return ` -a ${quoted(completion.choices.join(" "))}`;
    case "profile":
      return " -a '(__mqtk_profiles)'";
    case "file":
      return " -F";
    default:
      return "";
  }
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
    case "profile":
      return " -x -a '(__mqtk_profiles)'";
    case "host":
      return " -x -a '(__fish_print_hostnames)'";
    case "properties":
      return ` -x -a ${quoted(packetWords)}`;
    case "choices":
      return ` -x -a ${quoted(value.completion.choices.join(" "))}`;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, "\\$&")}'`;
}
