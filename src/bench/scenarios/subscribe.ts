import type { BenchClient } from "../bench-client.ts";
import type { OperationScenario } from "../scenario.ts";

export const subscribe: OperationScenario = {
  kind: "operations",
  name: "subscribe",
  summary: "clients subscribe and unsubscribe all the time; timed until SUBACK",
  axes: "qos",
  operation: "subscription",
  defaults: { publishers: 0, subscribers: 0, clients: 50, count: 0 },
  open: async ({ own, pool, base, signal, now }) => {
    const clients: BenchClient[] = [];
    const plans = own.map((slot) => ({
      role: `c${slot}`,
      onConnected: (client: BenchClient) => {
        clients[slot] = client;
      },
    }));
    await pool.open(plans, signal);
    const numbers = new Map<number, number>();
    return async (slot) => {
      const client = clients[slot] as BenchClient;
      const number = numbers.get(slot) ?? 0;
      const filter = `${base}/${slot}/${number}/+`;
      numbers.set(slot, number + 1);
      await pool.subscribe(client, [filter]);
      const subscribedAt = now();
      await client.unsubscribe([filter]);
      return subscribedAt;
    };
  },
};
