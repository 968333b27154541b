import { ExitCode } from "../../../exit-code.ts";
import type { Terminal } from "../../../terminal/terminal.ts";
import { themeFor } from "../../../terminal/theme.ts";
import { allReports, exitCodeOf, expectedFrom, judged, nameOf, readResultFile } from "../judging.ts";
import type { ReportValues } from "./definition.ts";
import { prepareReports, render, writeReports } from "./write-reports.ts";

/** Prints a result, or writes it in other forms. */
export async function run(values: ReportValues, terminal: Terminal): Promise<number> {
  const reports = allReports(values.report);
  prepareReports(reports);
  const result = readResultFile("<result>", values.result);
  // What is asked for here replaces what was expected then, and decides about the exit code.
  const isAsked = values.threshold.length > 0 || values.baseline !== undefined;
  const asked = expectedFrom(
    values,
    result.targets.map(({ name }) => name),
  );
  const expected = isAsked ? asked : { ...asked, expectations: result.expectations ?? asked.expectations };
  const judgement = judged(result, expected, nameOf(values.result));
  const report = { result: { ...result, expectations: expected.expectations }, judgement };
  const format = values.format ?? (reports.length > 0 ? undefined : "table");
  if (format !== undefined) terminal.write(await render(format, report, themeFor(terminal, "stdout")));
  await writeReports(reports, report);
  return isAsked ? exitCodeOf(judgement, expected) : ExitCode.SUCCESS;
}
