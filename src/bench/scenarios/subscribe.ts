import type { BenchClient } from "../bench-client.ts";
import type { OperationScenario } from "../scenario.ts";

export const subscribe: OperationScenario = {
  kind: "operations",
  name: "subscribe",
  summary: "clients subscribe and unsubscribe all the time; timed until SUBACK",
  axes: "qos",
  operation: "subscription",
  defaults: { publishers: 0, subscribers: 0, clients: 50, count: 0 },
  open: async ({ count, pool, base, signal, now }) => {
    const clients: BenchClient[] = [];
    const plans = Array.from({ length: count }, (_, slot) => ({
      role: `c${slot}`,
      onConnected: (client: BenchClient) => {
        clients[slot] = client;
      },
    }));
    await pool.open(plans, signal);
    const numbers = new Float64Array(count);
    return async (slot) => {
      const client = clients[slot] as BenchClient;
      const filter = `${base}/${slot}/${numbers[slot]}/+`;
      numbers[slot] = (numbers[slot] as number) + 1;
      await pool.subscribe(client, [filter]);
      const subscribedAt = now();
      await client.unsubscribe([filter]);
      return subscribedAt;
    };
  },
};
