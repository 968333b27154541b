/**
 * Compares `mqtk broker` with Debian's mosquitto (Nagle's algorithm off and on) and aedes, on the same load:
 *
 *   npm run bench:broker [-- --rows a,c,e --rounds 3 --seconds 2 --brokers mqtk,mosquitto]
 *   npm run bench:broker -- --scale [connections,subscriptions,retained,changes,topics]
 *
 * The broker has the first CPU, the generator the second. Brokers take turns within each round, so that whatever else
 * the machine does hits all alike; figures are medians of the rounds. A row with messages lost or out of order says so.
 * Messages per second depend on the machine and its mood: compare within one run, and CPU seconds per million messages.
 */
import { spawn, spawnSync } from "node:child_process";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import {
  aedes,
  type BenchBroker,
  mosquittos,
  mqtk,
  mqtkAtScale,
  pinned,
  plainEnvironment,
  runAedes,
} from "./bench-brokers.ts";
import type { LoadPlan, LoadResult } from "./load/load-plan.ts";
import { runLoad } from "./load/run-load.ts";
import { type Probe, type ProbeResult, runProbe } from "./load/run-probe.ts";
import { scales } from "./load/run-scale.ts";

interface Row {
  readonly name: string;
  readonly plan: Omit<LoadPlan, "warmUpSeconds" | "seconds">;
  /** What is compared: messages per second, CPU per message, or the median of the latencies. */
  readonly figure: "rate" | "cpu" | "median";
  /** What must be reached: at least so many times the better mosquitto's rate, at most so many times its CPU or latency. */
  readonly must: number;
}

const one = {
  shape: "pairs",
  publishers: 1,
  subscribers: 1,
  qos: 0,
  publisherVersion: 4,
  subscriberVersion: 4,
  extra: undefined,
  window: 100,
  size: 16,
  rate: undefined,
} as const;
const ten = { ...one, publishers: 10, subscribers: 10 } as const;
const hundred = { ...one, publishers: 100, subscribers: 100 } as const;
const out = { ...one, shape: "fan-out" } as const;
const into = { ...one, shape: "fan-in", publishers: 100 } as const;
const wild = { ...one, shape: "wildcards", publishers: 10, subscribers: 100 } as const;

const rows: Readonly<Record<string, Row>> = {
  a: { name: "1→1, QoS 0", plan: { ...one, outstanding: 8000 }, figure: "rate", must: 13.8 },
  b: { name: "10 pairs, QoS 0", plan: { ...ten, outstanding: 2000 }, figure: "rate", must: 18 },
  c: { name: "10 pairs, QoS 1, window 100", plan: { ...ten, qos: 1, outstanding: 400 }, figure: "rate", must: 9 },
  d: { name: "10 pairs, QoS 2, window 100", plan: { ...ten, qos: 2, outstanding: 400 }, figure: "rate", must: 16 },
  e: { name: "1→100, QoS 0", plan: { ...out, subscribers: 100, outstanding: 100 }, figure: "rate", must: 16 },
  e2: { name: "1→1000, QoS 0", plan: { ...out, subscribers: 1000, outstanding: 50 }, figure: "rate", must: 13 },
  f0: { name: "100→1, QoS 0", plan: { ...into, outstanding: 100 }, figure: "rate", must: 11.6 },
  f1: { name: "100→1, QoS 1", plan: { ...into, qos: 1, window: 50, outstanding: 200 }, figure: "rate", must: 8 },
  g1: { name: "1→1, 1 KiB", plan: { ...one, size: 1024, outstanding: 1000 }, figure: "rate", must: 8 },
  g64: { name: "1→1, 64 KiB", plan: { ...one, size: 65_536, outstanding: 64 }, figure: "rate", must: 1 },
  j: { name: "10,000 wildcard filters", plan: { ...wild, outstanding: 400 }, figure: "rate", must: 9.5 },
  l1: { name: "100 pairs, QoS 0, 2 outstanding", plan: { ...hundred, outstanding: 2 }, figure: "rate", must: 1.25 },
  l2: {
    name: "100 pairs, QoS 1, window 1",
    plan: { ...hundred, qos: 1, window: 1, outstanding: 4 },
    figure: "rate",
    must: 0.95,
  },
  hm: {
    name: "100 pairs, 40,000 msg/s",
    plan: { ...hundred, rate: 40_000, outstanding: 100_000 },
    figure: "cpu",
    must: 1.15,
  },
  h: {
    name: "1→1, 10,000 msg/s, QoS 1",
    plan: { ...one, qos: 1, rate: 10_000, window: 5000, outstanding: 100_000 },
    figure: "median",
    must: 1.2,
  },
};

