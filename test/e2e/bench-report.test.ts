import { writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { BenchResult } from "../../src/bench/index.ts";
import { benchResult } from "../support/bench-results.ts";
import { openInBrowser } from "../support/browser.ts";
import { hostileResult } from "../support/hostile-result.ts";
import { temporaryFolder } from "../support/in-process.ts";
import { peer } from "../support/peers.ts";
import { runMqtk, startBroker } from "../support/run-mqtk.ts";

const chromium = peer("chromium");

/** The page that `mqtk bench report` makes of a result. */
async function pageOf(result: BenchResult, ...words: string[]): Promise<string> {
  const folder = temporaryFolder();
  const [json, page] = [path.join(folder, "result.json"), path.join(folder, "report.html")];
  writeFileSync(json, JSON.stringify(result));
  const { stderr } = await runMqtk(["bench", "report", json, "--report", page, ...words]);
  expect(stderr).toBe("");
  return page;
}

describe.skipIf(chromium === undefined)("the HTML report in a browser", { timeout: 60_000 }, () => {
  test("its charts have shapes and colours, for light and dark, and it asks for nothing", async () => {
    const result = benchResult({ targets: ["mosq", "builtin"], rounds: 8, loops: ["closed", "open"] });
    const page = await openInBrowser(chromium as string, await pageOf(result, "--baseline", "mosq"));
    const lines = await page.evaluate<{ width: number; height: number; stroke: string }[]>(
      `[...document.querySelectorAll("figure path.line")].map((line) => {
        const { width, height } = line.getBoundingClientRect();
        return { width, height, stroke: getComputedStyle(line).stroke };
      })`,
    );
    expect(lines).toHaveLength(4);
    for (const { width, stroke } of lines) {
      expect(width).toBeGreaterThan(200);
      expect(stroke).toMatch(/^rgb/);
    }
    // Latencies rise with the percentile; throughput of this result is flat.
    expect(lines[0]?.height).toBeGreaterThan(50);
    expect(new Set(lines.map(({ stroke }) => stroke)).size).toBe(2);
    expect(await page.evaluate(`document.querySelectorAll("svg.change circle").length`)).toBeGreaterThan(4);
    expect(await page.evaluate(`document.querySelectorAll("td.heat").length`)).toBe(2 * 8);

    const looks = `(({ backgroundColor, color }) => [backgroundColor, color])(getComputedStyle(document.body))`;
    await page.prefer("light");
    const light = await page.evaluate(looks);
    await page.prefer("dark");
    expect(await page.evaluate(looks)).not.toEqual(light);
    expect(await page.evaluate(`document.documentElement.scrollWidth <= innerWidth`)).toBe(true);
    expect(page.complaints).toEqual([]);
    expect(page.requests).toEqual([expect.stringMatching(/^file:.*report\.html$/)]);
  });

  test("hostile names are text", async () => {
    const page = await openInBrowser(chromium as string, await pageOf(hostileResult(), "--threshold", "loss=0"));
    expect(await page.evaluate(`document.querySelectorAll("script, img, iframe, a, details, object").length`)).toBe(0);
    expect(await page.evaluate(`document.body.innerText`)).toContain("<img src=x onerror=alert(1)>");
    expect(page.complaints).toEqual([]);
    expect(page.requests).toHaveLength(1);
  });
});

/** A port that passes everything on to another, some milliseconds later in both directions. */
async function slowedPort(port: number, delay: number): Promise<number> {
  const server = createServer((client) => {
    const broker = connect(port, "127.0.0.1");
    for (const [from, to] of [
      [client, broker],
      [broker, client],
    ] as const) {
      from.on("data", (chunk) => setTimeout(() => to.write(chunk), delay)).on("error", () => to.destroy());
      from.on("close", () => setTimeout(() => to.destroy(), delay));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
  });
  return (server.address() as { port: number }).port;
}

test("a broker that was slowed is found: 98, and the files say why", { timeout: 60_000 }, async () => {
  const { port } = await startBroker();
  const slowed = await slowedPort(port, 100);
  const folder = temporaryFolder();
  const run = await runMqtk(
    [
      ...["bench", "--target", `base=mqtt://127.0.0.1:${port}`, "--target", `head=mqtt://127.0.0.1:${slowed}`],
      ...["-q", "0", "--rate", "200", "--pairs", "1", "--rounds", "6", "--duration", "100ms", "--warmup", "0"],
      ...["--baseline", "base", "--gate", "latency.p50", "--report", "result.json,junit.xml"],
    ],
    { cwd: folder, env: { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: path.join(folder, "summary.md") } },
  );
  expect(run.stderr).toMatch(/^::error title=latency\.p50 is worse::head compared with base, pair qos0 64B mqtt5: /m);
  expect(run.stdout).toMatch(/│ latency\.p50 .*│ ✗ worse /);
  expect(run.code).toBe(98);
  const compared = await runMqtk(["bench", "compare", "result.json", "--gate", "latency.p50", "--json"], {
    cwd: folder,
  });
  const [comparison] = (JSON.parse(compared.stdout) as { comparisons: { metrics: { estimate: { low: number } }[] }[] })
    .comparisons;
  expect(comparison?.metrics[0]).toMatchObject({ metric: "latency.p50", verdict: "worse" });
  expect(comparison?.metrics[0]?.estimate.low).toBeGreaterThan(5);
  expect(compared.code).toBe(98);
});
