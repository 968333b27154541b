import type { CellPlan } from "./bench-plan.ts";
import type { Sample } from "./bench-result.ts";
import { type LatencySummary, mergeLatencies } from "./latency-recorder.ts";
import { scenarioOf } from "./scenarios/index.ts";
import type { Stage } from "./stages.ts";

/** Scenarios whose streams have nothing to do with each other, so that each worker can have some of them. */
const PARTABLE = ["pair", "rr", "publish", "wildcard", "churn", "subscribe"];

/** A worker's part of a measurement. */
export interface Part {
  /** Counted from 1. */
  readonly number: number;
  readonly cell: CellPlan;
  readonly stages: readonly Stage[] | undefined;
}

function isPartable(scenario: string): boolean {
  return PARTABLE.includes(scenario);
}

/** Streams (or clients) and rate dealt to as many workers as there are, each with at least one stream. */
export function partsOf(cell: CellPlan, stages: readonly Stage[] | undefined, workers: number): readonly Part[] {
  const isFlow = scenarioOf(cell.scenario).kind === "flow";
  const whole = isFlow ? cell.publishers : cell.clients;
  const count = isPartable(cell.scenario) ? Math.min(workers, whole) : 1;
  return Array.from({ length: count }, (_, index) => {
    const own = Math.floor(whole / count) + (index < whole % count ? 1 : 0);
    const share = own / whole;
    const counted = cell.count === 0 ? 0 : Math.max(1, Math.round(cell.count * share));
    const shape = isFlow
      ? { publishers: own, subscribers: cell.subscribers === 0 ? 0 : own, count: counted }
      : { clients: own };
    return {
      number: index + 1,
      cell: { ...cell, ...shape },
      stages: stages?.map(({ from, to, duration }) => ({ from: from * share, to: to * share, duration })),
    };
  });
}

/**
 * What the parts measured, as one: rates and counts are added, and so are histograms. Of a second only the rate can be
 * told then. `whole` is what only the whole process knows.
 */
export function mergeSamples(
  parts: readonly Sample[],
  whole: Pick<Sample, "startedAfter" | "broker" | "generator" | "machine" | "sys">,
): Sample {
  const [first] = parts as readonly [Sample, ...Sample[]];
  const sum = (of: (sample: Sample) => number) => parts.reduce((total, sample) => total + of(sample), 0);
  const merged = (of: (sample: Sample) => LatencySummary | null): LatencySummary | null => {
    const summaries = parts.flatMap((sample) => of(sample) ?? []);
    return summaries.length === 0 ? null : mergeLatencies(summaries);
  };
  const isOpen = first.loop === "open";
  const seconds = Math.max(...parts.map((part) => part.timeline.length));
  const perSecond = sum(({ throughput }) => throughput.perSecond);
  const { cpuSeconds } = whole.broker ?? {};
  return {
    ...first,
    ...whole,
    broker: whole.broker && {
      ...whole.broker,
      cpuPerOperation:
        perSecond > 0 ? Math.round(((cpuSeconds ?? 0) * 1e9) / (perSecond * first.seconds)) / 1000 : null,
    },
    generator: {
      ...whole.generator,
      eventLoop: Math.max(...parts.map(({ generator }) => generator.eventLoop)),
      longestStall: Math.max(...parts.map(({ generator }) => generator.longestStall)),
      workers: parts.length,
    },
    complete: parts.every(({ complete }) => complete),
    offeredRate: isOpen ? sum(({ offeredRate }) => offeredRate ?? 0) : null,
    throughput: { perSecond, payloadBytesPerSecond: sum(({ throughput }) => throughput.payloadBytesPerSecond) },
    latency: merged(({ latency }) => latency),
    serviceLatency: merged(({ serviceLatency }) => serviceLatency),
    sendLag: merged(({ sendLag }) => sendLag),
    connect: merged(({ connect }) => connect) ?? first.connect,
    counts: {
      sent: sum(({ counts }) => counts.sent),
      expected: sum(({ counts }) => counts.expected),
      received: sum(({ counts }) => counts.received),
      lost: sum(({ counts }) => counts.lost),
      duplicated: sum(({ counts }) => counts.duplicated),
      reordered: sum(({ counts }) => counts.reordered),
      corrupted: sum(({ counts }) => counts.corrupted),
      unacknowledged: sum(({ counts }) => counts.unacknowledged),
    },
    heldBack: sum(({ heldBack }) => heldBack),
    unsent: sum(({ unsent }) => unsent),
    timeline: Array.from({ length: seconds }, (_, second) => ({
      at: Math.max(...parts.map(({ timeline }) => timeline[second]?.at ?? 0)),
      rate: sum(({ timeline }) => timeline[second]?.rate ?? 0),
      ...{ p50: null, p99: null },
    })),
    flags: [...new Set(parts.flatMap(({ flags }) => flags))],
  };
}
