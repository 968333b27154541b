import type { ReceivedMessage } from "../client/index.ts";
import type { Clock } from "../clock.ts";
import type { BenchClient } from "./bench-client.ts";
import type { BenchPlan, CellPlan } from "./bench-plan.ts";
import type { Figure, MessageCounts } from "./bench-result.ts";
import { ClientPool } from "./client-pool.ts";
import { halting } from "./halting.ts";
import { type Measured, Meter } from "./meter.ts";
import { OnceTracker } from "./once-tracker.ts";
import { baseTopic, keyOf, type Means, type Order, stampsOf } from "./order.ts";
import { pauseFor } from "./pause.ts";
import type { Stamps } from "./payload-stamp.ts";
import { Reporter } from "./reporter.ts";
import type { ProcessReading } from "./running-target.ts";
import type { BatchScenario } from "./scenario.ts";
import { ownOf } from "./team.ts";
import { ticksBetween, ticksOf } from "./ticks.ts";

const POLL = 5;
/** How long duplicates are waited for. */
const LINGER = 100;
const REFUSED = 0x80;

/** A measurement in which a fixed amount of work is done once: what its scenario works with. */
export class Bout {
  readonly plan: BenchPlan;
  readonly cell: CellPlan;
  /** Above the topics of the measurement. */
  readonly base: string;
  readonly pool: ClientPool;
  readonly meter: Meter;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Of the only stream that there is. */
  readonly key: number;
  /** Operations completed. */
  completed = 0;
  sent = 0;
  acknowledged = 0;
  expected = 0;
  corrupted = 0;
  readonly trackers: OnceTracker[] = [];
  readonly #scenario: BatchScenario;
  readonly #means: Means;
  readonly #halt = new AbortController();
  readonly #reporter: Reporter;
  /** Absent where no messages are sent. */
  readonly #stamps: Stamps | undefined;
  #startedAt: number | undefined;
  /** When operations were complete that others brought about before it was known here that they had begun. */
  readonly #early: number[] = [];
  #isComplete = false;

