import { UsageError } from "../errors.ts";
import { type BenchResult, RESULT_SCHEMA } from "./bench-result.ts";
import { histogramProblem } from "./histograms.ts";
import type { ExpectedResult } from "./judgement.ts";
import type { LatencySummary } from "./latency-recorder.ts";

/** Results larger than this, in bytes, are not ours. */
export const LARGEST_RESULT = 128 * 1024 * 1024;
const MOST_ITEMS = 100_000;
const LONGEST_TEXT = 64 * 1024;
const LONGEST_HISTOGRAM = 1024 * 1024;

/** Looks at a value and complains (by throwing) with the path at which it stands: `cells[0].samples[2].seconds`. */
type Check = (value: unknown, path: string) => void;

/**
 * Reads a result from JSON that anyone may have written. Throws UsageError that names the file and the field. Fields
 * that this version does not know are kept and not looked at.
 * @param file for messages
 */
export function readResult(json: string, file: string): ExpectedResult {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  try {
    checkSchema(value);
    resultCheck(value, "");
    checkSlices(value as BenchResult);
    if (Object.hasOwn(value as object, "expectations")) {
      expectationsCheck((value as ExpectedResult).expectations, "expectations");
    }
    const { pinning } = (value as BenchResult).environment;
    if (pinning !== undefined) pinningCheck(pinning, "environment.pinning");
    checkConsistency(value as BenchResult);
  } catch (error) {
    if (error instanceof FieldError) throw new UsageError(`${file}: ${error.message}`, error.hint);
    throw error;
  }
  return value as ExpectedResult;
}

class FieldError extends Error {
  readonly hint: string | undefined;

  constructor(path: string, problem: string, hint?: string) {
    super(path === "" ? problem : `${path}: ${problem}`);
    this.hint = hint;
  }
}

function checkSchema(value: unknown): void {
  const schema = typeof value === "object" && value !== null ? (value as { schema?: unknown }).schema : undefined;
  if (schema === RESULT_SCHEMA) return;
  const [, version] = typeof schema === "string" ? (/^mqtk-bench\/(\d{1,6})$/.exec(schema) ?? []) : [];
  if (version === undefined) throw new FieldError("", "is no result of mqtk bench", "mqtk bench --json writes one");
  const ours = RESULT_SCHEMA.slice(RESULT_SCHEMA.indexOf("/") + 1);
  const age = Number(version) > Number(ours) ? "a newer" : "an older";
  throw new FieldError("", `was written by ${age} mqtk (mqtk-bench/${version}; this one reads ${RESULT_SCHEMA})`);
}

const text = string(LONGEST_TEXT);
const summary: Check = (value, path) => {
  record({
    ...{ count, min: number, mean: number, stddev: number, p50: number, p75: number, p90: number, p95: number },
    ...{ p99: number, p999: number, p9999: number, max: number, histogram: string(LONGEST_HISTOGRAM) },
  })(value, path);
  const problem = histogramProblem(value as LatencySummary);
  if (problem !== undefined) throw new FieldError(`${path}.histogram`, problem);
};

const countsCheck = record({
  ...{ sent: count, expected: count, received: count, lost: count, duplicated: count, reordered: count },
  ...{ corrupted: count, unacknowledged: count },
});

const sampleCheck = record({
  ...{ target: text, round: count, loop: oneOf("closed", "open", "batch"), operation: text },
  ...{ startedAfter: number, seconds: number, complete: boolean, offeredRate: orNull(number), window: orNull(number) },
  throughput: record({ perSecond: number, payloadBytesPerSecond: number }),
  ...{ latency: orNull(summary), serviceLatency: orNull(summary), sendLag: orNull(summary), connect: summary },
  counts: countsCheck,
  ...{ heldBack: count, unsent: count },
  broker: orNull(
    record({ cpuSeconds: number, cpuPerOperation: orNull(number), rssBytes: number, descriptors: orNull(number) }),
  ),
  generator: record({ cpu: number, eventLoop: number, longestStall: number, rssBytes: number }),
  machine: orNull(record({ steal: orNull(number), otherLoad: orNull(number), swappedPages: orNull(number) })),
  timeline: list(record({ at: number, rate: number, p50: orNull(number), p99: orNull(number) })),
  flags: list(text),
  figures: list(record({ name: text, value: finite, unit: text, better: oneOf("higher", "lower") })),
});

const sliceCheck = record({
  ...{ group: orNull(text), direction: oneOf("sent", "received", "both"), stage: orNull(text), clients: count },
  ...{ qos: orNull(oneOf(0, 1, 2)), payloadSize: orNull(number), loop: oneOf("closed", "open"), seconds: number },
  ...{ offeredRate: orNull(number), sentPerSecond: number, receivedPerSecond: number },
  ...{ latency: orNull(summary), serviceLatency: orNull(summary), sendLag: orNull(summary), counts: countsCheck },
});

