import { html, type Markup } from "./markup.ts";
import type { Scale } from "./scale.ts";

/** The picture and the place of the drawing in it. */
const WIDTH = 560;
const HEIGHT = 300;
export const AREA = { left: 62, right: 546, top: 14, bottom: 250 } as const;

export interface Tick {
  readonly at: number;
  readonly label: string;
}

export interface Frame {
  readonly title: string;
  readonly x: Scale;
  readonly y: Scale;
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  readonly xLabel: string;
}

/** Axes, grid and labels around a drawing; `title` says to those who cannot see it what it shows. */
export function framed({ title, x, y, xTicks, yTicks, xLabel }: Frame, drawing: readonly Markup[]): Markup {
  const { left, right, top, bottom } = AREA;
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">
${yTicks.map(({ at, label }) => html`<line class="grid" x1="${left}" x2="${right}" y1="${y(at)}" y2="${y(at)}"/><text class="tick end" x="${left - 8}" y="${y(at) + 4}">${label}</text>`)}
${xTicks.map(({ at, label }) => html`<line class="grid" x1="${x(at)}" x2="${x(at)}" y1="${top}" y2="${bottom}"/><text class="tick middle" x="${x(at)}" y="${bottom + 18}">${label}</text>`)}
<text class="label middle" x="${(left + right) / 2}" y="${HEIGHT - 8}">${xLabel}</text>
${drawing}
</svg>
`;
}

/** One line through points; `series` chooses its colour. */
export function path(series: number, points: readonly (readonly [number, number])[], title: string): Markup {
  const d = points.map(([x, y], index) => `${index === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
  return html`<path class="line ${seriesClass(series)}" d="${d}"><title>${title}</title></path>`;
}

/** What lies between two lines. */
export function band(
  series: number,
  points: readonly { readonly x: number; readonly low: number; readonly high: number }[],
): Markup {
  const upper = points.map(({ x, high }) => `${x.toFixed(1)} ${high.toFixed(1)}`);
  const lower = points.map(({ x, low }) => `${x.toFixed(1)} ${low.toFixed(1)}`).reverse();
  return html`<polygon class="band ${seriesClass(series)}" points="${[...upper, ...lower].join(" ")}"/>`;
}

/** After the last colour comes the first again. */
export function seriesClass(series: number): string {
  return `s${series % 6}`;
}