  constructor(scenario: BatchScenario, order: Order, means: Means) {
    this.plan = order.plan;
    this.cell = order.cell;
    this.base = baseTopic(order);
    this.clock = means.clock;
    this.#means = means;
    this.signal = AbortSignal.any([means.signal, this.#halt.signal]);
    this.meter = new Meter(order, means, scenario.operation);
    this.pool = new ClientPool(order, means, this.meter.connect, (error) => this.#halt.abort(error));
    this.#stamps = stampsOf(order);
    this.key = keyOf(order, 0);
    this.#scenario = scenario;
    this.#reporter = new Reporter(
      means,
      this.meter,
      () => this.completed,
      () => this.corrupted,
    );
  }

  /** Does it all; answers with what ended it early, if anything did. */
  async run(): Promise<unknown> {
    try {
      this.#reporter.enter("connecting");
      await halting(this.signal, this.#scenario.run(this));
      // Who is done first stays until all are.
      await this.together();
      this.#isComplete = true;
      return undefined;
    } catch (error) {
      return error;
    } finally {
      this.meter.end();
      this.#reporter.stop();
      await this.pool.close();
    }
  }

  /** What the broker's process uses, where it is known. */
  async readProcess(): Promise<ProcessReading | undefined> {
    const { readProcess, target } = this.#means;
    return readProcess ? readProcess() : target.readProcess?.();
  }

  /** Of `count` things those that are done from here. */
  own(count: number): readonly number[] {
    return ownOf(this.#means.team, count);
  }

  /** True for one of the workers. */
  get isFirst(): boolean {
    return this.#means.team.index === 0;
  }

  /** Messages are dealt to publishers in turn: those of `count` that these publishers have, of all that there are. */
  numbersOf(publishers: readonly Publisher[], all: number, count: number): readonly number[] {
    const own = new Set(publishers.map(({ number }) => number));
    return Array.from({ length: count }, (_, number) => number).filter((number) => own.has(number % all));
  }

  /** Waits until all workers have come here; answers with the sum of what each brought. */
  async together(brought = 0): Promise<number> {
    const { all } = await halting(this.signal, this.#means.team.meet(brought));
    return all.reduce((sum, one) => sum + one, 0);
  }

  /** What is timed begins, for all workers at the same moment. */
  async begin(): Promise<void> {
    const { at } = await halting(this.signal, this.#means.team.meet(undefined));
    await pauseFor(Math.max(0, at - this.clock.now()), this.signal);
    this.#reporter.enter("measuring");
    this.meter.begin(() => this.completed, at);
    this.#startedAt = at;
    for (const early of this.#early) this.#record(at, early);
  }

  /** What is timed is over; what follows is cleaning up. */
  end(): void {
    this.meter.end();
    this.#reporter.enter("draining");
  }

  /** One operation is complete, so long after `begin`. */
  complete(now = this.clock.now()): void {
    this.completed += 1;
    if (this.#startedAt === undefined) this.#early.push(now);
    else this.#record(this.#startedAt, now);
  }

  figure(figure: Figure): void {
    this.meter.figures.push(figure);
  }

  /** The payload of message `number`. */
  payload(number: number): Buffer {
    const ticks = ticksOf(this.clock.now());
    if (this.#stamps === undefined) throw new RangeError("this scenario has no messages");
    return this.#stamps.write(this.key, 0, number, ticks, ticks);
  }

  /** Takes an arrival of one receiver: each number once. Order is not looked at: these messages come from many clients. */
  receive(tracker: OnceTracker, message: Pick<ReceivedMessage, "bytes" | "payloadStart" | "payloadEnd">): void {
    const stamps = this.#stamps;
    if (!stamps?.read(this.key, 0, message.bytes, message.payloadStart, message.payloadEnd)) {
      this.corrupted += 1;
      return;
    }
    const how = tracker.accept(stamps.sequence);
    if (how === "delivered") this.complete();
    else if (how === "unknown") this.corrupted += 1;
  }

  /** A receiver whose arrivals are counted; `count`: how many messages there are. */
  newTracker(count: number): OnceTracker {
    const tracker = new OnceTracker(count);
    this.trackers.push(tracker);
    return tracker;
  }

  /** Publishes the messages of these numbers, made by `message`, through these clients; resolves when all are acknowledged. */
  async publishAll(
    publishers: readonly Publisher[],
    numbers: readonly number[],
    message: (number: number) => { readonly topic: string; readonly payload: Uint8Array },
    retain = false,
  ): Promise<void> {
    const { qos } = this.cell;
    const acknowledgedBefore = this.acknowledged;
    const count = numbers.length;
    let next = 0;
    const send = ({ client }: Publisher) => {
      while (next < count) {
        const { topic, payload } = message(numbers[next] as number);
        if (!client?.tryPublish({ topic, payload, qos, retain }, next)) return;
        next += 1;
        if (payload.length > 0) this.sent += 1;
      }
    };
    for (const publisher of publishers) publisher.onRoom = () => send(publisher);
    for (const publisher of publishers) send(publisher);
    await this.until(() => next >= count && (qos === 0 || this.acknowledged - acknowledgedBefore >= count));
    for (const publisher of publishers) publisher.onRoom = () => {};
    // QoS 0 has no acknowledgement, but the answer to an UNSUBSCRIBE comes behind what was published before it.
    if (qos === 0) await Promise.all(publishers.map(({ client }) => client?.unsubscribe([`${this.base}/barrier`])));
  }

  /** Clients that publish, as far as they are to be opened here. */
  async openPublishers(count: number): Promise<readonly Publisher[]> {
    const publishers = this.own(count).map((number): Publisher => ({ number, client: undefined, onRoom: () => {} }));
    const plans = publishers.map((publisher) => ({
      role: `p${publisher.number}`,
      handlers: {
        onPublished: (_: number, reasonCode: number, reasonString: string | undefined) => {
          this.acknowledged += 1;
          if (reasonCode >= REFUSED) this.pool.failRefused(this.base, reasonCode as 0x80, reasonString);
        },
        onReady: () => publisher.onRoom(),
      },
      onConnected: (client: BenchClient) => {
        publisher.client = client;
      },
    }));
    await this.pool.open(plans, this.signal);
    return publishers;
  }

  /** Waits until it is so, or nothing has been completed or acknowledged for the plan's `drainTimeout`. */
  async until(isSo: () => boolean): Promise<void> {
    const seen = () => this.completed + this.acknowledged + this.corrupted + this.sent;
    let before = seen();
    let since = this.clock.now();
    while (!isSo()) {
      await pauseFor(POLL, this.signal);
      if (seen() !== before) {
        before = seen();
        since = this.clock.now();
      } else if (this.clock.now() - since > this.plan.drainTimeout) {
        return;
      }
    }
  }

  /** The same, and a little longer, for what may come twice. */
  async untilArrived(): Promise<void> {
    await this.until(() => this.trackers.reduce((sum, { delivered }) => sum + delivered, 0) >= this.expected);
    this.end();
    await pauseFor(LINGER, this.signal);
  }

  measured(): Measured | undefined {
    return this.meter.measured(this.#counts(), this.#isComplete);
  }

  #record(startedAt: number, now: number): void {
    this.meter.latency.record(ticksBetween(ticksOf(startedAt), ticksOf(now)));
  }

  #counts(): MessageCounts {
    const delivered = this.trackers.reduce((sum, tracker) => sum + tracker.delivered, 0);
    const duplicated = this.trackers.reduce((sum, tracker) => sum + tracker.duplicated, 0);
    const { sent, expected, corrupted } = this;
    return {
      ...{ sent, expected, received: delivered + duplicated + corrupted, duplicated, corrupted, reordered: 0 },
      lost: this.#isComplete ? Math.max(0, expected - delivered - corrupted) : 0,
      unacknowledged: 0,
    };
  }
}

/** A client that publishes, and what is done when it has room again. */
export interface Publisher {
  readonly number: number;
  client: BenchClient | undefined;
  onRoom: () => void;
}
