import { type BenchResult, type CellResult, deliveryFailures, type LatencyMeasurement } from "../../../bench/index.ts";
import { protocolVersionName } from "../../../codec/index.ts";
import { formatAddress } from "../../../transport/index.ts";
import { safeLine } from "../../terminal/safe-text.ts";
import { type Column, renderTable } from "../../terminal/table.ts";
import type { Theme } from "../../terminal/theme.ts";
import { grouped, rateText, sizeText, timeText } from "./units.ts";

/** The result for people: what was measured, a table of 80 columns, and what must be known to read it. */
export function report(result: BenchResult, theme: Theme): string {
  if (result.cells.length === 0) return "";
  const lines = [headline(result), "", table(result, theme), ...notes(result), verdict(result, theme)];
  return `${lines.join("\n")}\n`;
}

/** What was lost, doubled, reordered or corrupted, and where; empty if all is well. */
export function failures({ cells }: Pick<BenchResult, "cells">): readonly string[] {
  return cells.flatMap((cell) =>
    [cell.capacity, cell.latency].flatMap((measurement) => {
      const found = measurement ? deliveryFailures(cell.qos, measurement.counts) : [];
      if (!measurement || found.length === 0) return [];
      const load = measurement.loop === "closed" ? "capacity" : "latency";
      const { sent } = measurement.counts;
      return [`QoS ${cell.qos}, ${cell.payloadSize} bytes, ${load}: ${found.join(", ")} of ${grouped(sent)} messages`];
    }),
  );
}

function headline({ plan, address }: BenchResult): string {
  const broker = plan.target === "embedded" ? "embedded broker" : safeLine(formatAddress(address));
  const version = protocolVersionName(plan.connection.protocolVersion);
  return `${broker} · ${version} · ${plan.pairs} × publisher → subscriber · ${plan.duration / 1000} s each`;
}

interface TableColumn extends Column {
  readonly cell: (cell: CellResult) => string;
}

function table({ cells }: BenchResult, theme: Theme): string {
  const hasCapacity = cells.some((cell) => cell.capacity);
  const hasLatency = cells.some((cell) => cell.latency);
  const columns: TableColumn[] = [
    { heading: "QoS", cell: ({ qos }) => String(qos) },
    { heading: "bytes", align: "right", cell: ({ payloadSize }) => sizeText(payloadSize) },
    ...(hasCapacity ? [{ heading: "capacity\nmsg/s", align: "right" as const, cell: capacityCell }] : []),
    ...(hasCapacity && !hasLatency ? [{ heading: "payload\nMB/s", align: "right" as const, cell: bytesCell }] : []),
    ...(hasLatency ? [{ heading: "rate\nmsg/s", align: "right" as const, cell: rateCell }] : []),
    ...(hasLatency ? percentiles : []),
  ];
  const rows = cells.map((cell) => columns.map((column) => column.cell(cell)));
  return renderTable(columns, rows, theme.heading).trimEnd();
}

const percentiles = (
  [
    ["p50", "p50"],
    ["p90", "p90"],
    ["p99", "p99"],
    ["p99.9", "p999"],
    ["max", "max"],
  ] as const
).map(
  ([heading, key]): TableColumn => ({
    heading,
    align: "right",
    cell: ({ latency }) => (latency && latency.latency.count > 0 ? timeText(latency.latency[key]) : "–"),
  }),
);

function capacityCell({ capacity }: CellResult): string {
  if (!capacity) return "–";
  return `${capacity.flags.includes("generator-limited") ? "≥" : ""}${rateText(capacity.messagesPerSecond)}`;
}

function bytesCell({ capacity }: CellResult): string {
  return capacity ? (capacity.payloadBytesPerSecond / 1e6).toFixed(1) : "–";
}

function rateCell({ latency }: CellResult): string {
  return latency ? `${rateText(latency.rate)}${markOf(latency)}` : "–";
}

/** What weighs most of what must be known about latencies: a row has room for one mark. */
function markOf({ flags }: LatencyMeasurement): string {
  if (flags.includes("overloaded")) return "!";
  if (flags.includes("held-back")) return "~";
  return flags.includes("generator-limited") ? "*" : "";
}

function notes({ cells, plan }: BenchResult): readonly string[] {
  const latencies = cells.flatMap(({ latency }) => latency ?? []);
  const marked = (mark: string) => latencies.filter((latency) => markOf(latency) === mark);
  const sum = (of: (latency: LatencyMeasurement) => number, mark: string) =>
    marked(mark).reduce((total, latency) => total + of(latency), 0);
  const lines: string[] = [];
  if (latencies.length > 0) {
    const isShare = plan.cells.some(({ loads }) => loads.some((load) => "shareOfCapacity" in load));
    lines.push(`Latency: from when each message was due, at a fixed rate${isShare ? ", half the capacity" : ""}.`);
  }
  if (cells.some(({ capacity }) => capacity?.flags.includes("generator-limited"))) {
    lines.push("≥ The load generator was the limit; the broker may be able to do more.");
  }
  if (marked("*").length > 0) {
    const unsent = sum((latency) => latency.unsent, "*");
    const lag = timeText(Math.max(...marked("*").map(({ sendLag }) => sendLag.p99)));
    lines.push(
      unsent > 0
        ? `* The load generator could not keep up: ${grouped(unsent)} messages were not sent in time.`
        : `* The load generator was late itself (p99 ${lag}), which adds to these.`,
    );
  }
  if (marked("~").length > 0) {
    const share = Math.round((100 * sum(({ heldBack }) => heldBack, "~")) / sum(({ counts }) => counts.sent, "~"));
    lines.push(`~ Flow control held back ${share} % of the messages; that wait is in these.`);
  }
  if (marked("!").length > 0) {
    const unsent = grouped(sum((latency) => latency.unsent, "!"));
    lines.push(`! Overloaded: ${unsent} messages found no room; these are lower bounds.`);
  }
  if (cells.some((cell) => [cell.capacity, cell.latency].some((measurement) => measurement?.complete === false))) {
    lines.push("The last measurement ended early; what was under way then is not counted as lost.");
  }
  return lines;
}

function verdict(result: BenchResult, theme: Theme): string {
  const measurements = result.cells.flatMap(({ capacity, latency }) => [capacity ?? [], latency ?? []].flat());
  const sum = (of: (measurement: (typeof measurements)[number]) => number) =>
    measurements.reduce((total, measurement) => total + of(measurement), 0);
  const found = failures(result);
  const checked = `${grouped(sum(({ counts }) => counts.received))} messages checked`;
  if (found.length > 0) return theme.bad([`${checked}, not all of them well:`, ...found].join("\n  "));
  const doubled = sum(({ counts }) => counts.duplicated);
  const again = doubled === 0 ? "duplicated, " : "";
  const allowed = doubled === 0 ? "" : ` ${grouped(doubled)} duplicates, as QoS 1 allows.`;
  return theme.good(`${checked}: none lost, ${again}reordered or corrupted.${allowed}`);
}
