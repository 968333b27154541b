import { pauseFor } from "../pause.ts";
import type { BatchScenario } from "../scenario.ts";

/** Connections under way at the same time. */
const AT_ONCE = 100;

export const conn: BatchScenario = {
  kind: "batch",
  name: "conn",
  summary: "many clients connect, 100 at a time, and stay for --duration",
  axes: "none",
  operation: "connection",
  defaults: { publishers: 0, subscribers: 0, clients: 1000, count: 0 },
  run: async (bout) => {
    const { pool, cell, meter, plan, signal } = bout;
    const rssBefore = (await bout.readProcess())?.rssBytes;
    await bout.begin();
    const plans = bout.own(cell.clients).map((index) => ({
      role: `c${index}`,
      onConnected: () => bout.complete(),
    }));
    await pool.open(plans, signal, AT_ONCE);
    meter.end();
    await bout.together();
    // Losing one of them meanwhile ends the measurement.
    await pauseFor(plan.duration, signal);
    bout.end();
    const rssAfter = (await bout.readProcess())?.rssBytes;
    if (bout.isFirst && rssBefore !== undefined && rssAfter !== undefined) {
      const value = Math.max(0, Math.round((rssAfter - rssBefore) / cell.clients));
      bout.figure({ name: "memory per connection", value, unit: "bytes", better: "lower" });
    }
    bout.figure({ name: "held", value: plan.duration / 1000, unit: "s", better: "higher" });
  },
};
