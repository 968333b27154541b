import { expect, test } from "vitest";
import type { Connect } from "../../../src/bench/bench-client.ts";
import { planBench } from "../../../src/bench/bench-plan.ts";
import type { LatencySummary } from "../../../src/bench/latency-recorder.ts";
import { runBench } from "../../../src/bench/run-bench.ts";
import { ticksBetween, ticksOf } from "../../../src/bench/ticks.ts";
import type { ClientHandlers, ReceivedMessage } from "../../../src/client/index.ts";
import { systemClock } from "../../../src/clock.ts";

const RATE = 2000;
const DURATION = 1000;
const INTENDED = 4;

/** A broker without a network that delays each message as told, and writes down what it really did, in µs. */
class DelayingBroker {
  /** From when each message came, and from when it was due by the payload, to when it was handed to the subscriber. */
  readonly delays: number[] = [];
  readonly sinceDue: number[] = [];
  readonly #delayOf: (number: number, sinceFirst: number) => number;
  readonly #subscribers = new Map<string, ClientHandlers>();
  #waiting: { readonly at: number; readonly arrivedAt: number; readonly topic: string; readonly payload: Buffer }[] =
    [];
  #count = 0;
  #firstAt = 0;
  #isRunning = false;

  /** Milliseconds, by the message's number and the time since the first one came. */
  constructor(delayOf: (number: number, sinceFirst: number) => number) {
    this.#delayOf = delayOf;
  }

  readonly connect: Connect = async (_, handlers) => ({
    tryPublish: ({ topic, payload }) => {
      const arrivedAt = systemClock.now();
      this.#firstAt ||= arrivedAt;
      const at = arrivedAt + this.#delayOf(this.#count++, arrivedAt - this.#firstAt);
      this.#waiting.push({ at, arrivedAt, topic, payload: Buffer.from(payload) });
      if (!this.#isRunning) setImmediate(this.#turn);
      this.#isRunning = true;
      return true;
    },
    subscribe: async (subscriptions) => {
      for (const { filter } of subscriptions) this.#subscribers.set(filter, handlers);
      return { type: 9, packetId: 1, properties: {}, reasonCodes: [0] };
    },
    unsubscribe: async () => ({ type: 11, packetId: 1, properties: {}, reasonCodes: [0] }),
    end: async () => {},
    destroy: () => {},
  });

  readonly #turn = (): void => {
    const now = systemClock.now();
    const due = this.#waiting.filter(({ at }) => at <= now);
    this.#waiting = this.#waiting.filter(({ at }) => at > now);
    for (const { arrivedAt, topic, payload } of due) {
      const at = systemClock.now();
      this.delays.push((at - arrivedAt) * 1000);
      this.sinceDue.push(ticksBetween(payload.readUInt32LE(INTENDED), ticksOf(at)) / 10);
      this.#subscribers.get(topic)?.onMessage?.(received(topic, payload));
    }
    this.#isRunning = this.#waiting.length > 0;
    if (this.#isRunning) setImmediate(this.#turn);
  };
}

function received(topic: string, payload: Buffer): ReceivedMessage {
  const rest = { qos: 0, retain: false, dup: false, packetId: 0, properties: {} } as const;
  return { ...rest, topic, payload, bytes: payload, payloadStart: 0, payloadEnd: payload.length };
}

async function measured(broker: DelayingBroker) {
  const address = { scheme: "mqtt", host: "broker.test", port: 1883, path: "" } as const;
  const plan = planBench({
    targets: [{ name: "test", kind: "url", address }],
    connection: { cleanStart: true, keepAlive: 60, connectTimeout: 1000 },
    ...{ rounds: 1, scenarios: ["pair"], versions: [5], qos: [0], payloadSizes: [64], shape: { publishers: 1 } },
    ...{ warmUp: 0, duration: DURATION, load: { rate: RATE }, arrival: "fixed", window: 1, maximumInFlight: undefined },
  });
  const result = await runBench(plan, {
    targets: [{ name: "test", address }],
    connect: broker.connect,
    clock: systemClock,
  });
  const [sample] = result.cells[0]?.samples ?? [];
  expect(sample?.counts).toMatchObject({ sent: (RATE * DURATION) / 1000, lost: 0 });
  return sample;
}

/** Within 2 % or 0.5 ms of what was written down. */
function expectAgreement(summary: LatencySummary | null | undefined, record: readonly number[]): void {
  const sorted = [...record].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] as number;
  expect(summary?.count).toBe(sorted.length);
  for (const [key, share] of [
    ["p50", 0.5],
    ["p99", 0.99],
    ["p999", 0.999],
    ["max", 1],
  ] as const) {
    const truth = at(share);
    const difference = Math.abs((summary?.[key] ?? 0) - truth);
    expect(difference, `${key} ${summary?.[key]} where the broker has ${truth}`).toBeLessThan(
      Math.max(500, truth * 0.02),
    );
  }
}

test("a constant delay", async () => {
  const broker = new DelayingBroker(() => 5);
  const sample = await measured(broker);
  expect(sample?.serviceLatency?.p50).toBeGreaterThanOrEqual(5000);
  expectAgreement(sample?.serviceLatency, broker.delays);
  expectAgreement(sample?.latency, broker.sinceDue);
});

test("one message in a hundred takes 100 ms", async () => {
  const broker = new DelayingBroker((number) => (number % 100 === 57 ? 100 : 1));
  const sample = await measured(broker);
  expectAgreement(sample?.serviceLatency, broker.delays);
  expectAgreement(sample?.latency, broker.sinceDue);
  expect(sample?.latency?.p999).toBeGreaterThan(99_000);
  expect(sample?.counts.reordered).toBeGreaterThan(0);
});

test("a broker that stands still for 200 ms: everything that was due meanwhile shows it", async () => {
  // Between 300 and 500 ms nothing is delivered: 400 of 2000 messages wait 100 ms on average, and 1 % nearly all of it.
  const broker = new DelayingBroker((_, at) => (at >= 300 && at < 500 ? 500 - at : 0));
  const sample = await measured(broker);
  expectAgreement(sample?.latency, broker.sinceDue);
  expect(sample?.latency?.p90).toBeGreaterThan(90_000);
  expect(sample?.latency?.p99).toBeGreaterThan(185_000);
  expect(sample?.latency?.max).toBeGreaterThan(195_000);
});
