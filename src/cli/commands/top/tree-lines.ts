import { countText, rateText } from "../../live/figures.ts";
import { previewOf } from "../../live/preview.ts";
import { safeLine } from "../../terminal/safe-text.ts";
import type { Line, Size } from "../../terminal/screen.ts";
import { fitted, widthOf } from "../../terminal/text-width.ts";
import type { Theme } from "../../terminal/theme.ts";
import type { TopState } from "./top-state.ts";
import type { TopicModel } from "./topic-model.ts";
import type { TopicNode } from "./topic-node.ts";

const GAP = "  ";
/** The tree gets no more than this share of the width. */
const TREE_SHARE = 0.5;
/** A value has this many columns before figures stand beside it. */
const LEAST_VALUE = 14;
/** Bytes of a payload that a line can show. */
const SHOWN = 512;

/** The topics as a tree: messages, rate, whether something is retained, and the last value. */
export function treeLines(state: TopState, { columns, rows }: Size, theme: Theme): readonly Line[] {
  const { model } = state;
  const all = state.rows;
  if (all.length === 0) {
    const why = model.topics === 0 ? "waiting for messages" : `no topic has ${safeLine(state.search)} in its name`;
    return [[{ text: why, paint: theme.faint }]];
  }
  const room = Math.max(1, rows - (model.unplaced > 0 ? 2 : 1));
  const shown = scrolled(state, all, room);
  const names = shown.map((node) => treeName(node, state.search !== ""));
  const width = Math.min(Math.max(20, ...names.map(widthOf)), Math.floor(columns * TREE_SHARE));
  const counts = shown.map(({ messages }) => countText(messages));
  const countWidth = Math.max(8, ...counts.map((text) => text.length));
  const rates = shown.map(({ rate }) => rateText(rate));
  const rateWidth = Math.max(7, ...rates.map((text) => text.length));
  const beside = columns - width - 2 * GAP.length - 2 - LEAST_VALUE - countWidth;
  const figures = (count: string, rate: string, mark: string): string =>
    [
      ...(beside < 0 ? [] : [fitted(count, countWidth, "right")]),
      ...(beside < GAP.length + rateWidth ? [] : [fitted(rate, rateWidth, "right")]),
      mark,
    ].join(GAP);
  const head = `  ${fitted("TOPIC", width - 2)}${GAP}${figures("MESSAGES", "RATE", " ")} VALUE`;
  const lines: Line[] = [[{ text: head, paint: theme.faint }]];
  for (const [index, node] of shown.entries()) {
    const isSelected = node === state.selected;
    const name = fitted(names[index] ?? "", width);
    const text = figures(counts[index] ?? "", rates[index] ?? "", node.latest?.isRetained ? "R" : " ");
    const value = valueText(model, node);
    if (isSelected) lines.push([{ text: fitted(`${name}${GAP}${text} ${value}`, columns), paint: theme.selected }]);
    else {
      lines.push([
        { text: name, paint: node.latest === undefined ? theme.heading : theme.name },
        { text: GAP },
        { text: text.slice(0, -1), paint: theme.faint },
        { text: text.slice(-1), paint: theme.warning },
        { text: ` ${value}`, paint: node.latest === undefined ? theme.faint : undefined },
      ]);
    }
  }
  if (model.unplaced > 0) {
    const text = `more than ${countText(model.topics)} topics: ${countText(model.unplaced)} messages of others are only counted`;
    lines.push([{ text, paint: theme.warning }]);
  }
  return lines;
}

/** The lines that are seen, with the selected one among them. */
function scrolled(state: TopState, all: readonly TopicNode[], room: number): readonly TopicNode[] {
  state.room = room;
  let at = state.selected === undefined ? -1 : all.indexOf(state.selected);
  if (at < 0) {
    // It is folded away, or not what is searched for.
    at = Math.min(state.top, all.length - 1);
    state.selected = all[at];
  }
  state.top = Math.max(0, Math.min(state.top, at, all.length - room), at - room + 1);
  return all.slice(state.top, state.top + room);
}

function treeName(node: TopicNode, isUnfolded: boolean): string {
  const fold = node.children.size === 0 ? " " : node.isOpen || isUnfolded ? "▾" : "▸";
  return `${"  ".repeat(node.depth)}${fold} ${safeLine(node.name === "" ? "(empty)" : node.name)}`;
}

function valueText(model: TopicModel, node: TopicNode): string {
  const { latest, topics } = node;
  if (latest === undefined) return `${countText(topics)} topic${topics === 1 ? "" : "s"}`;
  return previewOf(Buffer.from(model.textOf(node, latest).slice(0, SHOWN), "latin1"));
}
