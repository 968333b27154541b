import { Command, type CommanderError, Option as CommanderOption } from "commander";
import { UsageError } from "../errors.ts";
import { withoutCredentials } from "../transport/index.ts";
import { type CommandDefinition, eachOption } from "./command.ts";
import { mainName, namesOf, type Option, placeholderOf } from "./option.ts";
import { type Mentions, mayMean, mentionedPart, mentionsIn } from "./outline.ts";
import { suggestion } from "./suggest.ts";
import { quoted, type Typed } from "./values.ts";

/** What the words behind the command's name ask for. */
export type CommandLine =
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | { readonly kind: "run"; readonly typed: Typed };

/** Reads the words behind the command's name. Throws UsageError in our words for what commander refuses. */
export function readCommandLine(definition: CommandDefinition, words: readonly string[]): CommandLine {
  const known = mentionedPart(definition, words);
  const { own: split, rest } = splitRest(known, words);
  const own = joinTuples(known, split);
  const commander = commanderFrom(known, mentionsIn(own));
  try {
    commander.parse([...own], { from: "user" });
  } catch (error) {
    if (!isCommanderError(error)) throw error;
    if (error.code === "commander.helpDisplayed" || isLoneHelp(error, own)) return { kind: "help" };
    if (error.code === "commander.unknownOption" && error.message.includes("'--version'")) return { kind: "version" };
    throw usageErrorFrom(error, definition, commander);
  }
  return { kind: "run", typed: { options: { ...commander.opts(), ...rest }, operands: commander.args } };
}

/**
 * The definition as commander knows it; it prints nothing and ends nothing, and leaves values as text. Learning an option
 * takes commander much longer than reading it, so at a start it learns only those whose flags the words may mean.
 */
export function commanderFrom(definition: CommandDefinition, mentions?: Mentions): Command {
  const isMeant = (flags: string): boolean => mentions === undefined || mayMean(mentions, flags);
  const commander = new Command(`mqtk ${definition.name}`)
    .description(definition.description)
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureOutput({ writeOut: () => {}, writeErr: () => {} });
  // -h is the host, as mosquitto's users expect; where a command has no host, it is help.
  let helpFlags = "-h, --help";
  for (const { heading, options } of definition.groups) {
    for (const name in options) {
      const option = options[name] as Option<unknown>;
      if (option.flags.startsWith("-h,")) helpFlags = "--help";
      if (isMeant(option.flags)) {
        commander.addOption(new NamedOption(name, option, option.flags).helpGroup(`${heading}:`));
      }
      if (option.aliases.length === 0) continue;
      for (const alias of option.aliases.filter(isMeant)) {
        commander.addOption(new NamedOption(name, option, `${alias} ${placeholderOf(option)}`).hideHelp());
      }
    }
  }
  for (const [name, operand] of Object.entries(definition.operands)) {
    commander.argument(operand.required ? `<${name}>` : `[${name}]`, operand.summary);
  }
  return commander.addHelpOption(new CommanderOption(helpFlags, "print this page").helpGroup("Output:"));
}

/** An option that commander stores under the name of our definition, as text. */
class NamedOption extends CommanderOption {
  readonly #name: string;

  constructor(name: string, option: Option<unknown>, flags: string) {
    super(flags, describe(option));
    this.#name = name;
    this.variadic = false;
    this.negate = false; // commander would read --no-local as the opposite of --local
    this.hidden = option.hidden;
    if (option.kind === "list") this.argParser((text: string, before: string[] = []) => [...before, text]);
  }

  override attributeName(): string {
    return this.#name;
  }
}

/** The summary with the default in brackets. */
export function describe(option: Option<unknown>): string {
  const isSaid = option.kind === "value" && (option.defaultText !== undefined || option.default !== undefined);
  return isSaid ? `${option.summary} (default: ${option.defaultText ?? option.default})` : option.summary;
}