/** Rows of MQTT 5 are compared with the row of 3.1.1 that is like them, of the same broker in the same rounds. */
interface VersionRow {
  readonly name: string;
  readonly like: string;
  readonly plan: Partial<LoadPlan>;
  readonly must: number;
}

const version5 = { publisherVersion: 5, subscriberVersion: 5 } as const;

const versionRows: Readonly<Record<string, VersionRow>> = {
  ...Object.fromEntries(
    ["a", "b", "c", "d", "e", "e2", "f0", "f1", "j", "l1", "l2"].map((like) => [
      `${like}-5`,
      { name: `${rows[like]?.name}, MQTT 5`, like, plan: version5, must: 0.8 },
    ]),
  ),
  "a-54": { name: "1→1, QoS 0, 5 → 3.1.1", like: "a", plan: { publisherVersion: 5 }, must: 0.5 },
  "a-45": { name: "1→1, QoS 0, 3.1.1 → 5", like: "a", plan: { subscriberVersion: 5 }, must: 0.5 },
  "c-54": { name: "10 pairs, QoS 1, 5 → 3.1.1", like: "c", plan: { publisherVersion: 5 }, must: 0.5 },
  "c-45": { name: "10 pairs, QoS 1, 3.1.1 → 5", like: "c", plan: { subscriberVersion: 5 }, must: 0.5 },
  "e-54": { name: "1→100, QoS 0, 5 → 3.1.1", like: "e", plan: { publisherVersion: 5 }, must: 0.5 },
  "e-45": { name: "1→100, QoS 0, 3.1.1 → 5", like: "e", plan: { subscriberVersion: 5 }, must: 0.5 },
  "p-alias": { name: "10 pairs, topic aliases", like: "b", plan: { ...version5, extra: "alias" }, must: 0 },
  "p-identifier": {
    name: "10 pairs, subscription identifiers",
    like: "b",
    plan: { ...version5, extra: "identifier" },
    must: 0,
  },
  "p-expiry": { name: "10 pairs, message expiry", like: "b", plan: { ...version5, extra: "expiry" }, must: 0 },
  "p-user": { name: "10 pairs, two user properties", like: "b", plan: { ...version5, extra: "user" }, must: 0 },
};

interface ProbeRow {
  readonly name: string;
  readonly probe: Probe;
  readonly unit: string;
  /** What a larger value is. */
  readonly larger: "better" | "worse";
  /** Of the better mosquitto's value, or in units. */
  readonly must: { readonly ratio: number } | { readonly value: number };
}

const probeRows: Readonly<Record<string, ProbeRow>> = {
  idle: {
    name: "memory of an idle connection",
    probe: "idle",
    unit: "B",
    larger: "worse",
    must: { value: 14_000 },
  },
  connects: {
    name: "connects per second, 100 at a time",
    probe: "connects",
    unit: "/s",
    larger: "better",
    must: { ratio: 0.47 },
  },
  retained: {
    name: "100,000 retained to one #",
    probe: "retained",
    unit: "s",
    larger: "worse",
    must: { ratio: 0.5 },
  },
};

/** In the generator's process: what to do comes as an argument, the result goes to stdout. */
async function generate([what = "", port, pid]: readonly string[]): Promise<void> {
  const task: Task = JSON.parse(what);
  const result = await perform(task, Number(port), Number(pid));
  process.stdout.write(JSON.stringify(result), () => process.exit());
}

type Task = { readonly load: LoadPlan } | { readonly probe: Probe } | { readonly scale: string };

function perform(task: Task, port: number, pid: number): Promise<LoadResult | ProbeResult | string[]> {
  if ("load" in task) return runLoad(task.load, port, pid);
  if ("probe" in task) return runProbe(task.probe, port, pid);
  return (scales[task.scale] as (typeof scales)[string])({ port, pid });
}

async function measure(broker: BenchBroker, load: LoadPlan): Promise<LoadResult> {
  return (await asked(broker, { load })) as LoadResult;
}

/** Starts the broker, and a generator for this task. */
async function asked(broker: BenchBroker, task: Task): Promise<unknown> {
  const running = await broker.start();
  try {
    const args = ["generate", JSON.stringify(task), `${running.port}`, `${running.pid}`];
    const [command, words] = pinned(1, process.execPath, [process.argv[1] as string, ...args]);
    const child = spawn(command, words, { stdio: ["ignore", "pipe", "inherit"], env: plainEnvironment() });
    const output = await text(child.stdout);
    if (output === "") {
      throw new Error(`the load on ${broker.name} failed`);
    }
    return JSON.parse(output);
  } finally {
    await running.stop();
  }
}

