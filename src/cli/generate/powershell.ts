import type { Completion } from "../option.ts";
import { type CommandWords, firstWords, longCommands, type OptionWords, topLevelOptions } from "./completion-words.ts";
import { PROPERTY_NAMES, packetWords, propertyWords } from "./property-words.ts";

/** completions/mqtk.ps1. PowerShell compares without case unless told otherwise, and -p and -P are two options. */
export function powershellScript(commands: readonly CommandWords[]): string {
  const top = [
    ...firstWords(commands).map((command) => offer(command.name, command.summary)),
    offer("help", "explain a command"),
    ...topLevelOptions.flatMap(offersOf),
  ];
  const rest = commands.flatMap((command) => command.options).find((option) => option.takesRest);
  return `# Completions of mqtk for PowerShell. Generated from the definitions of its options; do not edit.
#   mqtk completion powershell | Out-String | Invoke-Expression

function Get-MqtkProfiles {
    $folder = if ($env:XDG_CONFIG_HOME) { $env:XDG_CONFIG_HOME } elseif ($env:APPDATA) { $env:APPDATA } else { "$HOME/.config" }
    Get-ChildItem -Path "$folder/mqtk/profiles/*.toml" -ErrorAction Ignore | ForEach-Object { , @($_.BaseName, 'a profile') }
}

Register-ArgumentCompleter -Native -CommandName mqtk -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $words = @($commandAst.CommandElements | Where-Object { $_.Extent.StartOffset -lt $cursorPosition } | ForEach-Object { "$_" })
    if ($wordToComplete -ne '') { $words = @($words | Select-Object -SkipLast 1) }
    $command = if ($words.Count -gt 1) { $words[1] } else { '' }
    if ($words.Count -gt 2 -and @(${longCommands(commands)
      .map(({ name }) => quoted(name))
      .join(", ")}) -ccontains "$command $($words[2])") {
        $command = "$command $($words[2])"
    }
    $previous = if ($words.Count -gt 2) { $words[-1] } else { '' }
${rest ? `    # What stands behind ${rest.mainName} is another command line.\n    if ($words -ccontains ${quoted(rest.mainName)}) { return }\n` : ""}
    # Each offer: what is typed, and what it means. Without any, PowerShell offers the names of files.
    $propertyNames = @(${PROPERTY_NAMES.map(quoted).join(", ")})
    $offers = if ($words.Count -gt 3 -and $propertyNames -ccontains $words[-2]) { @(switch -Exact ($previous) {
${propertyWords
  .map(
    ({ packet, names }) =>
      `        '${packet}' {\n${lines(
        names.map((name) => offer(name, `a property of ${packet.toUpperCase()}`)),
        12,
      )}        }\n`,
  )
  .join("")}    }) } else { @(switch -CaseSensitive -Exact ($command) {
        '' {
${lines(top, 12)}        }
        'help' {
${lines([...firstWords(commands).map((command) => offer(command.name, command.summary))], 12)}        }
${commands.map(caseOf).join("")}    }) }

    $offers | Where-Object { $_[0].StartsWith($wordToComplete, [System.StringComparison]::Ordinal) } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_[0], $_[0], 'ParameterValue', $_[1])
    }
}
`;
}

function caseOf(command: CommandWords): string {
  const valued = command.options.filter((option) => option.value && !option.takesRest);
  const choosing = valued.filter((option) =>
    ["choices", "profile", "properties"].includes(option.value?.completion.kind ?? ""),
  );
  const others = valued.filter((option) => !choosing.includes(option)).flatMap((option) => option.names);
  const operands = command.operands.flatMap((operand) => offersFor(operand.completion, operand.summary));
  const otherwise = [...operands, ...command.options.flatMap(offersOf)];
  return `        '${command.name}' {
            switch -CaseSensitive -Exact ($previous) {
${choosing.map(valueCase).join("")}${valueIn(others, [])}                default {
${lines(otherwise, 20)}                }
            }
        }
`;
}

function valueCase({ names, summary, value }: OptionWords): string {
  return valueIn(names, offersFor(value?.completion ?? { kind: "none" }, summary));
}

function valueIn(names: readonly string[], offers: readonly string[]): string {
  if (names.length === 0) return "";
  return `                { $_ -cin ${names.map(quoted).join(", ")} } {
${lines(offers, 20)}                    break
                }
`;
}

function offersFor(completion: Completion, summary: string): readonly string[] {
  if (completion.kind === "profile") return ["Get-MqtkProfiles"];
  if (completion.kind === "properties") return packetWords.split(" ").map((packet) => offer(packet, summary));
  return completion.kind === "choices" ? completion.choices.map((choice) => offer(choice, summary)) : [];
}

function offersOf(option: OptionWords): readonly string[] {
  return option.names.map((name) => offer(name, option.summary));
}

function offer(word: string, meaning: string): string {
  return `, @(${quoted(word)}, ${quoted(meaning)})`;
}

function lines(texts: readonly string[], indent: number): string {
  return texts.map((text) => `${" ".repeat(indent)}${text}\n`).join("");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
