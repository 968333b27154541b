import type { Judgement } from "../../../../bench/index.ts";
import { safeLine } from "../../../terminal/safe-text.ts";
import { changeText, metricText } from "../units.ts";
import { intervalText } from "./judgement-text.ts";
import { endedEarly, type JudgedResult, rowsOf } from "./rows.ts";

interface TestCase {
  readonly suite: string;
  readonly name: string;
  readonly failure?: { readonly type: string; readonly message: string };
  readonly error?: string;
  readonly skipped?: string;
}

/** JUnit XML: a test case for the delivery of each cell, for each threshold and for each metric that decides. */
export function junitReport({ result, judgement }: JudgedResult): string {
  const early = endedEarly(result);
  const cases = [
    ...(early ? [{ suite: "run", name: "complete", error: early }] : []),
    ...deliveryCases(result, judgement),
    ...thresholdCases(judgement),
    ...comparisonCases(judgement),
  ];
  const suites = [...new Set(cases.map(({ suite }) => suite))].map((suite) => {
    const own = cases.filter((one) => one.suite === suite);
    return `  <testsuite name="${xml(suite)}" ${tally(own)} timestamp="${xml(result.startedAt.replace(/\.\d+Z?$|Z$/, ""))}">\n${own.map(caseText).join("")}  </testsuite>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="mqtk bench" ${tally(cases)} time="${result.seconds}">\n${suites.join("")}</testsuites>\n`;
}

function deliveryCases(result: JudgedResult["result"], { failures }: Judgement): readonly TestCase[] {
  return rowsOf(result).map(({ cell, target }) => {
    const own = failures.filter((failure) => failure.cell === cell.id && failure.target === target);
    const message = own.map(({ round, problems, expected }) => `round ${round}: ${problems.join(", ")} of ${expected}`);
    const test = { suite: "delivery", name: `${target}: ${cell.id}` };
    return own.length > 0 ? { ...test, failure: { type: "correctness", message: message.join("; ") } } : test;
  });
}

function thresholdCases({ thresholds }: Judgement): readonly TestCase[] {
  return thresholds.map(({ threshold, value, cell, target, status, doubts }) => {
    const test = { suite: "thresholds", name: `${threshold.text} (${target}: ${cell})` };
    const message = `measured ${metricText(value, threshold.metric.unit)}`;
    if (status === "breached") return { ...test, failure: { type: "threshold", message } };
    return status === "met" ? test : { ...test, skipped: `inconclusive: ${doubts.join(", ")}; ${message}` };
  });
}

function comparisonCases({ comparisons }: Judgement): readonly TestCase[] {
  return comparisons
    .filter(({ decides }) => decides)
    .flatMap(({ a, b, metrics }) =>
      metrics
        .filter(({ isGate }) => isGate)
        .map(({ cell, metric, verdict, estimate, margin, doubts }) => {
          const test = { suite: `comparison of ${b} with ${a}`, name: `${metric.name} (${cell})` };
          const message = estimate
            ? `${changeText(estimate.change)} (${intervalText(estimate)}, margin ${changeText(margin)})`
            : "no ratio: values of 0";
          if (verdict === "worse") return { ...test, failure: { type: "regression", message } };
          return verdict === "inconclusive"
            ? { ...test, skipped: ["inconclusive", ...doubts, message].join(", ") }
            : test;
        }),
    );
}

function tally(cases: readonly TestCase[]): string {
  const count = (is: (one: TestCase) => unknown) => cases.filter(is).length;
  return `tests="${cases.length}" failures="${count(({ failure }) => failure)}" errors="${count(({ error }) => error)}" skipped="${count(({ skipped }) => skipped)}"`;
}

function caseText({ suite, name, failure, error, skipped }: TestCase): string {
  const head = `    <testcase classname="mqtk.bench.${xml(suite)}" name="${xml(name)}"`;
  if (failure) {
    const message = xml(failure.message);
    return `${head}>\n      <failure type="${failure.type}" message="${message}">${message}</failure>\n    </testcase>\n`;
  }
  if (error) return `${head}>\n      <error message="${xml(error)}"/>\n    </testcase>\n`;
  return skipped ? `${head}>\n      <skipped message="${xml(skipped)}"/>\n    </testcase>\n` : `${head}/>\n`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Text that is valid in XML 1.0, which has no way to write most control characters. */
function xml(text: string): string {
  return safeLine(text)
    .replaceAll(/[\ufffe\uffff]/g, "\ufffd")
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] as string);
}
