import type { BenchResult, Comparison, Judgement, ThresholdOutcome, Verdict } from "../../../../bench/index.ts";
import { protocolVersionName } from "../../../../codec/index.ts";
import { safeLine } from "../../../terminal/safe-text.ts";
import { changeText, metricText, rateText, sizeText, timeText } from "../units.ts";
import { intervalText } from "./judgement-text.ts";
import { doubtsOf, endedEarly, flagMeanings, type JudgedResult, metricOf, type Row, rowsOf } from "./rows.ts";
import { sliceHeadings, sliceRows } from "./slices.ts";

/** For step summaries, pull requests and wikis. Everything that somebody else may have named stands in code spans. */
export function markdownReport({ result, judgement }: JudgedResult): string {
  const rows = rowsOf(result);
  return [
    `### ${headlineOf(judgement)}\n`,
    ...failureLines(judgement),
    ...(judgement.thresholds.length > 0 ? [thresholdTable(judgement.thresholds)] : []),
    ...judgement.comparisons.map(comparisonPart),
    measuredTable(rows),
    ...rows.flatMap(sliceTable),
    noteLines(result, rows),
  ].join("\n");
}

function headlineOf({ failures, thresholds, comparisons }: Judgement): string {
  const breached = thresholds.filter(({ status }) => status === "breached").length;
  const deciding = comparisons
    .filter(({ decides }) => decides)
    .flatMap(({ metrics }) => metrics.filter(({ isGate }) => isGate));
  const worse = deciding.filter(({ verdict }) => verdict === "worse").length;
  const unclear = [...thresholds.map(({ status }) => status), ...deciding.map(({ verdict }) => verdict)].filter(
    (one) => one === "inconclusive",
  ).length;
  const found = [
    ...(failures.length > 0 ? ["messages not delivered as promised"] : []),
    ...(breached > 0 ? [`${breached} of ${thresholds.length} thresholds breached`] : []),
    ...(worse > 0 ? [`${worse} of ${deciding.length} metrics worse than the baseline`] : []),
  ];
  if (found.length > 0) return `❌ MQTT benchmark: ${found.join(", ")}`;
  if (unclear > 0) return `❔ MQTT benchmark: ${unclear} verdict${unclear === 1 ? "" : "s"} inconclusive`;
  return "✅ MQTT benchmark";
}

function failureLines({ failures }: Judgement): readonly string[] {
  if (failures.length === 0) return [];
  const lines = failures.map(
    ({ cell, target, round, problems, expected }) =>
      `- ${code(target)}, ${code(cell)}, round ${round}: ${problems.join(", ")} of ${expected} messages\n`,
  );
  return [`**Not delivered as promised**\n\n${lines.join("")}`];
}

function thresholdTable(outcomes: readonly ThresholdOutcome[]): string {
  const marks = { met: "✅", breached: "❌", inconclusive: "❔" };
  return table(
    ["", "threshold", "measured", "broker", "cell"],
    outcomes.map(({ threshold, value, cell, target, status, doubts }) => [
      marks[status],
      code(threshold.text),
      `${metricText(value, threshold.metric.unit)}${doubts.length > 0 ? ` (${doubts.join(", ")})` : ""}`,
      code(target),
      code(cell),
    ]),
  );
}

function comparisonPart({ a, b, metrics, notes }: Comparison): string {
  const marks: Readonly<Record<Verdict, string>> = {
    ...{ better: "🟢 better", same: "⚪ same", worse: "🔴 **worse**", inconclusive: "🟡 inconclusive" },
  };
  const rows = metrics.map((one) => [
    code(one.cell),
    one.isGate ? `**${one.metric.name}**` : one.metric.name,
    metricText(one.a, one.metric.unit),
    metricText(one.b, one.metric.unit),
    one.estimate ? changeText(one.estimate.change) : "–",
    one.estimate ? intervalText(one.estimate) : "–",
    marks[one.verdict],
  ]);
  const head = ["cell", "metric", "A", "B", "B vs A", "95 % interval", "verdict"];
  const lines = notes.map((note) => `- ⚠️ ${code(note)}\n`);
  return `**A** ${code(a)} → **B** ${code(b)}\n\n${table(head, rows)}${lines.length > 0 ? `\n${lines.join("")}` : ""}`;
}

