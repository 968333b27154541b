import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { issueCa, issueClient, issueServer } from "../../src/cli/certificates/issue.ts";
import { benchDefinition } from "../../src/cli/commands/bench/definition.ts";
import { BenchMosquitto, type MosquittoPorts } from "../support/bench-mosquitto.ts";
import { benchResult } from "../support/bench-results.ts";
import { certificateFolder } from "../support/certificate-folder.ts";
import { type FlagRow, failed, flagsLeftOut, runRow, type SeenRun } from "../support/flag-rows.ts";
import { peer } from "../support/peers.ts";

// Each flag of `mqtk bench` against Debian's mosquitto: what came of it, as mosquitto or the result tells. Those that say
// how to get to a broker are in bench-connection-flags.test.ts.

const ELSEWHERE = ["Connection", "Password", "TLS", "Network", "Configuration"];

const program = peer("mosquitto");
const { folder, file, save, shown, remove } = certificateFolder();

/** At 200 messages per second for 100 ms. */
const LOAD = ["--rate", "200", "--duration", "100ms", "--warmup", "0", "-q", "0", "--pairs", "1"];
const MESSAGES = 20;
/** For rows that say themselves how much of it they want. */
const SHORT = ["--duration", "100ms", "--warmup", "0", "-q", "0", "--pairs", "1"];

let mosquitto: BenchMosquitto;
let at: MosquittoPorts;

beforeAll(async () => {
  if (program === undefined) return;
  const ca = await issueCa({ commonName: "CA", days: 30 });
  save("ca", ca);
  save("server", await issueServer(ca, { commonName: "localhost", days: 5, names: ["127.0.0.1"] }));
  for (const name of ["dev0", "dev1"]) save(name, await issueClient(ca, { commonName: name, days: 5 }));
  writeFileSync(
    file("plant.yaml"),
    `{ rounds: 9, warmup: 0, duration: 100ms, groups: [
      { name: sensors, clients: 2, publish: { topic: "plant/{{i}}", qos: 0, rate: 200 } },
      { name: screen, clients: 1, subscribe: { filters: "plant/+" } } ] }\n`,
  );
  writeFileSync(file("users.csv"), "ann,sesame\nbob,open\n");
  // Faster in all rounds than anything that is measured here.
  const fast = benchResult({
    ...{ targets: ["x"], rounds: 8, loops: ["closed"], cells: [{ qos: 0, payloadSize: 64, protocolVersion: 5 }] },
    sample: ({ round }) => ({ throughput: { perSecond: 1e9 + round, payloadBytesPerSecond: 64e9 } }),
  });
  writeFileSync(file("fast.json"), JSON.stringify(fast));
  mosquitto = await BenchMosquitto.start(program, folder);
  at = mosquitto.ports;
});
afterAll(() => {
  mosquitto?.stop();
  remove();
});

const plain = () => ["-p", `${at.plain}`];
const json = () => [...plain(), ...LOAD, "--json", "--quiet"];
const arrived = (count: number) => ({ sent: count, received: count, lost: 0 });

/** Resolves once mosquitto has said this of a client of that run. */
const said = ({ result }: SeenRun, pattern: RegExp) => mosquitto.said(pattern, `mqtk${result.run}-`);
const isWell: FlagRow["shows"] = ({ code, stderr, sample }) => {
  expect(code, stderr).toBe(0);
  expect(sample.counts).toMatchObject(arrived(MESSAGES));
};
/** mosquitto has said this of our clients, and all messages arrived. */
const isWellAnd =
  (pattern: RegExp): FlagRow["shows"] =>
  async (seen) => {
    await isWell(seen);
    await said(seen, pattern);
  };

