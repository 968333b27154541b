import { accessSync, constants, existsSync, mkdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../../../../errors.ts";
import { reasonOf } from "../../../system-reason.ts";
import { type Theme, themeFor } from "../../../terminal/theme.ts";
import type { Format, ReportFile } from "./formats.ts";
import type { JudgedResult } from "./rows.ts";

/** The report as text. Each form is code of its own, loaded when it is wanted. */
export async function render(format: Format, judged: JudgedResult, theme: Theme = plain): Promise<string> {
  switch (format) {
    case "table":
      return (await import("./table.ts")).tableReport(judged, theme);
    case "md":
      return (await import("./markdown.ts")).markdownReport(judged);
    case "html":
      return (await import("./html.ts")).htmlReport(judged);
    case "json":
      return (await import("./json.ts")).jsonReport(judged);
    case "csv":
      return (await import("./csv.ts")).csvReport(judged);
    case "junit":
      return (await import("./junit.ts")).junitReport(judged);
    case "gha-smaller":
      return (await import("./github-action-benchmark.ts")).actionReport(judged, "lower");
    case "gha-bigger":
      return (await import("./github-action-benchmark.ts")).actionReport(judged, "higher");
    case "prom":
      return (await import("./prometheus.ts")).prometheusReport(judged);
    case "hgrm":
      return (await import("./histogram-files.ts")).hgrmReport(judged);
    case "hlog":
      return (await import("./histogram-files.ts")).hlogReport(judged);
    default:
      return format satisfies never;
  }
}

/** Makes folders that are missing and looks whether files can be written there, while nothing is lost yet. Throws UsageError. */
export function prepareReports(reports: readonly ReportFile[]): void {
  for (const { file } of reports) {
    try {
      const folder = path.dirname(file);
      // One level only: with `recursive`, Node.js 20 never ends below /proc.
      if (!existsSync(folder)) mkdirSync(folder);
      accessSync(existsSync(file) ? file : folder, constants.W_OK);
      if (existsSync(file) && statSync(file).isDirectory()) throw new UsageError("it is a directory");
    } catch (error) {
      throw new UsageError(`--report: cannot write ${file}: ${reasonOf(error)}`);
    }
  }
}

/** Writes all of them; each is there as a whole or not at all. Throws UsageError where one cannot be written. */
export async function writeReports(reports: readonly ReportFile[], judged: JudgedResult): Promise<void> {
  for (const { format, file } of reports) {
    const text = await render(format, judged);
    try {
      if (existsSync(file) && !statSync(file).isFile()) {
        writeFileSync(file, text); // a pipe, /dev/stdout
        continue;
      }
      const temporary = `${file}.${process.pid}.tmp`;
      writeFileSync(temporary, text);
      renameSync(temporary, file);
    } catch (error) {
      throw new UsageError(`--report: cannot write ${file}: ${reasonOf(error)}`);
    }
  }
}

const plain: Theme = themeFor({ hasColors: () => false }, "stdout");
