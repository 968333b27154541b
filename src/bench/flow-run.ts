import { Arrivals } from "./arrivals.ts";
import type { BenchProgress } from "./bench-observer.ts";
import type { MessageCounts } from "./bench-result.ts";
import { type ClientPlan, ClientPool } from "./client-pool.ts";
import { halting } from "./halting.ts";
import { type Measured, Meter } from "./meter.ts";
import { baseTopic, keyOf, type Means, type Order, stampsOf } from "./order.ts";
import { withOwnTopics } from "./own-topics.ts";
import { pauseFor } from "./pause.ts";
import { PayloadStamps } from "./payload-stamp.ts";
import { Reporter } from "./reporter.ts";
import { Responder } from "./responder.ts";
import type { FlowScenario, Topology } from "./scenario.ts";
import { type FlowContext, Stream } from "./stream.ts";
import { type Reception, receptionsFor, Subscriber } from "./subscriber.ts";
import { within } from "./within.ts";

/** How often arrivals are looked at while draining, and how long duplicates are waited for, in milliseconds. */
const DRAIN_POLL = 10;
const LINGER = 100;
const REFUSED = 0x80;

/** How a load is driven through the stages of a measurement. */
export interface LoadControl {
  start(): void;
  beginMeasuring(): void;
  endMeasuring(): void;
  /** Settles when the load has nothing more to send. */
  readonly finished: Promise<void>;
  /** True: what is measured ends when the load is finished and all has arrived, not after the plan's duration. */
  readonly isCounted: boolean;
  stop(): void;
}

/** Connections, stages and counts of a measurement in which messages flow: connect, warm up, measure, drain, disconnect. */
export class FlowRun {
  readonly streams: readonly Stream[];
  readonly meter: Meter;
  readonly #order: Order;
  readonly #means: Means;
  readonly #pool: ClientPool;
  readonly #subscribers: readonly Subscriber[];
  readonly #receptions: readonly Reception[];
  /** What arrives at one subscriber, or at all members of a group. */
  readonly #groups = new Map<readonly (Reception | undefined)[], Subscriber[]>();
  readonly #responders: readonly Responder[];
  readonly #topology: Topology;
  readonly #halt = new AbortController();
  readonly #signal: AbortSignal;
  readonly #reporter: Reporter;
  #isDrained = false;

