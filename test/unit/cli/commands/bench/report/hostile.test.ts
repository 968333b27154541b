import { describe, expect, test } from "vitest";
import { judge, NO_EXPECTATIONS } from "../../../../../../src/bench/index.ts";
import { type Format, formatNames } from "../../../../../../src/cli/commands/bench/report/formats.ts";
import { code } from "../../../../../../src/cli/commands/bench/report/markdown.ts";
import { render } from "../../../../../../src/cli/commands/bench/report/write-reports.ts";
import { HOSTILE, hostileResult } from "../../../../../support/hostile-result.ts";

const result = hostileResult();
const judgement = judge(result, {
  ...NO_EXPECTATIONS,
  ...{ thresholds: ["latency.p99<1us", "loss{target:a|b`c``d}=0"], baseline: HOSTILE[0] as string },
});

function reportIn(format: Format): Promise<string> {
  return render(format, { result, judgement });
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u200b\ud800]/u;

test.each(formatNames.filter((format) => format !== "json"))(
  "%s: nothing that acts on a terminal or in CI",
  async (format) => {
    const text = await reportIn(format);
    expect(text).not.toMatch(CONTROLS);
    expect(text).not.toMatch(/^\s*::/m);
    expect(text).not.toMatch(/^\s*##\[/m);
  },
);

test("JSON: what was measured, with every control character escaped", async () => {
  const text = await reportIn("json");
  expect(JSON.parse(text)).toMatchObject({ targets: result.targets });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
});

describe("HTML", () => {
  test("no element or attribute is made of a name", async () => {
    const text = await reportIn("html");
    const body = text.slice(text.indexOf("<body>")).replaceAll(/="[^"]*"/g, '=""');
    const elements = new Set([...body.matchAll(/<([a-z!]\w*)/gi)].map(([, name]) => name));
    for (const forbidden of ["script", "img", "iframe", "a", "link", "object", "details"]) {
      expect(elements).not.toContain(forbidden);
    }
    expect(body).not.toMatch(/<[^>]*\son\w+=/i);
    expect(body).not.toMatch(/<[^>]*\s(?:href|src|style)=/i);
    expect(text).toContain("&lt;img src=x onerror=alert(1)&gt;");
  });

  test("the policy allows nothing but its own style sheet, and nothing is loaded from anywhere", async () => {
    const text = await reportIn("html");
    expect(text).toMatch(
      /<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[\w+/]+=*'; base-uri 'none'; form-action 'none'">/,
    );
    expect(text.match(/<style>/g)).toHaveLength(1);
    expect(text).not.toMatch(/url\(|@import|<link|<script/);
  });
});

describe("Markdown", () => {
  test("names stand in code spans that they cannot end, in cells that they cannot end", async () => {
    const text = await reportIn("md");
    const columns = new Set<number>();
    for (const block of text.split("\n\n")) {
      for (const line of block.split("\n").filter((one) => one.startsWith("|"))) {
        columns.add(line.replaceAll("\\|", "").split("|").length);
      }
    }
    // The tables: thresholds, comparisons, figures.
    expect([...columns].sort((a, b) => a - b)).toEqual([7, 9, 10, 15]);
    expect(text).not.toMatch(/(?<!`[^\n]*)(<img|<details>|\]\(javascript:|@org)/);
  });

  test.each([
    ["plain", "`plain`"],
    ["a`b", "`` a`b ``"],
    ["a``b`", "``` a``b` ```"],
    ["a|b", "`a\\|b`"],
    ["", "`  `"],
    ["a\nb", "`a\\x0ab`"],
  ])("%j → %s", (text, span) => {
    expect(code(text)).toBe(span);
  });
});

test("CSV: RFC 4180, and no field that a spreadsheet takes for a formula", async () => {
  const records = parseCsv(await reportIn("csv"));
  const [head = [], ...lines] = records;
  const width = head.length;
  expect(lines.every((line) => line.length === width)).toBe(true);
  const names = new Set(lines.map((line) => line[head.indexOf("target")] as string));
  expect(names.size).toBe(HOSTILE.length);
  for (const name of names) expect(name).not.toMatch(/^[=+\-@\t\r|%]/);
  expect(names).toContain("'=cmd|'/c calc'!A1");
  expect(names).toContain("a|b`c``d");
});

/** RFC 4180: fields between quotes with doubled quotes in them, or without quotes and commas; CRLF ends a record. */
function parseCsv(text: string): string[][] {
  const records: string[][] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  for (let record: string[] = []; field.lastIndex < text.length; ) {
    const [, quoted, plain, end] = field.exec(text) ?? [];
    if (end === undefined) throw new Error(`no field at ${field.lastIndex}`);
    record.push(quoted?.replaceAll('""', '"') ?? (plain as string));
    if (end === ",") continue;
    records.push(record);
    record = [];
  }
  return records;
}

test("JUnit: valid XML 1.0", async () => {
  const text = await reportIn("junit");
  // Characters that XML 1.0 has, no bare markup in values, and every element closed in order.
  expect(text).not.toMatch(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
  expect(text).not.toContain("]]>");
  const open: string[] = [];
  const rest = text
    .replace(/^<\?xml[^?]*\?>/, "")
    .replaceAll(/<(\/?)([a-z]+)((?:\s[a-z]+="[^"<]*")*)\s*(\/?)>/g, (_, close, name, _attributes, empty) => {
      if (close) expect(open.pop()).toBe(name);
      else if (!empty) open.push(name);
      return "";
    });
  expect(open).toEqual([]);
  expect(rest).not.toMatch(/[<>]/);
  expect(rest).not.toMatch(/&(?!(amp|lt|gt|quot|apos);)/);
  expect(text).toMatch(/<failure type="correctness"/);
  expect(text).toMatch(/<failure type="threshold"/);
});

test("Prometheus: labels are quoted", async () => {
  for (const line of (await reportIn("prom")).trimEnd().split("\n")) {
    expect(line).toMatch(
      /^(# (HELP|TYPE) mqtk_bench_\w+ .+|mqtk_bench_\w+\{(\w+="(?:[^"\\]|\\["\\n])*",?)+\} [\d.e+-]+)$/,
    );
  }
});

test("HdrHistogram logs: a line for each histogram", async () => {
  const lines = (await reportIn("hlog")).trimEnd().split("\n");
  const histograms = lines.filter((line) => line.startsWith("Tag="));
  expect(histograms).toHaveLength(HOSTILE.length * 2 * 2);
  for (const line of histograms) expect(line).toMatch(/^Tag=[^\s,"]+,[\d.]+,[\d.]+,[\d.]+,HISTF[\w+/]+=*$/);
});
