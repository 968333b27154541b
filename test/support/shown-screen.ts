/** What a terminal shows after these bytes, which are those of `screen.ts`: its lines, and whether it is back as it was. */
export function shownScreen(written: string): {
  readonly lines: readonly string[];
  readonly isAsItWas: boolean;
  /** Everything that was not understood: there must be nothing. */
  readonly unknown: readonly string[];
} {
  const lines: string[] = [];
  const modes = new Map<string, boolean>([
    ["1049", false],
    ["25", true],
    ["7", true],
  ]);
  const unknown: string[] = [];
  let row = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the bytes of a terminal
  for (const [, codes, final, text] of written.matchAll(/\x1b\[([\d;?]*)([A-Za-z])|([^\x1b]+|\x1b)/g)) {
    if (text !== undefined) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be in a line
      if (/[\x00-\x1f\x7f]/.test(text)) unknown.push(text);
      lines[row] = (lines[row] ?? "") + text;
    } else if (final === "H") row = Number(codes?.split(";")[0]) - 1;
    else if (final === "K") lines[row] = "";
    else if (final === "J") lines.length = 0;
    else if ((final === "h" || final === "l") && codes?.startsWith("?")) modes.set(codes.slice(1), final === "h");
    else if (final !== "m") unknown.push(`${codes}${final}`);
  }
  const isAsItWas = !modes.get("1049") && modes.get("25") === true && modes.get("7") === true;
  return { lines: Array.from(lines, (line) => line ?? ""), isAsItWas, unknown };
}
