import { protocolVersionName } from "../../../../../codec/index.ts";
import { metricText, sizeText } from "../../units.ts";
import { metricOf, type Row } from "../rows.ts";
import { html, type Markup } from "./markup.ts";

const COLUMNS = [
  { metric: "throughput", heading: "throughput", unit: "/s", better: "higher" },
  { metric: "latency.p50", heading: "p50", unit: "µs", better: "lower" },
  { metric: "latency.p90", heading: "p90", unit: "µs", better: "lower" },
  { metric: "latency.p99", heading: "p99", unit: "µs", better: "lower" },
  { metric: "latency.p99.9", heading: "p99.9", unit: "µs", better: "lower" },
  { metric: "latency.max", heading: "max", unit: "µs", better: "lower" },
  { metric: "cpu", heading: "CPU/op", unit: "µs", better: "lower" },
  { metric: "rss", heading: "RSS", unit: "bytes", better: "lower" },
] as const;

/** Steps from the best value of a column to the worst. */
const HEATS = 8;
/** The last of them is for what is at least this much worse than the best: three times, as a logarithm. */
const FULL_HEAT = Math.log(3);

/** The matrix: a row for each target in each cell; colours go from the best to the worst value of a column. */
export function heatTable(rows: readonly Row[], seriesOf: (target: string) => Markup): Markup {
  const columns = COLUMNS.flatMap((column) => {
    const values = rows.map((row) => metricOf(row, column.metric));
    const known = values.flatMap((value) => value ?? []);
    if (known.length === 0) return [];
    const logs = known.filter((value) => value > 0).map(Math.log);
    return [{ ...column, values, low: Math.min(...logs), high: Math.max(...logs) }];
  });
  const heat = (value: number | undefined, { low, high, better }: (typeof columns)[number]): string => {
    // Less than a tenth is no difference worth a colour.
    if (value === undefined || value <= 0 || high - low < Math.log(1.1)) return "";
    const distance = better === "lower" ? Math.log(value) - low : high - Math.log(value);
    return ` h${Math.round((distance / Math.max(high - low, FULL_HEAT)) * (HEATS - 1))}`;
  };
  const body = rows.map(({ cell, target, samples }, index) => {
    const flags = [...new Set(samples.flatMap((sample) => sample.flags))];
    return html`<tr><td>${seriesOf(target)}</td><td>${cell.scenario}</td><td>${cell.qos}</td><td class="n">${sizeText(cell.payloadSize)}</td><td>${protocolVersionName(cell.protocolVersion).replace("MQTT ", "")}</td>
${columns.map((column) => {
  const value = column.values[index];
  return html`<td class="n heat${heat(value, column)}">${value === undefined ? "–" : metricText(value, column.unit)}</td>`;
})}<td>${flags.map((flag) => html`<span class="flag">${flag}</span> `)}</td></tr>
`;
  });
  return html`<div class="scroll"><table><thead><tr><th>broker</th><th>scenario</th><th>QoS</th><th class="n">bytes</th><th>MQTT</th>${columns.map(
    ({ heading }) => html`<th class="n">${heading}</th>`,
  )}<th></th></tr></thead>
<tbody>${body}</tbody></table></div>
`;
}
