import { UsageError } from "../errors.ts";
import type { CommandDefinition } from "./command.ts";
import { environmentName, mainName, type Option, type ValueType } from "./option.ts";

/** What stood on the command line, still as text: by the names of options and operands. */
export interface Typed {
  readonly options: Readonly<Record<string, true | string | readonly string[]>>;
  readonly operands: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The first stage: typed text → values. Flag before environment before default; the texts are checked, nothing is opened. */
export function valuesFrom(
  definition: CommandDefinition,
  typed: Typed,
  environment: Environment,
): Record<string, unknown> {
  const options = Object.assign({}, ...definition.groups.map((group) => group.options)) as Record<
    string,
    Option<unknown>
  >;
  const values: Record<string, unknown> = {};
  // Most often there is none of ours, and then no name needs to be made of an option.
  const hasVariables = Object.keys(environment).some((name) => name.startsWith("MQTK_"));
  const hidden = new Set(Object.keys(typed.options).flatMap((name) => options[name]?.replaces ?? []));
  for (const [name, option] of Object.entries(options)) {
    const given = typed.options[name];
    // An empty variable is one that is not set: shells cannot always take one away.
    const inEnvironment = hasVariables && !hidden.has(name) ? (environment[environmentName(option)] ?? "") : "";
    if (given !== undefined) values[name] = fromCommandLine(option, given);
    else if (inEnvironment !== "") values[name] = fromEnvironment(option, inEnvironment);
    else values[name] = option.default;
  }
  for (const [index, [name, operand]] of Object.entries(definition.operands).entries()) {
    const given = typed.operands[index];
    values[name] = given === undefined ? undefined : parse(operand.type, given, given);
  }
  return values;
}

function fromCommandLine(option: Option<unknown>, given: true | string | readonly string[]): unknown {
  if (given === true || option.kind === "rest") return given;
  const name = mainName(option);
  if (typeof given === "string") return parse(option.type, given, name, option.secret ? undefined : given);
  return given.map((text) => parse(option.type, text, name, option.secret ? undefined : text));
}

function fromEnvironment(option: Option<unknown>, text: string): unknown {
  const name = environmentName(option);
  const one = (part: string): unknown => parse(option.type, part, name, option.secret ? undefined : part);
  if (option.kind === "list")
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map(one);
  return option.kind === "rest" ? text.split(/\s+/) : one(text);
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
