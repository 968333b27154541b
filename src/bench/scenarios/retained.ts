import type { BenchClient } from "../bench-client.ts";
import type { ClientPlan } from "../client-pool.ts";
import type { BatchScenario } from "../scenario.ts";

const NOTHING = new Uint8Array(0);

export const retained: BatchScenario = {
  kind: "batch",
  name: "retained",
  summary: "--count retained messages are stored; timed until subscribers to all of them have them",
  operation: "message",
  defaults: { publishers: 10, subscribers: 1, clients: 0, count: 1000 },
  run: async (bout) => {
    const { pool, cell, base, clock, signal } = bout;
    const publishers = await bout.openPublishers(cell.publishers);
    await bout.together();
    const storedFrom = clock.now();
    const numbers = bout.numbersOf(publishers, cell.publishers, cell.count);
    const topic = (number: number) => `${base}/${number % 100}/${number}`;
    await bout.publishAll(
      publishers,
      numbers,
      (number) => ({ topic: topic(number), payload: bout.payload(number) }),
      true,
    );
    const seconds = (clock.now() - storedFrom) / 1000;
    await bout.together();
    bout.figure({ name: "stored", value: Math.round(numbers.length / seconds), unit: "/s", better: "higher" });
    const reading: BenchClient[] = [];
    const readers = bout.own(cell.subscribers).map((index): ClientPlan => {
      const tracker = bout.newTracker(cell.count);
      return {
        ...{ role: `s${index}`, filters: [`${base}/+/+`] },
        handlers: { onMessage: (message) => bout.receive(tracker, message) },
        onConnected: (client) => {
          reading.push(client);
        },
      };
    });
    bout.expected = cell.count * readers.length;
    await bout.begin();
    await pool.open(readers, signal);
    await bout.untilArrived();
    await Promise.all(reading.map((client) => pool.end(client)));
    await bout.together();
    await bout.publishAll(publishers, numbers, (number) => ({ topic: topic(number), payload: NOTHING }), true);
  },
};
