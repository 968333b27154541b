import type { Help } from "commander";
import type { Command, CommandDefinition } from "./command.ts";
import { commanderFrom } from "./command-line.ts";
import type { Terminal } from "./terminal/terminal.ts";
import { type Theme, themeFor } from "./terminal/theme.ts";

/** Beyond this a term has a line of its own, so that the explanations keep room at 80 columns. */
const WIDEST_TERM = 28;
/** Lines longer than this are hard to read, however wide the terminal is. */
const WIDEST_PAGE = 100;

type HelpTerminal = Pick<Terminal, "hasColors" | "columns">;

/** The page of `mqtk --help`. */
export function overview(commands: readonly Command[], terminal: HelpTerminal): string {
  const theme = themeFor(terminal, "stdout");
  const width = Math.max(...commands.map(({ definition }) => definition.name.length));
  const lines = commands.map(
    ({ definition: { name, summary } }) => `  ${theme.name(name)}${" ".repeat(width - name.length)}  ${summary}`,
  );
  return `${theme.heading("Usage:")} mqtk <command> [options]

MQTT toolkit: publish, subscribe, run a broker and measure one, for MQTT 5.0, 3.1.1 and 3.1.

${theme.heading("Commands:")}
${lines.join("\n")}

${theme.heading("Everywhere:")}
  mqtk <command> --help   options and examples of a command
  mqtk --version          the version

Every option has an environment variable: --host is MQTK_HOST.
`;
}

/** The page of `mqtk NAME --help`. */
export function commandHelp(definition: CommandDefinition, terminal: HelpTerminal): string {
  const theme = themeFor(terminal, "stdout");
  const commander = commanderFrom(definition);
  commander.configureHelp({
    helpWidth: Math.min(terminal.columns, WIDEST_PAGE),
    padWidth: () => WIDEST_TERM,
    formatItem,
    styleTitle: theme.heading,
    styleOptionTerm: theme.name,
    styleArgumentTerm: theme.name,
  });
  return `${commander.createHelp().formatHelp(commander, commander.createHelp())}\n${examples(definition, theme)}`;
}

function examples(definition: CommandDefinition, theme: Theme): string {
  const lines = definition.examples.map(({ line, meaning }) => `  ${line}\n      ${theme.faint(meaning)}`);
  return `${theme.heading("Examples:")}\n${lines.join("\n")}\n`;
}

function formatItem(this: Help, term: string, width: number, description: string, helper: Help): string {
  const indent = " ".repeat(2 + width + 2);
  const room = (this.helpWidth ?? 80) - indent.length;
  const explained = helper.boxWrap(description, room).replaceAll("\n", `\n${indent}`);
  const padding = width - helper.displayWidth(term);
  return padding >= 0 ? `  ${term}${" ".repeat(padding)}  ${explained}` : `  ${term}\n${indent}${explained}`;
}
