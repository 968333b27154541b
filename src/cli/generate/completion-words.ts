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
      operands: Object.entries(definition.operands).map(([name, operand]) => ({
        name,
        summary: operand.summary,
        completion: operand.type.completion,
      })),
    };
  });
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
