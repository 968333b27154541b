import { ageText, countText, rateText, sizeText } from "../../live/figures.ts";
import { safeLine } from "../../terminal/safe-text.ts";
import type { Line, Size } from "../../terminal/screen.ts";
import { fitted, widthOf } from "../../terminal/text-width.ts";
import type { Theme } from "../../terminal/theme.ts";
import type { WatchedTopic, WatchedTopics } from "./watched-topics.ts";

const GAP = "  ";
/** A value has this many columns before figures stand beside it. */
const LEAST_VALUE = 14;
/** Topics get no more than this share of the width. */
const TOPIC_SHARE = 0.45;
/** A value that changed is marked so long, in milliseconds; one that is older than the second time is faint. */
const FRESH = 1500;
const STALE = 60_000;

export interface WatchSettings {
  /** What is watched: "127.0.0.1:1883". */
  readonly title: string;
  /** The value is a line that the user has laid out: there are no columns beside it. */
  readonly isWhole: boolean;
}

/** All lines of `sub --watch`: a head, a line for each topic, and how many there are no lines for. */
export function watchPicture(
  topics: WatchedTopics,
  { columns, rows }: Size,
  { title, isWhole }: WatchSettings,
  theme: Theme,
  { now, notice }: { readonly now: number; readonly notice: string | undefined },
): readonly Line[] {
  const room = Math.max(1, rows - (isWhole ? 1 : 2));
  const fits = topics.size <= room - (notice === undefined ? 0 : 1);
  const shown = topics.shown(fits ? room : room - 1, now);
  const lines: Line[] = [headOf(topics, title, columns, theme, now)];
  if (isWhole) lines.push(...shown.map((topic): Line => [{ text: topic.value, paint: paintOf(topic, now, theme) }]));
  else lines.push(...tableOf(shown, columns, now, theme));
  const last = [
    ...(fits ? [] : [`… ${countText(topics.size - shown.length)} more`]),
    ...(topics.hasForgotten ? ["topics that were silent longest are forgotten"] : []),
  ].join(" · ");
  if (notice !== undefined) {
    while (lines.length < rows - 1) lines.push([]);
    lines[rows - 1] = [{ text: last === "" ? "" : `${last} · ` }, { text: notice, paint: theme.warning }];
  } else if (last !== "") lines.push([{ text: last, paint: theme.faint }]);
  return lines.slice(0, rows);
}

function headOf(topics: WatchedTopics, title: string, columns: number, theme: Theme, now: number): Line {
  const counted = (count: number, word: string): string => `${countText(count)} ${word}${count === 1 ? "" : "s"}`;
  const rate = rateText(topics.total?.perSecond(now));
  const right =
    topics.messages === 0
      ? "waiting for messages"
      : [counted(topics.size, "topic"), counted(topics.messages, "message"), ...(rate === "" ? [] : [rate])].join(
          " · ",
        );
  const left = fitted(title, Math.max(0, columns - widthOf(right) - 1));
  return [{ text: left, paint: theme.heading }, { text: " " }, { text: right }];
}

function paintOf({ changedAt, at }: WatchedTopic, now: number, theme: Theme): ((text: string) => string) | undefined {
  if (now - changedAt < FRESH) return theme.good;
  return now - at > STALE ? theme.faint : undefined;
}

/** Topic, value and figures; where it is narrow, figures go before the value does. */
function tableOf(topics: readonly WatchedTopic[], columns: number, now: number, theme: Theme): readonly Line[] {
  const names = topics.map(({ topic }) => safeLine(topic));
  const topicWidth = Math.min(Math.max(5, ...names.map(widthOf)), Math.max(8, Math.floor(columns * TOPIC_SHARE)));
  const figures = [
    { texts: ["RATE", ...topics.map(({ rate }) => rateText(rate.perSecond(now)))], least: 6 },
    { texts: ["AGE", ...topics.map(({ at }) => ageText(now - at))], least: 3 },
    { texts: ["SIZE", ...topics.map(({ size }) => sizeText(size))], least: 6 },
  ].map(({ texts, least }) => ({ texts, width: Math.max(least, ...texts.map((text) => text.length)) }));
  const roomBeside = (): number =>
    columns - topicWidth - GAP.length - figures.reduce((sum, { width }) => sum + GAP.length + width, 0);
  while (figures.length > 0 && roomBeside() < LEAST_VALUE) figures.pop();
  const valueWidth = Math.max(1, roomBeside());
  const figuresOf = (row: number): string =>
    figures.map(({ texts, width }) => GAP + fitted(texts[row] ?? "", width, "right")).join("");
  const head = fitted("TOPIC", topicWidth) + GAP + fitted("VALUE", valueWidth) + figuresOf(0);
  const rows = topics.map(
    (topic, index): Line => [
      { text: fitted(names[index] ?? "", topicWidth), paint: theme.name },
      { text: GAP },
      { text: fitted(topic.value, valueWidth), paint: paintOf(topic, now, theme) },
      { text: figuresOf(index + 1), paint: theme.faint },
    ],
  );
  return [[{ text: head, paint: theme.faint }], ...rows];
}
