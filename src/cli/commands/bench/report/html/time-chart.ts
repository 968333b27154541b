import type { Second } from "../../../../../bench/index.ts";
import { middleOf } from "../../../../../bench/index.ts";
import { rateText } from "../../units.ts";
import { AREA, band, framed, path } from "./frame.ts";
import type { Markup } from "./markup.ts";
import { linear, linearTicks } from "./scale.ts";

export interface Rounds {
  /** Number of its colour. */
  readonly series: number;
  readonly name: string;
  /** The timeline of each round. */
  readonly timelines: readonly (readonly Second[])[];
}

interface Point {
  readonly at: number;
  readonly low: number;
  readonly middle: number;
  readonly high: number;
}

/** Throughput over the seconds of a round: the median of the rounds, and between which values all of them lie. */
export function timeChart(rounds: readonly Rounds[], what: string): Markup | undefined {
  const drawn = rounds
    .map((one) => ({ ...one, points: pointsOf(one.timelines) }))
    .filter(({ points }) => points.length > 0);
  if (drawn.length === 0) return undefined;
  const all = drawn.flatMap(({ points }) => points);
  const yTicks = linearTicks(0, Math.max(...all.map(({ high }) => high)));
  const last = Math.max(1, ...all.map(({ at }) => at));
  const x = linear([0, last], [AREA.left, AREA.right]);
  const y = linear([0, yTicks.at(-1) as number], [AREA.bottom, AREA.top]);
  const frame = {
    title: `Throughput over time: ${drawn.map(({ name }) => name).join(", ")}`,
    ...{ x, y, xLabel: "seconds of a round" },
    xTicks: linearTicks(0, last, 6)
      .filter((at) => at <= last)
      .map((at) => ({ at, label: `${Number(at.toPrecision(4))}` })),
    yTicks: yTicks.map((at) => ({ at, label: at === 0 ? "0" : rateText(at) })),
  };
  return framed(frame, [
    ...drawn
      .filter(({ timelines }) => timelines.length > 1)
      .map(({ series, points }) =>
        band(
          series,
          fromStart(points).map(({ at, low, high }) => ({ x: x(at), low: y(low), high: y(high) })),
        ),
      ),
    ...drawn.map(({ series, name, points }) => {
      const line = fromStart(points).map(({ at, middle }) => [x(at), y(middle)] as const);
      return path(series, line, `${name}: ${rateText(middleOf(points.map(({ middle }) => middle)))} ${what}/s`);
    }),
  ]);
}

/** What a second completed stands at its end; the first stands for the time before it, too. */
function fromStart(points: readonly Point[]): readonly Point[] {
  const [first] = points;
  return first ? [{ ...first, at: 0 }, ...points] : [];
}

/** The same second of all rounds, by its number; a last part of a second says little and is left out. */
function pointsOf(timelines: readonly (readonly Second[])[]): readonly Point[] {
  const longest = Math.max(0, ...timelines.map(({ length }) => length));
  const points: Point[] = [];
  for (let index = 0; index < longest; index++) {
    const seconds = timelines.flatMap((timeline) => timeline[index] ?? []);
    const rates = seconds.map(({ rate }) => rate);
    const at = middleOf(seconds.map((second) => second.at));
    const before = points.at(-1)?.at ?? 0;
    if (at - before < 0.75 && points.length > 0) continue;
    points.push({ at, low: Math.min(...rates), middle: middleOf(rates), high: Math.max(...rates) });
  }
  return points;
}