  /** `loop` is how it is loaded. */
  constructor(scenario: FlowScenario, order: Order, means: Means, loop: "open" | "closed") {
    const { cell } = order;
    const { clock } = means;
    this.#order = order;
    this.#means = means;
    this.#signal = AbortSignal.any([means.signal, this.#halt.signal]);
    this.meter = new Meter(order, means, scenario.operation);
    const fail = (error: unknown) => this.#halt.abort(error);
    this.#pool = new ClientPool(order, means, this.meter.connect, fail);
    const { latency } = this.meter;
    const serviceLatency = loop === "open" ? this.meter.serviceLatency : undefined;
    const arrivals = new Arrivals(clock);
    const stamps = stampsOf(order) ?? new PayloadStamps(cell.payloadSize);
    const context: FlowContext = { qos: cell.qos, stamps, arrivals, latency, serviceLatency, clock, fail };
    const usual = scenario.topology(cell, baseTopic(order));
    const topology = order.plan.topic === null ? usual : withOwnTopics(usual, order.plan.topic);
    const fanouts = fanoutsOf(topology);
    this.#topology = topology;
    this.streams = topology.publishers.map((topic, index) => {
      const key = keyOf(order, index);
      return new Stream(context, { index, topic, key, fanout: fanouts[index] ?? 0 });
    });
    const receptions = receptionsFor(this.streams, topology.subscribers);
    this.#receptions = [...new Set(receptions.flat())].filter((reception) => reception !== undefined);
    this.#subscribers = topology.subscribers.map(
      ({ group }, index) => new Subscriber(context, receptions[index] ?? [], group !== undefined),
    );
    for (const [index, subscriber] of this.#subscribers.entries()) {
      const own = receptions[index] ?? [];
      this.#groups.set(own, [...(this.#groups.get(own) ?? []), subscriber]);
    }
    this.#responders = (topology.responders ?? []).map(({ answerTo }) => new Responder(answerTo, cell.qos, fail));
    this.#reporter = new Reporter(
      means,
      this.meter,
      () => this.#completed(),
      () => this.#failures(),
    );
  }

  /** Goes through all stages; answers with what ended it early, if anything did. */
  async under(load: LoadControl): Promise<unknown> {
    const { warmUp, duration, drainTimeout } = this.#order.plan;
    this.#enter("connecting");
    try {
      await halting(this.#signal, this.#open());
      if (this.#means.untilAllReady) await halting(this.#signal, this.#means.untilAllReady());
      this.#enter("warming up");
      load.start();
      await pauseFor(warmUp, this.#signal);
      this.#enter("measuring");
      load.beginMeasuring();
      this.meter.begin(() => this.#completed());
      if (load.isCounted) {
        await halting(this.#signal, load.finished);
        await this.#drain(drainTimeout);
      } else {
        await pauseFor(duration, this.#signal);
      }
      load.endMeasuring();
      this.meter.end();
      this.#enter("draining");
      await halting(this.#signal, within(drainTimeout, load.finished));
      load.stop();
      await this.#drain(drainTimeout);
      await pauseFor(LINGER, this.#signal);
      this.#isDrained = true;
      return undefined;
    } catch (error) {
      return error;
    } finally {
      load.stop();
      this.meter.end();
      this.#reporter.stop();
      await this.#pool.close();
    }
  }

  measureFromHere(): void {
    for (const stream of this.streams) stream.measureFrom = stream.sent;
  }

  measureUntilHere(): void {
    for (const stream of this.streams) stream.measureUntil = stream.sent;
  }

  measured(): Measured | undefined {
    return this.meter.measured(this.#counts(), this.#isDrained);
  }

  async #open(): Promise<void> {
    const { responders = [], subscribers } = this.#topology;
    const pool = this.#pool;
    const listening: ClientPlan[] = [
      ...subscribers.map(({ filters }, index): ClientPlan => {
        const subscriber = this.#subscribers[index] as Subscriber;
        return { role: `s${index}`, filters, handlers: { onMessage: (message) => subscriber.receive(message) } };
      }),
      ...responders.map(({ filter }, index): ClientPlan => {
        const responder = this.#responders[index] as Responder;
        return {
          ...{ role: `r${index}`, filters: [filter], handlers: responder.handlers },
          onConnected: (client) => {
            responder.client = client;
          },
        };
      }),
    ];
    await pool.open(listening, this.#signal);
    const publishing = this.streams.map((stream): ClientPlan => {
      return {
        role: `p${stream.index}`,
        handlers: {
          onPublished: (number, reasonCode, reasonString) => {
            stream.acknowledge(number);
            if (reasonCode >= REFUSED) pool.failRefused(stream.topic, reasonCode, reasonString);
          },
          onReady: () => stream.resume(),
        },
        onConnected: (client) => {
          stream.publisher = client;
        },
      };
    });
    await pool.open(publishing, this.#signal);
  }

  /** Operations: arrivals; where nobody subscribes, acknowledgements, or what was handed to the network. */
  #completed(): number {
    if (this.#receptions.length > 0) return this.#delivered();
    const { qos } = this.#order.cell;
    return this.streams.reduce((sum, stream) => sum + (qos === 0 ? stream.sent : stream.acknowledged), 0);
  }

  #delivered(): number {
    let sum = 0;
    for (const { tracker } of this.#receptions) sum += tracker.delivered;
    return sum;
  }

  #counts(): MessageCounts {
    const streams = (of: (stream: Stream) => number) => this.streams.reduce((sum, stream) => sum + of(stream), 0);
    const received = (of: (reception: Reception) => number) =>
      this.#receptions.reduce((sum, reception) => sum + of(reception), 0);
    const subscribers = (of: (subscriber: Subscriber) => number) =>
      this.#subscribers.reduce((sum, subscriber) => sum + of(subscriber), 0);
    const isShared = this.#topology.subscribers.some(({ group }) => group !== undefined);
    const sent = streams((stream) => stream.sent);
    const expected = streams((stream) => stream.sent * stream.fanout);
    const delivered = received(({ tracker }) => tracker.delivered);
    const duplicated = received(({ tracker }) => tracker.duplicated);
    const corrupted = subscribers((subscriber) => subscriber.corrupted);
    return {
      ...{ sent, expected, received: delivered + duplicated + corrupted, duplicated, corrupted },
      lost: this.#isDrained ? this.#lost() : 0,
      reordered: isShared
        ? subscribers((subscriber) => subscriber.reordered)
        : received(({ tracker }) => tracker.reordered),
      unacknowledged:
        this.#isDrained && this.#order.cell.qos > 0 ? streams((stream) => stream.sent - stream.acknowledged) : 0,
    };
  }

  /** What is known to be wrong while it runs. */
  #failures(): number {
    const { duplicated, reordered, corrupted } = this.#counts();
    return (this.#order.cell.qos === 1 ? 0 : duplicated) + reordered + corrupted;
  }

  /** Of what each subscriber (or group) was to get: what came to the wrong one does not make up for it. */
  #lost(): number {
    let lost = 0;
    for (const [receptions, members] of this.#groups) {
      let missing = 0;
      for (const reception of receptions) {
        if (reception !== undefined) missing += reception.stream.sent - reception.tracker.delivered;
      }
      lost += Math.max(
        0,
        members.reduce((left, { corrupted }) => left - corrupted, missing),
      );
    }
    return lost;
  }

  /** Waits until everything has arrived and been acknowledged, or nothing has come for `timeout`. */
  async #drain(timeout: number): Promise<void> {
    const { clock } = this.#means;
    let before = this.#seen();
    let since = clock.now();
    while (!this.#isSettled()) {
      await pauseFor(DRAIN_POLL, this.#signal);
      const now = this.#seen();
      if (now !== before) {
        before = now;
        since = clock.now();
      } else if (clock.now() - since > timeout) {
        return;
      }
    }
  }

  #seen(): number {
    const acknowledged = this.streams.reduce((sum, stream) => sum + stream.acknowledged, 0);
    return this.#delivered() + this.#corrupted() + acknowledged;
  }

  #isSettled(): boolean {
    if (!this.streams.every((stream) => stream.isAcknowledged)) return false;
    const expected = this.streams.reduce((sum, stream) => sum + stream.sent * stream.fanout, 0);
    return this.#delivered() + this.#corrupted() >= expected;
  }

  #corrupted(): number {
    return this.#subscribers.reduce((sum, subscriber) => sum + subscriber.corrupted, 0);
  }

  #enter(stage: BenchProgress["stage"]): void {
    this.#reporter.enter(stage);
  }
}

/** By stream: how many subscribers get it; a group of them is one. */
function fanoutsOf({ subscribers }: Topology): readonly number[] {
  const fanouts: number[] = [];
  const groups = new Set<string>();
  for (const { streams, group } of subscribers) {
    if (group !== undefined && groups.has(group)) continue;
    if (group !== undefined) groups.add(group);
    for (const index of streams) fanouts[index] = (fanouts[index] ?? 0) + 1;
  }
  return fanouts;
}
