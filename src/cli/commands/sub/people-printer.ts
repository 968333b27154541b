import type { ReceivedMessage } from "../../../client/index.ts";
import { indented } from "../../../payload/index.ts";
import { propertyLine } from "../../live/property-line.ts";
import { safeLine, safePayload } from "../../terminal/safe-text.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { widthOf } from "../../terminal/text-width.ts";
import { type Theme, themeFor } from "../../terminal/theme.ts";
import type { SubValues } from "./definition.ts";
import { differenceOf } from "./difference.ts";
import { paintedJson } from "./json-colors.ts";
import { PreviousPayloads } from "./previous-payloads.ts";

/** Topics are aligned up to this width; a longer one moves its own payload only. */
const ALIGNED = 40;
/** Payloads beyond this, in bytes, are not looked into. */
const LOOKED_INTO = 1024 * 1024;
/** Payloads beyond this, in characters, are shown without colours. */
const COLOURED = 64 * 1024;

type ShownMessage = Pick<ReceivedMessage, "topic" | "payload" | "qos" | "retain" | "properties">;
type Values = Pick<SubValues, "verbose" | "noNewline" | "pretty" | "showProperties" | "diff">;

/** Messages for people: colours, aligned topics, JSON over several lines, properties, differences; as the options say. */
export function peoplePrinter(
  values: Values,
  terminal: Pick<Terminal, "out" | "stdoutIsTTY" | "color" | "hasColors">,
): (message: ShownMessage) => void {
  const { verbose, noNewline, pretty, showProperties, diff } = values;
  const { out } = terminal;
  const isSafe = terminal.stdoutIsTTY || terminal.color === "always";
  const hasColors = terminal.hasColors("stdout");
  const theme = themeFor(terminal, "stdout");
  const previous = diff ? new PreviousPayloads() : undefined;
  let aligned = 0;
  const topicOf = (topic: string): string => {
    if (!isSafe) return `${topic} `;
    const shown = safeLine(topic);
    const width = widthOf(shown);
    if (width <= ALIGNED) aligned = Math.max(aligned, width);
    return `${theme.name(shown)}${" ".repeat(Math.max(0, (terminal.stdoutIsTTY ? aligned : 0) - width))} `;
  };
  const textOf = (payload: Buffer): string | Buffer => {
    const json = pretty && payload.length <= LOOKED_INTO ? jsonOf(payload) : undefined;
    if (!isSafe) return json === undefined ? payload : indented(json);
    const shown = safePayload(json === undefined ? payload : Buffer.from(indented(json)));
    return hasColors && shown.length <= COLOURED && isJson(shown) ? paintedJson(shown, theme) : shown;
  };
  return (message) => {
    const { topic, payload } = message;
    if (payload.length === 0 && !verbose && !diff && !showProperties) return;
    if (verbose) out.text(topicOf(topic));
    const before = previous?.replace(topic, payload);
    if (payload.length === 0) out.text(theme.faint("(null)"));
    else if (before === undefined) {
      const shown = textOf(payload);
      if (typeof shown === "string") out.text(shown);
      else out.bytes(shown);
    } else out.text(differenceText(before, payload, theme, isSafe).join(verbose ? "\n  " : "\n"));
    if (!noNewline) out.newline();
    if (showProperties) {
      const line = propertyLine(message);
      out.text(`  ${theme.faint(isSafe ? safeLine(line) : line)}\n`);
    }
  };
}

function jsonOf(payload: Buffer): string | undefined {
  const text = payload.toString("utf8");
  return isJson(text) ? text : undefined;
}

/** An object or a list: what is worth lines and colours. */
function isJson(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function differenceText(
  before: Buffer | "too large",
  payload: Buffer,
  theme: Theme,
  isSafe: boolean,
): readonly string[] {
  if (before === "too large") return [theme.faint(`(${payload.length} B: too large to compare)`)];
  const changes = differenceOf(before, payload);
  if (changes.length === 0) return [theme.faint("(unchanged)")];
  const paint = { "+": theme.good, "-": theme.bad, "~": (text: string) => text };
  return changes.map(({ kind, text }) => paint[kind](`${kind} ${isSafe ? safeLine(text) : text}`));
}
