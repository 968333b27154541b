import { readFileSync } from "node:fs";

/** File descriptors that are kept for files, listeners and name lookups. */
const RESERVE = 64;

/** How many connections the system lets this process have; Infinity where it does not say. */
export function connectionsAllowed(limitsFile = "/proc/self/limits"): number {
  let text: string;
  try {
    text = readFileSync(limitsFile, "utf8");
  } catch {
    return Number.POSITIVE_INFINITY;
  }
  const limit = Number(/^Max open files\s+(\d+)/m.exec(text)?.[1] ?? Number.POSITIVE_INFINITY);
  return Math.max(1, limit - RESERVE);
}
