import type { Figure, MessageCounts, Sample, Slice } from "./bench-result.ts";
import { type LatencySummary, mergeLatencies } from "./latency-recorder.ts";

/** What one worker measured, with the operations that it completed. */
export interface PartOfSample {
  readonly sample: Sample;
  readonly completed: number;
}

/**
 * What the workers measured, as one: counts are added, and so are histograms; what was completed is divided by the time
 * from the first beginning to the last end. Of a second only the rate can be told then. `whole` is what only the whole
 * process knows.
 */
export function mergeSamples(
  parts: readonly PartOfSample[],
  whole: Pick<Sample, "broker" | "generator" | "machine" | "sys">,
): Sample {
  const samples = parts.map(({ sample }) => sample);
  const first = samples[0] as Sample;
  const completed = parts.reduce((total, part) => total + part.completed, 0);
  const startedAfter = Math.min(...samples.map((sample) => sample.startedAfter));
  const end = Math.max(...samples.map((sample) => sample.startedAfter + sample.seconds));
  const seconds = Math.round((end - startedAfter) * 1000) / 1000;
  const bytes = sumOf(samples, (sample) => sample.throughput.payloadBytesPerSecond * sample.seconds);
  const length = Math.max(...samples.map(({ timeline }) => timeline.length));
  return {
    ...first,
    ...whole,
    ...{ startedAfter, seconds },
    broker: whole.broker && {
      ...whole.broker,
      cpuPerOperation: completed > 0 ? Math.round((whole.broker.cpuSeconds * 1e9) / completed) / 1000 : null,
    },
    generator: {
      ...whole.generator,
      eventLoop: Math.max(...samples.map(({ generator }) => generator.eventLoop)),
      longestStall: Math.max(...samples.map(({ generator }) => generator.longestStall)),
      workers: parts.length,
    },
    complete: samples.every(({ complete }) => complete),
    throughput: { perSecond: perSecond(completed, seconds), payloadBytesPerSecond: perSecond(bytes, seconds) },
    latency: mergedOf(samples, ({ latency }) => latency),
    serviceLatency: mergedOf(samples, ({ serviceLatency }) => serviceLatency),
    sendLag: mergedOf(samples, ({ sendLag }) => sendLag),
    connect: mergedOf(samples, ({ connect }) => connect) ?? first.connect,
    counts: mergeCounts(samples.map(({ counts }) => counts)),
    heldBack: sumOf(samples, ({ heldBack }) => heldBack),
    unsent: sumOf(samples, ({ unsent }) => unsent),
    timeline: Array.from({ length }, (_, second) => ({
      at: Math.max(...samples.map(({ timeline }) => timeline[second]?.at ?? 0)),
      rate: sumOf(samples, ({ timeline }) => timeline[second]?.rate ?? 0),
      ...{ p50: null, p99: null },
    })),
    flags: [...new Set(samples.flatMap(({ flags }) => flags))],
    figures: mergeFigures(samples.flatMap(({ figures }) => figures)),
    ...(first.slices && {
      slices: first.slices.map((_, at) =>
        mergeSlices(
          samples.flatMap((one) => one.slices?.[at] ?? []),
          samples.every(({ complete }) => complete),
        ),
      ),
    }),
  };
}

/** The same slice of all workers: they have the same plan, and so the same slices in the same order. */
function mergeSlices(slices: readonly Slice[], isComplete: boolean): Slice {
  const first = slices[0] as Slice;
  const counts = mergeCounts(slices.map((slice) => slice.counts));
  // What one worker has sent is missed by another.
  const lost = isComplete ? Math.max(0, counts.expected - (counts.received - counts.duplicated)) : 0;
  return {
    ...first,
    seconds: Math.max(...slices.map(({ seconds }) => seconds)),
    sentPerSecond: sumOf(slices, ({ sentPerSecond }) => sentPerSecond),
    receivedPerSecond: sumOf(slices, ({ receivedPerSecond }) => receivedPerSecond),
    latency: mergedOf(slices, ({ latency }) => latency),
    serviceLatency: mergedOf(slices, ({ serviceLatency }) => serviceLatency),
    sendLag: mergedOf(slices, ({ sendLag }) => sendLag),
    counts: { ...counts, lost },
  };
}

function mergeCounts(counts: readonly MessageCounts[]): MessageCounts {
  const sum = (of: (count: MessageCounts) => number) => sumOf(counts, of);
  return {
    sent: sum(({ sent }) => sent),
    expected: sum(({ expected }) => expected),
    received: sum(({ received }) => received),
    lost: sum(({ lost }) => lost),
    duplicated: sum(({ duplicated }) => duplicated),
    ...(counts.some(({ redelivered }) => redelivered !== undefined) && {
      redelivered: sum(({ redelivered = 0 }) => redelivered),
    }),
    reordered: sum(({ reordered }) => reordered),
    corrupted: sum(({ corrupted }) => corrupted),
    unacknowledged: sum(({ unacknowledged }) => unacknowledged),
  };
}

/** Rates and numbers add up; a time is that of the slowest, a size that of the one who could see it. */
function mergeFigures(figures: readonly Figure[]): readonly Figure[] {
  const names = [...new Set(figures.map(({ name }) => name))];
  return names.map((name) => {
    const own = figures.filter((figure) => figure.name === name);
    const first = own[0] as Figure;
    const isSum = first.unit === "/s" || first.unit === "count";
    return { ...first, value: isSum ? sumOf(own, ({ value }) => value) : Math.max(...own.map(({ value }) => value)) };
  });
}

function mergedOf<Part>(parts: readonly Part[], of: (part: Part) => LatencySummary | null): LatencySummary | null {
  const summaries = parts.flatMap((part) => of(part) ?? []);
  return summaries.length === 0 ? null : mergeLatencies(summaries);
}

function sumOf<Part>(parts: readonly Part[], of: (part: Part) => number): number {
  return parts.reduce((total, part) => total + of(part), 0);
}

function perSecond(count: number, seconds: number): number {
  return seconds > 0 ? Math.round(count / seconds) : 0;
}
