import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { text } from "node:stream/consumers";
import type { BenchResult, Sample } from "../../src/bench/index.ts";
import { mqtk, pinned, plainEnvironment } from "./bench-brokers.ts";
import { peakMemory } from "./process-figures.ts";

const SECONDS = Number(process.env["SECONDS"] ?? 4);
const MEGABYTE = 1024 * 1024;

/** One thing that `mqtk bench` has to do with little of one core, and what it must reach. */
interface Row {
  readonly name: string;
  /** Of which other end: a broker, or a server that counts nothing and acknowledges. */
  readonly at: "broker" | "sink";
  readonly words: readonly string[];
  readonly figures: readonly Figure[];
}

interface Figure {
  readonly name: string;
  readonly goal: number;
  readonly isMost?: boolean;
  readonly of: (sample: Sample, peak: number) => number;
  readonly text: (value: number) => string;
}

const perCpuSecond = (goal: number): Figure => ({
  ...{ name: "per CPU s", goal, text: (value) => `${(value / 1e6).toFixed(2)} M` },
  of: ({ throughput, seconds, generator }) => (throughput.perSecond * seconds) / generator.cpuSeconds,
});
const CAPACITY = ["--max", "--size", "16", "--duration", `${SECONDS}s`, "--warmup", "2s"];
const ONE = ["--scenario", "publish", "--publishers", "1", "-V", "3.1.1", ...CAPACITY];

const rows: readonly Row[] = [
  {
    ...{ name: "receive, check and time, 10 subscribers", at: "broker", figures: [perCpuSecond(3e6)] },
    words: ["--scenario", "fan-out", "--subscribers", "10", "--window", "2000", "-q", "0", ...CAPACITY],
  },
  {
    ...{ name: "receive, check and time, 100 subscribers", at: "broker", figures: [perCpuSecond(3e6)] },
    words: ["--scenario", "fan-out", "-q", "0", ...CAPACITY],
  },
  { name: "publish QoS 0", at: "sink", words: ["-q", "0", ...ONE], figures: [perCpuSecond(2e6)] },
  {
    ...{ name: "publish QoS 1, window 100", at: "sink", figures: [perCpuSecond(400e3)] },
    words: ["-q", "1", "--window", "100", ...ONE],
  },
  {
    ...{ name: "send 10,000 in a second, on a schedule", at: "broker" },
    words: ["--rate", "10k", "-q", "0", "--pairs", "1", "--duration", `${SECONDS}s`],
    figures: [
      { name: "lag p50", goal: 5, isMost: true, of: ({ sendLag }) => sendLag?.p50 ?? Number.NaN, text: microseconds },
      {
        name: "lag p99",
        goal: 2000,
        isMost: true,
        of: ({ sendLag }) => sendLag?.p99 ?? Number.NaN,
        text: microseconds,
      },
    ],
  },
  {
    ...{
      name: "10,000 connections",
      at: "broker",
      words: ["--scenario", "conn", "--clients", "10000", "--duration", "2s"],
    },
    figures: [
      {
        ...{ name: "memory", goal: 400 * MEGABYTE, isMost: true, of: (_, peak) => peak },
        text: (value) => `${Math.round(value / MEGABYTE)} MB`,
      },
    ],
  },
];

function microseconds(value: number): string {
  return `${value} µs`;
}

/** Measures what `mqtk bench` itself takes, on a core of its own, and prints a table. */
export async function benchLoadGenerator(sinkPort: number): Promise<void> {
  console.log("\nmqtk bench as a load generator, on one core");
  for (const row of rows) {
    if (!row.name.includes(process.env["ROW"] ?? "")) continue;
    const broker = row.at === "broker" ? await mqtk.start() : undefined;
    try {
      const { sample, peak } = await measure(row.words, broker?.port ?? sinkPort);
      for (const figure of row.figures) console.log(lineOf(row, figure, figure.of(sample, peak)));
    } finally {
      await broker?.stop();
    }
  }
}

async function measure(words: readonly string[], port: number): Promise<{ sample: Sample; peak: number }> {
  const program = [path.resolve("bin/mqtk.js"), "bench", `mqtt://127.0.0.1:${port}`, ...words, "--json", "--quiet"];
  const child = spawn(...pinned(1, process.execPath, program), {
    stdio: ["ignore", "pipe", "inherit"],
    env: plainEnvironment(),
  });
  let peak = 0;
  const watch = setInterval(() => {
    peak = peakMemory(child.pid as number) ?? peak;
  }, 50);
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  clearInterval(watch);
  if (code !== 0) throw new Error(`mqtk bench ${words.join(" ")} ended with ${code}`);
  const [sample] = (JSON.parse(output) as BenchResult).cells[0]?.samples ?? [];
  if (sample === undefined) throw new Error("nothing was measured");
  return { sample, peak };
}

function lineOf({ name }: Row, { name: what, goal, isMost = false, text: textOf }: Figure, value: number): string {
  const isMissed = isMost ? value > goal : value < goal;
  const columns = [what, textOf(value), `${isMost ? "≤" : "≥"} ${textOf(goal)}`].map((cell) => cell.padStart(12));
  return `${name.padEnd(42)}${columns.join("")}${isMissed ? "  missed" : ""}`;
}
