import type { CapacitySearch, CellResult, Flag, Loop, Sample } from "./bench-result.ts";
import { type LatencySummary, mergeLatencies } from "./latency-recorder.ts";
import { middleOf } from "./middle.ts";
import type { Direction } from "./statistics.ts";

/** What a metric's numbers are: µs, operations per second, bytes, bytes per second, a share of 1, or a number. */
export type Unit = "µs" | "/s" | "bytes" | "bytes/s" | "share" | "count";

/** Something that results tell about each target in each cell of the matrix, under a name that users write. */
export interface Metric {
  readonly name: string;
  readonly unit: Unit;
  readonly better: Direction;
  /** The samples that tell it, of those of a target in a cell. */
  readonly from: (samples: readonly Sample[]) => readonly Sample[];
  /** The flags under which its values may be other ones than the broker's. */
  readonly doubts: readonly Flag[];
  /** The value of all rounds together; undefined where these samples (and searches) do not tell. */
  readonly overall: (samples: readonly Sample[], searches?: readonly CapacitySearch[]) => number | undefined;
}

/** One line for people about each kind of metric; `latency.*` stands for all of its statistics. */
const METRIC_NAMES: readonly string[] = [
  ...["latency.*", "serviceLatency.*", "sendLag.*", "closedLoopLatency.*", "connect.*"],
  ...["throughput", "bandwidth", "loss", "lost", "duplicates", "reordered", "corrupted", "unacknowledged", "unsent"],
  ...["cpu", "rss", "descriptors", "capacity", "stored", "filled", "memoryPerConnection", "failedAttempts"],
];
/** What can stand behind the dot of `latency.*`. */
const STATISTICS: readonly string[] = [...["min", "mean", "p50", "p75", "p90", "p95", "p99", "p99.9", "p99.99", "max"]];

/** All of that in a line. */
export function metricNames(): string {
  return `${METRIC_NAMES.join(", ")} (* is one of ${STATISTICS.join(", ")})`;
}

/** Which samples tell: latencies of a full window are no latencies of a schedule. */
const LATENCIES: Readonly<Record<string, { of: (sample: Sample) => LatencySummary | null; loops?: readonly Loop[] }>> =
  {
    latency: { of: ({ latency }) => latency, loops: ["open", "batch"] },
    closedLoopLatency: { of: ({ latency }) => latency, loops: ["closed"] },
    serviceLatency: { of: ({ serviceLatency }) => serviceLatency },
    sendLag: { of: ({ sendLag }) => sendLag },
    connect: { of: ({ connect }) => connect },
  };

type Statistic = Exclude<keyof LatencySummary, "histogram" | "count">;

const COUNTS: Readonly<Record<string, (sample: Sample) => number>> = {
  lost: ({ counts }) => counts.lost,
  duplicates: ({ counts }) => counts.duplicated,
  reordered: ({ counts }) => counts.reordered,
  corrupted: ({ counts }) => counts.corrupted,
  unacknowledged: ({ counts }) => counts.unacknowledged,
  unsent: ({ unsent }) => unsent,
};

/** What takes time takes more of it where the generator was late, or others used the machine. */
const TIMED: readonly Flag[] = ["generator-limited", "noisy"];
/** What is used up may be less under less load than could be; others who use the machine do not make it less. */
const USED: readonly Flag[] = ["generator-limited"];
/** What became of the messages that were sent is a fact, however many these were. */
const COUNTED: readonly Flag[] = [];

/** The metric of a name; undefined where there is none. Names are those of `METRIC_NAMES`. */
export function metricNamed(name: string): Metric | undefined {
  const [family = "", statistic] = name.split(/\.(.*)/s).map((part) => part.replace(/^p999(9?)$/, "p99.9$1"));
  if (Object.hasOwn(LATENCIES, family) && statistic !== undefined) return latencyMetric(family, statistic);
  if (Object.hasOwn(COUNTS, name)) {
    const of = COUNTS[name] as (sample: Sample) => number;
    return {
      ...{ name, unit: "count", better: "lower", from: all, doubts: COUNTED },
      overall: (samples) => (samples.length > 0 ? sum(samples, of) : undefined),
    };
  }
  return Object.hasOwn(OTHERS, name) ? { name, ...(OTHERS[name] as Omit<Metric, "name">) } : undefined;
}

/** All names of metrics that these samples have. */
export function metricsIn(samples: readonly Sample[]): readonly string[] {
  return METRIC_NAMES.filter((name) => {
    const value = metricNamed(name.replace("*", "p50"))?.overall(samples);
    return value !== undefined;
  });
}

/** The metric's value of each round, by the round's number. */
export function roundsOf(
  metric: Metric,
  { samples }: Pick<CellResult, "samples">,
  target: string,
): Map<number, number> {
  const byRound = new Map<number, Sample[]>();
  for (const sample of samples.filter((one) => one.target === target)) {
    byRound.set(sample.round, [...(byRound.get(sample.round) ?? []), sample]);
  }
  const values = new Map<number, number>();
  for (const [round, own] of byRound) {
    const value = metric.overall(own);
    if (value !== undefined) values.set(round, value);
  }
  return values;
}

