import { readdirSync, readFileSync, statSync } from "node:fs";
import type { ProcessReading } from "../../../../bench/index.ts";

/** Linux tells programs CPU time in hundredths of a second, on every machine. */
const TICKS_PER_SECOND = 100;
const PAGE = 4096;
/** More children than that are not a broker's. */
const MOST_PROCESSES = 64;

/** What a process and its children use, from /proc; undefined where there is none, or no such process. */
export function readProcess(pid: number): ProcessReading | undefined {
  let cpuTicks = 0;
  let rssBytes = 0;
  let descriptors: number | null = 0;
  const waiting = [pid];
  for (let seen = 0; waiting.length > 0 && seen < MOST_PROCESSES; seen++) {
    const next = waiting.shift() as number;
    const one = readOne(next);
    if (one === undefined) {
      if (next === pid) return undefined;
      continue;
    }
    cpuTicks += one.cpuTicks;
    rssBytes += one.rssBytes;
    const open = countDescriptors(next);
    descriptors = open === null || descriptors === null ? null : descriptors + open;
    waiting.push(...childrenOf(next));
  }
  return { cpuSeconds: cpuTicks / TICKS_PER_SECOND, rssBytes, descriptors };
}

function readOne(pid: number): { cpuTicks: number; rssBytes: number } | undefined {
  const text = readText(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The name of the program stands in parentheses and may hold anything; fields are counted from behind it (proc(5)).
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const field = (number: number) => Number(fields[number - 3]);
  // User and system time, its own and that of children that are gone already.
  return { cpuTicks: field(14) + field(15) + field(16) + field(17), rssBytes: field(24) * PAGE };
}

function childrenOf(pid: number): readonly number[] {
  const text = readText(`/proc/${pid}/task/${pid}/children`) ?? "";
  return text.split(" ").filter(Boolean).map(Number);
}

/** Since Linux 6.2 the folder's size is the count; before, its entries have to be counted. */
function countDescriptors(pid: number): number | null {
  try {
    return statSync(`/proc/${pid}/fd`).size || readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return null;
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
