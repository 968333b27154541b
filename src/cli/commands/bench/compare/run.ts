import type { Judgement } from "../../../../bench/index.ts";
import { UsageError } from "../../../../errors.ts";
import { safeJson } from "../../../terminal/safe-text.ts";
import type { Terminal } from "../../../terminal/terminal.ts";
import { themeFor } from "../../../terminal/theme.ts";
import { allReports, exitCodeOf, expectedFrom, judged, nameOf, readResultFile } from "../judging.ts";
import { tellGitHub } from "../report/github.ts";
import { plainJudgement } from "../report/json.ts";
import { judgementText } from "../report/judgement-text.ts";
import { withoutCommands } from "../report/table.ts";
import { prepareReports, writeReports } from "../report/write-reports.ts";
import type { CompareValues } from "./definition.ts";

/** Compares two results, or the targets of one. */
export async function run(values: CompareValues, terminal: Terminal): Promise<number> {
  const reports = allReports(values.report);
  prepareReports(reports);
  const { before, after } = values;
  if (after !== undefined && values.baseline !== undefined) {
    throw new UsageError(
      "--baseline names a target of one result, and there are two",
      "the first file is the baseline",
    );
  }
  const result = readResultFile(after === undefined ? "<before>" : "<after>", after ?? before);
  const names = result.targets.map(({ name }) => name);
  if (after === undefined && names.length < 2) {
    throw new UsageError(
      `${before} has one target, and nothing to compare it with`,
      "name two files, or measure with two --target",
    );
  }
  const baseline = after === undefined ? (values.baseline ?? (names[0] as string)) : before;
  if (after === undefined && !names.includes(baseline)) {
    throw new UsageError(`${before} has no target ${baseline}`, `it has: ${names.join(", ")}`);
  }
  const expected = expectedFrom({ ...values, baseline }, after === undefined ? names : []);
  const judgement = onlyDeciding(judged(result, expected, nameOf(after ?? before)));
  const report = { result: { ...result, expectations: expected.expectations }, judgement };
  if (values.json) terminal.write(`${safeJson(JSON.stringify(plainJudgement(judgement), null, 2))}\n`);
  else terminal.write(withoutCommands(judgementText(judgement, themeFor(terminal, "stdout"))));
  await writeReports(reports, report);
  await tellGitHub(report, terminal);
  return exitCodeOf(judgement, expected);
}

/** Between two files, how the targets within one of them compare is another question. */
function onlyDeciding(judgement: Judgement): Judgement {
  return { ...judgement, comparisons: judgement.comparisons.filter(({ decides }) => decides) };
}
