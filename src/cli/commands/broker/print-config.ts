import type { BrokerOptions } from "../../../broker/index.ts";
import { environmentName, mainName, namesOf, type Option, type OptionSet } from "../../option.ts";
import { renderTable } from "../../terminal/table.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { type BrokerValues, brokerDefinition } from "./definition.ts";
import { limitOptions, type Unit, unitOf } from "./limits.ts";
import type { ListenWish } from "./listen-url.ts";
import { settingsOfListener, urlOf } from "./listener-settings.ts";

/** What decides how a broker runs, and where each value comes from. */
interface Setting {
  readonly name: string;
  readonly value: unknown;
  readonly unit: Unit | undefined;
  readonly from: "default" | "environment" | "command line";
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
    const entries = settings.map(({ name, value, unit, from }) => [name, { value: asData(name, value), unit, from }]);
    terminal.write(`${JSON.stringify(Object.fromEntries(entries))}\n`);
    return;
  }
  const columns = [{ heading: "option" }, { heading: "value" }, { heading: "from" }];
  terminal.write(
    renderTable(
      columns,
      settings.map(({ name, value, unit, from }) => [
        name,
        name === "listen" ? listenersInWords(value) : inWords(value, unit),
        from,
      ]),
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
        unit: name in limitOptions.options ? unitOf(name as keyof typeof limitOptions.options) : undefined,
        from: originOf(option, words, environment),
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

/** Of each listener where it is, and what it has of its own. */
function asData(name: string, value: unknown): unknown {
  if (name !== "listen") return plain(value);
  return (value as readonly ListenWish[]).map((wish) => {
    const own = settingsOfListener(wish).map((setting) => [setting.name, plain(setting.value)]);
    return { url: urlOf(wish), ...Object.fromEntries(own) };
  });
}

function listenersInWords(value: unknown): string {
  return (value as readonly ListenWish[])
    .flatMap((wish) => [
      urlOf(wish),
      ...settingsOfListener(wish).map((setting) => {
        const { value: one } = setting;
        return `  ${setting.name} ${Array.isArray(one) ? one.join(", ") : inWords(one, setting.unit)}`;
      }),
    ])
    .join("\n");
}

/** JSON has no Infinity. */
function plain(value: unknown): unknown {
  return value === Number.POSITIVE_INFINITY ? "none" : (value ?? null);
}

function inWords(value: unknown, unit?: Setting["unit"]): string {
  if (unit !== undefined && Number.isFinite(value)) {
    return unit === "bytes" ? sizeInWords(value as number) : `${value} ${unit}`;
  }
  if (value === undefined) return "";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.map((one) => inWords(one)).join("\n");
  return typeof value === "object" ? JSON.stringify(value) : String(plain(value));
}

const UNITS = ["B", "KiB", "MiB", "GiB"];

function sizeInWords(bytes: number): string {
  const power = [3, 2, 1].find((candidate) => bytes > 0 && bytes % 1024 ** candidate === 0) ?? 0;
  return `${bytes / 1024 ** power} ${UNITS[power]}`;
}
