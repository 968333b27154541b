import { safeLine } from "../../../../terminal/safe-text.ts";

/** HTML or SVG that is as it should be; any other text is escaped where it meets markup. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Markup | string | number | undefined | readonly Part[];

/** Markup in which whatever is put in is text, unless it is markup itself. Lists are joined; undefined is nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let text = strings[0] as string;
  for (const [index, part] of parts.entries()) text += textOf(part) + (strings[index + 1] as string);
  return new Markup(text);
}

function textOf(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Markup) return part.text;
  if (typeof part === "object") return part.map(textOf).join("");
  return typeof part === "number" ? String(rounded(part)) : escaped(part);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text that is text in elements and in quoted attributes, with nothing invisible in it. */
function escaped(text: string): string {
  return safeLine(text).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] as string);
}

/** Coordinates need no more than a tenth of a pixel's tenth. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
