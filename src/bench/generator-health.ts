import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import type { GeneratorFigures } from "./bench-result.ts";
import type { LatencySummary } from "./latency-recorder.ts";

/** Above this share of busy time the closed loop measures the generator. */
const BUSY = 0.95;
/** Send lag that matters: a tenth of the latency reported, or 5 ms, in µs. */
const LAG_SHARE = 0.1;
const LAG_LIMIT = 5000;

/** The event loop's delay is sampled this often, in milliseconds. */
const RESOLUTION = 10;

/** Starts to watch this process; the answer tells how it has been doing since. */
export function watchGenerator(): () => GeneratorFigures {
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  const loopBefore = performance.eventLoopUtilization();
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  delay.enable();
  return () => {
    const { user, system } = process.cpuUsage(cpuBefore);
    const cpuSeconds = (user + system) / 1e6;
    delay.disable();
    return {
      cpuSeconds: rounded(cpuSeconds),
      cpu: rounded((cpuSeconds * 1000) / (performance.now() - startedAt)),
      eventLoop: rounded(performance.eventLoopUtilization(loopBefore).utilization),
      longestStall: Math.max(0, Math.round(delay.max / 1000 - RESOLUTION * 1000)),
      rssBytes: process.memoryUsage.rss(),
      workers: 1,
    };
  };
}

/** In a closed loop the generator only works when messages arrive: if it never waits, the broker does. */
export function isCapacityGeneratorLimited(health: GeneratorFigures): boolean {
  return health.eventLoop > BUSY;
}

/** In an open loop the generator spins, so only what it was late by tells whether it kept up. */
export function isLatencyGeneratorLimited(lag: LatencySummary, latency: LatencySummary): boolean {
  return lag.p99 > LAG_LIMIT || lag.p99 > latency.p99 * LAG_SHARE;
}

function rounded(share: number): number {
  return Math.round(share * 1000) / 1000;
}
