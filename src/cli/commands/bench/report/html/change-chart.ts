import type { ComparedMetric } from "../../../../../bench/index.ts";
import { changeText } from "../../units.ts";
import { html, type Markup } from "./markup.ts";
import { linear, type Scale } from "./scale.ts";

const WIDTH = 260;
const HEIGHT = 22;

/** One picture for all rows: changes beyond this are cut, as logarithms of ratios. */
export interface ChangeScale {
  readonly x: Scale;
  readonly limit: number;
}

/** Wide enough for the metrics that decide, symmetric around no change, and not wider than twelve times. */
export function changeScale(metrics: readonly ComparedMetric[]): ChangeScale {
  const gates = metrics.filter(({ isGate }) => isGate);
  const logs = (gates.length > 0 ? gates : metrics).flatMap(({ estimate, margin }) =>
    estimate ? [estimate.low, estimate.high, margin].map((change) => Math.abs(Math.log1p(change))) : [],
  );
  const limit = Math.min(Math.log(12), Math.max(Math.log(1.1), ...logs) * 1.08);
  return { x: linear([-limit, limit], [6, WIDTH - 6]), limit };
}

/** The interval as a bar with its median, over the margin in which changes do not matter. */
export function changeBar({ estimate, margin, verdict, isGate }: ComparedMetric, { x, limit }: ChangeScale): Markup {
  if (!estimate) return html`<svg class="change" viewBox="0 0 ${WIDTH} ${HEIGHT}"></svg>`;
  const place = (change: number) => x(Math.max(-limit, Math.min(limit, Math.log1p(change))));
  const [low, middle, high] = [place(estimate.low), place(estimate.change), place(estimate.high)];
  const m = x(Math.min(limit, Math.log1p(margin)));
  const title = `${changeText(estimate.change)}, 95 % interval ${changeText(estimate.low)} to ${changeText(estimate.high)}`;
  return html`<svg class="change" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}"><title>${title}</title>
<rect class="margin" x="${2 * x(0) - m}" width="${2 * (m - x(0))}" y="0" height="${HEIGHT}"/><line class="zero" x1="${x(0)}" x2="${x(0)}" y1="0" y2="${HEIGHT}"/>
<g class="${isGate ? `v-${verdict}` : "v-shown"}"><rect class="interval" x="${low}" width="${Math.max(2, high - low)}" y="8" height="6" rx="3"/><circle cx="${middle}" cy="11" r="5"/></g></svg>`;
}
