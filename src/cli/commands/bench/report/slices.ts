import { type CellResult, deliveryFailures, mergeLatencies, middleOf, type Slice } from "../../../../bench/index.ts";
import { rateText, timeText } from "../units.ts";

/** A group in a stage with one broker, all rounds together: what a table says of it. */
export interface SliceRow {
  /** "all" for the whole time, and for all groups. */
  readonly stage: string;
  readonly group: string;
  readonly cells: readonly string[];
  /** What was not delivered as promised. */
  readonly problems: readonly string[];
}

/** Headings of `cells`. */
export const sliceHeadings = ["sent/s", "received/s", "p50", "p99", "max"] as const;

/** Groups and stages of a cell, in their order; empty where it has none. */
export function sliceRows({ samples }: Pick<CellResult, "samples">, target: string): readonly SliceRow[] {
  const rounds = samples.flatMap((sample) => (sample.target === target && sample.slices ? [sample.slices] : []));
  return (rounds[0] ?? []).map((slice, at) =>
    rowOf(
      rounds.flatMap((slices) => slices[at] ?? []),
      slice,
    ),
  );
}

function rowOf(slices: readonly Slice[], { stage, group, direction, qos, loop }: Slice): SliceRow {
  const rate = (of: (slice: Slice) => number) => rateText(middleOf(slices.map(of)));
  const summaries = slices.flatMap(({ latency }) => latency ?? []);
  const latency = summaries.length > 0 ? mergeLatencies(summaries) : undefined;
  // The latencies of a full window are mostly the wait in it.
  const time = (key: "p50" | "p99" | "max") => (latency && loop === "open" ? timeText(latency[key]) : "–");
  const isReceived = direction !== "sent";
  const problems = slices.flatMap(({ counts }) =>
    isReceived ? deliveryFailures(qos ?? 0, { ...counts, redelivered: counts.redelivered ?? 0 }) : [],
  );
  return {
    ...{
      stage: stage ?? "all",
      group: group === null ? "all" : `${group}${direction === "sent" ? " →" : " ←"}`,
      problems,
    },
    cells: [
      direction === "received" ? "" : rate(({ sentPerSecond }) => sentPerSecond),
      rate(({ receivedPerSecond }) => receivedPerSecond),
      ...[time("p50"), time("p99"), time("max")],
    ],
  };
}
