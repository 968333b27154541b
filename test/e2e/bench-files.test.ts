import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { BenchResult } from "../../src/bench/index.ts";
import { examples } from "../../src/cli/commands/bench/init/examples.ts";
import { temporaryFolder } from "../support/in-process.ts";
import { peer } from "../support/peers.ts";
import { runMqtk, startBroker, startMqtk } from "../support/run-mqtk.ts";

const mosquitto = peer("mosquitto");
const command = `mosq=cmd:'${mosquitto}' -p {port}`;

/** The same example in a small part of its time. */
function hurried(source: string): string {
  return source
    .replace("rounds: 2", "rounds: 1")
    .replaceAll(/duration: (\d+)s/g, (_, seconds: string) => `duration: ${Number(seconds) * 40}ms`);
}

function fileOf(source: string, name = "plant.yaml"): string {
  const file = path.join(temporaryFolder(), name);
  writeFileSync(file, source);
  return file;
}

describe.skipIf(mosquitto === undefined)("the examples run as they are", () => {
  test.each(Object.keys(examples))("%s", async (name) => {
    const folder = temporaryFolder();
    const written = await runMqtk(["bench", "init", "scenario", "--example", name], { cwd: folder });
    expect(written).toMatchObject({ code: 0, stdout: "bench.yaml\n" });
    const source = readFileSync(path.join(folder, "bench.yaml"), "utf8");
    expect(source).toBe(examples[name as keyof typeof examples]);
    writeFileSync(path.join(folder, "bench.yaml"), hurried(source));
    const targets = source.includes("groups:") ? ["--target", command] : ["--max"];
    const run = await runMqtk(
      ["bench", "-f", "bench.yaml", ...targets, "--warmup", "0", "--json", "--exit-zero", "--quiet"],
      {
        cwd: folder,
      },
    );
    expect([run.code, run.stderr]).toEqual([0, ""]);
    const { cells, status } = JSON.parse(run.stdout) as BenchResult;
    expect(status).toBe("complete");
    for (const { id, samples } of cells) {
      for (const { counts } of samples) expect([id, counts.received, counts.lost]).toEqual([id, counts.expected, 0]);
    }
  });
});

test("a file, threads, the command line before the file, and results by group and stage", async () => {
  const { url } = await startBroker();
  const file = fileOf(`
duration: 5s
rounds: 3
groups:
  - name: sensors
    clients: 4
    publish: { topic: "plant/{{i}}", qos: 1, size: 64, rate: 400 }
  - name: archive
    clients: 2
    mqtt-version: 5
    subscribe: { filters: plant/#, share: all }
  - name: screen
    clients: 1
    subscribe: { filters: [plant/0, plant/3] }
stages:
  - { name: day, duration: 200ms }
  - { name: night, duration: 100ms, rate: 50% }
`);
  const contradiction = await runMqtk(["bench", url, "-f", file]);
  expect(contradiction).toMatchObject({ code: 2, stderr: expect.stringContaining("has stages, which say how long") });
  writeFileSync(file, readFileSync(file, "utf8").replace("duration: 5s\n", ""));
  const report = path.join(temporaryFolder(), "r");
  const words = ["bench", url, "-f", file, "--workers", "2", "--rounds", "1", "--quiet"];
  const thresholds = ["--threshold", "loss{group:screen}=0", "--threshold", "throughput{group:archive,stage:day}<1"];
  const run = await runMqtk([
    ...words,
    ...thresholds,
    "--report",
    ["json", "md", "html", "csv", "prom"].map((form) => `${report}.${form}`).join(),
  ]);
  expect(run.code, run.stderr).toBe(99);
  for (const line of run.stdout.split("\n").filter((one) => /^[│┌]/.test(one)))
    expect(line.length).toBeLessThanOrEqual(80);
  expect(run.stdout).toMatch(/│ day {3}│ archive ← │ +│ {8}400 │/);
  const { plan, cells } = JSON.parse(readFileSync(`${report}.json`, "utf8")) as BenchResult;
  expect(plan.rounds).toBe(1);
  const [sample] = cells[0]?.samples ?? [];
  expect(sample).toMatchObject({ counts: { sent: 100, expected: 150, received: 150 }, generator: { workers: 2 } });
  expect(
    sample?.slices?.map(({ group, direction, stage, counts }) => [group, direction, stage, counts.received]),
  ).toEqual([
    ["sensors", "sent", null, 150],
    ["archive", "received", null, 100],
    ["screen", "received", null, 50],
    ["sensors", "sent", "day", 120],
    ["archive", "received", "day", 80],
    ["screen", "received", "day", 40],
    [null, "both", "day", 120],
    ["sensors", "sent", "night", 30],
    ["archive", "received", "night", 20],
    ["screen", "received", "night", 10],
    [null, "both", "night", 30],
  ]);
  for (const form of ["md", "html"]) expect(readFileSync(`${report}.${form}`, "utf8")).toContain("screen ←");
  const [head = [], ...lines] = readFileSync(`${report}.csv`, "utf8")
    .split("\r\n")
    .map((line) => line.split(","));
  const night = lines.filter((line) => /,screen,received,night,/.test(line.join()));
  const valuesOf = (name: string) => night.map((line) => line[head.indexOf(name)]);
  // Of all rounds, and of the only one; 10 messages in 100 ms; connects are not told by group.
  expect([valuesOf("round"), valuesOf("throughput_per_s"), valuesOf("lost"), valuesOf("connect_p99_us")]).toEqual([
    ["0", "1"],
    ["100", "100"],
    ["0", "0"],
    ["", ""],
  ]);
  expect(readFileSync(`${report}.prom`, "utf8")).toMatch(
    /^mqtk_bench_part_throughput_per_second\{.*,group="screen",direction="received",stage="night"\} 100$/m,
  );
});

