import { readFileSync } from "node:fs";

/** Linux counts in hundredths of a second, whatever the kernel was built with. */
const TICKS = 100;

/** Seconds of CPU that a process has used so far; undefined where the system does not tell. */
export function cpuSeconds(pid: number): number | undefined {
  const text = read(`/proc/${pid}/stat`);
  // The name of the program, in parentheses, may hold anything.
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
  return fields === undefined ? undefined : (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** The memory that a process has now, in bytes; undefined where the system does not tell. */
export function memoryNow(pid: number): number | undefined {
  return memory(pid, "VmRSS");
}

/** The most memory that a process has had so far, in bytes; undefined where the system does not tell. */
export function peakMemory(pid: number): number | undefined {
  return memory(pid, "VmHWM");
}

function memory(pid: number, field: "VmRSS" | "VmHWM"): number | undefined {
  const line = read(`/proc/${pid}/status`)
    ?.split("\n")
    .find((each) => each.startsWith(`${field}:`));
  const kilobytes = line === undefined ? undefined : /\d+/.exec(line)?.[0];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
