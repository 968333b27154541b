import type { BenchClient } from "../bench-client.ts";
import type { ClientPlan } from "../client-pool.ts";
import type { BatchScenario } from "../scenario.ts";

/** How long the broker keeps the sessions if we cannot clean up, in seconds. */
const EXPIRY = 3600;

export const backlog: BatchScenario = {
  kind: "batch",
  name: "backlog",
  summary: "--count messages wait for subscribers that are away; timed from their return until they have all",
  operation: "message",
  defaults: { publishers: 10, subscribers: 10, clients: 0, count: 10_000 },
  qos: [1, 2],
  run: async (bout) => {
    const { pool, cell, base, clock, signal } = bout;
    const indexes = bout.own(cell.subscribers);
    const persistent = { cleanStart: false, properties: { sessionExpiryInterval: EXPIRY } };
    const away: BenchClient[] = [];
    const leaving = indexes.map((index): ClientPlan => {
      return {
        ...{ role: `s${index}`, filters: [`${base}/${index}`], options: persistent },
        onConnected: (client) => {
          away.push(client);
        },
      };
    });
    await pool.open(leaving, signal);
    await Promise.all(away.map((client) => pool.end(client)));
    const publishers = await bout.openPublishers(cell.publishers);
    await bout.together(); // all are away
    const filledFrom = clock.now();
    const numbers = bout.numbersOf(publishers, cell.publishers, cell.count);
    await bout.publishAll(publishers, numbers, (number) => ({
      topic: `${base}/${number % cell.subscribers}`,
      payload: bout.payload(number),
    }));
    const seconds = (clock.now() - filledFrom) / 1000;
    bout.figure({ name: "filled", value: Math.round(numbers.length / seconds), unit: "/s", better: "higher" });

    const isMine = new Set(indexes);
    bout.expected = Array.from({ length: cell.count }, (_, number) => number % cell.subscribers).filter((to) =>
      isMine.has(to),
    ).length;
    const tracker = bout.newTracker(cell.count);
    const back: BenchClient[] = [];
    const returning = indexes.map((index): ClientPlan => {
      return {
        ...{ role: `s${index}`, options: persistent },
        handlers: { onMessage: (message) => bout.receive(tracker, message) },
        onConnected: (client) => {
          back.push(client);
        },
      };
    });
    await bout.begin();
    await pool.open(returning, signal);
    await bout.untilArrived();
    await Promise.all(back.map((client) => pool.end(client)));
    // A clean start without expiry leaves nothing behind.
    await pool.open(
      indexes.map((index) => ({ role: `s${index}`, options: { cleanStart: true, properties: {} } })),
      signal,
    );
  },
};
