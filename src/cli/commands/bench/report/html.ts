import { createHash } from "node:crypto";
import {
  type CellResult,
  type Comparison,
  type Judgement,
  mergeLatencies,
  type Sample,
  type ThresholdOutcome,
} from "../../../../bench/index.ts";
import { formatAddress } from "../../../../transport/index.ts";
import { changeText, metricText } from "../units.ts";
import { changeBar, changeScale } from "./html/change-chart.ts";
import { seriesClass } from "./html/frame.ts";
import { heatTable } from "./html/heat-table.ts";
import { html, Markup } from "./html/markup.ts";
import { percentileChart } from "./html/percentile-chart.ts";
import { style } from "./html/style.ts";
import { timeChart } from "./html/time-chart.ts";
import { intervalText, verdictMarks } from "./judgement-text.ts";
import { doubtsOf, endedEarly, flagMeanings, type JudgedResult, type Row, rowsOf } from "./rows.ts";
import { sliceHeadings, sliceRows } from "./slices.ts";

/**
 * One file that needs no other, no network and no script: pictures are SVG in it. The policy in its head forbids
 * everything but its own style sheet, so that not even a mistake in escaping could run or load anything.
 */
export function htmlReport({ result, judgement }: JudgedResult): string {
  const rows = rowsOf(result);
  const names = result.targets.map(({ name }) => name);
  const seriesOf = (target: string) =>
    html`<span class="${seriesClass(names.indexOf(target))}"><span class="dot"></span>${target}</span>`;
  const hash = createHash("sha256").update(style).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>MQTT benchmark: ${names.join(", ")}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<h1>MQTT benchmark</h1>
<p>${names.map((name) => html`<span class="key">${seriesOf(name)}</span>`)}</p>
${badges(result, judgement)}
${failureList(judgement)}
${thresholdTable(judgement.thresholds)}
${judgement.comparisons.map(comparisonSection)}
<h2>All figures</h2>
${heatTable(rows, seriesOf)}
<p class="note">Latency counts from when each message was due, so that a stall of the broker shows. All rounds together: histograms are added, rates are medians. Colours go from the best to the worst value of a column.</p>
${doubtsOf(rows).map(({ flag, places }) => html`<p class="note"><span class="flag">${flag}</span> ${flagMeanings[flag] ?? ""} (${placesText(places)})</p>`)}
${result.cells.map((cell) => cellSection(cell, names, seriesOf))}
${conditions(result)}
<footer>Made by mqtk ${result.environment.mqtk} from run ${result.run}.</footer>
</body>
</html>
`;
  return page.text;
}

function badges(result: JudgedResult["result"], { failures, thresholds, comparisons }: Judgement): Markup {
  const count = (status: ThresholdOutcome["status"]) => thresholds.filter((one) => one.status === status).length;
  const gates = comparisons
    .filter(({ decides }) => decides)
    .flatMap(({ metrics }) => metrics.filter(({ isGate }) => isGate));
  const verdicts = (verdict: string) => gates.filter((one) => one.verdict === verdict).length;
  const early = endedEarly(result);
  const counts = result.cells.flatMap(({ samples }) => samples.map(({ counts: own }) => own.received));
  const checked = counts.reduce((sum, received) => sum + received, 0).toLocaleString("en");
  const all: [string, string, boolean][] = [
    ["bad", early ?? "", early !== undefined],
    ["bad", "messages not delivered as promised", failures.length > 0],
    ["good", `${checked} messages checked: all delivered as promised`, failures.length === 0 && counts.length > 0],
    ["bad", `${count("breached")} of ${thresholds.length} threshold checks breached`, count("breached") > 0],
    ["good", `${thresholds.length} threshold checks met`, thresholds.length > 0 && count("met") === thresholds.length],
    ["bad", `${verdicts("worse")} of ${gates.length} metrics worse than the baseline`, verdicts("worse") > 0],
    ["good", "not worse than the baseline", gates.length > 0 && verdicts("worse") + verdicts("inconclusive") === 0],
    [
      "warn",
      `${verdicts("inconclusive") + count("inconclusive")} verdicts inconclusive`,
      verdicts("inconclusive") + count("inconclusive") > 0,
    ],
  ];
  return html`<p>${all.filter(([, , applies]) => applies).map(([kind, text]) => html`<span class="badge ${kind}">${text}</span>`)}</p>`;
}

function failureList({ failures }: Judgement): Markup | undefined {
  if (failures.length === 0) return undefined;
  const lines = failures.map(
    ({ target, cell, round, problems, expected }) =>
      html`<tr><td>${target}</td><td>${cell}</td><td class="n">${round}</td><td>${problems.join(", ")} of ${expected.toLocaleString("en")}</td></tr>`,
  );
  return html`<h2>Not delivered as promised</h2><div class="scroll"><table><thead><tr><th>broker</th><th>cell</th><th class="n">round</th><th></th></tr></thead><tbody>${lines}</tbody></table></div>`;
}

function thresholdTable(outcomes: readonly ThresholdOutcome[]): Markup | undefined {
  if (outcomes.length === 0) return undefined;
  const looks = {
    met: ["better", "✓ met"],
    breached: ["worse", "✗ breached"],
    inconclusive: ["inconclusive", "? inconclusive"],
  } as const;
  const lines = outcomes.map(({ threshold, value, target, cell, status, doubts }) => {
    const [look, word] = looks[status];
    return html`<tr><td><code>${threshold.text}</code></td><td class="n">${metricText(value, threshold.metric.unit)}</td><td class="t-${look}">${word} ${doubts.join(", ")}</td><td>${target}</td><td>${cell}</td></tr>`;
  });
  return html`<h2>Thresholds</h2><div class="scroll"><table><thead><tr><th>threshold</th><th class="n">measured</th><th>verdict</th><th>broker</th><th>cell</th></tr></thead><tbody>${lines}</tbody></table></div>`;
}

function comparisonSection({ a, b, metrics, notes }: Comparison): Markup {
  const scale = changeScale(metrics);
  const lines = metrics.map((one) => {
    const { cell, metric, estimate, verdict, isGate } = one;
    const word = `${verdictMarks[verdict]} ${verdict}`;
    return html`<tr><td>${cell}</td><td>${isGate ? html`<b>${metric.name}</b>` : metric.name}</td><td class="n">${metricText(one.a, metric.unit)}</td><td class="n">${metricText(one.b, metric.unit)}</td><td class="n">${estimate ? changeText(estimate.change) : "–"}</td><td class="n">${estimate ? intervalText(estimate) : "–"}</td><td>${changeBar(one, scale)}</td><td class="${isGate ? `t-${verdict}` : "faint"}">${word}</td></tr>
`;
  });
  const rounds = Math.max(0, ...metrics.map(({ estimate }) => estimate?.rounds ?? 0));
  return html`<h2>${b} compared with ${a}</h2>
<div class="scroll"><table><thead><tr><th>cell</th><th>metric</th><th class="n">${a}</th><th class="n">${b}</th><th class="n">change</th><th class="n">95 % interval</th><th>smaller ← → larger</th><th>verdict</th></tr></thead><tbody>${lines}</tbody></table></div>
<p class="note">Compared round by round (${rounds} rounds): median of the ratios, bootstrap interval, exact sign-flip test with Holm's correction over the metrics in bold, which decide. Grey: changes that do not matter.</p>
${notes.map((note) => html`<p class="note"><span class="flag">note</span> ${note}</p>`)}`;
}

function cellSection(cell: CellResult, names: readonly string[], seriesOf: (target: string) => Markup): Markup {
  const samplesOf = (target: string) => cell.samples.filter((sample) => sample.target === target);
  const timed = cell.samples.some(({ loop, latency }) => loop !== "closed" && latency && latency.count > 0);
  const hasClosed = cell.samples.some(({ loop }) => loop === "closed");
  const latencies = names.flatMap((name, series) => {
    const own = samplesOf(name).filter(({ loop }) => (timed ? loop !== "closed" : true));
    const filled = own.flatMap(({ latency }) => (latency && latency.count > 0 ? [latency] : []));
    return filled.length > 0 ? [{ series, name, latency: mergeLatencies(filled) }] : [];
  });
  const rounds = names.map((name, series) => {
    const own = samplesOf(name).filter(({ loop }) => loop === "closed" || !hasClosed);
    return { series, name, timelines: own.map(({ timeline }) => timeline) };
  });
  const charts: [string, Markup | undefined][] = [
    [
      timed
        ? `Latency by percentile${rateText(cell.samples)}`
        : "Time in a full window, by percentile (no latency of a schedule)",
      percentileChart(latencies),
    ],
    [
      `Throughput over time, ${cell.samples[0]?.operation ?? "operation"}s per second${hasClosed ? ", as fast as it goes" : ""}`,
      timeChart(rounds, cell.samples[0]?.operation ?? "operation"),
    ],
  ];
  const figures = charts.flatMap(([title, chart]) => (chart ? [html`<figure><h4>${title}</h4>${chart}</figure>`] : []));
  const keys = names
    .filter((name) => samplesOf(name).length > 0)
    .map((name) => html`<span class="key">${seriesOf(name)}</span>`);
  return html`<h2>${cell.id}</h2>
<p class="legend">${keys}<span class="faint">${cell.publishers} publishers, ${cell.subscribers} subscribers</span></p>
<div class="charts">${figures}</div>
${names.map((name) => sliceTable(cell, name, seriesOf))}`;
}

/** Groups and stages of a scenario file. */
function sliceTable(cell: CellResult, target: string, seriesOf: (target: string) => Markup): Markup | undefined {
  const rows = sliceRows(cell, target);
  if (rows.length === 0) return undefined;
  const lines = rows.map(
    ({ stage, group, cells, problems }) =>
      html`<tr><td>${stage}</td><td>${group}</td>${cells.map((text) => html`<td class="n">${text}</td>`)}<td class="t-worse">${problems.join(", ")}</td></tr>`,
  );
  return html`<h4>${seriesOf(target)}: what each group sent (→) and what came to it (←)</h4>
<div class="scroll"><table><thead><tr><th>stage</th><th>group</th>${sliceHeadings.map((heading) => html`<th class="n">${heading}</th>`)}<th></th></tr></thead><tbody>${lines}</tbody></table></div>
`;
}

/** The rate that was offered, where it was the same for all. */
function rateText(samples: readonly Sample[]): string {
  const rates = new Set(samples.flatMap(({ offeredRate }) => (offeredRate === null ? [] : [Math.round(offeredRate)])));
  const [rate] = rates;
  return rates.size === 1 && rate !== undefined ? `, at ${rate.toLocaleString("en")} per second` : "";
}

function conditions({ environment, plan, targets, startedAt, seconds }: JudgedResult["result"]): Markup {
  const brokers = targets.map(({ name, kind, address, command, software }) => {
    const where = command ?? (address ? formatAddress(address) : "never got ready");
    return html`<dt>${name}</dt><dd>${kind === "builtin" ? "mqtk's own broker" : html`<code>${where}</code>`}${software ? `, ${software}` : ""}</dd>`;
  });
  const gib = (environment.memoryBytes / 1024 ** 3).toFixed(1);
  return html`<h2>How it was measured</h2>
<dl>${brokers}
<dt>rounds</dt><dd>${plan.rounds}, brokers in turns, each measurement ${plan.duration / 1000} s after ${plan.warmUp / 1000} s of warm-up</dd>
<dt>machine</dt><dd>${environment.cpu}, ${environment.cores} cores, ${gib} GiB, ${environment.os} ${environment.architecture}${environment.ci ? ", in CI" : ""}${pinningText(environment)}</dd>
<dt>Node.js</dt><dd>${environment.node}</dd>
<dt>started</dt><dd>${startedAt}, ${Math.round(seconds)} s in all</dd></dl>`;
}

function pinningText({ pinning }: JudgedResult["result"]["environment"]): string {
  if (!pinning || (pinning.generator === null && pinning.targets === null)) return "";
  return `; load on cores ${pinning.generator ?? "any"}, brokers on cores ${pinning.targets ?? "any"}`;
}

function placesText(places: readonly Row[]): string {
  const shown = places.slice(0, 5).map(({ target, cell }) => `${target}: ${cell.id}`);
  return `${shown.join("; ")}${places.length > 5 ? " …" : ""}`;
}
