import type { Option, OptionGroup, OptionSet, OptionValues, ValueType } from "./option.ts";
import type { Outline } from "./outline.ts";
import type { Terminal } from "./terminal/terminal.ts";
import type { Typed } from "./values.ts";

/** A value that is given by its place: the `SHELL` of `mqtk completion SHELL`. */
export interface Operand<Value> {
  readonly summary: string;
  readonly required: boolean;
  readonly type: ValueType<unknown>;
  /** The text may hold a password: it is never repeated in an error. */
  readonly secret: boolean;
  /** Options that this one hides where the environment or a profile has them. */
  readonly replaces: readonly string[];
  /** Never read; lets the compiler know the type of the parsed value. */
  readonly value?: Value;
}

/** Operands by the name that their value has in the code; they are typed in this order. */
export type OperandSet = Readonly<Record<string, Operand<unknown>>>;

/** A line that works as it stands, and what it does. */
export interface Example {
  readonly line: string;
  readonly meaning: string;
}

/** A command as inert data: `mqtk NAME OPERANDS OPTIONS`. */
export interface CommandDefinition<
  Groups extends readonly OptionGroup[] = readonly OptionGroup[],
  Operands extends OperandSet = OperandSet,
> {
  readonly name: string;
  /** A few words, for the list of commands. */
  readonly summary: string;
  /** What the command does, when it ends and what is worth knowing; for its own help page. */
  readonly description: string;
  readonly operands: Operands;
  readonly groups: Groups;
  /** Those of the groups that it takes from the command line alone: what the environment says is for other commands. */
  readonly typedGroups?: readonly OptionGroup[];
  readonly examples: readonly Example[];
  /** Made by the build. */
  readonly outline?: Outline;
}

/** What `run` gets: the values of all options and operands by their names. */
export type ValuesOf<Definition> =
  Definition extends CommandDefinition<infer Groups, infer Operands>
    ? OptionValues<Merged<Groups[number]["options"]>> & {
        readonly [Name in keyof Operands]: Operands[Name] extends Operand<infer Value> ? Value : never;
      }
    : never;

/**
 * What a command's `run.ts` exports as `run`: does the work and answers with the exit code. `typed` is what stood on the
 * command line itself, still as text. It throws what went wrong; it never ends the process and never sets the exit code itself.
 */
export type Run<Values> = (values: Values, terminal: Terminal, typed: Typed) => Promise<number>;

/** A definition and the way to the code behind it, which is loaded only when the command is used. */
export interface Command {
  readonly definition: CommandDefinition;
  readonly load: () => Promise<{ readonly run: Run<never> }>;
}

/** Writes a command down; the types of its values are taken from the groups and operands. */
export function defineCommand<
  const Groups extends readonly OptionGroup[],
  Operands extends OperandSet = Record<never, never>,
>(
  definition: Omit<CommandDefinition<Groups>, "operands"> & { readonly operands?: Operands },
): CommandDefinition<Groups, Operands> {
  return { ...definition, operands: definition.operands ?? ({} as Operands) };
}

/**
 * Calls back for each option with the name of its value. It makes nothing on the way: with entries and iterators, reading
 * the command line took 0.1 MB at each start, and that of `mqtk pub` met a garbage collection (1 ms).
 */
export function eachOption(
  { groups }: CommandDefinition,
  visit: (name: string, option: Option<unknown>) => void,
): void {
  for (const { options } of groups) for (const name in options) visit(name, options[name] as Option<unknown>);
}

/** The option with this name of its value. */
export function optionNamed({ groups, outline }: CommandDefinition, name: string): Option<unknown> | undefined {
  const group = groups.find(
    (one, index) => outline?.groups[index]?.names.includes(` ${name} `) ?? Object.hasOwn(one.options, name),
  );
  return group?.options[name];
}

/** Joins a definition with its runner; the compiler checks that the runner takes the values of the definition. */
export function command<Definition extends CommandDefinition>(
  definition: Definition,
  load: () => Promise<{ readonly run: Run<ValuesOf<Definition>> }>,
): Command {
  return { definition, load };
}

interface OperandDetails {
  readonly secret?: boolean;
  readonly replaces?: readonly string[];
}

/** An operand that must be given. */
export function operand<Value>(type: ValueType<Value>, summary: string, details: OperandDetails = {}): Operand<Value> {
  return { summary, required: true, type, secret: false, replaces: [], ...details };
}

/** An operand that may be left out. */
export function optionalOperand<Value>(
  type: ValueType<Value>,
  summary: string,
  details: OperandDetails = {},
): Operand<Value | undefined> {
  return { ...operand(type, summary, details), required: false };
}

/** `mqtk completion [options] <shell>`. */
export function usageOf({ name, operands }: CommandDefinition): string {
  const places = Object.entries(operands).map(([operand, { required }]) =>
    required ? ` <${operand}>` : ` [${operand}]`,
  );
  return `mqtk ${name} [options]${places.join("")}`;
}

type Merged<Union> = (Union extends unknown ? (member: Union) => void : never) extends (member: infer All) => void
  ? All extends OptionSet
    ? All
    : never
  : never;
