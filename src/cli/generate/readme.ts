import { type Command, usageOf } from "../command.ts";
import { describe } from "../command-line.ts";
import { exitCodes } from "../exit-code.ts";

/** The generated parts of README.md by the names in their markers. */
export function readmeParts(commands: readonly Command[]): Readonly<Record<string, string>> {
  return { commands: commands.map(commandPart).join("\n"), "exit-codes": exitCodePart() };
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

function commandPart({ definition }: Command): string {
  const groups = definition.groups.map(({ heading, options }) =>
    table(
      [heading, ""],
      Object.values(options)
        .filter((option) => !option.hidden)
        .map((option) => [`\`${option.flags}\``, describe(option)]),
    ),
  );
  const examples = definition.examples.map(({ line, meaning }) => `${line}   # ${meaning}`).join("\n");
  return `### \`${usageOf(definition)}\`

${definition.description}

\`\`\`sh
${examples}
\`\`\`

${groups.join("\n")}`;
}

function exitCodePart(): string {
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
