import {
  type BenchResult,
  type CellResult,
  deliveryFailures,
  type LatencySummary,
  mergeLatencies,
  middleOf,
  type Sample,
} from "../../../bench/index.ts";
import { protocolVersionName } from "../../../codec/index.ts";
import { safeLine } from "../../terminal/safe-text.ts";
import { type Column, renderTable } from "../../terminal/table.ts";
import type { Theme } from "../../terminal/theme.ts";
import { sliceHeadings, sliceRows } from "./report/slices.ts";
import { grouped, rateText, sizeText, timeText } from "./units.ts";

/** The result for people: what was measured, a table of 80 columns, and what must be known to read it. */
export function report(result: BenchResult, theme: Theme): string {
  if (result.cells.length === 0) return "";
  const lines = [headline(result), "", table(result, theme), ...sliceTables(result, theme), ...notes(result)];
  lines.push(verdict(result, theme));
  return `${lines.join("\n")}\n`;
}

/** Groups and stages of a scenario file: a table for each cell and broker. */
function sliceTables({ cells, targets }: BenchResult, theme: Theme): readonly string[] {
  return cells.flatMap((cell) =>
    targets.flatMap(({ name }) => {
      const rows = sliceRows(cell, name);
      if (rows.length === 0) return [];
      const columns: Column[] = [
        { heading: "stage" },
        { heading: "group" },
        ...sliceHeadings.map((heading): Column => ({ heading, align: "right" })),
        ...(rows.some(({ problems }) => problems.length > 0) ? [{ heading: "wrong" }] : []),
      ];
      const lines = rows.map(({ stage, group, cells: figures, problems }) => [
        ...[shortened(stage), shortened(group, LONGEST_GROUP), ...figures],
        ...(columns.length > 7 ? [problems.join(", ")] : []),
      ]);
      const title = `${safeLine(cell.id)}${targets.length > 1 ? `, ${safeLine(name)}` : ""} (→ what it sent, ← what came to it)`;
      return ["", title, renderTable(columns, lines, theme.heading).trimEnd()];
    }),
  );
}

/** What was lost, doubled, reordered or corrupted, and where; empty if all is well. */
export function failures({ cells }: Pick<BenchResult, "cells">): readonly string[] {
  return cells.flatMap(({ id, qos, samples }) =>
    samples.flatMap(({ target, loop, counts }) => {
      const found = deliveryFailures(qos, counts);
      if (found.length === 0) return [];
      const load = { closed: "capacity", open: "latency", batch: "all at once" }[loop];
      return [
        `${safeLine(target)}, ${safeLine(id)}, ${load}: ${found.join(", ")} of ${grouped(counts.expected)} messages`,
      ];
    }),
  );
}

function headline({ plan, cells, targets }: BenchResult): string {
  const broker = targets.map(({ kind, name }) => (kind === "builtin" ? "embedded broker" : safeLine(name))).join(", ");
  const [cell] = cells;
  const version = protocolVersionName(cell?.protocolVersion ?? 5);
  const versions = new Set(cells.map(({ protocolVersion }) => protocolVersion)).size > 1 ? "MQTT" : version;
  const isPair = cells.every(({ scenario }) => scenario === "pair");
  const load = isPair ? ` · ${cell?.publishers} × publisher → subscriber` : "";
  return `${broker} · ${versions}${load} · ${plan.duration / 1000} s each`;
}

interface Row {
  readonly cell: CellResult;
  readonly target: string;
  readonly closed: readonly Sample[];
  readonly open: readonly Sample[];
  readonly batch: readonly Sample[];
  /** Of the open loop (or of what was done at once), all rounds together. */
  readonly latency: LatencySummary | undefined;
}

interface TableColumn extends Column {
  readonly cell: (row: Row) => string;
}

function rowsOf({ cells, targets }: BenchResult): readonly Row[] {
  return cells.flatMap((cell) =>
    targets.map(({ name }) => {
      const own = cell.samples.filter(({ target }) => target === name);
      const open = own.filter(({ loop }) => loop === "open");
      const batch = own.filter(({ loop }) => loop === "batch");
      const latencies = [...open, ...batch].flatMap(({ latency }) => (latency && latency.count > 0 ? [latency] : []));
      return {
        ...{ cell, target: name, closed: own.filter(({ loop }) => loop === "closed"), open, batch },
        latency: latencies.length > 0 ? mergeLatencies(latencies) : undefined,
      };
    }),
  );
}

/** What a table of 80 columns does without, the least important first. */
const DISPENSABLE = ["p90", "p99.9", "payload\nMB/s", "MQTT", "max"];
const WIDEST = 80;
const LONGEST_NAME = 12;
const LONGEST_GROUP = 16;

function table(result: BenchResult, theme: Theme): string {
  const rows = rowsOf(result);
  let columns = columnsFor(result, rows);
  const rendered = (heading: (text: string) => string) =>
    renderTable(
      columns,
      rows.map((row) => columns.map((column) => column.cell(row))),
      heading,
    ).trimEnd();
  for (const heading of DISPENSABLE) {
    if (rendered((text) => text).indexOf("\n") <= WIDEST) break;
    columns = columns.filter((column) => column.heading !== heading);
  }
  return rendered(theme.heading);
}

