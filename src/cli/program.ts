import { UsageError } from "../errors.ts";
import { withoutCredentials } from "../transport/index.ts";
import { type Command, type CommandDefinition, optionNamed } from "./command.ts";
import { readCommandLine } from "./command-line.ts";
import { ExitCode } from "./exit-code.ts";
import { reportError } from "./report-error.ts";
import { suggestion } from "./suggest.ts";
import type { ColorChoice, Terminal } from "./terminal/terminal.ts";
import { type Typed, valuesFrom } from "./values.ts";

/**
 * Does what the words of the command line (without `node` and `mqtk`) ask for and answers with the exit code.
 * Only the options of the command that is named are built: all of them together take longer than a publish.
 */
export async function runProgram(
  words: readonly string[],
  commands: readonly Command[],
  terminal: Terminal,
): Promise<number> {
  let asJson = words.includes("--json");
  try {
    const command = commandNamed(words, commands);
    if (!command) return await answerWithoutCommand(words, commands, terminal);

    const others = words.slice(command.definition.name.split(" ").length);
    const line = readCommandLine(command.definition, await withFiles(command.definition, others, terminal));
    if (line.kind === "help") return await printHelp(command, terminal);
    if (line.kind === "version") return printVersion(terminal);
    const profile = await profileFor(command.definition, line.typed, terminal);
    const values = valuesFrom(command.definition, line.typed, terminal.environment, profile?.stored);
    terminal.isQuiet = values["quiet"] === true;
    terminal.color = (values["color"] as ColorChoice | undefined) ?? "auto";
    asJson = values["json"] === true;
    if (profile !== undefined) {
      profile.check(values, valuesFrom(command.definition, line.typed, terminal.environment));
      for (const warning of profile.warnings) terminal.warn(warning);
    }
    if (hasSecret(command.definition, line.typed)) {
      (await import("./exposed-secrets.ts")).warnOfSecrets(command.definition, line.typed, others, terminal);
    }
    const { run } = await command.load();
    // The compiler checked that this runner takes these values where the two were joined (`command()`).
    return await run(values as never, terminal, line.typed);
  } catch (error) {
    return reportError(error, terminal, { asJson });
  }
}

/** `mqtk bench compare` is a command of its own, before `mqtk bench` is one. */
function commandNamed([first, second]: readonly string[], commands: readonly Command[]): Command | undefined {
  const named = (name: string | undefined) => commands.find(({ definition }) => definition.name === name);
  return named(`${first} ${second}`) ?? named(first);
}

/** Options files are rare, and reading them is code that a quick start does without. */
async function withFiles(
  definition: CommandDefinition,
  words: readonly string[],
  terminal: Terminal,
): Promise<readonly string[]> {
  if (!words.some((word) => word === "-o" || word === "--options-file" || word === "--mosquitto-config")) return words;
  return (await import("./options-file.ts")).withOptionsFiles(definition, words, terminal.environment);
}

/** What the profile says that `--profile` or MQTK_PROFILE names. */
async function profileFor(definition: CommandDefinition, { options }: Typed, { environment }: Terminal) {
  const name = options["profile"] ?? environment["MQTK_PROFILE"];
  if (name === undefined || (name === "" && options["profile"] === undefined)) return undefined;
  if (!definition.groups.some((group) => "profile" in group.options)) return undefined;
  return (await import("./profiles/stored-values.ts")).storedValues(String(name), definition, environment);
}

/** Whether there was something on the command line that may be a secret. */
function hasSecret(definition: CommandDefinition, typed: Typed): boolean {
  return (
    Object.keys(typed.options).some((name) => optionNamed(definition, name)?.secret) ||
    Object.values(definition.operands).some((operand, index) => operand.secret && typed.operands[index] !== undefined)
  );
}

async function answerWithoutCommand(
  words: readonly string[],
  commands: readonly Command[],
  terminal: Terminal,
): Promise<ExitCode> {
  const [first, second] = words;
  const names = commands.map(({ definition }) => definition.name);
  if (first === "--version") return printVersion(terminal);
  if (first === "help" && second !== undefined) {
    const command = commandNamed(words.slice(1), commands);
    if (command) return printHelp(command, terminal);
    throw unknownCommand(second, names);
  }
  if (first === undefined || first === "--help" || first === "-h" || first === "help") {
    const { overview } = await import("./help.ts");
    const page = overview(commands, terminal);
    if (first !== undefined) {
      terminal.write(page);
      return ExitCode.SUCCESS;
    }
    terminal.writeError(page);
    return ExitCode.USAGE;
  }
  if (first.startsWith("-")) {
    const [option] = first.split("=", 1); // what stands behind it may be a password
    throw new UsageError(`${option} stands where a command is expected`, `for example: mqtk pub ${option} …`);
  }
  throw unknownCommand(first, names);
}

function printVersion(terminal: Terminal): ExitCode {
  terminal.write(`mqtk ${MQTK_VERSION}\n`);
  return ExitCode.SUCCESS;
}

async function printHelp(command: Command, terminal: Terminal): Promise<ExitCode> {
  const { commandHelp } = await import("./help.ts");
  terminal.write(commandHelp(command.definition, terminal));
  return ExitCode.SUCCESS;
}

function unknownCommand(typed: string, names: readonly string[]): UsageError {
  const meant = suggestion(typed, names);
  return new UsageError(
    `unknown command ${withoutCredentials(typed)}`,
    meant ? `did you mean mqtk ${meant}?` : "mqtk --help lists the commands",
  );
}
