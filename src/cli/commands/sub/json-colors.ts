import type { Theme } from "../../terminal/theme.ts";

/** JSON in colours: names, text, everything else. What is no JSON comes out as it is, or nearly so. */
export function paintedJson(json: string, { name, good, warning, faint }: Theme): string {
  return json.replaceAll(
    /("(?:[^"\\\n]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*|\btrue\b|\bfalse\b)|(\bnull\b)/g,
    (_all, text: string | undefined, colon: string | undefined, value: string | undefined, nothing: string) => {
      if (text !== undefined) return colon === undefined ? good(text) : name(text) + colon;
      return value === undefined ? faint(nothing) : warning(value);
    },
  );
}
