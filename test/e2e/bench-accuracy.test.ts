import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { BenchResult, LatencySummary } from "../../src/bench/index.ts";
import { root } from "../../src/build/paths.mjs";
import type { Kept, Pace } from "../support/delaying-broker-process.ts";
import { runMqtk } from "../support/run-mqtk.ts";

const RATE = 2000;
const DURATION = 800;
const COUNT = (RATE * DURATION) / 1000;
/** In µs: what a report and the broker may differ by. */
const TOLERANCE = { share: 0.02, least: 500 };
const TICKS = 10_000; // in a millisecond

let broker: ChildProcessByStdio<Writable, Readable, null>;
let lines: AsyncIterator<string>;

beforeAll(async () => {
  const program = ["src/build/run-ts.mjs", "test/support/delaying-broker-process.ts"];
  broker = spawn(process.execPath, program, { cwd: root, stdio: ["pipe", "pipe", "inherit"] });
  const output: Interface = createInterface(broker.stdout);
  lines = output[Symbol.asyncIterator]();
});
afterAll(() => {
  broker.stdin.end();
});

async function nextLine(): Promise<string> {
  const { value } = await lines.next();
  return value as string;
}

let port: number | undefined;

/** From now on the broker keeps this pace; answers with its record of what came until now. */
async function setPace(pace: Pace): Promise<readonly Kept[]> {
  port ??= Number(await nextLine());
  broker.stdin.write(`${JSON.stringify(pace)}\n`);
  return JSON.parse(await nextLine()) as Kept[];
}

interface Measured {
  readonly latency: LatencySummary;
  readonly serviceLatency: LatencySummary;
  readonly record: readonly Kept[];
}

/** Measures a broker of this pace over TCP, each in a process of its own. */
async function measure(pace: Pace, publishers: number): Promise<Measured> {
  await setPace(pace);
  const run = await runMqtk([
    ...["bench", `mqtt://127.0.0.1:${port}`, "-V", "3.1.1", "-q", "1", "-t", "accuracy/{{i}}"],
    ...["--rate", `${RATE}`, "--pairs", `${publishers}`, "--duration", `${DURATION}ms`, "--warmup", "0"],
    ...["--json", "--quiet"],
  ]);
  const record = await setPace(pace);
  expect(run.code, run.stderr).toBe(0);
  const [sample] = (JSON.parse(run.stdout) as BenchResult).cells[0]?.samples ?? [];
  expect(sample).toMatchObject({ counts: { sent: COUNT, received: COUNT }, latency: { count: COUNT } });
  expect(record).toHaveLength(COUNT);
  const { latency, serviceLatency } = sample as { latency: LatencySummary; serviceLatency: LatencySummary };
  return { latency, serviceLatency, record };
}

/**
 * Percentiles of the report lie between what the broker has seen: from a time in the payload to when it delivered the
 * message, and to when it got the acknowledgement. On a quiet machine these are 0.2 ms apart; where the CPU is taken away
 * from one of the two, they say what that has added.
 */
function expectAgreement(summary: LatencySummary, record: readonly Kept[], since: "intended" | "sent"): void {
  const start = sendersStart(record);
  const from = (kept: Kept) => start + kept[since] / TICKS;
  const least = sorted(record.map((kept) => (kept.leftAt - from(kept)) * 1000));
  const most = sorted(record.map((kept) => (kept.ackedAt - from(kept)) * 1000));
  for (const [key, share] of [
    ["p50", 0.5],
    ["p99", 0.99],
    ["p999", 0.999],
    ["max", 1],
  ] as const) {
    const place = Math.ceil(share * COUNT) - 1;
    const [low, high] = [least[place] as number, most[place] as number];
    const what = `${key} since ${since} is ${summary[key]} µs, and the broker has ${low} to ${high}`;
    expect(summary[key], what).toBeGreaterThan(low - Math.max(TOLERANCE.least, low * TOLERANCE.share));
    expect(summary[key], what).toBeLessThan(high + Math.max(TOLERANCE.least, high * TOLERANCE.share));
  }
}

/** Zero of the sender's clock in the broker's milliseconds: the message that was under way for the shortest time tells. */
function sendersStart(record: readonly Kept[]): number {
  return Math.min(...record.map(({ sent, arrivedAt }) => arrivedAt - sent / TICKS));
}

function sorted(values: readonly number[]): readonly number[] {
  return [...values].sort((a, b) => a - b);
}

test("a constant delay", async () => {
  const { latency, serviceLatency, record } = await measure({ delay: 5, slowDelay: 5 }, 1);
  expect(serviceLatency.min).toBeGreaterThan(5000);
  expectAgreement(serviceLatency, record, "sent");
  expectAgreement(latency, record, "intended");
});

test("one message in a hundred takes 100 ms", async () => {
  const { latency, serviceLatency, record } = await measure({ delay: 1, slowDelay: 100 }, 100);
  expect(latency.p999).toBeGreaterThan(100_000);
  expectAgreement(serviceLatency, record, "sent");
  expectAgreement(latency, record, "intended");
});

test("a broker that stands still for 200 ms: everything that was due meanwhile shows it", async () => {
  const { latency, record } = await measure({ delay: 0, slowDelay: 0, stall: { after: 300, time: 200 } }, 1);
  // Messages were due all the time: the stall did not slow their schedule.
  const due = sorted(record.map(({ intended }) => intended));
  for (const [index, tick] of due.entries()) {
    expect(Math.abs(tick - (due[0] as number) - (index * 1000 * TICKS) / RATE)).toBeLessThan(TICKS / 100);
  }
  // Those due in the first 80 of the 200 ms, a tenth of all, wait for 120 ms or more. A tool that waits with its broker
  // sees one message that did.
  expect(latency.p90).toBeGreaterThan(119_000);
  expect(latency.p99).toBeGreaterThan(190_000);
  expect(latency.max).toBeGreaterThan(199_000);
  expectAgreement(latency, record, "intended");
});
