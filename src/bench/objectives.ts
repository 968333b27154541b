import { UsageError } from "../errors.ts";
import type { Sample } from "./bench-result.ts";
import type { LatencySummary } from "./latency-recorder.ts";

/** What must hold for a rate to count as reached. */
export interface Objective {
  /** As typed: "p99<50ms". */
  readonly text: string;
  readonly metric: (typeof LATENCIES)[number][0] | "loss";
  readonly isInclusive: boolean;
  /** µs; for loss a number of messages, or a share of them. */
  readonly limit: number;
  readonly isShare: boolean;
}

const LATENCIES = [
  ["p50", "p50"],
  ["p75", "p75"],
  ["p90", "p90"],
  ["p95", "p95"],
  ["p99", "p99"],
  ["p99.9", "p999"],
  ["p99.99", "p9999"],
  ["max", "max"],
  ["mean", "mean"],
] as const satisfies readonly (readonly [string, keyof LatencySummary])[];
const UNITS: Readonly<Record<string, number>> = { us: 1, µs: 1, ms: 1000, s: 1e6 };

/** `p99<50ms,loss=0`. Throws UsageError that says what is wrong. */
export function parseObjectives(typed: string): readonly Objective[] {
  return typed.split(",").map((part) => {
    const text = part.trim();
    const [, metric = "", operator = "", number = "", unit = ""] =
      /^([a-z0-9.]+)\s*(<=|<|==|=)\s*([\d.]+)\s*(µs|us|ms|s|%)?$/i.exec(text) ?? [];
    const value = Number(number);
    if (metric === "" || number === "" || !Number.isFinite(value))
      throw new UsageError(`${text}: expected ${EXPECTED}`);
    const base = { text, isInclusive: operator !== "<" };
    if (metric === "loss") {
      if (unit !== "" && unit !== "%") throw new UsageError(`${text}: a loss is a number of messages, or a share in %`);
      return { ...base, metric, isShare: unit === "%", limit: unit === "%" ? value / 100 : value };
    }
    const known = LATENCIES.find(([name]) => name === metric);
    const scale = UNITS[unit];
    if (known === undefined) throw new UsageError(`${text}: there is no ${metric}; expected ${EXPECTED}`);
    if (scale === undefined || operator.includes("=") !== operator.startsWith("<=")) {
      throw new UsageError(`${text}: a latency is less than a time, such as ${metric}<50ms`);
    }
    return { ...base, metric: known[0], isShare: false, limit: value * scale };
  });
}

const EXPECTED = `something like p99<50ms or loss=0 (${LATENCIES.map(([name]) => name).join(", ")}, loss)`;

/** What is not met, in words: "p99 61.2 ms". Empty: all is. */
export function unmet(objectives: readonly Objective[], sample: Sample): readonly string[] {
  const { counts, latency, unsent, flags } = sample;
  const reasons = objectives.flatMap(({ metric, limit, isInclusive, isShare }) => {
    if (metric === "loss") {
      const loss = isShare ? counts.lost / Math.max(1, counts.expected) : counts.lost;
      return isMet(loss, limit, isInclusive) ? [] : [`${counts.lost} of ${counts.expected} lost`];
    }
    const [, key] = LATENCIES.find(([name]) => name === metric) as (typeof LATENCIES)[number];
    const value = latency?.[key] ?? Number.POSITIVE_INFINITY;
    return isMet(value, limit, isInclusive) ? [] : [`${metric} ${Number((value / 1000).toPrecision(3))} ms`];
  });
  if (unsent === 0) return reasons;
  const whose = flags.includes("overloaded") ? "the broker did not take" : "the generator did not send";
  return [...reasons, `${whose} ${unsent} messages in time`];
}

function isMet(value: number, limit: number, isInclusive: boolean): boolean {
  return isInclusive ? value <= limit : value < limit;
}
