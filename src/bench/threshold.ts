import { UsageError } from "../errors.ts";
import type { BenchPlan, CellPlan } from "./bench-plan.ts";
import type { BenchResult, Flag, Sample, Slice } from "./bench-result.ts";
import { type Metric, metricNamed, metricNames, metricsIn } from "./metrics.ts";
import { sampleOfSlice } from "./slice-sample.ts";
import { bytesFrom, limitFrom } from "./threshold-limit.ts";

/** An expectation as users write it: `latency.p99<50ms`, `throughput{qos:1,target:mosq}>=10k/s`. */
export interface Threshold {
  /** As typed. */
  readonly text: string;
  readonly metric: Metric;
  /** Which cells and targets it is about; empty: all. */
  readonly scope: Readonly<Partial<Record<ScopeKey, string>>>;
  readonly operator: Operator;
  /** In the unit of the metric. */
  readonly limit: number;
}

type Operator = "<" | "<=" | ">" | ">=" | "=";
const CELL_KEYS = ["target", "scenario", "qos", "size", "mqtt", "cell"] as const;
/** Of scenario files: which part of a cell. */
const SLICE_KEYS = ["group", "direction", "stage"] as const;
const SCOPE_KEYS = [...CELL_KEYS, ...SLICE_KEYS] as const;
type ScopeKey = (typeof SCOPE_KEYS)[number];

/** A threshold in one cell with one target. */
export interface ThresholdOutcome {
  readonly threshold: Threshold;
  readonly cell: string;
  readonly target: string;
  readonly value: number;
  /** breached: it fails; inconclusive: it holds, but the measurement cannot be trusted. */
  readonly status: "met" | "breached" | "inconclusive";
  /** Why it cannot be trusted. */
  readonly doubts: readonly Flag[];
}

const FORM = /^\s*([A-Za-z][\w.-]*)\s*(?:\{([^{}]*)\})?\s*(<=|>=|==|=|<|>)\s*([^\s<>=]+)\s*$/;

/** Reads a threshold. Throws UsageError that says what is wrong, and which metrics there are. */
export function parseThreshold(text: string): Threshold {
  const [, name, scope, operator, limit] = FORM.exec(text) ?? [];
  if (name === undefined || operator === undefined || limit === undefined) {
    throw new UsageError("expected a metric, <, <=, >, >= or =, and a value", "for example: latency.p99<50ms");
  }
  const metric = metricNamed(name);
  if (!metric) throw new UsageError(`there is no metric ${name}`, `there are: ${metricNames()}`);
  return {
    ...{ text: text.trim(), metric, scope: scopeFrom(scope ?? "") },
    operator: operator === "==" ? "=" : (operator as Operator),
    limit: limitFrom(limit, metric),
  };
}

/**
 * How a result does by these thresholds: one outcome for each target in each cell that a threshold is about. Throws
 * UsageError where one is about nothing that was measured, because an expectation that nobody checks is none; of a run
 * that is not over ("what there is") such are left out.
 */
export function judgeThresholds(
  result: BenchResult,
  thresholds: readonly Threshold[],
  which: "all" | "what there is" = "all",
): readonly ThresholdOutcome[] {
  return thresholds.flatMap((threshold) => {
    const outcomes: ThresholdOutcome[] = [];
    let inScope = 0;
    for (const cell of result.cells) {
      for (const { name: target } of result.targets) {
        if (!isAbout(threshold, cell, target)) continue;
        const samples = sampled(
          threshold,
          cell.samples.filter((sample) => sample.target === target),
        );
        const searches = cell.searches.filter((search) => search.target === target);
        inScope += samples.length + searches.length;
        const value = threshold.metric.overall(samples, searches);
        if (value !== undefined) outcomes.push(outcomeOf(threshold, cell.id, target, value, samples));
      }
    }
    if (which === "what there is") return outcomes;
    if (inScope === 0) throw outOfScope(threshold, result.cells, result.targets);
    if (outcomes.length === 0) throw unmeasured(threshold, result);
    return outcomes;
  });
}

/**
 * Looks whether a plan will measure what thresholds are about, while no time is lost yet. Throws UsageError where one is
 * about nothing in it.
 * @param hasProcess whether CPU and memory of this target's broker can be seen
 */
export function checkThresholds(
  thresholds: readonly Threshold[],
  { cells, targets }: Pick<BenchPlan, "cells" | "targets">,
  hasProcess: (target: string) => boolean,
): void {
  for (const threshold of thresholds) {
    const { text, metric } = threshold;
    const places = cells.flatMap((cell) =>
      targets
        .filter(({ name }) => isAbout(threshold, cell, name) && hasSlice(threshold, cell))
        .map(({ name }) => ({ cell, name })),
    );
    if (places.length === 0) throw outOfScope(threshold, cells, targets);
    if (PROCESS_METRICS.includes(metric.name) && !places.some(({ name }) => hasProcess(name))) {
      throw new UsageError(
        `threshold ${text}: the broker's process is not known`,
        "say which it is with --sample-pid, or let mqtk start it: --target NAME='cmd:…'",
      );
    }
    if (SCHEDULED.test(metric.name) && places.every(({ cell }) => cell.loads.every(({ loop }) => loop === "closed"))) {
      throw new UsageError(
        `threshold ${text}: --max measures no latency of a schedule`,
        "leave --max out, or write closedLoopLatency for the time in a full window",
      );
    }
  }
}

const PROCESS_METRICS: readonly string[] = ["cpu", "rss", "descriptors"];
const SCHEDULED = /^(latency|serviceLatency|sendLag)\./;

