import { Chalk, type ChalkInstance } from "chalk";
import type { Terminal } from "./terminal.ts";

/** What text means; how that looks is decided here alone. */
export interface Theme {
  readonly heading: (text: string) => string;
  readonly name: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly faint: (text: string) => string;
  /** What the next key acts on. */
  readonly selected: (text: string) => string;
}

/** The theme for a stream: plain text where it has no colours. Import this file lazily; chalk takes time to load. */
export function themeFor(terminal: Pick<Terminal, "hasColors">, stream: "stdout" | "stderr"): Theme {
  const chalk: ChalkInstance = new Chalk({ level: terminal.hasColors(stream) ? 1 : 0 });
  return {
    heading: (text) => chalk.bold(text),
    name: (text) => chalk.cyan(text),
    good: (text) => chalk.green(text),
    bad: (text) => chalk.red(text),
    warning: (text) => chalk.yellow(text),
    faint: (text) => chalk.dim(text),
    selected: (text) => chalk.inverse(text),
  };
}
