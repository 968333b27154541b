/** What a shell may offer while a value is being typed. */
export type Completion =
  | { readonly kind: "none" }
  | { readonly kind: "file" }
  | { readonly kind: "host" }
  | { readonly kind: "profile" }
  /** A packet, the name of a property that it may carry, and its value: several words. */
  | { readonly kind: "properties" }
  | { readonly kind: "choices"; readonly choices: readonly string[] };

/** How a value is read from text. Pure: no file, no network, no clock. */
export interface ValueType<Value> {
  /** What may be typed, as the end of "expected …": "0, 1 or 2", "a topic without wildcards". */
  readonly expected: string;
  /** Gives undefined for text that is not `expected`; throws a UsageError where a better reason can be told. */
  readonly parse: (text: string) => Value | undefined;
  readonly completion: Completion;
}

/**
 * An option as inert data, written once: commander's options, help, completions, the README, the environment variable
 * and the type of the parsed value follow from it.
 */
export interface Option<Value> {
  readonly kind: OptionKind;
  /** As in help: `-q, --qos <level>`. The long name also makes the environment variable: `MQTK_QOS`. */
  readonly flags: string;
  readonly summary: string;
  readonly type: ValueType<unknown>;
  /** The value when neither a flag nor the environment gives one. */
  readonly default: Value;
  /** The default in words, where the value itself does not say it: "made up", "1883". */
  readonly defaultText: string | undefined;
  /** Other long names that mean the same and are not shown: `--pw`. */
  readonly aliases: readonly string[];
  readonly hidden: boolean;
  /** The text may hold a password: it is never repeated in an error, and not shown of a profile. */
  readonly secret: boolean;
  /**
   * Options (by their names in the values) that this one hides where what it comes before has them: given on the command
   * line, in the environment and in profiles. It may depend on the value.
   */
  readonly replaces: readonly string[] | ((value: unknown) => readonly string[]);
  /** Of a list whose values take several words each: how many of the following words belong to one. They come joined by NUL. */
  readonly wordCount: ((following: readonly string[]) => number) | undefined;
}

/** flag: no value. value: one, the last counts. list: may be repeated. rest: everything that follows on the command line. */
export type OptionKind = "flag" | "value" | "list" | "rest";

/** Options by the name that their value has in the code. */
export type OptionSet = Readonly<Record<string, Option<unknown>>>;

/** Options that stand together under a heading in help. */
export interface OptionGroup<Options extends OptionSet = OptionSet> {
  readonly heading: string;
  readonly options: Options;
}

/** The parsed values of a set of options. */
export type OptionValues<Options extends OptionSet> = {
  readonly [Name in keyof Options]: Options[Name] extends Option<infer Value> ? Value : never;
};

interface Details<Value = unknown> {
  readonly flags: string;
  readonly summary: string;
  readonly defaultText?: string;
  readonly aliases?: readonly string[];
  readonly hidden?: boolean;
  readonly secret?: boolean;
  readonly replaces?: readonly string[] | ((value: Value) => readonly string[]);
  readonly wordCount?: (following: readonly string[]) => number;
  /** Where a shell can offer more than the type alone says. */
  readonly completion?: Completion;
}

/** An option that is given or not: `--verbose`. In the environment: 1, true, yes, on or 0, false, no, off. */
export function flag(details: Details): Option<boolean> {
  return option("flag", onOrOff, false, details);
}

/** An option with one value; where it is repeated, the last one counts. */
export function value<Value>(
  type: ValueType<Value>,
  details: Details<NoInfer<Value>> & { readonly default: NoInfer<Value> },
): Option<Value>;
export function value<Value>(type: ValueType<Value>, details: Details<NoInfer<Value>>): Option<Value | undefined>;
export function value<Value>(
  type: ValueType<Value>,
  details: Details<NoInfer<Value>> & { readonly default?: Value },
): Option<Value | undefined> {
  return option("value", type, details.default, details);
}

/** An option that may be repeated; its values keep their order. In the environment: one a line. */
export function list<Value>(type: ValueType<Value>, details: Details): Option<readonly Value[]> {
  return option("list", type, [] as readonly Value[], details);
}

/** An option that takes everything after it, as it is: `--exec command…`. A lone `--` means the same. */
export function rest(details: Details): Option<readonly string[]> {
  return option("rest", anything, [] as readonly string[], details);
}

/**
 * A heading and the options below it. They are made when they are first asked for: a command that is run needs only its
 * own.
 */
export function group<Options extends OptionSet>(heading: string, make: () => Options): OptionGroup<Options> {
  let made: Options | undefined;
  return {
    heading,
    get options() {
      made ??= make();
      return made;
    },
  };
}

/** Some options of a group, where not all of them have a meaning. */
export function partOf<Options extends OptionSet, Name extends keyof Options>(
  whole: OptionGroup<Options>,
  names: readonly Name[],
): OptionGroup<Pick<Options, Name>> {
  return group(
    whole.heading,
    () => Object.fromEntries(names.map((name) => [name, whole.options[name]])) as Pick<Options, Name>,
  );
}

/** `--session-expiry-interval` of `-x, --session-expiry-interval <seconds>`; the short name where there is no long one. */
export function mainName(definition: Pick<Option<unknown>, "flags">): string {
  const names = namesOf(definition);
  return names.find((name) => name.startsWith("--")) ?? (names[0] as string);
}

/** `-q` and `--qos` of `-q, --qos <level>`. */
export function namesOf({ flags }: Pick<Option<unknown>, "flags">): readonly string[] {
  const [first = "", second = ""] = flags.split(" ", 2);
  return second.startsWith("-") ? [first.slice(0, -1), second] : [first];
}

/** `<level>` of `-q, --qos <level>`; empty for flags. */
export function placeholderOf({ flags }: Pick<Option<unknown>, "flags">): string {
  return flags.slice(flags.search(/[<[]|$/));
}

/** `MQTK_QOS` of `-q, --qos <level>`. */
export function environmentName(definition: Pick<Option<unknown>, "flags">): string {
  return `MQTK_${mainName(definition).replace(/^-+/, "").replaceAll("-", "_").toUpperCase()}`;
}

const onOrOff: ValueType<boolean> = {
  expected: "1, true, yes, on or 0, false, no, off",
  parse: (text) => (/^(1|true|yes|on)$/i.test(text) ? true : /^(0|false|no|off)$/i.test(text) ? false : undefined),
  completion: { kind: "none" },
};

const anything: ValueType<string> = { expected: "any text", parse: (text) => text, completion: { kind: "file" } };

function option<Value>(
  kind: OptionKind,
  type: ValueType<unknown>,
  fallback: Value,
  details: Details<never>,
): Option<Value> {
  return {
    kind,
    flags: details.flags,
    summary: details.summary,
    type: details.completion ? { ...type, completion: details.completion } : type,
    default: fallback,
    defaultText: details.defaultText,
    aliases: details.aliases ?? [],
    hidden: details.hidden ?? false,
    secret: details.secret ?? false,
    // Only ever called with a value of this option's type.
    replaces: (details.replaces as Option<Value>["replaces"] | undefined) ?? [],
    wordCount: details.wordCount,
  };
}
