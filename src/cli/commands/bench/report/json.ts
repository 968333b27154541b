import type { Judgement } from "../../../../bench/index.ts";
import { safeJson } from "../../../terminal/safe-text.ts";
import type { JudgedResult } from "./rows.ts";

/** The result itself, from which all other reports can be made again, with what was made of it. */
export function jsonReport({ result, judgement }: JudgedResult): string {
  return `${safeJson(JSON.stringify({ ...result, judgement: plainJudgement(judgement) }, null, 2))}\n`;
}

/** What other programs need of a judgement: names instead of functions. */
export function plainJudgement({ failures, thresholds, comparisons }: Judgement): object {
  return {
    failures,
    thresholds: thresholds.map(({ threshold, ...outcome }) => ({
      ...{ threshold: threshold.text, metric: threshold.metric.name, unit: threshold.metric.unit },
      ...outcome,
    })),
    comparisons: comparisons.map(({ metrics, ...comparison }) => ({
      ...comparison,
      metrics: metrics.map(({ metric, estimate, ...one }) => ({
        ...{ cell: one.cell, metric: metric.name, unit: metric.unit, better: metric.better },
        ...{ ...one, estimate: estimate ?? null, noise: one.noise ?? null },
      })),
    })),
  };
}
