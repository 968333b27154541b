import type { Theme } from "../../../terminal/theme.ts";
import { report } from "../report.ts";
import { searchReport } from "../search-report.ts";
import { judgementText } from "./judgement-text.ts";
import type { JudgedResult } from "./rows.ts";

/** For people at a terminal. */
export function tableReport({ result, judgement }: JudgedResult, theme: Theme): string {
  const parts = [report(result, theme), searchReport(result, theme), judgementText(judgement, theme)];
  return withoutCommands(parts.filter((part) => part !== "").join("\n"));
}

/** CI systems obey lines that begin with `::` or `##[`, and names may begin so. */
export function withoutCommands(text: string): string {
  return text.replaceAll(/^\s*(?=::|##\[)/gm, "$&\\");
}