test.each(["1", "2"])("each group with its credentials, %s workers", async (workers) => {
  const users = fileOf("ann:1\nbea:2\ncid:3\neve:4\n", "passwords");
  const broker = await startBroker(["--password-file", users]);
  const files = { sensors: "ann,1\nbea,2\n", all: "eve,4\n" };
  const own = fileOf(files.sensors, "sensors.csv");
  const file = fileOf(`
credentials: ${fileOf(files.all, "all.csv")}
groups:
  - name: sensors
    clients: 3
    credentials: ${own}
    publish: { topic: "plant/{{i}}", qos: 1, rate: 300 }
  - name: screen
    clients: 1
    subscribe: { filters: plant/+ }
duration: 200ms
warmup: 0
`);
  const words = ["bench", broker.url, "-f", file, "--workers", workers, "--quiet", "--json", "--exit-zero"];
  const run = await runMqtk(words);
  expect(run.code, run.stderr).toBe(0);
  const { cells } = JSON.parse(run.stdout) as BenchResult;
  expect(cells[0]?.samples[0]?.counts).toMatchObject({ sent: 60, received: 60 });
  const connected = [...broker.stderr.matchAll(/connected from .* user (\w+),/g)].map(([, user]) => user);
  expect(connected.sort()).toEqual(["ann", "ann", "bea", "eve"]);
  writeFileSync(own, "ann,wrong\n");
  const refused = await runMqtk(words);
  expect(refused).toMatchObject({ code: 4 });
  expect(refused.stderr).toMatch(/refused the connection: Bad User Name or Password/);
  writeFileSync(own, "");
  expect(await runMqtk(words)).toMatchObject({ code: 2, stderr: expect.stringContaining("has no credentials") });
});

test("Ctrl-C: what there is of groups, and 130", async () => {
  const { url } = await startBroker();
  const file = fileOf(
    "groups: [{ name: a, clients: 2, publish: { topic: 'a/{{i}}', think: 1ms-2ms } }]\nduration: 60s\nwarmup: 0\n",
  );
  const run = startMqtk(["bench", url, "-f", file, "-q", "0"]);
  await run.waitFor(/1\/1 plant\b.*\n/, "stderr");
  const { code, stdout } = await run.stop("SIGINT");
  expect(code).toBe(130);
  expect(stdout).toContain("│ all   │ a →   │");
});

test.each([
  ["there is no such file", "", /--scenario-file: cannot read .*missing\.yaml: no such file or directory/],
  [
    "the wrong field",
    "groups:\n  - name: a\n    clints: 2\n",
    /plant\.yaml:3:5: there is no field groups\[0\]\.clints\n +did you mean clients\?/,
  ],
  ["an option's value", "qos: 7\n", /plant\.yaml:1:1: qos 7: expected 0, 1 or 2/],
  [
    "a group that cannot be measured",
    "groups:\n  - { name: a, clients: 2, publish: { topic: a } }\n  - { name: b, clients: 1, subscribe: { filters: b } }\n",
    /plant\.yaml:3:5: group b: its filters match no topic of any group/,
  ],
  [
    "an option that groups replace",
    "scenario: fan-in\ngroups:\n  - { name: a, clients: 2, publish: { topic: a } }\n",
    /has groups, and --scenario is for the scenarios of mqtk\n +instead: groups/,
  ],
  [
    "a threshold on a group that there is not",
    "threshold: loss{group:x}=0\ngroups:\n  - { name: a, clients: 2, publish: { topic: a } }\n",
    /nothing that is measured is in its \{…\}\n.*group a/,
  ],
])("%s: usage", async (name, source, reason) => {
  const file = source === "" ? path.join(temporaryFolder(), "missing.yaml") : fileOf(source);
  const { code, stdout, stderr } = await runMqtk(["bench", "-f", file]);
  expect({ name, code, stdout }).toEqual({ name, code: 2, stdout: "" });
  expect(stderr).toMatch(reason);
});
