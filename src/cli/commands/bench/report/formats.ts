import type { ValueType } from "../../../option.ts";
import { alternatives } from "../../../value-types.ts";

/** How a result can be written, and the ends of file names that say so. */
export const formats = {
  table: [".txt"],
  md: [".md", ".markdown"],
  html: [".html", ".htm"],
  json: [".json"],
  csv: [".csv"],
  junit: [".xml"],
  "gha-smaller": [],
  "gha-bigger": [],
  prom: [".prom"],
  hgrm: [".hgrm"],
  hlog: [".hlog"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Format = keyof typeof formats;
export const formatNames = Object.keys(formats) as readonly Format[];

/** A report and where it goes. */
export interface ReportFile {
  readonly format: Format;
  readonly file: string;
}

/** `report.html`, `junit=results.xml`, and several of them: `report.html,junit=results.xml`. */
export const reportFiles: ValueType<readonly ReportFile[]> = {
  expected: `FILE whose name tells the format (${Object.values(formats).flat().join(" ")}), or FORMAT=FILE with ${alternatives(formatNames)}`,
  parse: (typed) => {
    const parsed = typed.split(",").map(reportFile);
    const known = parsed.filter((one) => one !== undefined);
    return known.length === parsed.length ? known : undefined;
  },
  completion: { kind: "file" },
};

function reportFile(typed: string): ReportFile | undefined {
  const [, named, rest] = /^([\w-]+)=(.+)$/s.exec(typed) ?? [];
  const format = formatNames.find((name) => name === named);
  if (format !== undefined && rest !== undefined) return { format, file: rest };
  if (typed.includes("\0") || named !== undefined) return undefined;
  const byEnd = formatNames.find((name) => formats[name].some((end) => typed.toLowerCase().endsWith(end)));
  return byEnd === undefined ? undefined : { format: byEnd, file: typed };
}