/** Results of scenario files have them, and others have none. */
function checkSlices({ cells }: BenchResult): void {
  for (const [cell, { samples }] of cells.entries()) {
    for (const [at, { slices, counts }] of samples.entries()) {
      for (const { redelivered = 0 } of [counts, ...(slices ?? []).map((slice) => slice?.counts ?? {})]) {
        count(redelivered, `cells[${cell}].samples[${at}]: redelivered`);
      }
      if (slices !== undefined) list(sliceCheck)(slices, `cells[${cell}].samples[${at}].slices`);
    }
  }
}

const searchCheck = record({
  ...{ target: text, slo: text, maximum: orNull(number), complete: boolean },
  steps: list(
    record({
      ...{ phase: text, rate: number, met: boolean, reasons: list(text) },
      ...{ perSecond: number, p50: number, p99: number, lost: count },
    }),
  ),
});

const resultCheck = record({
  ...{ startedAt: date, seconds: number, run: text, status: oneOf("complete", "interrupted", "failed", "aborted") },
  error: orNull(record({ code: text, message: text, hint: orNull(text), reasonCode: orNull(number) })),
  environment: record({
    ...{ mqtk: text, node: text, os: text, architecture: text, cpu: text, cores: count, memoryBytes: number },
    ci: boolean,
  }),
  plan: record({ rounds: count, warmUp: number, duration: number, cells: list(record({ loads: list(record({})) })) }),
  targets: list(
    record({
      ...{ name: text, kind: text, command: orNull(text), software: orNull(text) },
      address: orNull(record({ scheme: text, host: text, port: number, path: text })),
    }),
  ),
  cells: list(
    record({
      ...{ id: text, scenario: text, qos: oneOf(0, 1, 2), payloadSize: count, protocolVersion: oneOf(3, 4, 5) },
      ...{ publishers: count, subscribers: count, samples: list(sampleCheck), searches: list(searchCheck) },
    }),
  ),
});

const expectationsCheck = record({
  ...{ thresholds: list(text), baseline: orNull(text), margin: number, gates: list(text) },
});

const pinningCheck = record({ generator: orNull(text), targets: orNull(text) });

/** What one field says about another. */
function checkConsistency({ targets, cells }: BenchResult): void {
  const names = new Set<string>();
  for (const [index, { name }] of targets.entries()) {
    if (names.has(name)) throw new FieldError(`targets[${index}].name`, `${JSON.stringify(name)} stands there twice`);
    names.add(name);
  }
  const ids = new Set<string>();
  for (const [index, { id, samples, searches }] of cells.entries()) {
    if (ids.has(id)) throw new FieldError(`cells[${index}].id`, `${JSON.stringify(id)} stands there twice`);
    ids.add(id);
    for (const [kind, measured] of Object.entries({ samples, searches })) {
      const at = measured.findIndex(({ target }) => !names.has(target));
      if (at >= 0) throw new FieldError(`cells[${index}].${kind}[${at}].target`, "is none of the targets");
    }
  }
}

function record(fields: Readonly<Record<string, Check>>): Check {
  return (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw unexpected(value, path, "an object");
    for (const [name, check] of Object.entries(fields)) {
      const at = path === "" ? name : `${path}.${name}`;
      if (!Object.hasOwn(value, name)) throw new FieldError(at, "is missing");
      check((value as Record<string, unknown>)[name], at);
    }
  };
}

function list(check: Check): Check {
  return (value, path) => {
    if (!Array.isArray(value)) throw unexpected(value, path, "a list");
    if (value.length > MOST_ITEMS) throw new FieldError(path, `has ${value.length} items; ${MOST_ITEMS} are the most`);
    for (const [index, item] of value.entries()) check(item, `${path}[${index}]`);
  };
}

function orNull(check: Check): Check {
  return (value, path) => {
    if (value !== null) check(value, path);
  };
}

function oneOf(...values: readonly (string | number)[]): Check {
  return (value, path) => {
    if (!values.includes(value as string))
      throw unexpected(value, path, values.map((one) => JSON.stringify(one)).join(" or "));
  };
}

function string(longest: number): Check {
  return (value, path) => {
    if (typeof value !== "string") throw unexpected(value, path, "text");
    if (value.length > longest) throw new FieldError(path, `is longer than ${longest} characters`);
  };
}

function finite(value: unknown, path: string): void {
  if (typeof value !== "number" || !Number.isFinite(value)) throw unexpected(value, path, "a number");
}

function number(value: unknown, path: string): void {
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0)
    throw unexpected(value, path, "a number, 0 or more");
}

function count(value: unknown, path: string): void {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw unexpected(value, path, "a whole number, 0 or more");
}

function boolean(value: unknown, path: string): void {
  if (typeof value !== "boolean") throw unexpected(value, path, "true or false");
}

function date(value: unknown, path: string): void {
  if (typeof value !== "string" || value.length > 40 || Number.isNaN(Date.parse(value)))
    throw unexpected(value, path, "a date");
}

function unexpected(value: unknown, path: string, expected: string): FieldError {
  const shown = JSON.stringify(value) ?? "nothing";
  return new FieldError(path, `expected ${expected}, not ${shown.length > 60 ? `${shown.slice(0, 60)}…` : shown}`);
}
