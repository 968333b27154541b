import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type BenchResult, NO_EXPECTATIONS, type Sample } from "../../../../../src/bench/index.ts";
import { exitCodeOf, isFailing, nameOf } from "../../../../../src/cli/commands/bench/judging.ts";
import { reportFiles } from "../../../../../src/cli/commands/bench/report/formats.ts";
import { benchResult, countsOf, latencyOf } from "../../../../support/bench-results.ts";
import { mqtk, temporaryFolder } from "../../../../support/in-process.ts";

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

function write(name: string, result: BenchResult | string): string {
  const file = path.join(folder, name);
  writeFileSync(file, typeof result === "string" ? result : JSON.stringify(result));
  return file;
}

/** Rounds with a p99 of so many µs, and a little noise. */
function measured(latencies: Readonly<Record<string, number>>, rounds = 10): BenchResult {
  return benchResult({
    ...{ targets: Object.keys(latencies), rounds },
    sample: ({ target, round }) => ({
      latency: latencyOf(((latencies[target] as number) * (100 + (round % 3))) / 100),
    }),
  });
}

describe("bench compare", () => {
  test("two files: slower is 98, as fast is 0", async () => {
    const [main, slow, same] = [
      write("main.json", measured({ a: 1000 })),
      write("slow.json", measured({ a: 1200 })),
      write("same.json", measured({ a: 1001 })),
    ];
    const slower = await mqtk(["bench", "compare", main, slow, "--gate", "latency.p99"]);
    expect(slower).toMatchObject({ code: 98, stderr: "" });
    expect(slower.stdout).toMatch(/^Comparison: main \(A\) and slow \(B\)\n/);
    expect(slower.stdout).toMatch(/│ latency\.p99 +│ +1\.0\dms │ +1\.2\dms │ +\+(19\.9|20\.\d)% │ .* │ ✗ worse /);
    for (const line of slower.stdout.split("\n").filter((one) => one.startsWith("│"))) {
      expect(line.length).toBeLessThanOrEqual(80);
    }
    expect((await mqtk(["bench", "compare", main, same, "--gate", "latency.p99"])).code).toBe(0);
    expect((await mqtk(["bench", "compare", slow, main, "--gate", "latency.p99"])).code).toBe(0);
  });

  test("too few rounds: inconclusive, which is a failure where that is strict", async () => {
    const words = [
      "bench",
      "compare",
      write("a.json", measured({ a: 1000 }, 3)),
      write("b.json", measured({ a: 2000 }, 3)),
    ];
    expect((await mqtk(words)).code).toBe(0);
    expect((await mqtk([...words, "--strict"])).code).toBe(97);
  });

  test("targets of one file; --baseline says which is the measure", async () => {
    const both = write("both.json", measured({ old: 1000, new: 1500 }));
    expect((await mqtk(["bench", "compare", both])).code).toBe(98);
    expect((await mqtk(["bench", "compare", both, "--baseline", "new"])).code).toBe(0);
    const unknown = await mqtk(["bench", "compare", both, "--baseline", "other"]);
    expect(unknown).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("has no target other\n      it has: old, new"),
    });
  });

  test("a faster broker that loses messages fails with 6, whatever else is wrong", async () => {
    const lossy = benchResult({ rounds: 8, sample: () => ({ latency: latencyOf(10), counts: countsOf({ lost: 2 }) }) });
    const words = ["bench", "compare", write("a.json", benchResult({ rounds: 8 })), write("b.json", lossy)];
    expect((await mqtk([...words, "--threshold", "latency.p99<1us"])).code).toBe(6);
  });

  test.each<[string, readonly string[], RegExp]>([
    ["no file", ["nothing.json"], /^mqtk: <before>: cannot read nothing\.json: no such file or directory\n$/],
    ["one target", ["one.json"], /one\.json has one target, and nothing to compare it with\n/],
    ["no result", ["text.json"], /text\.json is not JSON: /],
    ["a field that is wrong", ["bad.json"], /bad\.json: cells\[0\]\.qos: expected 0 or 1 or 2, not 7\n$/],
    ["an endless file", ["/dev/zero"], /\/dev\/zero is larger than 128 MiB\n$/],
    ["an unknown metric", ["one.json", "one.json", "--gate", "speed"], /^mqtk: --gate: there is no metric speed\n/],
    ["two baselines", ["one.json", "one.json", "--baseline", "x"], /--baseline names a target of one result/],
  ])("%s is a usage error", async (_, words, message) => {
    write("one.json", measured({ a: 1 }, 1));
    write("text.json", "hello");
    write("bad.json", JSON.stringify(measured({ a: 1 }, 1)).replace(/"qos":0/g, '"qos":7'));
    const inFolder = words.map((word) => (/^(one|text|bad)\.json$/.test(word) ? path.join(folder, word) : word));
    const { code, stdout, stderr } = await mqtk(["bench", "compare", ...inFolder]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
  });
});

