import { indented } from "../../../payload/index.ts";
import { ageText, countText, rateText, sizeText } from "../../live/figures.ts";
import { numbersIn } from "../../live/numbers-in.ts";
import { previewOf } from "../../live/preview.ts";
import { sparkline } from "../../live/sparkline.ts";
import { safeLine, safePayload } from "../../terminal/safe-text.ts";
import type { Line, Size } from "../../terminal/screen.ts";
import type { Theme } from "../../terminal/theme.ts";
import { KEPT, type Kept } from "./decoding.ts";
import type { TopState } from "./top-state.ts";
import type { Latest } from "./topic-node.ts";

const VALUE = /(^|\.)value$/i;

type TextOf = (kept: Kept) => string;

/** One topic: its figures, its last value as a whole, a number of it over time, and its last messages. */
export function topicLines(
  { model, selected, field }: TopState,
  { columns, rows }: Size,
  theme: Theme,
  now: number,
): Line[] {
  const latest = selected?.latest;
  if (selected === undefined || latest === undefined) return [[{ text: "no topic is selected", paint: theme.faint }]];
  const figures = [
    `${countText(latest.messages)} message${latest.messages === 1 ? "" : "s"}`,
    ...(selected.children.size === 0 && selected.rate > 0 ? [rateText(selected.rate)] : []),
    `last ${latest.at === 0 ? "never" : agoText(now - latest.at)}`,
    `QoS ${latest.qos}`,
    ...(latest.isRetained ? ["retained"] : []),
    sizeText(latest.size),
  ].join(" · ");
  const lines: Line[] = [[{ text: safeLine(selected.topic), paint: theme.name }], [{ text: figures }]];
  if (latest.details !== "") lines.push([{ text: safeLine(latest.details), paint: theme.faint }]);
  const textOf = (kept: Kept): string => model.textOf(selected, kept);
  const graph = graphLines(latest, textOf, field, columns, theme);
  const valueRoom = Math.max(1, Math.floor((rows - lines.length - graph.length) / 2) - 1);
  lines.push([], ...valueLines(latest, textOf(latest), valueRoom, theme), ...graph);
  const left = rows - lines.length - 2;
  if (left > 0) lines.push([], ...historyLines(latest, textOf, left, theme));
  return lines;
}

function agoText(age: number): string {
  const text = ageText(Math.max(0, age));
  return text === "now" ? text : `${text} ago`;
}

function valueLines(latest: Latest, said: string, room: number, theme: Theme): readonly Line[] {
  const bytes = Buffer.from(said, "latin1");
  const isPart = latest.read === undefined ? latest.size > bytes.length : said.length === KEPT;
  const text = bytes.length === 0 ? "(null)" : safePayload(isPart ? bytes : Buffer.from(asPeopleWrite(bytes)));
  const all = text.split("\n");
  const isCut = isPart || all.length > room;
  const shown = all
    .slice(0, Math.max(1, isCut ? room - 1 : room))
    .map((line): Line => [{ text: `  ${line.replaceAll("\t", "  ")}` }]);
  return isCut ? [...shown, [{ text: `  … ${sizeText(latest.size)} in all`, paint: theme.faint }]] : shown;
}

/** JSON over several lines, everything else as it is. */
function asPeopleWrite(payload: Buffer): Buffer | string {
  const text = payload.toString("utf8");
  if (!/^\s*[{[]/.test(text)) return payload;
  try {
    JSON.parse(text);
    return indented(text);
  } catch {
    return payload;
  }
}

function graphLines(latest: Latest, textOf: TextOf, field: number, columns: number, theme: Theme): readonly Line[] {
  const { history } = latest;
  const all = [...numbersIn(textOf(latest)).keys()];
  // {"seq": 1, "value": 21.5}: what is called a value comes first.
  const names = [...all.filter((name) => VALUE.test(name)), ...all.filter((name) => !VALUE.test(name))];
  const name = names[field % Math.max(1, names.length)];
  if (name === undefined || history.length < 2) return [];
  const values = history.map((past) => numbersIn(textOf(past)).get(name)).slice(-(columns - 4));
  const numbers = values.filter((value) => value !== undefined);
  if (numbers.length < 2) return [];
  const range = `${shortNumber(Math.min(...numbers))} … ${shortNumber(Math.max(...numbers))}`;
  const which = names.length > 1 ? ` (${(field % names.length) + 1} of ${names.length})` : "";
  return [
    [],
    [
      { text: `  ${name === "" ? "value" : safeLine(name)}${which}`, paint: theme.heading },
      { text: `  ${range}`, paint: theme.faint },
    ],
    [{ text: `  ${sparkline(values, columns - 4)}`, paint: theme.good }],
  ];
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(6)));
}

function historyLines({ history }: Latest, textOf: TextOf, room: number, theme: Theme): readonly Line[] {
  const shown = history.slice(-room).reverse();
  return shown.map((past): Line => {
    const time = new Date(past.at);
    const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => String(part).padStart(2, "0"));
    const moment = `${clock.join(":")}.${String(time.getMilliseconds()).padStart(3, "0")}`;
    return [{ text: `  ${moment}  `, paint: theme.faint }, { text: previewOf(Buffer.from(textOf(past), "latin1")) }];
  });
}
