import type { BrokerOptions } from "../../../broker/index.ts";
import { environmentName, mainName, namesOf, type Option, type OptionSet } from "../../option.ts";
import { renderTable } from "../../terminal/table.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { type BrokerValues, brokerDefinition } from "./definition.ts";
import { limitOptions } from "./limits.ts";

/** What decides how a broker runs, and where each value comes from. */
interface Setting {
  readonly name: string;
  readonly value: unknown;
  readonly from: "default" | "environment" | "command line";
  readonly meaning: string;
}

/** What is asked of the command itself is no configuration. */
const NOT_SHOWN = ["printConfig", "json", "exec", "help"];

/** Prints the configuration that the broker would run with: as a table, or as one JSON object. */
export function printConfig(
  values: BrokerValues,
  effective: BrokerOptions,
  words: readonly string[],
  terminal: Terminal,
): void {
  const settings = brokerDefinition.groups.flatMap(({ options }) =>
    settingsOf(options, values as Readonly<Record<string, unknown>>, effective, words, terminal.environment),
  );
  if (values.json) {
    const entries = settings.map(({ name, value, from }) => [name, { value: plain(value), from }]);
    terminal.write(`${JSON.stringify(Object.fromEntries(entries))}\n`);
    return;
  }
  const columns = [{ heading: "option" }, { heading: "value" }, { heading: "from" }, { heading: "meaning" }];
  terminal.write(
    renderTable(
      columns,
      settings.map(({ name, value, from, meaning }) => [name, inWords(value), from, meaning]),
    ),
  );
}

function settingsOf(
  options: OptionSet,
  values: Readonly<Record<string, unknown>>,
  effective: BrokerOptions,
  words: readonly string[],
  environment: Terminal["environment"],
): Setting[] {
  return Object.entries(options)
    .filter(([name]) => !NOT_SHOWN.includes(name))
    .map(([name, option]) => {
      const value = name in limitOptions.options ? effective[name as keyof BrokerOptions] : values[name];
      return {
        name: mainName(option).replace(/^-+/, ""),
        value: option.secret && value !== undefined ? "(not shown)" : (value ?? option.defaultText),
        from: originOf(option, words, environment),
        meaning: option.summary,
      };
    });
}

/** The command line comes first, then the environment. */
function originOf(
  option: Option<unknown>,
  words: readonly string[],
  environment: Terminal["environment"],
): Setting["from"] {
  const names = [...namesOf(option), ...option.aliases];
  const isGiven = words.some((word) =>
    names.some((name) => word === name || word.startsWith(name.startsWith("--") ? `${name}=` : name)),
  );
  if (isGiven) return "command line";
  return (environment[environmentName(option)] ?? "") === "" ? "default" : "environment";
}

/** JSON has no Infinity. */
function plain(value: unknown): unknown {
  return value === Number.POSITIVE_INFINITY ? "none" : (value ?? null);
}

function inWords(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.map(inWords).join("\n");
  return typeof value === "object" ? JSON.stringify(value) : String(plain(value));
}
