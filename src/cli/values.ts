import { UsageError } from "../errors.ts";
import { type CommandDefinition, eachOption, optionNamed } from "./command.ts";
import { environmentName, mainName, type Option, type ValueType } from "./option.ts";

/** What stood on the command line, still as text: by the names of options and operands. */
export interface Typed {
  readonly options: Readonly<Record<string, true | string | readonly string[]>>;
  readonly operands: readonly string[];
}

/** Values from a profile, below the command line and the environment: still as text, by the names of options. */
export type Stored = Readonly<Record<string, { readonly text: string | readonly string[]; readonly place: string }>>;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The first stage: typed text → values. Flag before environment before profile before default; the texts are checked,
 * nothing is opened. What is given in one place hides in those behind it what it `replaces`.
 */
export function valuesFrom(
  definition: CommandDefinition,
  typed: Typed,
  environment: Environment,
  stored?: Stored,
): Record<string, unknown> {
  const named = (name: string): Option<unknown> => optionNamed(definition, name) as Option<unknown>;
  const values: Record<string, unknown> = {};
  const hidden = new Set<string>();
  const take = (found: readonly (readonly [name: string, value: unknown])[]): void => {
    for (const [name, value] of found) values[name] = value;
    for (const [name, value] of found)
      for (const other of replacedBy(optionNamed(definition, name), value)) hidden.add(other);
  };
  const isOpen = (name: string): boolean => !(name in values) && !hidden.has(name);

  const operands = Object.entries(definition.operands).map(([name, operand], index) => {
    const given = typed.operands[index];
    const shown = operand.secret ? `<${name}>` : given;
    return [name, given === undefined ? undefined : parse(operand.type, given, shown ?? "")] as const;
  });
  for (const [name, value] of operands) {
    if (value !== undefined) for (const other of definition.operands[name]?.replaces ?? []) hidden.add(other);
  }
  take(Object.entries(typed.options).map(([name, given]) => [name, fromCommandLine(named(name), given)]));
  // Most often there is none of ours, and then no name needs to be made of an option.
  if (Object.keys(environment).some((name) => name.startsWith("MQTK_"))) {
    const typedOnly = new Set(definition.typedGroups?.flatMap((group) => Object.keys(group.options)));
    const found: [name: string, value: unknown][] = [];
    eachOption(definition, (name, option) => {
      // An empty variable is one that is not set: shells cannot always take one away.
      const text = isOpen(name) && !typedOnly.has(name) ? (environment[environmentName(option)] ?? "") : "";
      if (text !== "") found.push([name, fromEnvironment(option, text)]);
    });
    take(found);
  }
  if (stored !== undefined) {
    take(
      Object.entries(stored)
        .filter(([name]) => isOpen(name))
        .map(([name, { text, place }]) => [name, fromText(named(name), text, place)]),
    );
  }
  return { ...defaultsOf(definition), ...values, ...Object.fromEntries(operands) };
}

/** The values of options that nothing is said about, where that is not undefined. */
export function defaultsOf(definition: CommandDefinition): Readonly<Record<string, unknown>> {
  if (definition.outline !== undefined) return definition.outline.defaults;
  const defaults: Record<string, unknown> = {};
  eachOption(definition, (name, option) => {
    if (option.default !== undefined) defaults[name] = option.default;
  });
  return defaults;
}

function replacedBy(option: Option<unknown> | undefined, value: unknown): readonly string[] {
  const { replaces = [] } = option ?? {};
  if (value === false) return []; // a flag that says: not this
  return typeof replaces === "function" ? replaces(value) : replaces;
}

function fromCommandLine(option: Option<unknown>, given: true | string | readonly string[]): unknown {
  return given === true || option.kind === "rest" ? given : fromText(option, given, mainName(option));
}

function fromEnvironment(option: Option<unknown>, text: string): unknown {
  if (option.kind === "rest") return text.split(/\s+/);
  const lines = option.kind === "list" ? text.split("\n").filter((line) => line !== "") : text;
  return fromText(option, lines, environmentName(option));
}

/** `place`: where the text stands, for errors. */
function fromText(option: Option<unknown>, text: string | readonly string[], place: string): unknown {
  const one = (part: string): unknown => parse(option.type, part, place, option.secret ? undefined : part);
  return typeof text === "string" ? one(text) : text.map(one);
}

/** Throws UsageError with the place (`--qos`, `MQTK_QOS`), the text unless it is secret, and what is expected. */
function parse(type: ValueType<unknown>, text: string, place: string, shown?: string): unknown {
  let value: unknown;
  try {
    value = type.parse(text);
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${place}: ${error.message}`, error.hint);
    throw error;
  }
  if (value !== undefined) return value;
  throw new UsageError(`${shown === undefined ? place : `${place} ${quoted(shown)}`}: expected ${type.expected}`);
}

/** As it would have to be typed, in one word: quoted where it is empty or has more in it than a plain word. */
export function quoted(text: string): string {
  return /^[\w./:+#@,%=-]+$/.test(text) ? text : `'${text}'`;
}
