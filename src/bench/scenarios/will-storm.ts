import type { BenchClient } from "../bench-client.ts";
import type { ClientPlan } from "../client-pool.ts";
import type { BatchScenario } from "../scenario.ts";

export const willStorm: BatchScenario = {
  kind: "batch",
  name: "will-storm",
  summary: "many clients with a will are cut off at once; timed until the subscribers have all wills",
  operation: "will",
  defaults: { publishers: 0, subscribers: 1, clients: 500, count: 0 },
  run: async (bout) => {
    const { pool, cell, base, signal } = bout;
    const watchers = bout.own(cell.subscribers).map((index): ClientPlan => {
      const tracker = bout.newTracker(cell.clients);
      return {
        ...{ role: `s${index}`, filters: [`${base}/will/+`] },
        handlers: { onMessage: (message) => bout.receive(tracker, message) },
      };
    });
    await pool.open(watchers, signal);
    const clients: BenchClient[] = [];
    const dying = bout.own(cell.clients).map((index): ClientPlan => {
      const payload = Buffer.from(bout.payload(index));
      const will = { topic: `${base}/will/${index}`, payload, qos: cell.qos, retain: false, properties: {} };
      return {
        ...{ role: `c${index}`, options: { will } },
        onConnected: (client) => {
          clients.push(client);
        },
      };
    });
    await pool.open(dying, signal);
    bout.sent = clients.length;
    bout.expected = cell.clients * watchers.length;
    await bout.begin();
    for (const client of clients) await pool.end(client, "destroy");
    await bout.untilArrived();
  },
};
