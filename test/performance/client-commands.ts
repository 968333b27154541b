import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { peer } from "../support/peers.ts";
import { pinned, plainEnvironment } from "./bench-brokers.ts";
import { PAYLOAD } from "./client-bench-peer.ts";
import { peakMemory } from "./process-figures.ts";

const LINES = Number(process.env["LINES"] ?? 1_000_000);
const ROUNDS = Number(process.env["ROUNDS"] ?? 3);
const TOPIC = "bench/p/00000";
const MEGABYTE = 1024 * 1024;

/** One thing to do with many messages, by mqtk and by the program that people use for it today. */
interface Row {
  readonly name: string;
  /** At least so many times the peer's messages per second, and so many messages per second. */
  readonly goal: { readonly ratio?: number; readonly rate?: number };
  readonly mqtk: readonly string[];
  readonly peer?: { readonly program: "mosquitto_pub" | "mosquitto_sub"; readonly args: readonly string[] };
  /** What stands in each line of stdin; absent: messages come to stdout. */
  readonly input?: string;
  /** What a line of stdout has to be; absent: any. */
  readonly output?: string;
}

const line = JSON.stringify({ topic: TOPIC, qos: 0, retain: false, encoding: "text", payload: PAYLOAD });

const rows: readonly Row[] = [
  ...["0", "1"].map((qos): Row => {
    const args = ["-t", TOPIC, "-l", "-q", qos];
    const goal = { ratio: 2 };
    return {
      name: `pub -l, QoS ${qos}`,
      goal,
      mqtk: ["pub", ...args],
      peer: { program: "mosquitto_pub", args },
      input: PAYLOAD,
    };
  }),
  ...["0", "1"].map((qos): Row => {
    const args = ["-i", `source/${qos}`, "-t", "#", "-q", qos];
    const goal = { ratio: 2 };
    return {
      name: `sub, QoS ${qos}`,
      goal,
      mqtk: ["sub", ...args],
      peer: { program: "mosquitto_sub", args },
      output: PAYLOAD,
    };
  }),
  { name: "pub --json, QoS 0", goal: { rate: 500e3 }, mqtk: ["pub", "--json"], input: line },
  { name: "pub --json, QoS 1", goal: { rate: 500e3 }, mqtk: ["pub", "--json", "-q", "1"], input: line },
  ...["0", "1"].map((qos): Row => {
    const args = ["-i", `source/${qos}`, "-t", "#", "-q", qos];
    return {
      name: `sub --json (peer: -F %j), QoS ${qos}`,
      goal: { rate: 500e3 },
      mqtk: ["sub", ...args, "--json"],
      peer: { program: "mosquitto_sub", args: [...args, "-F", "%j"] },
    };
  }),
];

interface Run {
  readonly seconds: number;
  /** In bytes; undefined where the system does not tell. */
  readonly peak: number | undefined;
}

/** Measures whole processes, from their start to their end, with their peers beside them, and prints a table. */
export async function benchCommands(port: number): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "mqtk-bench-"));
  const columns = ["per s", "after start", "memory", "peer per s", "memory", "ratio"];
  console.log(
    `\n${LINES} messages, whole processes, medians of ${ROUNDS} rounds\n${"".padEnd(34)}${columns.map(right).join("")}`,
  );
  try {
    for (const row of rows) {
      if (row.name.includes(process.env["ROW"] ?? "")) console.log(await report(row, port, folder));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function report(row: Row, port: number, folder: string): Promise<string> {
  const mqtk = [process.execPath, path.resolve("bin/mqtk.js"), ...row.mqtk];
  const program = row.peer && peer(row.peer.program);
  const other = program === undefined ? undefined : [program, ...(row.peer?.args ?? [])];
  const starts: Run[] = [];
  const ours: Run[] = [];
  const theirs: Run[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    starts.push(await measure(mqtk, row, 1, port, folder));
    ours.push(await measure(mqtk, row, LINES, port, folder));
    if (other !== undefined) theirs.push(await measure(other, row, LINES, port, folder));
  }
  const seconds = medianTime(ours);
  const rate = LINES / seconds;
  const ratio = theirs.length === 0 ? undefined : medianTime(theirs) / seconds;
  const { goal } = row;
  const isMissed =
    (goal.rate !== undefined && rate < goal.rate) ||
    (goal.ratio !== undefined && ratio !== undefined && ratio < goal.ratio);
  const cells = [
    thousands(rate),
    thousands(LINES / (seconds - medianTime(starts))),
    memoryOf(ours),
    theirs.length === 0 ? "–" : thousands(LINES / medianTime(theirs)),
    memoryOf(theirs),
    ratio === undefined ? "–" : `${ratio.toFixed(1)} ×`,
  ];
  return `${row.name.padEnd(34)}${cells.map(right).join("")}${isMissed ? "  missed" : ""}`;
}

async function measure(
  [program = "", ...args]: readonly string[],
  row: Row,
  count: number,
  port: number,
  folder: string,
): Promise<Run> {
  const input = path.join(folder, "input");
  const output = path.join(folder, "output");
  writeFileSync(input, row.input === undefined ? "" : `${row.input}\n`.repeat(count));
  const files = [openSync(input, "r"), openSync(output, "w")] as const;
  const bounds = row.input === undefined ? ["-C", `${count}`] : [];
  const [command, words] = pinned(0, program, [...args, "-p", `${port}`, ...bounds]);
  const started = performance.now();
  const child = spawn(command, words, { stdio: [...files, "inherit"], env: plainEnvironment() });
  let peak: number | undefined;
  const watch = setInterval(() => {
    peak = peakMemory(child.pid as number) ?? peak;
  }, 10);
  const [code] = await once(child, "exit");
  const seconds = (performance.now() - started) / 1000;
  clearInterval(watch);
  for (const file of files) closeSync(file);
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${code}`);
  const { size } = statSync(output);
  if (row.output !== undefined && size !== count * (row.output.length + 1)) {
    throw new Error(`${program} ${args.join(" ")} wrote ${size} bytes`);
  }
  return { seconds, peak };
}

function medianTime(runs: readonly Run[]): number {
  const sorted = runs.map(({ seconds }) => seconds).sort((a, b) => a - b);
  return sorted[sorted.length >> 1] as number;
}

function memoryOf(runs: readonly Run[]): string {
  const peaks = runs.map(({ peak }) => peak).filter((peak) => peak !== undefined);
  return peaks.length === 0 ? "–" : `${Math.round(Math.max(...peaks) / MEGABYTE)} MB`;
}

function thousands(rate: number): string {
  return `${Math.round(rate / 1000)} k`;
}

function right(cell: string): string {
  return cell.padStart(13);
}
