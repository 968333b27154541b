import { flag, group, value } from "../option.ts";
import type { ColorChoice } from "../terminal/terminal.ts";
import { choice } from "../value-types.ts";

const colorChoice = choice<ColorChoice>({ auto: "auto", always: "always", never: "never" });

/** How much is said, and how it looks; every command has these. */
export const outputOptions = group("Output", () => ({
  quiet: flag({ flags: "--quiet", summary: "nothing but results and errors" }),
  color: value(colorChoice, { flags: "--color <when>", summary: "colours: auto, always or never", default: "auto" }),
}));

/** For commands with a client. */
export const clientOutputOptions = group("Output", () => ({
  ...outputOptions.options,
  debug: flag({ flags: "-d, --debug", summary: "show every packet that is sent and received, on stderr" }),
}));