function measuredTable(rows: readonly Row[]): string {
  const time = (row: Row, metric: string) => {
    const value = metricOf(row, metric);
    return value === undefined ? "–" : timeText(value);
  };
  return table(
    [
      "broker",
      "scenario",
      "QoS",
      "bytes",
      "version",
      "throughput",
      "p50",
      "p90",
      "p99",
      "p99.9",
      "max",
      "CPU/op",
      "RSS",
    ],
    rows.map((row) => {
      const { cell, target } = row;
      const [throughput, rss] = [metricOf(row, "throughput"), metricOf(row, "rss")];
      return [
        ...[code(target), code(cell.scenario), String(cell.qos), sizeText(cell.payloadSize)],
        protocolVersionName(cell.protocolVersion).replace("MQTT ", ""),
        throughput === undefined ? "–" : `${rateText(throughput)}/s`,
        ...["p50", "p90", "p99", "p99.9", "max"].map((statistic) => time(row, `latency.${statistic}`)),
        time(row, "cpu"),
        rss === undefined ? "–" : metricText(rss, "bytes"),
      ];
    }),
  );
}

/** Groups and stages of a scenario file. */
function sliceTable({ cell, target }: Row): readonly string[] {
  const rows = sliceRows(cell, target);
  if (rows.length === 0) return [];
  const lines = rows.map(({ stage, group, cells, problems }) => [
    ...[
      code(stage),
      code(group),
      ...cells.map((text) => text || "–"),
      problems.length > 0 ? `❌ ${problems.join(", ")}` : "",
    ],
  ]);
  const head = ["stage", "group", ...sliceHeadings, "wrong"];
  return [
    `**${code(cell.id)}**, ${code(target)}: what each group sent (→) and what came to it (←)\n\n${table(head, lines)}`,
  ];
}

function noteLines(result: BenchResult, rows: readonly Row[]): string {
  const { environment: machine, plan } = result;
  const early = endedEarly(result);
  const hasSchedule = rows.some(({ samples }) => samples.some(({ loop }) => loop === "open"));
  const lines = [
    ...(early ? [`⚠️ ${code(early)}`] : []),
    ...doubtsOf(rows).map(({ flag, places }) => {
      const where = places.map(({ target, cell }) => `${code(target)} ${code(cell.id)}`);
      return `⚠️ **${flag}**: ${flagMeanings[flag]} (${where.slice(0, 6).join(", ")}${where.length > 6 ? " …" : ""})`;
    }),
    `${hasSchedule ? "Latency from when each message was due. " : ""}${plan.rounds} round${plan.rounds === 1 ? "" : "s"} of ${plan.duration / 1000} s, ${code(machine.cpu)}, ${machine.cores} cores, ${pinningText(machine)}${code(machine.os)}, mqtk ${code(machine.mqtk)}, ${code(result.startedAt)}`,
  ];
  return lines.map((line) => `- ${line}\n`).join("");
}

function pinningText({ pinning }: BenchResult["environment"]): string {
  if (!pinning || (pinning.generator === null && pinning.targets === null)) return "";
  return `load on cores ${code(pinning.generator ?? "any")}, brokers on ${code(pinning.targets ?? "any")}, `;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  return `${line(head)}|${head.map(() => "---|").join("")}\n${rows.map(line).join("")}`;
}

/** Text in a code span in a table, in which no link, mention, picture or HTML is one. */
export function code(text: string): string {
  const safe = safeLine(text).replaceAll("|", "\\|");
  const runs = safe.match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
  const padding = runs.length > 0 || safe.trim() === "" ? " " : "";
  return `${fence}${padding}${safe}${padding}${fence}`;
}