const OTHERS: Readonly<Record<string, Omit<Metric, "name">>> = {
  throughput: {
    ...{ unit: "/s", better: "higher", from: preferring("closed"), doubts: TIMED },
    overall: (samples) => middle(first(samples, "closed"), ({ throughput }) => throughput.perSecond),
  },
  bandwidth: {
    ...{ unit: "bytes/s", better: "higher", from: preferring("closed"), doubts: TIMED },
    overall: (samples) => middle(first(samples, "closed"), ({ throughput }) => throughput.payloadBytesPerSecond),
  },
  loss: {
    ...{ unit: "share", better: "lower", from: all, doubts: COUNTED },
    overall: (samples) => {
      const expected = sum(samples, ({ counts }) => counts.expected);
      return expected > 0 ? sum(samples, ({ counts }) => counts.lost) / expected : undefined;
    },
  },
  cpu: {
    ...{ unit: "µs", better: "lower", from: preferring("open"), doubts: TIMED },
    overall: (samples) => middle(first(samples, "open"), ({ broker }) => broker?.cpuPerOperation),
  },
  rss: {
    ...{ unit: "bytes", better: "lower", from: all, doubts: USED },
    overall: (samples) => largest(samples, ({ broker }) => broker?.rssBytes),
  },
  descriptors: {
    ...{ unit: "count", better: "lower", from: all, doubts: USED },
    overall: (samples) => largest(samples, ({ broker }) => broker?.descriptors),
  },
  capacity: {
    ...{ unit: "/s", better: "higher", from: all, doubts: TIMED },
    // A search that confirmed no rate found none that holds.
    overall: (_, searches = []) =>
      searches.length > 0 ? middleOf(searches.map(({ maximum }) => maximum ?? 0)) : undefined,
  },
  stored: figure("stored", "/s", "higher"),
  filled: figure("filled", "/s", "higher"),
  memoryPerConnection: figure("memory per connection", "bytes", "lower"),
  failedAttempts: figure("attempts that failed", "count", "lower"),
};

/** What only one scenario tells, by the name that it has there. */
function figure(name: string, unit: Unit, better: Direction): Omit<Metric, "name"> {
  const overall = (samples: readonly Sample[]) =>
    middle(samples, ({ figures }) => figures.find((one) => one.name === name)?.value);
  return { unit, better, from: all, doubts: TIMED, overall };
}

function latencyMetric(family: string, statistic: string): Metric | undefined {
  if (!STATISTICS.includes(statistic)) return undefined;
  const { of, loops } = LATENCIES[family] as (typeof LATENCIES)[string];
  const key = statistic.replace(/(?<=\d)\./, "") as Statistic;
  const summaryOf = (sample: Sample) => {
    const summary = loops?.includes(sample.loop) === false ? null : of(sample);
    return summary !== null && summary.count > 0 ? summary : undefined;
  };
  const overall = (samples: readonly Sample[]) => {
    const summaries = samples.flatMap((sample) => summaryOf(sample) ?? []);
    return summaries.length > 0 ? merged(summaries)[key] : undefined;
  };
  const from = (samples: readonly Sample[]) => samples.filter((sample) => summaryOf(sample) !== undefined);
  return { name: `${family}.${statistic}`, unit: "µs", better: "lower", from, doubts: TIMED, overall };
}

/** What was merged already, by the first of the summaries: reports ask for many statistics of the same histograms. */
const mergedBefore = new WeakMap<
  LatencySummary,
  { readonly of: readonly LatencySummary[]; readonly all: LatencySummary }[]
>();

function merged(summaries: readonly LatencySummary[]): LatencySummary {
  const [first] = summaries as [LatencySummary];
  const before = mergedBefore.get(first) ?? [];
  const known = before.find(({ of }) => of.length === summaries.length && of.every((one, at) => one === summaries[at]));
  if (known) return known.all;
  const all = mergeLatencies(summaries);
  mergedBefore.set(first, [...before, { of: summaries, all }]);
  return all;
}

function all(samples: readonly Sample[]): readonly Sample[] {
  return samples;
}

function preferring(loop: Loop): Metric["from"] {
  return (samples) => first(samples, loop);
}

/** The samples of this loop where there are any, otherwise all. */
function first(samples: readonly Sample[], loop: Loop): readonly Sample[] {
  const preferred = samples.filter((sample) => sample.loop === loop);
  return preferred.length > 0 ? preferred : samples;
}

function middle(samples: readonly Sample[], of: (sample: Sample) => number | null | undefined): number | undefined {
  const values = samples.flatMap((sample) => of(sample) ?? []);
  return values.length > 0 ? middleOf(values) : undefined;
}

function largest(samples: readonly Sample[], of: (sample: Sample) => number | null | undefined): number | undefined {
  const values = samples.flatMap((sample) => of(sample) ?? []);
  return values.length > 0 ? Math.max(...values) : undefined;
}

function sum(samples: readonly Sample[], of: (sample: Sample) => number): number {
  return samples.reduce((total, sample) => total + of(sample), 0);
}
