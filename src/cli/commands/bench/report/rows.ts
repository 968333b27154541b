import {
  type CellResult,
  type ExpectedResult,
  type Judgement,
  metricNamed,
  type Sample,
  type Slice,
  sampleOfSlice,
} from "../../../../bench/index.ts";

/** What every report is made from. */
export interface JudgedResult {
  readonly result: ExpectedResult;
  readonly judgement: Judgement;
}

/** One target in one cell, all rounds together. */
export interface Row {
  readonly cell: CellResult;
  readonly target: string;
  readonly samples: readonly Sample[];
}

/** Cells in the order of the plan, in each its targets; what was not measured is left out. */
export function rowsOf({ cells, targets }: Pick<ExpectedResult, "cells" | "targets">): readonly Row[] {
  return cells.flatMap((cell) =>
    targets.flatMap(({ name }) => {
      const samples = cell.samples.filter(({ target }) => target === name);
      return samples.length > 0 ? [{ cell, target: name, samples }] : [];
    }),
  );
}

/** A group or a stage of a scenario file, or both, in the place of its row. */
export interface Part extends Row {
  readonly slice: Pick<Slice, "group" | "direction" | "stage">;
}

/** Groups and stages of a row, in their order; empty where it has none. */
export function partsOf(row: Row): readonly Part[] {
  return (row.samples[0]?.slices ?? []).map((slice, at) => ({
    ...{ ...row, slice },
    samples: row.samples.flatMap((sample) => {
      const own = sample.slices?.[at];
      return own === undefined ? [] : [sampleOfSlice(sample, own)];
    }),
  }));
}

/** False for what groups and stages have together: connects, what the schedule could not send, the broker's process. */
export function isOfParts(metric: string): boolean {
  return !/^(connect\.|unsent$|cpu$|rss$|descriptors$)/.test(metric);
}

/** A metric's value over all rounds; undefined where it was not measured. */
export function metricOf({ samples }: Pick<Row, "samples">, metric: string): number | undefined {
  return metricNamed(metric)?.overall(samples);
}

/** "interrupted: interrupted" or nothing. */
export function endedEarly({ status, error }: Pick<ExpectedResult, "status" | "error">): string | undefined {
  if (status === "complete") return undefined;
  if (status === "aborted") return "ended early, because it had failed already (--abort-on-fail)";
  return error && status === "failed" ? `ended early: ${error.message}` : "ended early, so the result is partial";
}

/** Cells and targets whose numbers cannot be trusted, and why: `generator-limited: mqtk, pair qos0 64B mqtt5`. */
export function doubtsOf(rows: readonly Row[]): readonly { readonly flag: string; readonly places: readonly Row[] }[] {
  return ["overloaded", "generator-limited", "noisy", "held-back"].flatMap((flag) => {
    const places = rows.filter(({ samples }) =>
      samples.some(({ flags }) => (flags as readonly string[]).includes(flag)),
    );
    return places.length > 0 ? [{ flag, places }] : [];
  });
}

/** What a flag means to whoever reads the numbers. */
export const flagMeanings: Readonly<Record<string, string>> = {
  overloaded: "the broker could not take the offered rate: latencies are lower bounds",
  "generator-limited":
    "the load generator was the limit: the broker may be able to do more, and latencies are partly its own",
  noisy: "something else used the machine meanwhile",
  "held-back": "flow control held messages back before they could be sent; that wait is in the latencies",
};
