import { metricNamed } from "../../../../bench/index.ts";
import { safeLine } from "../../../terminal/safe-text.ts";
import { isOfParts, type JudgedResult, type Part, partsOf, type Row, rowsOf } from "./rows.ts";

interface Family {
  readonly name: string;
  /** What it tells, or the first part of that. */
  readonly metric: string;
  readonly help: string;
  readonly samples: (
    row: Row,
  ) => readonly (readonly [labels: Readonly<Record<string, string>>, value: number | undefined])[];
}

const QUANTILES: readonly (readonly [quantile: string, statistic: string])[] = [
  ["0.5", "p50"],
  ["0.75", "p75"],
  ["0.9", "p90"],
  ["0.95", "p95"],
  ["0.99", "p99"],
  ["0.999", "p99.9"],
  ["0.9999", "p99.99"],
  ["1", "max"],
];

const families: readonly Family[] = [
  latencies("latency", "Time from when an operation was due to when it was completed."),
  latencies("service_latency", "Time from when an operation was begun to when it was completed."),
  latencies("send_lag", "Time by which the load generator itself was late."),
  latencies("connect", "Time from the lookup of the address to CONNACK."),
  simple("throughput_per_second", "Operations completed per second.", "throughput"),
  simple("messages_lost", "Messages that never arrived.", "lost"),
  simple("messages_duplicated", "Arrivals of what had arrived before.", "duplicates"),
  simple("messages_reordered", "Messages that arrived after later ones.", "reordered"),
  simple("messages_corrupted", "Messages that arrived changed.", "corrupted"),
  simple("broker_cpu_seconds_per_operation", "CPU time of the broker for each operation.", "cpu", 1e-6),
  simple("broker_resident_bytes", "The largest resident size of the broker.", "rss"),
];

/**
 * The text format of Prometheus, for textfile collectors, push gateways and GitLab's metrics reports. Groups and stages of
 * a scenario file have families of their own (`mqtk_bench_part_…`), so that nobody adds them to the whole.
 */
export function prometheusReport({ result }: JudgedResult): string {
  const rows = rowsOf(result);
  const parts = rows.flatMap(partsOf);
  const ofParts = families.filter(({ metric }) => isOfParts(metric));
  return [
    ...families.map((family) => familyText("", family, rows)),
    ...ofParts.map((family) => familyText("part_", family, parts)),
  ].join("");
}

function familyText(prefix: string, { name, help, samples }: Family, rows: readonly (Row | Part)[]): string {
  const full = `mqtk_bench_${prefix}${name}`;
  const lines = rows.flatMap((row) =>
    samples(row).flatMap(([labels, value]) =>
      value === undefined ? [] : [`${full}${labelText({ ...placeOf(row), ...labels })} ${value}\n`],
    ),
  );
  return lines.length > 0 ? `# HELP ${full} ${help}\n# TYPE ${full} gauge\n${lines.join("")}` : "";
}

function latencies(name: string, help: string): Family {
  const family = name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return {
    ...{ name: `${name}_seconds`, metric: `${family}.`, help },
    samples: ({ samples }) =>
      QUANTILES.map(([quantile, statistic]) => {
        const value = metricNamed(`${family}.${statistic}`)?.overall(samples);
        return [{ quantile }, value === undefined ? undefined : rounded(value * 1e-6)];
      }),
  };
}

function simple(name: string, help: string, metric: string, factor = 1): Family {
  return {
    ...{ name, metric, help },
    samples: ({ samples }) => {
      const value = metricNamed(metric)?.overall(samples);
      return [[{}, value === undefined ? undefined : rounded(value * factor)]];
    },
  };
}

function placeOf({ cell, target, slice }: Row & Partial<Pick<Part, "slice">>): Readonly<Record<string, string>> {
  const { scenario, qos, payloadSize } = cell;
  return {
    target,
    scenario,
    qos: String(qos),
    payload_bytes: String(payloadSize),
    mqtt: ["3.1", "3.1.1", "5"][cell.protocolVersion - 3] ?? "",
    ...(slice && { group: slice.group ?? "", direction: slice.direction, stage: slice.stage ?? "" }),
  };
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const quoted = (text: string) => safeLine(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"');
  return `{${Object.entries(labels)
    .map(([name, text]) => `${name}="${quoted(text)}"`)
    .join(",")}}`;
}

/** Powers of ten leave digits that nobody measured. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}
