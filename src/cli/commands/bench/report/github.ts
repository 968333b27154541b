import { appendFileSync } from "node:fs";
import { reasonOf } from "../../../system-reason.ts";
import type { Terminal } from "../../../terminal/terminal.ts";
import { changeText, metricText } from "../units.ts";
import { intervalText } from "./judgement-text.ts";
import type { JudgedResult } from "./rows.ts";
import { render } from "./write-reports.ts";

/** GitHub refuses a step's summary beyond 1 MiB. */
const LARGEST_SUMMARY = 1_000_000;
/** GitHub shows ten errors of a step. */
const MOST_ERRORS = 10;

/** In a job of GitHub Actions: the summary of the step, and a line for each failure that GitHub shows as an error. */
export async function tellGitHub(judged: JudgedResult, terminal: Terminal): Promise<void> {
  const { GITHUB_STEP_SUMMARY: file, GITHUB_ACTIONS: isJob } = terminal.environment;
  if (file) {
    try {
      appendFileSync(file, shortened(await render("md", judged)));
    } catch (error) {
      terminal.warn(`cannot write the step summary: ${reasonOf(error)}`);
    }
  }
  if (isJob !== "true") return;
  const errors = errorsOf(judged);
  for (const { title, message } of errors.slice(0, MOST_ERRORS)) {
    terminal.writeError(`::error title=${property(title)}::${data(message)}\n`);
  }
  if (errors.length > MOST_ERRORS) terminal.writeError(`::error::and ${errors.length - MOST_ERRORS} more\n`);
}

function errorsOf({ judgement }: JudgedResult): readonly { readonly title: string; readonly message: string }[] {
  const { failures, thresholds, comparisons } = judgement;
  return [
    ...failures.map(({ target, cell, round, problems, expected }) => ({
      title: "messages not delivered as promised",
      message: `${target}, ${cell}, round ${round}: ${problems.join(", ")} of ${expected}`,
    })),
    ...thresholds
      .filter(({ status }) => status === "breached")
      .map(({ threshold, value, target, cell }) => ({
        title: `threshold ${threshold.text}`,
        message: `${target}, ${cell}: measured ${metricText(value, threshold.metric.unit)}`,
      })),
    ...comparisons
      .filter(({ decides }) => decides)
      .flatMap(({ a, b, metrics }) =>
        metrics.flatMap(({ isGate, verdict, metric, cell, estimate }) =>
          isGate && verdict === "worse" && estimate
            ? [
                {
                  title: `${metric.name} is worse`,
                  message: `${b} compared with ${a}, ${cell}: ${changeText(estimate.change)} (95 % interval ${intervalText(estimate)})`,
                },
              ]
            : [],
        ),
      ),
  ];
}

/** Whole lines only, so that no table is cut in a code span. */
function shortened(markdown: string): string {
  if (Buffer.byteLength(markdown) <= LARGEST_SUMMARY) return markdown;
  const cut = Buffer.from(markdown).subarray(0, LARGEST_SUMMARY).toString("utf8");
  return `${cut.slice(0, cut.lastIndexOf("\n") + 1)}\n… the rest is in the report\n`;
}

/** As GitHub's own toolkit escapes what stands behind the colons, so that no text can begin a command of its own. */
function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
