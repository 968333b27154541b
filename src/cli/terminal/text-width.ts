import stringWidth from "string-width";

/** Its width is its length. */
const plain = /^[\x20-\x7e]*$/;
let segmenter: Intl.Segmenter | undefined;

/** Cells of the terminal that a line takes; it holds no control characters (`safe-text.ts`). */
export function widthOf(line: string): number {
  return plain.test(line) ? line.length : stringWidth(line);
}

/** As much of the line as has room, with "…" where something is left out. */
export function shortened(line: string, width: number): string {
  if (width <= 0) return "";
  if (line.length > 4 * width + 64) return cut(line.slice(0, 4 * width + 64), width);
  return widthOf(line) <= width ? line : cut(line, width);
}

/** Exactly as wide as said: shortened, or filled with spaces on the side that is not aligned. */
export function fitted(line: string, width: number, align: "left" | "right" = "left"): string {
  const text = shortened(line, width);
  const space = " ".repeat(Math.max(0, width - widthOf(text)));
  return align === "left" ? text + space : space + text;
}

function cut(line: string, width: number): string {
  if (plain.test(line)) return `${line.slice(0, width - 1)}…`;
  segmenter ??= new Intl.Segmenter();
  let kept = "";
  let used = 0;
  for (const { segment } of segmenter.segment(line)) {
    used += widthOf(segment);
    if (used > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}
