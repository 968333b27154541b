import { performance } from "node:perf_hooks";
import type { GeneratorHealth } from "./bench-result.ts";
import type { LatencySummary } from "./latency-recorder.ts";

/** Above this share of busy time the closed loop measures the generator. */
const BUSY = 0.95;
/** Send lag that matters: a tenth of the latency reported, or 5 ms, in µs. */
const LAG_SHARE = 0.1;
const LAG_LIMIT = 5000;

/** Starts to watch this process; the answer tells how it has been doing since. */
export function watchGenerator(): () => GeneratorHealth {
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  const loopBefore = performance.eventLoopUtilization();
  return () => {
    const { user, system } = process.cpuUsage(cpuBefore);
    return {
      cpu: rounded((user + system) / 1000 / (performance.now() - startedAt)),
      eventLoop: rounded(performance.eventLoopUtilization(loopBefore).utilization),
    };
  };
}

/** In a closed loop the generator only works when messages arrive: if it never waits, the broker does. */
export function isCapacityGeneratorLimited(health: GeneratorHealth): boolean {
  return health.eventLoop > BUSY;
}

/** In an open loop the generator spins, so only what it was late by tells whether it kept up. */
export function isLatencyGeneratorLimited(lag: LatencySummary, latency: LatencySummary): boolean {
  return lag.p99 > LAG_LIMIT || lag.p99 > latency.p99 * LAG_SHARE;
}

function rounded(share: number): number {
  return Math.round(share * 1000) / 1000;
}
