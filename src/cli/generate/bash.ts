import type { Completion } from "../option.ts";
import { type CommandWords, firstWords, longCommands, type OptionWords, topLevelOptions } from "./completion-words.ts";
import { PROPERTY_NAMES, packetWords, propertyWords } from "./property-words.ts";

/** completions/mqtk.bash; also for the bash 3.2 of macOS. */
export function bashScript(commands: readonly CommandWords[]): string {
  const names = [...firstWords(commands).map((command) => command.name), "help"];
  const words = [...names, ...topLevelOptions.flatMap((option) => option.names)];
  return `# Completions of mqtk for bash. Generated from the definitions of its options; do not edit.
#   eval "$(mqtk completion bash)"

_mqtk_words() {
  COMPREPLY=($(compgen -W "$1" -- "$cur"))
}

_mqtk_files() {
  local IFS=$'\\n'
  compopt -o filenames 2> /dev/null
  COMPREPLY=($(compgen -f -- "$cur"))
}

_mqtk_hosts() {
  COMPREPLY=($(compgen -A hostname -- "$cur"))
}

_mqtk_profiles() {
  local file names=
  for file in "\${XDG_CONFIG_HOME:-$HOME/.config}"/mqtk/profiles/*.toml; do
    file=\${file##*/}
    names+=" \${file%.toml}"
  done
  _mqtk_words "\${names/ \\*/}"
}

# Which operand it is that is being typed; $1 names the options that have a value.
_mqtk_operand() {
  operand=0
  for ((i = first; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      =) ((i++)) ;;
      ${PROPERTY_NAMES.join(" | ")}) [[ \${COMP_WORDS[i + 2]} == user-property ]] && ((i++)); ((i += 3)) ;;
      -*) [[ $1 == *" \${COMP_WORDS[i]} "* && \${COMP_WORDS[i + 1]} != "=" ]] && ((i++)) ;;
      *) ((operand++)) ;;
    esac
  done
}

# What follows -D: a packet, a property of it, and its value, or the name and the value of a user-property. Fails elsewhere.
_mqtk_property() {
  local distance
  for distance in 1 2 3 4; do
    ((COMP_CWORD - distance < 2)) && return 1
    case \${COMP_WORDS[COMP_CWORD - distance]} in
      ${PROPERTY_NAMES.join(" | ")}) break ;;
    esac
    ((distance == 4)) && return 1
  done
  case $distance in
    1) _mqtk_words "${packetWords}" ;;
    2)
      case $prev in
${propertyWords.map(({ packet, names }) => `        ${packet}) _mqtk_words "${names.join(" ")}" ;;\n`).join("")}      esac
      ;;
    4) [[ \${COMP_WORDS[COMP_CWORD - 2]} == user-property ]] ;;
  esac
}

# What stands behind --exec is another command line.
_mqtk_rest() {
  if [[ $1 == "$COMP_CWORD" ]]; then
    COMPREPLY=($(compgen -c -- "$cur"))
  elif declare -F _command_offset > /dev/null; then
    _command_offset "$1"
  else
    _mqtk_files
  fi
}

_mqtk() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} command=\${COMP_WORDS[1]} first=2 i operand
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    _mqtk_words "${words.join(" ")}"
    return
  fi
  # bash takes --qos=1 apart at the equals sign.
  if [[ $cur == "=" ]]; then
    cur=""
  elif [[ $prev == "=" ]]; then
    prev=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
${longPart(commands)}  case $command in
    help)
      _mqtk_words "${names.join(" ")}"
      ;;
${commands.map(caseOf).join("")}  esac
}

complete -F _mqtk mqtk
`;
}

/** Where the second word belongs to the name of the command. */
function longPart(commands: readonly CommandWords[]): string {
  const long = longCommands(commands);
  if (long.length === 0) return "";
  return `  if ((COMP_CWORD > 2)); then
    case "$command \${COMP_WORDS[2]}" in
      ${long.map(labelOf).join(" | ")})
        command+=" \${COMP_WORDS[2]}"
        first=3
        ;;
    esac
  fi
`;
}

function labelOf({ name }: CommandWords): string {
  return name.includes(" ") ? `"${name}"` : name;
}

function caseOf(command: CommandWords): string {
  const rest = command.options.find((option) => option.takesRest);
  const valued = command.options.filter((option) => option.value && !option.takesRest);
  const words = command.options.flatMap((option) => option.names).join(" ");
  const otherwise = `_mqtk_words "${command.options.map((option) => option.mainName).join(" ")}"`;
  return `    ${labelOf(command)})
${rest ? restOf(rest) : ""}${takesProperties(command) ? "      _mqtk_property && return\n" : ""}      case $prev in
${valueCases(valued).join("")}      esac
      if [[ $cur == -* ]]; then
        _mqtk_words "${words}"
      else
        ${command.operands.length === 0 ? otherwise : operandsOf(command, valued, otherwise)}
      fi
      ;;
`;
}

function takesProperties({ options }: CommandWords): boolean {
  return options.some(({ value }) => value?.completion.kind === "properties");
}

function operandsOf({ operands }: CommandWords, valued: readonly OptionWords[], otherwise: string): string {
  const cases = operands.map((operand, index) => `          ${index}) ${offer(operand.completion)} ;;\n`);
  return `_mqtk_operand " ${valued.flatMap((option) => option.names).join(" ")} "
        case $operand in
${cases.join("")}          *) ${otherwise} ;;
        esac`;
}

function restOf(option: OptionWords): string {
  return `      for ((i = 2; i < COMP_CWORD; i++)); do
        case \${COMP_WORDS[i]} in
          ${[...option.names, "--"].join(" | ")})
            _mqtk_rest $((i + 1))
            return
            ;;
        esac
      done
`;
}

/** One case for all options that offer the same. */
function valueCases(options: readonly OptionWords[]): readonly string[] {
  const namesByOffer = new Map<string, string[]>();
  for (const { names, value } of options) {
    if (value?.completion.kind === "properties") continue;
    const offered = offer(value?.completion ?? { kind: "none" });
    namesByOffer.set(offered, [...(namesByOffer.get(offered) ?? []), ...names]);
  }
  return [...namesByOffer].map(
    ([offered, names]) => `        ${names.join(" | ")})
          ${offered}
          return
          ;;
`,
  );
}

function offer(completion: Completion): string {
  switch (completion.kind) {
    case "none":
    case "properties": // its words are completed together
      return ":";
    case "file":
      return "_mqtk_files";
    case "host":
      return "_mqtk_hosts";
    case "profile":
      return "_mqtk_profiles";
    case "choices":
      return `_mqtk_words "${completion.choices.join(" ")}"`;
  }
}
