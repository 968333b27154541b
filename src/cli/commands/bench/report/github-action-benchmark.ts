import { metricNamed } from "../../../../bench/index.ts";
import { safeLine } from "../../../terminal/safe-text.ts";
import { type JudgedResult, rowsOf } from "./rows.ts";

const METRICS = ["throughput", "latency.p50", "latency.p99", "latency.p99.9", "connect.p99", "cpu", "rss"] as const;

/**
 * What the action `benchmark-action/github-action-benchmark` reads. It takes one direction in a file: `lower` for its
 * tool customSmallerIsBetter, `higher` for customBiggerIsBetter.
 */
export function actionReport({ result }: JudgedResult, better: "higher" | "lower"): string {
  const entries = rowsOf(result).flatMap(({ cell, target, samples }) =>
    METRICS.flatMap((name) => {
      const metric = metricNamed(name);
      const value = metric?.overall(samples);
      if (!metric || value === undefined || metric.better !== better) return [];
      const rounds = [...new Set(samples.map(({ round }) => round))];
      const values = rounds.flatMap(
        (round) => metric.overall(samples.filter((sample) => sample.round === round)) ?? [],
      );
      const flags = [...new Set(samples.flatMap((sample) => sample.flags))];
      return [
        {
          name: safeLine(`${target}: ${cell.id}: ${name}`),
          unit: metric.unit,
          value,
          ...(values.length > 1 ? { range: `${Math.min(...values)}…${Math.max(...values)}` } : {}),
          extra: safeLine([`${rounds.length} rounds`, ...flags].join(", ")),
        },
      ];
    }),
  );
  return `${JSON.stringify(entries, null, 2)}\n`;
}
