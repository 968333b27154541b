import type { OperationScenario } from "../scenario.ts";

export const churn: OperationScenario = {
  kind: "operations",
  name: "churn",
  summary: "clients connect and disconnect all the time; timed until CONNACK",
  axes: "none",
  operation: "connection",
  defaults: { publishers: 0, subscribers: 0, clients: 50, count: 0 },
  open: ({ pool, now }) =>
    Promise.resolve(async (slot) => {
      const client = await pool.connect({ role: `c${slot}` });
      const connectedAt = now();
      await pool.end(client);
      return connectedAt;
    }),
};