/** Row by row, each broker so many times in turn. */
async function compare(names: readonly string[], brokers: readonly BenchBroker[], options: Options): Promise<void> {
  const { rounds, seconds } = options;
  const width = 22;
  console.log(
    `Node.js ${process.version}; medians of ${rounds} rounds of ${seconds} s. CPU seconds per million messages`,
  );
  console.log(
    `in parentheses; (!) marks losses or disorder, (g) a generator without a pause: the broker could do more.\n`,
  );
  const heads = [...brokers.map(({ name }) => name), "× best mosquitto", "must"];
  console.log(["".padEnd(36), ...heads.map((head) => head.padStart(width))].join(""));
  for (const name of names) {
    const row = rows[name] as Row;
    const results = new Map<BenchBroker, LoadResult[]>(brokers.map((broker) => [broker, []]));
    for (let round = 0; round < rounds; round += 1) {
      for (const broker of brokers) {
        results.get(broker)?.push(await measure(broker, { ...row.plan, warmUpSeconds: 0.7, seconds }));
      }
    }
    const cells = brokers.map((broker) => shown(row, results.get(broker) ?? []));
    const ratio = ratioOf(row, results);
    const verdict = ratio === undefined ? "" : `${ratio.toFixed(2)}${meets(row, ratio) ? "" : "  missed"}`;
    const must = `${row.figure === "rate" ? "≥" : "≤"} ${row.must}`;
    console.log(
      [
        `${name.padEnd(3)} ${row.name}`.padEnd(36),
        ...[...cells, verdict, must].map((cell) => cell.padStart(width)),
      ].join(""),
    );
  }
}

/** mqtk with MQTT 5 beside mqtk with 3.1.1. */
async function compareVersions(names: readonly string[], { rounds, seconds }: Options): Promise<void> {
  console.log(`\n${"".padEnd(48)}${["this", "3.1.1", "×", "must"].map((head) => head.padStart(22)).join("")}`);
  for (const name of names) {
    const { like, plan, must, ...row } = versionRows[name] as VersionRow;
    const base = rows[like] as Row;
    const own: LoadResult[] = [];
    const older: LoadResult[] = [];
    for (let round = 0; round < rounds; round += 1) {
      own.push(await measure(mqtk, { ...base.plan, ...plan, warmUpSeconds: 0.7, seconds }));
      older.push(await measure(mqtk, { ...base.plan, warmUpSeconds: 0.7, seconds }));
    }
    const ratio = figureOf(base, own) / figureOf(base, older);
    const verdict = `${ratio.toFixed(2)}${ratio >= must ? "" : "  missed"}`;
    const cells = [shown(base, own), shown(base, older), verdict, must === 0 ? "" : `≥ ${must}`];
    console.log([`${name.padEnd(13)} ${row.name}`.padEnd(48), ...cells.map((cell) => cell.padStart(22))].join(""));
  }
}

/** What is no number of messages per second. */
async function compareProbes(names: readonly string[], brokers: readonly BenchBroker[], rounds: number): Promise<void> {
  const heads = [...brokers.map(({ name }) => name), "× best mosquitto", "must"];
  console.log(`\n${"".padEnd(48)}${heads.map((head) => head.padStart(22)).join("")}`);
  for (const name of names) {
    const row = probeRows[name] as ProbeRow;
    const results = new Map<BenchBroker, ProbeResult[]>(brokers.map((broker) => [broker, []]));
    for (let round = 0; round < rounds; round += 1) {
      for (const broker of brokers) {
        results.get(broker)?.push((await asked(broker, { probe: row.probe })) as ProbeResult);
      }
    }
    const values = brokers.map((broker) => ({
      name: broker.name,
      value: median((results.get(broker) ?? []).map(({ value }) => value)),
      isComplete: (results.get(broker) ?? []).every(({ isComplete }) => isComplete),
    }));
    const cells = values.map(
      ({ value, isComplete }) => `${isComplete ? "" : "(!) "}${Number(value.toPrecision(3))} ${row.unit}`,
    );
    const line = [...cells, ...verdictOf(row, values)];
    console.log([`${name.padEnd(13)} ${row.name}`.padEnd(48), ...line.map((cell) => cell.padStart(22))].join(""));
  }
}

