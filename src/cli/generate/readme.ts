import { type Command, type CommandDefinition, usageOf } from "../command.ts";
import { describe } from "../command-line.ts";
import type { OptionGroup } from "../option.ts";
import { exitCodes } from "./exit-codes.ts";

/** The generated parts of README.md by the names in their markers. */
export function readmeParts(commands: readonly Command[]): Readonly<Record<string, string>> {
  return { commands: commandsPart(commands.map((command) => command.definition)), "exit-codes": exitCodesPart() };
}

/**
 * Puts each part between its markers, `<!-- generated: NAME -->` and `<!-- end generated -->`. Throws where a part has
 * no place in the text, or the text has a place for a part that does not exist.
 */
export function withParts(text: string, parts: Readonly<Record<string, string>>): string {
  const missing = new Set(Object.keys(parts));
  const result = text.replaceAll(
    /(<!-- generated: (\S+) -->\n)[\s\S]*?(<!-- end generated -->)/g,
    (_all, begin: string, name: string, end: string) => {
      const part = parts[name];
      if (part === undefined) throw new Error(`there is no generated part "${name}"`);
      missing.delete(name);
      return `${begin}\n${part}\n${end}`;
    },
  );
  const [first] = missing;
  if (first !== undefined) {
    throw new Error(
      `no place for "${first}": expected the line <!-- generated: ${first} --> and <!-- end generated -->`,
    );
  }
  return result;
}

function commandsPart(definitions: readonly CommandDefinition[]): string {
  const shared = sharedGroups(definitions);
  const tables = [...shared.values()].map((group) => optionTable(group));
  return `${definitions.map((definition) => commandPart(definition, shared)).join("\n")}
### Options of several commands

${tables.join("\n")}`;
}

/** Groups that stand in more than one command, by their headings; where one command has fewer options, the largest. */
function sharedGroups(definitions: readonly CommandDefinition[]): ReadonlyMap<string, OptionGroup> {
  const byHeading = new Map<string, OptionGroup[]>();
  for (const group of definitions.flatMap((definition) => definition.groups)) {
    byHeading.set(group.heading, [...(byHeading.get(group.heading) ?? []), group]);
  }
  const shared = [...byHeading].filter(([, groups]) => groups.length > 1);
  return new Map(shared.map(([heading, groups]) => [heading, groups.reduce(larger)]));
}

function larger(one: OptionGroup, other: OptionGroup): OptionGroup {
  return Object.keys(other.options).length > Object.keys(one.options).length ? other : one;
}

function commandPart(definition: CommandDefinition, shared: ReadonlyMap<string, OptionGroup>): string {
  const own = definition.groups.filter((group) => !shared.has(group.heading));
  const others = definition.groups.flatMap((group) => {
    const whole = shared.get(group.heading);
    return whole ? [`${group.heading}${exceptions(group, whole)}`] : [];
  });
  const widest = Math.max(...definition.examples.map(({ line }) => line.length));
  const examples = definition.examples.map(({ line, meaning }) => `${line.padEnd(widest)}  # ${meaning}\n`).join("");
  return `### \`${usageOf(definition)}\`

${definition.description}

\`\`\`sh
${examples}\`\`\`

${own.map((group) => `${optionTable(group)}\n`).join("")}And from below: ${others.join(", ")}.
`;
}

function exceptions(group: OptionGroup, whole: OptionGroup): string {
  const without = Object.keys(whole.options).filter((name) => !(name in group.options));
  const names = without.map((name) => `\`${whole.options[name]?.flags.replace(/ <.*/, "")}\``);
  return names.length === 0 ? "" : ` (without ${names.join(", ")})`;
}

function optionTable({ heading, options }: OptionGroup): string {
  const shown = Object.values(options).filter((option) => !option.hidden);
  return table(
    [heading, ""],
    shown.map((option) => [`\`${option.flags}\``, describe(option)]),
  );
}

function exitCodesPart(): string {
  return table(
    ["exit code", "name", "meaning"],
    exitCodes.map(({ code, name, meaning }) => [String(code), name, meaning]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
  return `${line(head)}|${head.map(() => "---|").join("")}\n${rows.map(line).join("")}`;
}
