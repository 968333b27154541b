import { flag, group, list, partOf, type ValueType, value } from "../../option.ts";
import { file, text } from "../../value-types.ts";
import { reportFiles } from "./report/formats.ts";

/** `5%` or `5`, as a share: 0.05. */
const percent: ValueType<number> = {
  expected: "a percentage such as 5% or 2.5%",
  parse: (typed) => {
    const [, amount] = /^(\d+(?:\.\d+)?)\s*%?$/.exec(typed) ?? [];
    return amount !== undefined && Number(amount) <= 1000 ? Number(amount) / 100 : undefined;
  },
  completion: { kind: "none" },
};

/** What is expected of a result. */
export const judgingOptions = group("Judging", () => ({
  threshold: list(text, {
    flags: "--threshold <expectation>",
    summary:
      "fail with 99 unless this holds in every cell: 'latency.p99<50ms', 'loss=0', 'throughput{qos:1,target:mosq}>=10k/s' (may be repeated); also serviceLatency, connect, cpu (per message), rss, duplicates …",
  }),
  baseline: value(text, {
    flags: "--baseline <result>",
    summary:
      "fail with 98 where this run is worse than a result file, or than this --target in the same run (which sees much smaller differences)",
  }),
  margin: value(percent, {
    flags: "--margin <percent>",
    summary: "a change that nobody minds",
    default: 0.05,
    defaultText: "5%",
  }),
  gate: value(text, {
    flags: "--gate <metrics>",
    summary: "the metrics that decide, with a comma between them",
    default: "throughput,latency.p99,cpu",
  }),
  noise: value(file, {
    flags: "--noise <result>",
    summary: "a result of --calibrate: a change below twice the noise in there is none",
  }),
  strict: flag({ flags: "--strict", summary: "fail with 97 where a verdict is inconclusive" }),
  exitZero: flag({
    flags: "--exit-zero",
    summary: "only tell what fails (6, 97, 98, 99), and end with 0: for runs that advise and do not decide",
  }),
}));

/** What only a run can do, and a report of it cannot. */
export const endingOptions = group("Ending early", () => ({
  abortOnFail: flag({
    flags: "--abort-on-fail",
    summary: "end the run at the first --threshold that is breached, or message that is not delivered as promised",
  }),
}));

/** Where results go. */
export const reportOptions = group("Report", () => ({
  report: list(reportFiles, {
    flags: "--report <file>",
    summary:
      "write a report, the result itself too: result.json, report.html, summary.md, figures.csv, figures.prom, junit.xml, times.hgrm, times.hlog (HdrHistogram), gha-smaller=FILE and gha-bigger=FILE for github-action-benchmark (may be repeated)",
  }),
}));

/** Two files have their targets in them. */
export const comparingOptions = partOf(judgingOptions, ["threshold", "margin", "gate", "noise", "strict", "exitZero"]);