function verdictOf(row: ProbeRow, values: readonly { name: string; value: number }[]): [ratio: string, must: string] {
  const isLess = row.larger === "worse";
  const own = values.find(({ name }) => name === mqtk.name)?.value ?? Number.NaN;
  const others = values.filter(({ name }) => name.startsWith("mosquitto")).map(({ value }) => value);
  const ratio = own / (isLess ? Math.min(...others) : Math.max(...others));
  const [figure, limit] = "ratio" in row.must ? [ratio, row.must.ratio] : [own, row.must.value];
  // Without a mosquitto there is no ratio, and nothing is said.
  const isMissed = Number.isFinite(figure) && (isLess ? figure > limit : figure < limit);
  const unit = "ratio" in row.must ? "" : ` ${row.unit}`;
  return [
    `${others.length === 0 ? "" : ratio.toFixed(2)}${isMissed ? "  missed" : ""}`,
    `${isLess ? "≤" : "≥"} ${limit}${unit}`,
  ];
}

async function showScale(names: readonly string[]): Promise<void> {
  for (const name of names) {
    const lines = (await asked(mqtkAtScale, { scale: name })) as string[];
    console.log([name, ...lines.map((line) => `  ${line}`)].join("\n"));
  }
}

function figureOf(row: Row, results: readonly LoadResult[]): number {
  const keys = { rate: "perSecond", cpu: "cpuPerMillion", median: "median" } as const;
  return median(results.map((result) => result[keys[row.figure]] ?? Number.NaN));
}

function ratioOf(row: Row, results: ReadonlyMap<BenchBroker, readonly LoadResult[]>): number | undefined {
  const figures = [...results].map(([{ name }, those]) => ({ name, figure: figureOf(row, those) }));
  const own = figures.find(({ name }) => name === mqtk.name)?.figure;
  const others = figures.filter(({ name }) => name.startsWith("mosquitto")).map(({ figure }) => figure);
  if (own === undefined || others.length === 0) {
    return undefined;
  }
  return own / (row.figure === "rate" ? Math.max(...others) : Math.min(...others));
}

function meets(row: Row, ratio: number): boolean {
  return row.figure === "rate" ? ratio >= row.must : ratio <= row.must;
}

function shown(row: Row, results: readonly LoadResult[]): string {
  const figure = figureOf(row, results);
  const cpu = median(results.map(({ cpuPerMillion }) => cpuPerMillion ?? Number.NaN));
  const text = row.figure === "median" ? `${figure} µs` : rate(median(results.map(({ perSecond }) => perSecond)));
  const isBound = row.plan.rate === undefined && median(results.map(({ generatorLoad }) => generatorLoad)) > 0.95;
  const isComplete = results.every((result) => result.isComplete);
  return `${isComplete ? "" : "(!) "}${isBound ? "(g) " : ""}${text} (${cpu.toPrecision(2)})`;
}

function rate(perSecond: number): string {
  return perSecond >= 1e6 ? `${(perSecond / 1e6).toFixed(2)} M/s` : `${(perSecond / 1e3).toFixed(1)} k/s`;
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

interface Options {
  readonly rounds: number;
  readonly seconds: number;
}

async function main(): Promise<void> {
  const [role, ...args] = process.argv.slice(2);
  if (role === "aedes") {
    return runAedes();
  }
  if (role === "generate") {
    return generate(args);
  }
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rows: { type: "string", default: Object.keys({ ...rows, ...versionRows, ...probeRows }).join() },
      scale: { type: "boolean", default: false },
      brokers: { type: "string", default: "mqtk,mosquitto,aedes" },
      rounds: { type: "string", default: "3" },
      seconds: { type: "string", default: "2" },
    },
  });
  const known = values.scale ? scales : { ...rows, ...versionRows, ...probeRows };
  const names = values.scale ? (positionals[0] ?? Object.keys(scales).join()).split(",") : values.rows.split(",");
  const unknown = names.find((name) => !(name in known));
  if (unknown !== undefined) {
    throw new Error(`there is no row ${unknown}: ${Object.keys(known).join(", ")}`);
  }
  const wanted = values.brokers.split(",");
  const brokers = [mqtk, ...mosquittos(), aedes].filter(({ name }) => wanted.some((prefix) => name.startsWith(prefix)));
  if (spawnSync(process.execPath, ["src/build/build.mjs"], { stdio: "inherit" }).status !== 0) {
    throw new Error("the program could not be built");
  }
  if (values.scale) {
    return showScale(names);
  }
  const options = { rounds: Number(values.rounds), seconds: Number(values.seconds) };
  const of = (table: object): string[] => names.filter((name) => name in table);
  if (of(rows).length > 0) await compare(of(rows), brokers, options);
  if (of(versionRows).length > 0) await compareVersions(of(versionRows), options);
  if (of(probeRows).length > 0) await compareProbes(of(probeRows), brokers, options.rounds);
}

void main();
