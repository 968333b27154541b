import type { CommandDefinition } from "./command.ts";
import type { Option, OptionGroup } from "./option.ts";
import { defaultsOf } from "./values.ts";

/**
 * What a start needs to know of the options that were not mentioned, so that they need not be made: of `mqtk pub` these
 * are nine of ten, and 0.3 ms. The build writes it down for each command; a definition does without it as well.
 */
export interface Outline {
  /** Of each of the definition's groups, in their order. */
  readonly groups: readonly GroupOutline[];
  /** The values of options that nothing is said about, where that is not undefined. */
  readonly defaults: Readonly<Record<string, unknown>>;
}

interface GroupOutline {
  /** The names of its values, each between spaces. */
  readonly names: string;
  /** All flags, with aliases. */
  readonly flags: string;
  /** The letters of the short ones. */
  readonly letters: string;
  /** It takes what stands behind a lone `--`, where nothing of it is mentioned. */
  readonly hasRest: boolean;
}

/** The outline of a definition that has none. */
export function outlineOf(definition: CommandDefinition): Outline {
  const { groups } = definition;
  return {
    groups: groups.map(({ options }) => {
      const all = Object.values(options) as Option<unknown>[];
      const flags = all.flatMap((option) => [option.flags, ...option.aliases]);
      return {
        names: ` ${Object.keys(options).join(" ")} `,
        flags: flags.join(" "),
        letters: flags.flatMap((text) => (text.startsWith("--") ? [] : [text[1]])).join(""),
        hasRest: all.some(({ kind }) => kind === "rest"),
      };
    }),
    defaults: defaultsOf(definition),
  };
}

/** The words of a command line that may be flags. */
export interface Mentions {
  /** `--qos` of `--qos=1`. */
  readonly names: readonly string[];
  /** Letters of short flags, and of what stands behind them in one word: `rq1` of `-rq1`. */
  readonly letters: string;
}

export function mentionsIn(words: readonly string[]): Mentions {
  const names: string[] = [];
  let letters = "";
  for (const word of words) {
    if (word.startsWith("--")) names.push(word.split("=", 1)[0] as string);
    else if (word.startsWith("-")) letters += word.slice(1);
  }
  return { names, letters };
}

/** Whether these flags (`-q, --qos <level>`, or an alias) may be meant. A name that is longer than the word does no harm. */
export function mayMean({ names, letters }: Mentions, flags: string): boolean {
  return (flags[1] !== "-" && letters.includes(flags[1] as string)) || names.some((name) => flags.includes(name));
}

/** The definition with the groups of which something may be meant; the others have nothing to do with these words. */
export function mentionedPart(definition: CommandDefinition, words: readonly string[]): CommandDefinition {
  const { outline } = definition;
  if (outline === undefined) return definition;
  const { names, letters } = mentionsIn(words);
  const isMentioned = (_: OptionGroup, index: number): boolean => {
    const group = outline.groups[index] as GroupOutline;
    if (group.hasRest || names.some((name) => group.flags.includes(name))) return true;
    for (const letter of group.letters) if (letters.includes(letter)) return true;
    return false;
  };
  return { ...definition, groups: definition.groups.filter(isMentioned) };
}