describe("bench report", () => {
  test("expectations are kept with the result and shown again, without deciding", async () => {
    const expectations = { thresholds: ["latency.p99<1us"], baseline: null, margin: 0.05, gates: ["latency.p99"] };
    const file = write("r.json", { ...benchResult(), expectations } as BenchResult);
    const again = await mqtk(["bench", "report", file]);
    expect(again).toMatchObject({ code: 0, stderr: "" });
    expect(again.stdout).toContain("✗ latency.p99<1us");
    expect((await mqtk(["bench", "report", file, "--threshold", "latency.p99<1us"])).code).toBe(99);
    expect((await mqtk(["bench", "report", file, "--threshold", "latency.p99<1s"])).code).toBe(0);
  });

  test("every form, by the end of the file's name or by its own", async () => {
    const file = write("r.json", benchResult({ targets: ["a", "b"], rounds: 2, loops: ["closed", "open"] }));
    const names = [
      "o.md",
      "o.html",
      "o.json",
      "o.csv",
      "o.xml",
      "gha-smaller=s",
      "gha-bigger=b",
      "o.prom",
      "o.hgrm",
      "o.hlog",
    ];
    const words = names.flatMap((name) => ["--report", name.replace(/^(gha-\w+=)?/, `$1${folder}/`)]);
    expect(await mqtk(["bench", "report", file, ...words])).toEqual({ code: 0, stdout: "", stderr: "" });
    const read = (name: string) => readFileSync(path.join(folder, name), "utf8");
    expect(read("o.md")).toMatch(/^### ✅ MQTT benchmark\n/);
    expect(read("o.html")).toMatch(/^<!doctype html>\n/);
    expect(JSON.parse(read("o.json"))).toMatchObject({ schema: "mqtk-bench/2", judgement: { thresholds: [] } });
    expect(read("o.csv").split("\r\n")).toHaveLength(1 + 2 * 3 + 1);
    expect(read("o.xml")).toContain('<testsuites name="mqtk bench" tests="2" failures="0" errors="0" skipped="0"');
    expect(JSON.parse(read("s"))).toContainEqual(
      expect.objectContaining({ name: "a: pair qos0 64B mqtt5: latency.p99", unit: "µs" }),
    );
    expect(JSON.parse(read("b"))).toContainEqual(
      expect.objectContaining({ name: "b: pair qos0 64B mqtt5: throughput", value: 10_000 }),
    );
    expect(read("o.prom")).toMatch(/^mqtk_bench_latency_seconds\{target="a",.*quantile="0\.5"\} [\d.e-]+$/m);
    expect(read("o.hgrm")).toMatch(
      /^#\[a, pair qos0 64B mqtt5, closed loop, round 1; µs\]\n +Value +Percentile TotalCount/,
    );
    expect(read("o.hlog").match(/^Tag=a\/pair_qos0_64B_mqtt5\/open\/1,0\.000,5\.000,/gm)).toHaveLength(1);
    // The JSON that was written is a result again.
    expect((await mqtk(["bench", "report", path.join(folder, "o.json"), "--format", "csv"])).stdout).toBe(
      read("o.csv"),
    );
  });

  test("what cannot be written is said before anything is", async () => {
    const file = write("r.json", benchResult());
    const { code, stderr } = await mqtk(["bench", "report", file, "--report", path.join(file, "below.html")]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^mqtk: --report: cannot write .*below\.html: /);
    const twice = await mqtk(["bench", "report", file, "--report", "a.html,html=a.html"]);
    expect(twice.stderr).toBe("mqtk: --report names a.html twice\n");
  });
});

describe("in CI", () => {
  test("a summary of the step, a line for each failure, nothing coloured", async () => {
    const summary = write("summary.md", "before\n");
    const file = write("r.json", measured({ "old\n::error::x": 1000, new: 2000 }));
    const env = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summary };
    const { code, stdout, stderr } = await mqtk(["bench", "compare", file, "--threshold", "latency.p99<1500us"], {
      env,
    });
    expect(code).toBe(99);
    expect(stderr.split("\n")).toEqual([
      "::error title=threshold latency.p99<1500us::new, pair qos0 64B mqtt5: measured 2.04ms",
      expect.stringMatching(
        /^::error title=latency\.p99 is worse::new compared with old%0A::error::x, pair qos0 64B mqtt5: \+100%25 \(/,
      ),
      "",
    ]);
    expect(stdout).not.toContain("\u001b");
    expect(stdout).not.toMatch(/^\s*::/m);
    const markdown = readFileSync(summary, "utf8");
    expect(markdown).toMatch(
      /^before\n### ❌ MQTT benchmark: 1 of 2 thresholds breached, 1 of 3 metrics worse than the baseline\n/,
    );
    expect(markdown).toContain("`old\\x0a::error::x`");
  });

  test("elsewhere neither", async () => {
    const file = write("r.json", measured({ a: 1000, b: 2000 }));
    expect((await mqtk(["bench", "compare", file])).stderr).toBe("");
  });
});

describe("before a run", () => {
  const plan = async (...words: string[]) => JSON.parse((await mqtk(["bench", "--dry-run", ...words])).stdout);

  test("--calibrate measures one broker as two, often enough for a verdict", async () => {
    expect(await plan("--calibrate", "-q", "0")).toMatchObject({
      targets: [
        { name: "builtin", kind: "builtin" },
        { name: "builtin again", kind: "builtin" },
      ],
      rounds: 10,
    });
    expect((await plan("--calibrate", "--size", "64,128,256,512")).rounds).toBe(11);
    expect((await plan("--calibrate", "--rounds", "3")).rounds).toBe(3);
    const several = await mqtk(["bench", "--dry-run", "--calibrate", "--target", "a=builtin", "--target", "b=builtin"]);
    expect(several).toMatchObject({ code: 2, stderr: expect.stringContaining("--calibrate measures one broker") });
  });

  test.each<[readonly string[], RegExp]>([
    [["--threshold", "p99<1s"], /^mqtk: --threshold p99<1s: there is no metric p99\n {6}there are: latency\.\*, /],
    [["--threshold", "cpu<1s", "mqtt://127.0.0.1:1"], /the broker's process is not known\n/],
    [["--max", "--threshold", "latency.p50<1s"], /--max measures no latency of a schedule\n/],
    [["--threshold", "loss{qos:2}=0", "-q", "0"], /nothing that is measured is in its/],
    [["--baseline", "none.json"], /^mqtk: --baseline: cannot read none\.json: no such file/],
    [["--noise", "none.json"], /^mqtk: --noise: cannot read none\.json: no such file/],
    [["--margin", "much"], /^mqtk: --margin much: expected a percentage/],
    [["--report", "x.pdf"], /^mqtk: --report x\.pdf: expected FILE whose name tells the format/],
  ])("%j is refused at once", async (words, message) => {
    const { code, stdout, stderr } = await mqtk(["bench", ...words]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
  });

  test("a baseline of something else is refused at once", async () => {
    const file = write("other.json", benchResult({ cells: [{ qos: 2, payloadSize: 999 }] }));
    const { code, stderr } = await mqtk(["bench", "-q", "0", "--baseline", file]);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^mqtk: --baseline: other measured nothing of what is to be measured\n {6}it measured: pair qos2 999B mqtt5\n/,
    );
  });
});

describe("bench init ci", () => {
  const start = `src/broker -c "my conf" -p {port}`;

  test("writes a workflow that is YAML, with commands as they were typed", async () => {
    const file = path.join(folder, ".github", "workflows", "bench.yml");
    const words = [
      "--out",
      file,
      "--build",
      "make 'x y' # z",
      "--start",
      start,
      "--threshold",
      "latency.p99{qos:1}<50ms",
    ];
    const run = await mqtk(["bench", "init", "ci", ...words]);
    expect(run).toMatchObject({ code: 0, stdout: `${file}\n` });
    const workflow = parse(readFileSync(file, "utf8"), { strict: true, uniqueKeys: true });
    expect(workflow).toMatchObject({
      on: { pull_request: null },
      permissions: { contents: "read" },
      env: { BUILD: "make 'x y' # z", START: start },
      jobs: { bench: { "runs-on": "ubuntu-latest" } },
    });
    const steps = workflow.jobs.bench.steps as { name?: string; run?: string; uses?: string }[];
    const measuring = steps.find(({ name }) => name?.includes("measure"))?.run ?? "";
    expect(measuring).toContain("--threshold 'latency.p99{qos:1}<50ms' \\\n");
    expect(measuring.trimEnd().split("\n").at(-1)).not.toMatch(/\\$/);

    const again = await mqtk(["bench", "init", "ci", "--out", file]);
    expect(again).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("is there already\n") });
    expect((await mqtk(["bench", "init", "ci", "--out", file, "--force"])).code).toBe(0);
    expect(readFileSync(file, "utf8")).toContain("./mybroker --port {port}");
  });

  test("its measuring step is a command line that mqtk understands", async () => {
    const file = path.join(folder, "bench.yml");
    await mqtk(["bench", "init", "ci", "--out", file, "--threshold", "loss=0"]);
    const steps = parse(readFileSync(file, "utf8")).jobs.bench.steps as { name?: string; run?: string }[];
    const measuring = steps.find(({ name }) => name?.includes("measure"))?.run ?? "";
    const line = measuring
      .slice(measuring.indexOf(" bench ") + 1)
      .replaceAll("\\\n", " ")
      .trim();
    const words = [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)]
      .map(([, quoted, double, plain]) => quoted ?? double ?? (plain as string))
      .map((word) => (word === "$START" ? start : word));
    const { code, stdout } = await mqtk([...words, "--dry-run"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      rounds: 10,
      targets: [{ name: "base", kind: "command" }, { name: "head" }],
    });
  });

  test.each([
    [["--start", "broker"], /^mqtk: --start has no \{port\}\n/],
    [["--threshold", "speed>1"], /there is no metric speed/],
  ])("%j is refused", async (words, message) => {
    const { code, stderr } = await mqtk(["bench", "init", "ci", "--out", path.join(folder, "x.yml"), ...words]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

test("the worst ending decides; a doubt only where that is strict", () => {
  const nothing = { failures: [], thresholds: [], comparisons: [] };
  expect([true, false].map((isStrict) => exitCodeOf(nothing, { isStrict, isAdvisory: false }))).toEqual([0, 0]);
});

test("--abort-on-fail: what fails already, and nothing that is not measured yet", () => {
  const expectations = { ...NO_EXPECTATIONS, thresholds: ["latency.p99<1ms", "latency.p99{qos:2}<1us"] };
  const soFar = (sample: Partial<Sample>) => benchResult({ sample: () => sample, cells: [{ qos: 1 }] });
  expect(isFailing(soFar({}), { expectations })).toBe(false);
  expect(isFailing(soFar({ latency: latencyOf(2000) }), { expectations })).toBe(true);
  expect(isFailing(soFar({ counts: countsOf({ lost: 1 }) }), { expectations: NO_EXPECTATIONS })).toBe(true);
});

test("--exit-zero: told, and no failure", async () => {
  const lossy = write("a.json", benchResult({ sample: () => ({ counts: countsOf({ lost: 2 }) }) }));
  const words = ["bench", "report", lossy, "--threshold", "loss=0"];
  expect((await mqtk(words)).code).toBe(6);
  expect(await mqtk([...words, "--exit-zero"])).toMatchObject({ code: 0, stdout: expect.stringContaining("✗ loss=0") });
});

test("how a file is called", () => {
  expect(["a.json", "x/main.json", "C:\\x\\y.json", ".json", "results"].map(nameOf)).toEqual([
    "a",
    "main",
    "y",
    ".json",
    "results",
  ]);
});

test("--report: formats by name and by file", () => {
  expect(reportFiles.parse("a.html,junit=b.txt,x/c.JSON")).toEqual([
    { format: "html", file: "a.html" },
    { format: "junit", file: "b.txt" },
    { format: "json", file: "x/c.JSON" },
  ]);
  for (const wrong of ["", "a", "a.doc", "pdf=a.html", "a.html,", "html="])
    expect(reportFiles.parse(wrong)).toBeUndefined();
});
