import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import type { MachineFigures } from "./bench-result.ts";

/** Linux tells CPU time in hundredths of a second. */
const TICKS_PER_SECOND = 100;
/** Shares of all cores' time from which on something else is heard in the numbers. */
const STEAL = 0.02;
const OTHER_LOAD = 0.1;
/** Pages: below that, somebody's old memory is tidied away. */
const SWAPPED = 256;

/** Starts to watch the machine; the answer tells what it did beside this generator and broker, or null without /proc. */
export function watchMachine(): (ownCpuSeconds: number, brokerCpuSeconds: number | undefined) => MachineFigures | null {
  const before = readMachine();
  const startedAt = performance.now();
  return (own, broker) => {
    const after = readMachine();
    if (before === undefined || after === undefined) return null;
    const all = ((performance.now() - startedAt) / 1000) * cpus().length;
    const busy = after.busy - before.busy;
    return {
      steal: share((after.steal - before.steal) / all),
      // Whose load it is can only be told where the broker's part of it is known.
      otherLoad: broker === undefined ? null : share((busy - own - broker) / all),
      swappedPages: after.swapped - before.swapped,
    };
  };
}

export function isNoisy({ steal, otherLoad, swappedPages }: MachineFigures): boolean {
  return steal > STEAL || (otherLoad ?? 0) > OTHER_LOAD || swappedPages > SWAPPED;
}

/** CPU seconds since the machine started, without idling. */
function readMachine(): { busy: number; steal: number; swapped: number } | undefined {
  try {
    // proc(5): user nice system idle iowait irq softirq steal
    const [, user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = readFileSync("/proc/stat", "utf8")
      .split("\n", 1)[0]
      ?.split(/\s+/)
      .map((field) => Number(field)) ?? [0];
    const busy = (user + nice + system + irq + softirq) / TICKS_PER_SECOND;
    const swapped = [...readFileSync("/proc/vmstat", "utf8").matchAll(/^pswp(?:in|out) (\d+)$/gm)];
    return {
      ...{ busy, steal: steal / TICKS_PER_SECOND },
      swapped: swapped.reduce((sum, [, pages]) => sum + Number(pages), 0),
    };
  } catch {
    return undefined;
  }
}

function share(value: number): number {
  return Math.round(Math.max(0, Math.min(1, value)) * 1000) / 1000;
}
