import { previewOf } from "../../live/preview.ts";
import { safeLine } from "../../terminal/safe-text.ts";
import type { Line, Size } from "../../terminal/screen.ts";
import { fitted, widthOf } from "../../terminal/text-width.ts";
import type { Theme } from "../../terminal/theme.ts";
import type { TopicModel } from "./topic-model.ts";

const PREFIX = "$SYS/broker/";

/** What the broker tells of itself below $SYS, in two columns where there is room. */
export function brokerLines({ sys }: TopicModel, { columns, rows }: Size, theme: Theme): readonly Line[] {
  if (sys.size === 0) {
    const text = "The broker tells nothing of itself: no message came below $SYS (yet).";
    return [[{ text, paint: theme.faint }]];
  }
  const figures = [...sys].sort(([one], [other]) => (one < other ? -1 : 1));
  const names = figures.map(([topic]) => safeLine(topic.startsWith(PREFIX) ? topic.slice(PREFIX.length) : topic));
  const width = columns >= 110 && figures.length > rows ? Math.floor((columns - 4) / 2) : columns;
  const nameWidth = Math.min(Math.max(...names.map(widthOf)), Math.floor(width * 0.65));
  const cells = figures.map(([, value], index): Line => {
    const name = fitted(names[index] ?? "", nameWidth);
    const text = fitted(previewOf(Buffer.from(value)), Math.max(1, width - nameWidth - 2));
    return [{ text: name, paint: theme.name }, { text: "  " }, { text }];
  });
  if (width === columns) return withRest(cells, rows, theme);
  const half = Math.ceil(cells.length / 2);
  const both = cells
    .slice(0, half)
    .map((cell, index): Line => [...cell, { text: "    " }, ...(cells[half + index] ?? [])]);
  return withRest(both, rows, theme);
}

function withRest(lines: readonly Line[], rows: number, theme: Theme): readonly Line[] {
  if (lines.length <= rows) return lines;
  return [...lines.slice(0, rows - 1), [{ text: `… ${lines.length - rows + 1} more lines`, paint: theme.faint }]];
}
