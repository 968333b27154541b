import type { BrokerFigures } from "./bench-result.ts";
import type { ProcessReading, RunningTarget } from "./running-target.ts";

/** Memory and descriptors are looked at this often, in milliseconds; CPU time adds up by itself. */
const INTERVAL = 500;

/** Starts to watch the broker's process; the answer tells what it used since, for that many operations. */
export function watchProcess(
  read: NonNullable<RunningTarget["readProcess"]>,
): (operations: number) => BrokerFigures | null {
  const before = read();
  let rssBytes = 0;
  let descriptors: number | null = null;
  const see = (reading: ProcessReading | undefined) => {
    if (reading === undefined) return;
    rssBytes = Math.max(rssBytes, reading.rssBytes);
    if (reading.descriptors !== null) descriptors = Math.max(descriptors ?? 0, reading.descriptors);
  };
  see(before);
  const timer = setInterval(() => see(read()), INTERVAL);
  return (operations) => {
    clearInterval(timer);
    const after = read();
    see(after);
    if (before === undefined || after === undefined) return null;
    const cpuSeconds = Math.max(0, after.cpuSeconds - before.cpuSeconds);
    return {
      cpuSeconds: Math.round(cpuSeconds * 1000) / 1000,
      cpuPerOperation: operations > 0 ? Math.round((cpuSeconds * 1e9) / operations) / 1000 : null,
      ...{ rssBytes, descriptors },
    };
  };
}
