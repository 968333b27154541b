import { type CurvePoint, type LatencySummary, latencyCurve } from "../../../../../bench/index.ts";
import { timeText } from "../../units.ts";
import { AREA, framed, path } from "./frame.ts";
import type { Markup } from "./markup.ts";
import { linear, logarithmic, logTicks } from "./scale.ts";

export interface Curve {
  /** Number of its colour. */
  readonly series: number;
  readonly name: string;
  readonly latency: LatencySummary;
}

/** How many nines a percentile has: 0 for 0 %, 1 for 90 %, 2 for 99 %. */
function nines({ percentile }: Pick<CurvePoint, "percentile">): number {
  return -Math.log10(1 - percentile / 100);
}

const TICKS = [0, 50, 90, 99, 99.9, 99.99, 99.999, 99.9999, 99.99999] as const;

/** Latency over percentiles, on an axis where each nine has the same room; logarithmic upwards. Undefined without data. */
export function percentileChart(curves: readonly Curve[]): Markup | undefined {
  const drawn = curves
    .map((curve) => ({ ...curve, points: latencyCurve(curve.latency) }))
    .filter(({ points }) => points.length > 1);
  if (drawn.length === 0) return undefined;
  const all = drawn.flatMap(({ points }) => points);
  const values = all.map(({ value }) => Math.max(value, 0.1));
  const yTicks = logTicks(Math.min(...values), Math.max(...values));
  const most = Math.max(1, ...all.map(nines));
  const x = linear([0, most], [AREA.left, AREA.right]);
  const y = logarithmic([yTicks[0] as number, yTicks.at(-1) as number], [AREA.bottom, AREA.top]);
  const frame = {
    title: `Latency by percentile: ${drawn.map(({ name }) => name).join(", ")}`,
    ...{ x, y, xLabel: "percentile" },
    xTicks: TICKS.map((percentile) => ({ at: nines({ percentile }), label: `${percentile}` })).filter(
      ({ at }) => at <= most,
    ),
    yTicks: yTicks.map((at) => ({ at, label: axisTime(at) })),
  };
  return framed(
    frame,
    drawn.map(({ series, name, points, latency }) =>
      path(
        series,
        points.map((point) => [x(nines(point)), y(point.value)] as const),
        `${name}: p50 ${timeText(latency.p50)}, p99 ${timeText(latency.p99)}, max ${timeText(latency.max)}`,
      ),
    ),
  );
}

/** `300 µs`, `1 ms`, `2 s` */
function axisTime(microseconds: number): string {
  const [value, unit] =
    microseconds >= 1e6
      ? [microseconds / 1e6, "s"]
      : microseconds >= 1000
        ? [microseconds / 1000, "ms"]
        : [microseconds, "µs"];
  return `${Number(value.toPrecision(3))} ${unit}`;
}