const brokers: FlagRow[] = [
  {
    of: "--target --rounds --sample-pid",
    words: () => [
      ...["--target", `one=cmd:'${program}' -p {port}`, "--target", `other=mqtt://127.0.0.1:${at.plain}`],
      ...["--rounds", "2", "--sample-pid", `other=${mosquitto.pid}`],
    ],
    with: () => json().slice(2),
    shows: ({ code, stderr, result }) => {
      expect(code, stderr).toBe(0);
      const samples = result.cells[0]?.samples ?? [];
      expect(samples.map(({ target, round }) => `${target} ${round}`).sort()).toEqual([
        ...["one 1", "one 2", "other 1", "other 2"],
      ]);
      for (const { broker, sys, target } of samples) {
        expect(broker?.rssBytes).toBeGreaterThan(1e6);
        expect(broker?.descriptors).toBeGreaterThan(4);
        // One that was just started has published little of that yet.
        if (target === "other") expect(sys?.["clients/connected"]).toBeGreaterThanOrEqual(0);
      }
      expect(result.targets.map(({ software }) => software)).toEqual(Array(2).fill("mosquitto version 2.0.11"));
    },
  },
  {
    of: "--sample-pid",
    words: () => ["--sample-pid", "999999999"],
    with: json,
    shows: failed(2, /there is no such process/),
  },
  {
    of: "--base-ref --build --start",
    words: () => ["--base-ref", "HEAD", "--build", "cp broker.txt built.txt", "--start", "sh start.sh {port}"],
    with: () => ["--rounds", "1", ...LOAD, "--json", "--quiet"],
    cwd: () => {
      const repository = file("repository");
      mkdirSync(repository);
      writeFileSync(path.join(repository, "broker.txt"), "base\n");
      writeFileSync(
        path.join(repository, "start.sh"),
        `cat built.txt >> '${file("started")}'; exec '${program}' -p $1\n`,
      );
      const git = (...words: string[]) => execFileSync("git", words, { cwd: repository, stdio: "ignore" });
      git("init");
      git("add", ".");
      git("-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "-m", "base");
      writeFileSync(path.join(repository, "broker.txt"), "head\n");
      return repository;
    },
    shows: ({ code, stderr, result, ...rest }) => {
      expect(code, JSON.stringify([stderr, rest])).toBe(0);
      expect(result.targets.map(({ name }) => name)).toEqual(["base", "head"]);
      expect(result.expectations?.baseline).toBe("base");
      expect(readFileSync(file("started"), "utf8")).toBe("base\nhead\n");
    },
  },
  {
    of: "-f --budget",
    words: () => ["-f", file("plant.yaml"), "--budget", "2s"],
    with: () => [...plain(), "--json", "--quiet"],
    shows: ({ code, stderr, result, sample }) => {
      expect(code, stderr).toBe(0);
      expect(result.plan.rounds).toBe(3);
      expect(sample.slices?.map(({ group, counts }) => [group, counts.received])).toEqual([
        ["sensors", 20],
        ["screen", 20],
      ]);
    },
  },
  {
    of: "--cpus --target-cpus --workers",
    words: () => ["--cpus", "0", "--target-cpus", "0", "--workers", "2"],
    with: () => [
      ...["--target", `cmd:'${program}' -p {port}`, "--rate", "200", "--pairs", "2", "-q", "0", "--json", "--quiet"],
      ...["--duration", "100ms", "--warmup", "0"],
    ],
    cwd: () => folder,
    shows: (seen) => {
      isWell(seen);
      expect(seen.result.environment.pinning).toEqual({ generator: "0", targets: "0" });
      expect(seen.sample.generator.workers).toBe(2);
    },
  },
  {
    of: "-V",
    words: () => ["-V", "3.1.1,3.1"],
    with: json,
    shows: async (seen) => {
      await said(seen, /\(p2, c1/);
      await said(seen, /\(p1, c1/);
      expect(seen.result.cells.map(({ protocolVersion }) => protocolVersion)).toEqual([4, 3]);
    },
  },
];

const loads: FlagRow[] = [
  {
    of: "--scenario --publishers --subscribers",
    words: () => ["--scenario", "fan-in,fan-out", "--publishers", "2", "--subscribers", "1"],
    with: () => [...plain(), "--rate", "200", ...SHORT.slice(0, -2), "--json", "--quiet"],
    shows: async (seen) => {
      expect(seen.result.cells.map(({ scenario }) => scenario)).toEqual(["fan-in", "fan-out"]);
      for (const client of ["1p1", "1s0", "2p1", "2s0"]) await said(seen, new RegExp(`as mqtk\\w+-${client} `));
      expect(seen.result.cells.map(({ samples }) => samples[0]?.counts)).toMatchObject([arrived(20), arrived(20)]);
    },
  },
  {
    of: "--scenario --clients",
    words: () => ["--scenario", "conn", "--clients", "7"],
    with: () => [...plain(), "--duration", "50ms", "--json", "--quiet"],
    shows: async (seen) => {
      expect(seen.sample.connect.count).toBe(7);
      await said(seen, /as mqtk\w+-1c6 /);
    },
  },
  {
    of: "-q --size",
    words: () => ["-q", "1,2", "--size", "16,1k"],
    with: () => [
      ...plain(),
      "--rate",
      "100",
      "--duration",
      "50ms",
      "--warmup",
      "0",
      "--pairs",
      "1",
      "--json",
      "--quiet",
    ],
    shows: async (seen) => {
      for (const qos of [1, 2]) {
        for (const bytes of [16, 1024])
          await said(seen, new RegExp(`Received PUBLISH .* q${qos}, .*\\(${bytes} bytes\\)`));
      }
      expect(seen.result.cells).toHaveLength(4);
    },
  },
  { of: "--pairs", words: () => ["--pairs", "3"], with: json, shows: isWellAnd(/as mqtk\w+-1p2 /) },
  {
    of: "--max --count --window",
    words: () => ["--max", "--count", "30", "--window", "3"],
    with: () => [...plain(), "--warmup", "0", "-q", "1", "--pairs", "1", "--json", "--quiet"],
    shows: ({ sample }) => {
      expect(sample).toMatchObject({ loop: "closed", window: 3, counts: arrived(30), latency: { count: 30 } });
    },
  },
  {
    of: "--duration --warmup --rate",
    words: () => ["--duration", "150ms", "--warmup", "100ms", "--rate", "200"],
    with: () => [...plain(), "-q", "0", "--pairs", "1", "--json", "--quiet"],
    shows: ({ sample }) => {
      expect(sample).toMatchObject({ loop: "open", offeredRate: 200, counts: arrived(50), latency: { count: 30 } });
    },
  },
  {
    of: "--ramp",
    words: () => ["--ramp", "0→400:100ms,400:50ms"],
    with: () => [...plain(), "-q", "0", "--pairs", "1", "--json", "--quiet"],
    shows: ({ sample }) => expect(sample.counts).toMatchObject(arrived(40)),
  },
  {
    of: "--poisson",
    words: () => ["--poisson"],
    with: () => [...plain(), "--rate", "1k", "--rounds", "4", ...SHORT, "--json", "--quiet"],
    // Their number is random as well: that it is the even one in all rounds has a probability of 1 : 400,000.
    shows: ({ result }) => {
      const sent = result.cells[0]?.samples.map(({ counts }) => counts.sent) ?? [];
      expect(sent).toHaveLength(4);
      expect(sent.some((count) => count !== 100)).toBe(true);
    },
  },
  {
    of: "--find-max --slo",
    words: () => ["--find-max", "--slo", "p99<20ms,loss=0"],
    with: () => [...plain(), "-q", "0", "--pairs", "1", "--duration", "20ms", "--warmup", "0", "--json", "--quiet"],
    shows: ({ result }) => {
      expect(result.cells[0]?.searches).toMatchObject([{ slo: "p99<20ms,loss=0" }]);
      expect(result.cells[0]?.searches[0]?.steps.length).toBeGreaterThan(0); // on a busy machine the first one may fail it
    },
  },
  {
    of: "-M",
    words: () => ["-M", "1"],
    with: () => [...plain(), "--max", "--count", "20", "-q", "2", "--warmup", "0", "--pairs", "1", "--json", "--quiet"],
    shows: async (seen) => {
      await said(seen, /Received DISCONNECT from mqtk\w+-1p0/);
      const lines = mosquitto.linesWith(`mqtk${seen.result.run}-1p0`);
      const handshakes = [...lines.matchAll(/Received PUBLISH|Sending PUBCOMP/g)].map(([line]) => line.slice(-4));
      expect(handshakes.join(" ")).toBe(Array(20).fill("LISH COMP").join(" "));
    },
  },
];

const clients: FlagRow[] = [
  {
    of: "-i -t -m --credentials",
    words: () => [...["-i", "dev-{{i}}", "-t", "plant/{{i}}/x", "-m", "n{{seq}}", "--credentials", file("users.csv")]],
    with: () => ["-p", `${at.password}`, ...LOAD, "-u", "ann", "-P", "sesame", "--json", "--quiet"],
    shows: async (seen) => {
      await isWell(seen);
      await mosquitto.said(/as dev-0 .*u'ann'/);
      await mosquitto.said(/as dev-1 .*u'bob'/);
      // "n1" with the 24 bytes that prove it.
      await mosquitto.said(/Received PUBLISH from dev-0 .*'plant\/0\/x'.*\(26 bytes\)/);
    },
  },
  {
    of: "--client-cert --client-key",
    words: () => ["--client-cert", file("dev{{i}}.pem"), "--client-key", file("dev{{i}}.key")],
    with: () => [
      "-L",
      `mqtts://127.0.0.1:${at.mutual}`,
      "--cafile",
      file("ca.pem"),
      ...shown("dev0"),
      ...json().slice(2),
    ],
    shows: async (seen) => {
      await isWell(seen);
      for (const name of ["dev0", "dev1"]) await said(seen, new RegExp(`u'${name}'`));
    },
  },
];

const judging: FlagRow[] = [
  {
    of: "--threshold",
    words: () => ["--threshold", "latency.p50<1us"],
    with: json,
    shows: ({ code }) => expect(code).toBe(99),
  },
  { of: "--threshold", words: () => ["--threshold", "loss=0"], with: json, shows: isWell },
  {
    of: "--exit-zero",
    words: () => ["--exit-zero"],
    with: () => ["--threshold", "latency.p50<1us", ...json()],
    shows: ({ code, result }) => {
      expect(code).toBe(0);
      expect(result.status).toBe("complete");
    },
  },
  {
    of: "--abort-on-fail",
    words: () => ["--abort-on-fail"],
    with: () => ["--threshold", "latency.p50<1us", "--size", "16,32,64", ...json()],
    shows: ({ code, result }) => {
      expect(code).toBe(99);
      expect(result).toMatchObject({ status: "aborted", cells: [{ payloadSize: 16 }] });
    },
  },
  {
    of: "--baseline --gate --margin",
    words: () => ["--baseline", file("fast.json"), "--gate", "throughput", "--margin", "7%"],
    with: () => [
      ...plain(),
      ...["--max", "--count", "50", "--rounds", "8", "--warmup", "0", "-q", "0", "--pairs", "1"],
      "--json",
      "--quiet",
    ],
    shows: ({ code, result }) => {
      expect(code).toBe(98);
      expect(result.expectations).toMatchObject({ gates: ["throughput"], margin: 0.07 });
    },
  },
  {
    of: "--strict",
    words: () => ["--strict"],
    with: () => [
      "--rounds",
      "1",
      "--baseline",
      file("fast.json"),
      "--gate",
      "throughput",
      "--max",
      ...plain(),
      ...SHORT,
      "--json",
    ],
    shows: ({ code }) => expect(code).toBe(97), // one round is too few
  },
  {
    of: "--noise",
    words: () => ["--noise", file("fast.json")],
    with: () => [
      "--rounds",
      "1",
      "--baseline",
      file("fast.json"),
      "--gate",
      "throughput",
      "--max",
      ...plain(),
      ...SHORT,
      "--quiet",
    ],
    shows: failed(2, /does not measure one broker twice/),
  },
  {
    of: "--calibrate",
    words: () => ["--calibrate"],
    with: () => ["--rounds", "1", ...json()],
    shows: ({ result }) => {
      const [first, second] = result.targets.map(({ name }) => name);
      expect(second).toBe(`${first} again`);
      expect(new Set(result.cells[0]?.samples.map(({ target }) => target))).toEqual(new Set([first, second]));
    },
  },
  {
    of: "--report",
    words: () => ["--report", `${file("run.json")},${file("run.html")},junit=${file("run-of-junit")}`],
    with: json,
    shows: async (seen) => {
      await isWell(seen);
      expect(JSON.parse(readFileSync(file("run.json"), "utf8"))).toMatchObject({ run: seen.result.run });
      expect(readFileSync(file("run.html"), "utf8")).toMatch(/<html/);
      expect(readFileSync(file("run-of-junit"), "utf8")).toMatch(/<testsuite/);
    },
  },
  {
    of: "--json --quiet",
    words: () => ["--json", "--quiet"],
    with: () => [...plain(), ...LOAD],
    shows: (seen) => {
      isWell(seen);
      expect(seen.stderr).toBe("");
    },
  },
  {
    of: "--color",
    words: () => ["--color", "always"],
    with: () => [...plain(), ...LOAD],
    shows: ({ stdout, stderr }) => {
      expect(stdout).toContain("\x1b[");
      expect(stderr).toContain("mqtk: measuring mqtt://");
    },
  },
  {
    of: "--dry-run",
    words: () => ["--dry-run"],
    with: () => ["-p", "1", ...LOAD],
    shows: ({ code, stdout }) => {
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ targets: [{ address: { port: 1 } }], cells: [{ qos: 0 }] });
    },
  },
];

const rows = [...brokers, ...loads, ...clients, ...judging];

const ownProcess = rows.filter(({ cwd }) => cwd !== undefined);

describe.skipIf(program === undefined).concurrent("mqtk bench", { timeout: 60_000 }, () => {
  for (const row of rows.filter(({ cwd }) => cwd === undefined)) {
    test(row.of, async () => row.shows(await runRow("bench", row)));
  }
});

// One after the other: a process is ended with the test that runs, which is another one where several do.
describe.skipIf(program === undefined)("mqtk bench in a process of its own", { timeout: 60_000 }, () => {
  for (const row of ownProcess) test(row.of, async () => row.shows(await runRow("bench", row)));
});

test("no flag is left out", () => {
  const groups = benchDefinition.groups.filter(({ heading }) => !ELSEWHERE.includes(heading));
  expect(flagsLeftOut(groups, rows)).toEqual([]);
});
