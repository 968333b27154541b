import { countText, rateText, sizeText } from "../../live/figures.ts";
import { sparkline } from "../../live/sparkline.ts";
import { safeLine } from "../../terminal/safe-text.ts";
import type { Line, Size } from "../../terminal/screen.ts";
import { fitted, shortened, widthOf } from "../../terminal/text-width.ts";
import type { Theme } from "../../terminal/theme.ts";
import { brokerLines } from "./broker-lines.ts";
import type { TopState } from "./top-state.ts";
import { topicLines } from "./topic-lines.ts";
import { treeLines } from "./tree-lines.ts";

/** Seconds that the line of the rate shows, where there is room. */
const RATE_SHOWN = 20;

export interface Moment {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly notice: string | undefined;
}

/** All lines of `top`: what the broker does, one of the three views, and what keys do. */
export function topPicture(state: TopState, title: string, size: Size, theme: Theme, moment: Moment): readonly Line[] {
  const { columns, rows } = size;
  const room = { columns, rows: Math.max(0, rows - 3) };
  const lines: Line[] = [headOf(state, title, columns, theme), []];
  if (state.view === "tree") lines.push(...treeLines(state, room, theme));
  else if (state.view === "topic") lines.push(...topicLines(state, room, theme, moment.now));
  else lines.push(...brokerLines(state.model, room, theme));
  lines.length = Math.min(lines.length, Math.max(0, rows - 1));
  while (lines.length < rows - 1) lines.push([]);
  lines.push(footOf(state, moment, columns, theme));
  return lines.slice(0, rows);
}

function headOf({ model }: TopState, title: string, columns: number, theme: Theme): Line {
  const { topics, messages, rate, byteRate } = model;
  const counted = `${countText(topics)} topic${topics === 1 ? "" : "s"} · ${countText(messages)} messages`;
  const right = `${rateText(rate) || "0/s"} · ${sizeText(byteRate)}/s · ${counted}`;
  const room = columns - widthOf(right) - 2;
  const bars = sparkline(model.past, Math.max(0, Math.min(RATE_SHOWN, room - widthOf(title) - 2)), 0);
  const left = Math.max(0, room - widthOf(bars));
  return [
    { text: fitted(title, left), paint: theme.heading },
    { text: " " },
    { text: bars, paint: theme.name },
    { text: ` ${right}` },
  ];
}

function footOf(state: TopState, { notice }: Moment, columns: number, theme: Theme): Line {
  const { toClear, isSearching, search, view } = state;
  if (toClear !== undefined) {
    const what =
      toClear.length === 1
        ? `the retained message of ${safeLine(toClear[0] ?? "")}`
        : `${countText(toClear.length)} retained messages, such as that of ${safeLine(toClear[0] ?? "")}`;
    return [{ text: "Clear? y/n ", paint: theme.warning }, { text: what }];
  }
  if (isSearching) return [{ text: "/", paint: theme.warning }, { text: `${safeLine(search)}▏` }];
  if (notice !== undefined) return [{ text: notice, paint: theme.warning }];
  const keys: Readonly<Record<TopState["view"], readonly (readonly [string, string])[]>> = {
    tree: [
      ["↑↓", "move"],
      ["←→", "fold"],
      ["enter", "open"],
      ["/", search === "" ? "search" : `search: ${shortened(safeLine(search), 12)}`],
      ["s", `by ${state.sort}`],
      ["d", "clear"],
      ["$", "broker"],
      ["q", "quit"],
    ],
    topic: [
      ["↑↓", "topics"],
      ["f", "next number"],
      ["d", "clear retained"],
      ["$", "broker"],
      ["esc", "back"],
      ["q", "quit"],
    ],
    broker: [
      ["$", "topics"],
      ["q", "quit"],
    ],
  };
  return fitting(keys[view], columns).flatMap(([key, meaning], index) => [
    { text: `${index === 0 ? "" : "  "}${key}`, paint: theme.name },
    { text: ` ${meaning}`, paint: theme.faint },
  ]);
}

/** Where it is narrow, these are left out of the last line, the first one first: the others are harder to guess. */
const LEAST_NEEDED = ["s", "↑↓", "←→", "$", "d", "f"];

function fitting(keys: readonly (readonly [string, string])[], columns: number): typeof keys {
  let shown = keys;
  for (const least of LEAST_NEEDED) {
    if (widthOf(shown.map((words) => words.join(" ")).join("  ")) <= columns) break;
    shown = shown.filter(([key]) => key !== least);
  }
  return shown;
}
