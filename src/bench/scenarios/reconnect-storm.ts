import { isMqtkError } from "../../errors.ts";
import type { BenchClient } from "../bench-client.ts";
import type { ClientPlan } from "../client-pool.ts";
import { pauseFor } from "../pause.ts";
import type { BatchScenario } from "../scenario.ts";

/** Who does not get through tries again after this many milliseconds, as devices do. */
const RETRY = 100;

export const reconnectStorm: BatchScenario = {
  kind: "batch",
  name: "reconnect-storm",
  summary: "many clients with a subscription lose their connections and all come back at once",
  axes: "none",
  operation: "connection",
  defaults: { publishers: 0, subscribers: 0, clients: 500, count: 0 },
  run: async (bout) => {
    const { pool, cell, base, signal } = bout;
    const clients = new Set<BenchClient>();
    const plans = bout.own(cell.clients).map((index): ClientPlan => {
      return {
        ...{ role: `c${index}`, filters: [`${base}/${index}`] },
        onConnected: (client) => {
          clients.add(client);
        },
      };
    });
    await pool.open(plans, signal);
    const before = [...clients];
    let retries = 0;
    const comeBack = async (plan: ClientPlan) => {
      for (;;) {
        try {
          await pool.connect(plan);
          bout.complete();
          return;
        } catch (error) {
          if (!isMqtkError(error) || !["unreachable", "connection-lost", "timeout"].includes(error.code)) throw error;
          retries += 1;
          await pauseFor(RETRY, signal);
        }
      }
    };
    await bout.begin();
    for (const client of before) await pool.end(client, "destroy");
    await Promise.all(plans.map(comeBack));
    bout.end();
    bout.figure({ name: "attempts that failed", value: retries, unit: "count", better: "lower" });
  },
};
