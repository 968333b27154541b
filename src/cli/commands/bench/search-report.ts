import type { BenchResult } from "../../../bench/index.ts";
import { safeLine } from "../../terminal/safe-text.ts";
import type { Theme } from "../../terminal/theme.ts";
import { rateText, timeText } from "./units.ts";

/** What `--find-max` found, and how; empty where nothing was looked for. */
export function searchReport({ cells }: Pick<BenchResult, "cells">, theme: Theme): string {
  return cells
    .flatMap(({ id, searches }) =>
      searches.map(({ target, slo, steps, maximum, complete }) => {
        const lines = steps.map(({ phase, rate, met, reasons, p50, p99 }) => {
          const times = `p50 ${timeText(p50).padStart(6)}  p99 ${timeText(p99).padStart(6)}`;
          const verdict = met ? theme.good("holds") : theme.bad(reasons.join(", "));
          return `  ${phase.padEnd(7)} ${rateText(rate).padStart(6)} msg/s  ${times}  ${verdict}`;
        });
        const found =
          maximum === null
            ? theme.bad("no rate was confirmed")
            : theme.good(`${rateText(maximum)} msg/s, confirmed three times`);
        const more = complete
          ? ""
          : "\n  The load generator was the limit, or the search ended early: there may be more.";
        return `\n${safeLine(target)}, ${id}: the highest rate with ${slo} is looked for\n${lines.join("\n")}\n  → ${found}${more}\n`;
      }),
    )
    .join("");
}
