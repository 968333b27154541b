import type { CellPlan, TargetKind } from "../../src/bench/bench-plan.ts";
import {
  type BenchResult,
  type CellResult,
  type MessageCounts,
  RESULT_SCHEMA,
  type Sample,
} from "../../src/bench/bench-result.ts";
import { LatencyRecorder, type LatencySummary, summarize } from "../../src/bench/latency-recorder.ts";

/** Where a sample stands in a result that is being made. */
export interface Place {
  readonly cell: string;
  readonly target: string;
  readonly round: number;
  readonly loop: "closed" | "open";
}

export interface ResultWish {
  /** Names; "builtin" is the built-in broker, "cmd:…" a command of that text, anything else a URL's broker. */
  readonly targets?: readonly string[];
  readonly rounds?: number;
  readonly cells?: readonly Partial<Omit<CellResult, "samples" | "searches">>[];
  readonly loops?: readonly Place["loop"][];
  /** What differs from `sampleAt` in each sample; undefined leaves the sample out. */
  readonly sample?: (place: Place) => Partial<Sample> | undefined;
  readonly changes?: Partial<BenchResult>;
}

/** A summary of these times in µs, with its histogram, as a run would give it. */
export function latencyOf(...microseconds: readonly number[]): LatencySummary {
  const key = microseconds.join();
  const made = summaries.get(key) ?? summaryOf(microseconds);
  summaries.set(key, made);
  return made;
}

/** A histogram takes milliseconds to make, and tests want the same ones again and again. */
const summaries = new Map<string, LatencySummary>();

function summaryOf(microseconds: readonly number[]): LatencySummary {
  const recorder = new LatencyRecorder();
  for (const time of microseconds) recorder.record(Math.round(time * 10));
  return summarize(recorder.histogram());
}

/** 1000 times around a median with a tail of 1 %: p50 `median`, p99 from there, max ten times that, in µs. */
function tailedLatency(median: number): LatencySummary {
  return latencyOf(...Array.from({ length: 1000 }, (_, i) => (i < 990 ? median * (0.5 + i / 990) : median * 10)));
}

export function countsOf(changes: Partial<MessageCounts> = {}): MessageCounts {
  const failures = { lost: 0, duplicated: 0, reordered: 0, corrupted: 0, unacknowledged: 0 };
  return { sent: 50_000, expected: 50_000, received: 50_000, ...failures, ...changes };
}

/** A sample in which all went well: 10,000 messages per second for 5 s, p50 100 µs. */
export function sampleAt(place: Place, changes: Partial<Sample> = {}): Sample {
  const { target, round, loop } = place;
  const isOpen = loop === "open";
  const latency = tailedLatency(100);
  return {
    ...{ target, round, loop, operation: "message", startedAfter: 7 * (round - 1), seconds: 5, complete: true },
    offeredRate: isOpen ? 10_000 : null,
    window: isOpen ? null : 500,
    throughput: { perSecond: 10_000, payloadBytesPerSecond: 640_000 },
    latency,
    serviceLatency: isOpen ? tailedLatency(99) : null,
    sendLag: isOpen ? tailedLatency(1) : null,
    connect: latencyOf(900, 1000, 1100),
    counts: countsOf(),
    ...{ heldBack: 0, unsent: 0 },
    broker: { cpuSeconds: 0.5, cpuPerOperation: 10, rssBytes: 50_000_000, descriptors: 40 },
    sys: null,
    generator: { cpuSeconds: 5, cpu: 1, eventLoop: 1, longestStall: 800, rssBytes: 90_000_000, workers: 1 },
    machine: { steal: 0, otherLoad: 0.01, swappedPages: 0 },
    timeline: [1, 2, 3, 4, 5].map((at) => ({ at, rate: 10_000, p50: 100, p99: 145 })),
    ...{ flags: [], figures: [] },
    ...changes,
  };
}

/** A result as a run would give it: by default one broker, one cell, one round, an open loop. */
export function benchResult(wish: ResultWish = {}): BenchResult {
  const { targets = ["builtin"], rounds = 1, cells = [{}], loops = ["open"], sample = () => ({}), changes } = wish;
  const places = cells.map((cell) => {
    const { scenario = "pair", qos = 0, payloadSize = 64, protocolVersion = 5 } = cell;
    const id = `${scenario} qos${qos} ${payloadSize}B mqtt${["3.1", "3.1.1", "5"][protocolVersion - 3]}`;
    return {
      ...{ id, scenario, qos, payloadSize, protocolVersion, publishers: 10, subscribers: 10, clients: 0, count: 0 },
      ...cell,
    };
  });
  const samplesOf = (cell: string) =>
    loops.flatMap((loop) =>
      Array.from({ length: rounds }, (_, index) => index + 1).flatMap((round) =>
        targets.flatMap((target) => {
          const place = { cell, target, round, loop };
          const own = sample(place);
          return own ? [sampleAt(place, own)] : [];
        }),
      ),
    );
  return {
    schema: RESULT_SCHEMA,
    ...{ startedAt: "2026-01-01T00:00:00.000Z", seconds: 42, run: "00abcd", status: "complete", error: null },
    environment: {
      ...{ mqtk: "0.1.0", node: "20.19.0", os: "linux 6.1", architecture: "x64", cpu: "A CPU", cores: 2 },
      ...{ memoryBytes: 8e9, ci: false },
    },
    plan: {
      targets: targets.map((name) => {
        const kind = kindOf(name);
        if (kind === "command") return { name, kind, command: name.slice("cmd:".length) };
        return kind === "builtin" ? { name, kind } : { name, kind, address };
      }),
      ...{ rounds, workers: 1 },
      connection: { cleanStart: true, keepAlive: 60, connectTimeout: 10_000 },
      ...{ topicPrefix: "mqtk/bench", topic: null, payload: null, warmUp: 1000, duration: 5000, drainTimeout: 3000 },
      cells: places.map(
        (cell): CellPlan => ({
          ...cell,
          maximumInFlight: 65_535,
          loads: loops.map((loop) => (loop === "open" ? { loop, arrival: "fixed", stages } : { loop, window: 500 })),
        }),
      ),
    },
    targets: targets.map((name) => {
      const kind = kindOf(name);
      return { ...{ name, kind, address, software: null }, command: kind === "command" ? name.slice(4) : null };
    }),
    cells: places.map((cell) => ({ ...cell, samples: samplesOf(cell.id), searches: [] })),
    ...changes,
  };
}

const stages = [{ from: 10_000, to: 10_000, duration: 6000 }];
const address = { scheme: "mqtt", host: "broker.example", port: 1883, path: "" } as const;

function kindOf(name: string): TargetKind {
  if (name === "builtin") return "builtin";
  return name.startsWith("cmd:") ? "command" : "url";
}