function columnsFor({ targets, cells }: BenchResult, rows: readonly Row[]): readonly TableColumn[] {
  const isPair = cells.every(({ scenario }) => scenario === "pair");
  const versions = new Set(cells.map(({ protocolVersion }) => protocolVersion));
  const hasBatch = rows.some(({ batch }) => batch.length > 0);
  const hasCapacity = rows.some(({ closed }) => closed.length > 0);
  const hasLatency = rows.some(({ open, latency }) => open.length > 0 || latency !== undefined);
  const hasRate = rows.some(({ open }) => open.length > 0);
  return [
    ...(targets.length > 1 ? [{ heading: "broker", cell: ({ target }: Row) => shortened(target) }] : []),
    ...(isPair ? [] : [{ heading: "scenario", cell: ({ cell }: Row) => shortened(cell.scenario) }]),
    ...(versions.size > 1 ? [{ heading: "MQTT", cell: ({ cell }: Row) => versionText(cell) }] : []),
    { heading: "QoS", cell: ({ cell }) => (hasSlices(cell) ? "–" : String(cell.qos)) },
    { heading: "bytes", align: "right", cell: ({ cell }) => (hasSlices(cell) ? "–" : sizeText(cell.payloadSize)) },
    ...(hasCapacity ? [{ heading: "capacity\nmsg/s", align: "right" as const, cell: capacityCell }] : []),
    ...(hasCapacity && !hasLatency ? [{ heading: "payload\nMB/s", align: "right" as const, cell: bytesCell }] : []),
    ...(hasBatch ? [{ heading: "done\n/s", align: "right" as const, cell: batchCell }] : []),
    ...(hasRate ? [{ heading: "rate\nmsg/s", align: "right" as const, cell: rateCell }] : []),
    ...(hasLatency ? percentiles : []),
  ];
}

/** Groups have QoS and sizes of their own. */
function hasSlices({ samples }: CellResult): boolean {
  return samples.some(({ slices }) => slices !== undefined);
}

function versionText({ protocolVersion }: CellResult): string {
  return protocolVersionName(protocolVersion).replace("MQTT ", "");
}

function shortened(name: string, longest = LONGEST_NAME): string {
  const safe = safeLine(name);
  return safe.length > longest ? `${safe.slice(0, longest - 1)}…` : safe;
}

function batchCell({ batch }: Row): string {
  return batch.length === 0 ? "–" : rateText(middleOf(batch.map(({ throughput }) => throughput.perSecond)));
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
    cell: ({ latency }) => (latency ? timeText(latency[key]) : "–"),
  }),
);

function capacityCell({ closed }: Row): string {
  if (closed.length === 0) return "–";
  const isLimited = closed.some(({ flags }) => flags.includes("generator-limited"));
  return `${isLimited ? "≥" : ""}${rateText(middleOf(closed.map(({ throughput }) => throughput.perSecond)))}`;
}

function bytesCell({ closed }: Row): string {
  if (closed.length === 0) return "–";
  return (middleOf(closed.map(({ throughput }) => throughput.payloadBytesPerSecond)) / 1e6).toFixed(1);
}

function rateCell({ open }: Row): string {
  const [first] = open;
  return first ? `${rateText(first.offeredRate ?? 0)}${markOf(open)}` : "–";
}

/** What weighs most of what must be known about latencies: a row has room for one mark. */
function markOf(samples: readonly Sample[]): string {
  const has = (flag: Sample["flags"][number]) => samples.some(({ flags }) => flags.includes(flag));
  if (has("overloaded")) return "!";
  if (has("held-back")) return "~";
  return has("generator-limited") ? "*" : "";
}

function notes(result: BenchResult): readonly string[] {
  const samples = result.cells.flatMap((cell) => cell.samples);
  const latencies = samples.filter(({ loop }) => loop === "open");
  const marked = (mark: string) => latencies.filter((sample) => markOf([sample]) === mark);
  const sum = (of: (sample: Sample) => number, mark: string) =>
    marked(mark).reduce((total, sample) => total + of(sample), 0);
  const lines: string[] = [];
  if (latencies.length > 0) {
    const isShare = result.plan.cells.some(({ loads }) => loads.some((load) => "shareOfCapacity" in load));
    lines.push(`Latency: from when each message was due, at a fixed rate${isShare ? ", half the capacity" : ""}.`);
  }
  if (samples.some(({ loop, flags }) => loop === "closed" && flags.includes("generator-limited"))) {
    lines.push("≥ The load generator was the limit; the broker may be able to do more.");
  }
  if (marked("*").length > 0) {
    const unsent = sum((sample) => sample.unsent, "*");
    const lag = timeText(Math.max(...marked("*").map(({ sendLag }) => sendLag?.p99 ?? 0)));
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
    const unsent = grouped(sum((sample) => sample.unsent, "!"));
    lines.push(`! Overloaded: ${unsent} messages found no room; these are lower bounds.`);
  }
  if (samples.some(({ complete }) => !complete)) {
    lines.push("The last measurement ended early; what was under way is not counted as lost.");
  }
  return lines;
}

function verdict(result: BenchResult, theme: Theme): string {
  const samples = result.cells.flatMap((cell) => cell.samples);
  const sum = (of: (sample: Sample) => number) => samples.reduce((total, sample) => total + of(sample), 0);
  const found = failures(result);
  const checked = `${grouped(sum(({ counts }) => counts.received))} messages checked`;
  if (found.length > 0) return theme.bad([`${checked}, not all of them well:`, ...found].join("\n  "));
  const doubled = sum(({ counts }) => counts.duplicated);
  const again = doubled === 0 ? "duplicated, " : "";
  const allowed = doubled === 0 ? "" : ` ${grouped(doubled)} duplicates, as QoS 1 allows.`;
  return theme.good(`${checked}: none lost, ${again}reordered or corrupted.${allowed}`);
}
