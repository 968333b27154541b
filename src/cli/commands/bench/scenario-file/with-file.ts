import type { GroupsWish } from "../../../../bench/index.ts";
import { isMqtkError, UsageError } from "../../../../errors.ts";
import { storedValues } from "../../../profiles/stored-values.ts";
import type { Terminal } from "../../../terminal/terminal.ts";
import { type Typed, valuesFrom } from "../../../values.ts";
import { type BenchValues, benchDefinition } from "../definition.ts";
import { groupsFrom } from "./groups-from.ts";
import { readScenario } from "./read.ts";

/** The values of a run, those of its file among them, and the groups of the file. */
export interface WithFile {
  readonly values: BenchValues;
  readonly groups: GroupsWish | undefined;
  /** Files of credentials, by the names of the groups that have their own. */
  readonly credentials: ReadonlyMap<string, string>;
  /** Says where in the file the group stands that a plan cannot be made of. */
  readonly located: <Value>(plan: () => Value) => Value;
}

/**
 * Reads the file that `--scenario-file` names. Its options come behind the command line and the environment, and before
 * a profile. Throws UsageError with file, line, column and field.
 */
export function withFile(values: BenchValues, typed: Typed, { environment }: Pick<Terminal, "environment">): WithFile {
  if (values.scenarioFile === undefined)
    return { values, groups: undefined, credentials: new Map(), located: (plan) => plan() };
  const read = readScenario(values.scenarioFile);
  const name = typed.options["profile"] ?? environment["MQTK_PROFILE"];
  const profile = name ? storedValues(String(name), benchDefinition, environment) : undefined;
  const stored = { ...profile?.stored, ...read.options };
  const all = valuesFrom(benchDefinition, typed, environment, stored) as BenchValues;
  profile?.check(all, valuesFrom(benchDefinition, typed, environment, read.options));
  const defaults = (key: string) =>
    benchDefinition.groups.map(({ options }) => (options as Record<string, { default: unknown }>)[key]).find(Boolean)
      ?.default;
  const own = (read.scenario.groups ?? []).flatMap(({ name, credentials }) =>
    credentials === undefined ? [] : [[name, credentials] as const],
  );
  return {
    values: all,
    groups: groupsFrom(read, all, defaults),
    credentials: new Map(own),
    located: (plan) => located(plan, read.placeOf),
  };
}

function located<Value>(plan: () => Value, placeOf: (group: string) => string): Value {
  try {
    return plan();
  } catch (error) {
    const [, group] = isMqtkError(error) ? (/^group ([\w.-]+): /.exec(error.message) ?? []) : [];
    if (group === undefined || !isMqtkError(error)) throw error;
    throw new UsageError(`${placeOf(group)}: ${error.message}`, error.hint);
  }
}