/** True where a value keeps to the threshold. */
function isMet({ operator, limit }: Pick<Threshold, "operator" | "limit">, value: number): boolean {
  switch (operator) {
    case "<":
      return value < limit;
    case "<=":
      return value <= limit;
    case ">":
      return value > limit;
    case ">=":
      return value >= limit;
    case "=":
      return value === limit;
  }
}

function outcomeOf(
  threshold: Threshold,
  cell: string,
  target: string,
  value: number,
  samples: readonly Sample[],
): ThresholdOutcome {
  const doubts = doubtsIn(threshold.metric, samples);
  const status = !isMet(threshold, value) ? "breached" : doubts.length > 0 ? "inconclusive" : "met";
  return { threshold, cell, target, value, status, doubts };
}

/** Why a pass of this metric is none, though a failure is one all the same; empty: it can be trusted. */
function doubtsIn({ from, doubts }: Metric, samples: readonly Sample[]): readonly Flag[] {
  return doubts.filter((doubt) => from(samples).some(({ flags }) => flags.includes(doubt)));
}

type ScopedCell = Pick<BenchResult["cells"][number], "id" | "scenario" | "qos" | "payloadSize" | "protocolVersion">;

function isAbout({ scope }: Threshold, cell: ScopedCell, target: string): boolean {
  const own = scopeOf(cell, target);
  return CELL_KEYS.every((key) => scope[key] === undefined || own[key] === scope[key]);
}

/** True where it is about whole cells. */
function isAboutAll({ scope }: Threshold): boolean {
  return SLICE_KEYS.every((key) => scope[key] === undefined);
}

/** What a threshold looks at of samples: all of it, or one group or stage. */
function sampled(threshold: Threshold, samples: readonly Sample[]): readonly Sample[] {
  if (isAboutAll(threshold)) return samples;
  return samples.flatMap((sample) => {
    const own = (sample.slices ?? []).filter((slice) => isOfSlice(threshold, slice));
    return own.map((slice) => sampleOfSlice(sample, slice));
  });
}

function isOfSlice({ scope: { group, direction, stage } }: Threshold, slice: Slice): boolean {
  if ((slice.group ?? undefined) !== group || (slice.stage ?? undefined) !== stage) return false;
  return direction === undefined || direction === slice.direction;
}

/** Whether a cell that is planned will have what a threshold is about. */
function hasSlice(threshold: Threshold, { groups, stages }: Pick<CellPlan, "groups" | "stages">): boolean {
  const { group, direction, stage } = threshold.scope;
  if (isAboutAll(threshold)) return true;
  if (groups === undefined || stages === undefined) return false;
  if (stage !== undefined && !stages.some(({ name }) => name === stage)) return false;
  if (group === undefined) return stage !== undefined;
  const { topic, filters } = groups.find(({ name }) => name === group) ?? { topic: null, filters: [] };
  return (direction !== "received" && topic !== null) || (direction !== "sent" && filters.length > 0);
}

function scopeOf(cell: ScopedCell, target: string): Record<(typeof CELL_KEYS)[number], string> {
  const { id, scenario, qos, payloadSize, protocolVersion } = cell;
  const mqtt = protocolVersion === 5 ? "5" : protocolVersion === 4 ? "3.1.1" : "3.1";
  return { target, scenario, qos: String(qos), size: String(payloadSize), mqtt, cell: id };
}

function scopeFrom(text: string): Threshold["scope"] {
  const scope: Partial<Record<ScopeKey, string>> = {};
  for (const part of text.split(",").filter((one) => one.trim() !== "")) {
    const [, key = "", value = ""] = /^\s*(\w+)\s*[:=]\s*(.*?)\s*$/.exec(part) ?? [];
    const known = SCOPE_KEYS.find((one) => one === key);
    if (!known || value === "") {
      throw new UsageError(
        `{${text}}: expected ${SCOPE_KEYS.join(", ")} (the last three with a scenario file), each with a colon and a value`,
        "for example: latency.p99{qos:1,target:mosq}<50ms",
      );
    }
    scope[known] = known === "size" ? String(bytesFrom(value) ?? value) : value;
  }
  return scope;
}

function unmeasured({ text, metric }: Threshold, result: BenchResult): UsageError {
  const found = metricsIn(result.cells.flatMap(({ samples }) => samples));
  return new UsageError(`threshold ${text}: ${metric.name} was not measured`, `measured: ${found.join(", ")}`);
}

function outOfScope(
  { text }: Threshold,
  cells: readonly (Pick<CellPlan, "id"> & Partial<Pick<CellPlan, "groups" | "stages">>)[],
  targets: readonly { readonly name: string }[],
): UsageError {
  const ids = cells.map(({ id }) => id);
  const parts = partsOf(cells);
  const shown = ids.length > 6 ? [...ids.slice(0, 5), `${ids.length - 5} more`] : ids;
  const names = targets.map(({ name }) => name).join(", ");
  return new UsageError(
    `threshold ${text}: nothing that is measured is in its {…}`,
    `measured: ${shown.join("; ")}; target ${names}${parts}`,
  );
}

/** "; group sensors, dashboards; stage day, night" */
function partsOf(cells: readonly Partial<Pick<CellPlan, "groups" | "stages">>[]): string {
  const listed = (word: string, names: readonly string[]) =>
    names.length > 0 ? `; ${word} ${[...new Set(names)].join(", ")}` : "";
  const groups = cells.flatMap((cell) => cell.groups?.map(({ name }) => name) ?? []);
  const stages = cells.flatMap((cell) => cell.stages?.flatMap(({ name }) => (name === "" ? [] : [name])) ?? []);
  return listed("group", groups) + listed("stage", stages);
}
