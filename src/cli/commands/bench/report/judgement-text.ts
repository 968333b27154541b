import type { ComparedMetric, Comparison, Judgement, ThresholdOutcome, Verdict } from "../../../../bench/index.ts";
import { safeLine } from "../../../terminal/safe-text.ts";
import { renderTable } from "../../../terminal/table.ts";
import type { Theme } from "../../../terminal/theme.ts";
import { changeText, metricText } from "../units.ts";

/** More cells than these, and only what decides is shown. */
const CELLS_IN_FULL = 3;
/** Names are cut to what a table of 80 columns has room for. */
const LONGEST_NAME = 9;

/** Thresholds and comparisons for people, at 80 columns; empty where nothing was expected or compared. */
export function judgementText({ thresholds, comparisons }: Judgement, theme: Theme): string {
  return [
    ...(thresholds.length > 0 ? [thresholdLines(thresholds, theme)] : []),
    ...comparisons.map((comparison) => comparisonText(comparison, theme)),
  ].join("\n");
}

/** `✓ latency.p99<50ms   3.10ms   mosq, pair qos1 64B mqtt5` */
function thresholdLines(outcomes: readonly ThresholdOutcome[], theme: Theme): string {
  const expectation = Math.max(...outcomes.map(({ threshold }) => safeLine(threshold.text).length));
  const lines = outcomes.map(({ threshold, value, cell, target, status, doubts }) => {
    const found = metricText(value, threshold.metric.unit).padStart(8);
    const place = `${safeLine(target)}, ${safeLine(cell)}${doubts.length > 0 ? ` (${doubts.join(", ")})` : ""}`;
    const line = `${safeLine(threshold.text).padEnd(expectation)}  ${found}  ${place}`;
    if (status === "breached") return theme.bad(`✗ ${line}`);
    return status === "met" ? `${theme.good("✓")} ${line}` : theme.warning(`? ${line}`);
  });
  return `Thresholds:\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

function comparisonText({ a, b, metrics, notes }: Comparison, theme: Theme): string {
  const cells = [...new Set(metrics.map(({ cell }) => cell))];
  const tables = cells.flatMap((cell) => {
    const own = metrics.filter((one) => one.cell === cell && (cells.length <= CELLS_IN_FULL || one.isGate));
    return own.length > 0 ? [`${safeLine(cell)}${roundsText(own)}\n${cellTable(a, b, own, theme)}`] : [];
  });
  const lines = notes.map((note) => `${theme.warning("!")} ${safeLine(note)}\n`);
  return `Comparison: ${safeLine(a)} (A) and ${safeLine(b)} (B)\n\n${tables.join("\n")}${lines.join("")}`;
}

function roundsText(metrics: readonly ComparedMetric[]): string {
  const rounds = Math.max(0, ...metrics.map(({ estimate }) => estimate?.rounds ?? 0));
  return ` · ${rounds} round${rounds === 1 ? "" : "s"}`;
}

function cellTable(a: string, b: string, metrics: readonly ComparedMetric[], theme: Theme): string {
  return renderTable(
    [
      { heading: "metric" },
      { heading: shortened(a), align: "right" },
      { heading: shortened(b), align: "right" },
      { heading: "B vs A", align: "right" },
      { heading: "95 % interval" },
      { heading: "verdict" },
    ],
    metrics.map((one) => [
      one.metric.name,
      metricText(one.a, one.metric.unit),
      metricText(one.b, one.metric.unit),
      one.estimate ? changeText(one.estimate.change) : "–",
      one.estimate ? intervalText(one.estimate) : "–",
      verdictText(one, theme),
    ]),
    theme.heading,
  );
}

export function intervalText({ low, high }: { readonly low: number; readonly high: number }): string {
  return `${changeText(low)} ${changeText(high)}`;
}

export const verdictMarks: Readonly<Record<Verdict, string>> = {
  better: "✓",
  same: "~",
  worse: "✗",
  inconclusive: "?",
};

/** What decides is coloured; the rest is there to be looked at. */
function verdictText({ verdict, isGate }: ComparedMetric, theme: Theme): string {
  const text = verdict === "inconclusive" ? "? unclear" : `${verdictMarks[verdict]} ${verdict}`;
  if (!isGate) return theme.faint(text);
  const paint = { better: theme.good, same: (same: string) => same, worse: theme.bad, inconclusive: theme.warning };
  return paint[verdict](text);
}

function shortened(name: string): string {
  const safe = safeLine(name);
  return safe.length > LONGEST_NAME ? `${safe.slice(0, LONGEST_NAME - 1)}…` : safe;
}
