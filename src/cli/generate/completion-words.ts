import type { Command } from "../command.ts";
import { type Completion, mainName, namesOf, placeholderOf } from "../option.ts";

/** A command as the completion scripts need it: only what can be typed. */
export interface CommandWords {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly OptionWords[];
  readonly operands: readonly OperandWords[];
}

export interface OptionWords {
  /** `-q` and `--qos`. */
  readonly names: readonly string[];
  readonly mainName: string;
  readonly summary: string;
  /** What stands behind it; undefined for flags. */
  readonly value: ValueWords | undefined;
  readonly mayBeRepeated: boolean;
  /** Everything behind it is another command's. */
  readonly takesRest: boolean;
}

export interface ValueWords {
  /** `level` of `<level>`. */
  readonly name: string;
  readonly completion: Completion;
}

export interface OperandWords {
  readonly name: string;
  readonly summary: string;
  readonly completion: Completion;
}

/** What the shells offer, in the order of the definitions; hidden options are left out. */
export function describeCommands(commands: readonly Command[]): readonly CommandWords[] {
  return commands.map(({ definition }) => {
    const options = definition.groups
      .flatMap((group) => Object.values(group.options))
      .filter((option) => !option.hidden);
    const described = options.map((option): OptionWords => {
      const name = placeholderOf(option).replaceAll(/[<>[\]]|\.\.\./g, "");
      return {
        names: namesOf(option),
        mainName: mainName(option),
        summary: option.summary,
        value: option.kind === "flag" ? undefined : { name, completion: option.type.completion },
        mayBeRepeated: option.kind === "list",
        takesRest: option.kind === "rest",
      };
    });
    const hasHost = described.some((option) => option.names.includes("-h"));
    return {
      name: definition.name,
      summary: definition.summary,
      options: [...described, help(hasHost ? ["--help"] : ["-h", "--help"])],
      operands: Object.entries(definition.operands).map(([name, operand], index) => ({
        name,
        summary: operand.summary,
        completion:
          index === 0 ? withLonger(definition.name, commands, operand.type.completion) : operand.type.completion,
      })),
    };
  });
}

/** The names that are offered first: `bench compare` is offered behind `bench`. */
export function firstWords(commands: readonly CommandWords[]): readonly CommandWords[] {
  return commands.filter(({ name }) => !name.includes(" "));
}

export function longCommands(commands: readonly CommandWords[]): readonly CommandWords[] {
  return commands.filter(({ name }) => name.includes(" "));
}

/** Where `mqtk bench` takes an operand that nothing is known about, the second words of longer commands are offered. */
function withLonger(name: string, commands: readonly Command[], own: Completion): Completion {
  const longer = commands.flatMap(({ definition }) => {
    const [first, second] = definition.name.split(" ");
    return first === name && second !== undefined ? [second] : [];
  });
  return own.kind === "none" && longer.length > 0 ? { kind: "choices", choices: longer } : own;
}

/** The options that stand where a command is expected. */
export const topLevelOptions: readonly OptionWords[] = [
  help(["--help"]),
  { ...help(["--version"]), mainName: "--version", summary: "print the version" },
];

function help(names: readonly string[]): OptionWords {
  return {
    names,
    mainName: "--help",
    summary: "print help",
    value: undefined,
    mayBeRepeated: false,
    takesRest: false,
  };
}
