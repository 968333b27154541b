import type { Completion } from "../option.ts";
import { type CommandWords, firstWords, longCommands, type OptionWords, topLevelOptions } from "./completion-words.ts";
import { PROPERTY_NAMES, packetWords, propertyWords } from "./property-words.ts";

/** completions/_mqtk for zsh: works from a folder in `fpath` and with `eval`. */
export function zshScript(commands: readonly CommandWords[]): string {
  return `#compdef mqtk
# Completions of mqtk for zsh. Generated from the definitions of its options; do not edit.
#   eval "$(mqtk completion zsh)"     (after compinit), or put this file into a folder of $fpath

_mqtk_profiles() {
  local -a mqtk_profiles=(\${XDG_CONFIG_HOME:-$HOME/.config}/mqtk/profiles/*.toml(N:t:r))
  compadd "$@" -a mqtk_profiles
}

_mqtk_property_names() {
  local -a mqtk_names
  case $words[CURRENT-1] in
${propertyWords.map(({ packet, names }) => `    ${packet}) mqtk_names=(${names.join(" ")}) ;;\n`).join("")}  esac
  compadd "$@" -a mqtk_names
}

_mqtk() {
  local curcontext="$curcontext" ret=1
  local -a mqtk_commands # not "commands": that is zsh's table of all programs
  mqtk_commands=(
${firstWords(commands)
  .map((command) => `    ${quoted(`${command.name}:${command.summary}`)}\n`)
  .join("")}    'help:explain a command'
  )
  if (( CURRENT == 2 )); then
    _describe -t commands 'command' mqtk_commands && ret=0
    [[ $PREFIX == -* ]] && _arguments -S ${topLevelOptions.flatMap(argumentsOf).join(" ")} && ret=0
    return ret
  fi
  local command=$words[2]
${longPart(commands)}  shift words
  (( CURRENT-- ))
  # -D takes three words, and four where the second is user-property: its name is left out here.
  local -i at
  for (( at = CURRENT - 1; at > 1; at-- )); do
    if [[ $words[at] == user-property && $words[at-2] == (${PROPERTY_NAMES.join("|")}) ]] && (( at + 1 < CURRENT )); then
      words[at+1]=()
      (( CURRENT-- ))
    fi
  done
  case $command in
    help)
      _describe -t commands 'command' mqtk_commands && ret=0
      ;;
${commands.map(caseOf).join("")}  esac
  return ret
}

if [[ $funcstack[1] == _mqtk ]]; then
  _mqtk "$@"
else
  compdef _mqtk mqtk
fi
`;
}

/** Where the second word belongs to the name of the command. */
function longPart(commands: readonly CommandWords[]): string {
  const long = longCommands(commands);
  if (long.length === 0) return "";
  return `  case "$command $words[3]" in
    ${long.map(({ name }) => quoted(name)).join("|")})
      if (( CURRENT > 3 )); then
        command+=" $words[3]"
        shift words
        (( CURRENT-- ))
      fi
      ;;
  esac
`;
}

function caseOf(command: CommandWords): string {
  const operands = command.operands.map((operand, index) =>
    quoted(`${index + 1}:${escaped(operand.name)}:${actionOf(operand.completion)}`),
  );
  const specs = [...command.options.flatMap(argumentsOf), ...operands];
  return `    ${quoted(command.name)})
      _arguments -s -S \\
${specs.map((spec) => `        ${spec}`).join(" \\\n")} && ret=0
      ;;
`;
}

/** One spec per name; a name is offered until one of its option was given, unless that may be repeated. */
function argumentsOf(option: OptionWords): readonly string[] {
  const others = option.mayBeRepeated || option.names.length < 2 ? "" : `(${option.names.join(" ")})`;
  return option.names.map((name) => {
    const repeated = option.mayBeRepeated ? "*" : "";
    if (!option.value) return quoted(`${others}${repeated}${name}[${escaped(option.summary)}]`);
    const message = escaped(option.value.name);
    if (option.value.completion.kind === "properties") {
      const words = `packet:(${packetWords}):property:_mqtk_property_names:value: `;
      return quoted(`${repeated}${name}[${escaped(option.summary)}]:${words}`);
    }
    if (option.takesRest) return quoted(`${name}[${escaped(option.summary)}]:*::${message}:_normal`);
    // -q1 and -q 1, --qos=1 and --qos 1
    const glued = name.startsWith("--") ? `${name}=` : `${name}+`;
    return quoted(
      `${others}${repeated}${glued}[${escaped(option.summary)}]:${message}:${actionOf(option.value.completion)}`,
    );
  });
}

function actionOf(completion: Completion): string {
  switch (completion.kind) {
    case "none":
    case "properties": // its words are completed together
      return " ";
    case "file":
      return "_files";
    case "host":
      return "_hosts";
    case "profile":
      return "_mqtk_profiles";
    case "choices":
      return `(${completion.choices.join(" ")})`;
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[\\[\]:]/g, "\\$&");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
