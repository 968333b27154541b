import { metricNamed, type Unit } from "../../../../bench/index.ts";
import { safeLine } from "../../../terminal/safe-text.ts";
import { isOfParts, type JudgedResult, type Part, partsOf, type Row, rowsOf } from "./rows.ts";

const METRICS: readonly string[] = [
  ...["throughput", "bandwidth"],
  ...["min", "mean", "p50", "p75", "p90", "p95", "p99", "p99.9", "p99.99", "max"].map((one) => `latency.${one}`),
  ...["serviceLatency.p50", "serviceLatency.p99", "sendLag.p99", "closedLoopLatency.p99", "connect.p50", "connect.p99"],
  ...["lost", "loss", "duplicates", "reordered", "corrupted", "unacknowledged", "unsent", "cpu", "rss", "descriptors"],
];
const SUFFIXES: Readonly<Record<Unit, string>> = {
  ...{ µs: "_us", "/s": "_per_s", bytes: "_bytes", "bytes/s": "_bytes_per_s", share: "", count: "" },
};

/**
 * A line for each target, cell and round, and one for all rounds (round 0); behind each the same of its groups and
 * stages, where it has any. RFC 4180.
 */
export function csvReport({ result }: JudgedResult): string {
  const metrics = METRICS.map((name) => metricNamed(name) as NonNullable<ReturnType<typeof metricNamed>>);
  const head = [
    ...["started_at", "cell", "target", "scenario", "qos", "payload_bytes", "mqtt"],
    ...["group", "direction", "stage", "round", "flags"],
    ...metrics.map(({ name, unit }) => name.replaceAll(".", "_") + SUFFIXES[unit]),
  ];
  const line = ({ cell, target, samples, slice }: Row & Partial<Pick<Part, "slice">>, round: number): string => {
    const own = round === 0 ? samples : samples.filter((sample) => sample.round === round);
    const flags = [...new Set(own.flatMap((sample) => sample.flags))].join(" ");
    return [
      ...[field(result.startedAt), field(cell.id), field(target), field(cell.scenario), cell.qos, cell.payloadSize],
      ...[["3.1", "3.1.1", "5"][cell.protocolVersion - 3], field(slice?.group ?? ""), slice?.direction ?? ""],
      ...[field(slice?.stage ?? ""), round, field(flags)],
      ...metrics.map((metric) => (slice && !isOfParts(metric.name) ? "" : (metric.overall(own) ?? ""))),
    ].join(",");
  };
  const lines = rowsOf(result).flatMap((row) => {
    const rounds = [...new Set(row.samples.map(({ round }) => round))].sort((one, other) => one - other);
    return [0, ...rounds].flatMap((round) => [row, ...partsOf(row)].map((one) => line(one, round)));
  });
  return [head.join(","), ...lines].map((one) => `${one}\r\n`).join("");
}

/**
 * Text as one field. What a spreadsheet would take for a formula, or a CI system for a command, gets an apostrophe in
 * front of it.
 */
function field(text: string): string {
  const safe = safeLine(text);
  const tame = /^[=+\-@|%]|^[\t\r\n]/.test(text) || /^\s*(::|##\[)/.test(safe) ? `'${safe}` : safe;
  return /[",']/.test(tame) ? `"${tame.replaceAll('"', '""')}"` : tame;
}