function splitRest(
  definition: CommandDefinition,
  words: readonly string[],
): { own: readonly string[]; rest: Record<string, readonly string[]> } {
  const starts = wordsFor(definition, ({ kind }) => kind === "rest");
  const [restOption] = starts.values();
  if (restOption === undefined) return { own: words, rest: {} };
  const takeValue = wordsFor(definition, ({ kind }) => kind !== "flag" && kind !== "rest");
  let at = 0;
  const isStart = (word: string) => word === "--" || starts.has(word);
  while (at < words.length && !isStart(words[at] as string)) at += takeValue.has(words[at] as string) ? 2 : 1;
  if (at >= words.length) return { own: words, rest: {} };
  const command = words.slice(at + 1);
  if (command.length === 0) {
    throw new UsageError(`${mainName(restOption.option)} needs a command`, `write it behind: ${words[at]} npm test`);
  }
  return { own: words.slice(0, at), rest: { [restOption.name]: command } };
}

/** Options whose values are several words (`-D publish content-type text/plain`) become options with one, joined by NUL. */
function joinTuples(definition: CommandDefinition, words: readonly string[]): readonly string[] {
  const names = wordsFor(definition, ({ wordCount }) => wordCount !== undefined);
  if (!words.some((word) => names.has(word))) return words;
  const takeValue = wordsFor(definition, ({ kind }) => kind !== "flag");
  const joined: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] as string;
    const option = names.get(word)?.option;
    joined.push(word);
    if (option === undefined) {
      if (takeValue.has(word) && at + 1 < words.length) joined.push(words[++at] as string);
      continue;
    }
    const following = words.slice(at + 1);
    const count = option.wordCount?.(following) ?? 1;
    if (following.length < count) {
      throw new UsageError(`${mainName(option)} needs ${count} words: ${placeholderOf(option)}`);
    }
    joined.push(following.slice(0, count).join("\0"));
    at += count;
  }
  return joined;
}

function isCommanderError(error: unknown): error is CommanderError {
  return error instanceof Error && "code" in error && String(error.code).startsWith("commander.");
}

/** `mqtk pub -h` and nothing else is a question; behind others it is a host that is missing (an empty $HOST of a script). */
function isLoneHelp(error: CommanderError, words: readonly string[]): boolean {
  return error.code === "commander.optionMissingArgument" && words.length === 1 && words[0] === "-h";
}

function usageErrorFrom(error: CommanderError, definition: CommandDefinition, commander: Command): UsageError {
  const help = `mqtk ${definition.name} --help shows what can be given`;
  // What stands behind = may be a password.
  const named = /'([^'=]+)/.exec(error.message)?.[1] ?? "";
  switch (error.code) {
    case "commander.optionMissingArgument":
      return new UsageError(`${mainName({ flags: named })} needs a value: ${placeholderOf({ flags: named })}`, help);
    case "commander.unknownOption": {
      const names = [...wordsFor(definition, () => true).keys()];
      const meant = suggestion(named, [...names.filter((name) => name.startsWith("--")), "--help"]);
      return new UsageError(`unknown option ${named}`, meant ? `did you mean ${meant}?` : help);
    }
    case "commander.excessArguments": {
      const [first = ""] = commander.args.slice(Object.keys(definition.operands).length);
      return new UsageError(
        `${quoted(/:.*@|\?/s.test(first) ? withoutCredentials(first) : first)} was not expected here`,
        help,
      );
    }
    case "commander.missingArgument": {
      const expected = definition.operands[named]?.type.expected ?? "a value";
      return new UsageError(`<${named}> is missing: expected ${expected}`, help);
    }
    default:
      return new UsageError(error.message.replace(/^error: /, ""), help);
  }
}

/** The words that name options of some kind, and what they name. */
function wordsFor(
  definition: CommandDefinition,
  isMeant: (option: Option<unknown>) => boolean,
): ReadonlyMap<string, { readonly name: string; readonly option: Option<unknown> }> {
  const found = new Map<string, { name: string; option: Option<unknown> }>();
  eachOption(definition, (name, option) => {
    if (isMeant(option)) for (const word of allNames(option)) found.set(word, { name, option });
  });
  return found;
}

function allNames(option: Option<unknown>): readonly string[] {
  return [...namesOf(option), ...option.aliases];
}
