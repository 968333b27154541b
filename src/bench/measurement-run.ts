import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../clock.ts";
import type { Connect } from "./bench-client.ts";
import type { BenchProgress } from "./bench-observer.ts";
import type { BenchPlan, CellPlan } from "./bench-plan.ts";
import type { GeneratorFigures, MessageCounts, Sample } from "./bench-result.ts";
import { ClientPool } from "./client-pool.ts";
import { watchGenerator } from "./generator-health.ts";
import { LatencyRecorder, summarize } from "./latency-recorder.ts";
import { Pair } from "./pair.ts";
import { PayloadStamps, streamKey } from "./payload-stamp.ts";
import type { RunningTarget } from "./running-target.ts";
import { ticksBetween, ticksOf } from "./ticks.ts";
import { Timeline } from "./timeline.ts";
import { watchProcess } from "./watch-process.ts";
import { within } from "./within.ts";

/** How often arrivals are looked at while draining, and how long duplicates are waited for, in milliseconds. */
const DRAIN_POLL = 10;
const LINGER = 100;
const REPORT_INTERVAL = 250;

/** One measurement: a cell of the plan under one load. */
export interface Order {
  readonly plan: BenchPlan;
  readonly cell: CellPlan;
  /** Counted from 1 within the run; keeps the streams of its measurements apart. */
  readonly number: number;
  /** 24 random bits. */
  readonly run: number;
  readonly target: string;
  readonly round: number;
}

/** What a measurement needs from outside. */
export interface Means {
  readonly connect: Connect;
  readonly target: RunningTarget;
  readonly clock: Clock;
  /** When the run began, in the clock's milliseconds. */
  readonly startedOn: number;
  readonly signal: AbortSignal;
  onProgress(progress: Pick<BenchProgress, "stage" | "messagesPerSecond">): void;
}

/** How a load is driven through the stages of a measurement. */
export interface LoadControl {
  start(): void;
  beginMeasuring(): void;
  endMeasuring(): void;
  /** Settles when the load has nothing more to send. */
  readonly finished: Promise<void>;
  stop(): void;
}

/** What every sample has, whatever its load. */
export type Measured = Omit<
  Sample,
  "loop" | "offeredRate" | "window" | "latency" | "serviceLatency" | "sendLag" | "heldBack" | "unsent" | "flags"
>;

/** Connections, stages and counts of one measurement: connect, warm up, measure, drain, disconnect. */
export class MeasurementRun {
  readonly pairs: readonly Pair[];
  readonly latency = new LatencyRecorder();
  readonly serviceLatency = new LatencyRecorder();
  readonly #connects = new LatencyRecorder();
  readonly #order: Order;
  readonly #means: Means;
  readonly #pool: ClientPool;
  readonly #halt = new AbortController();
  readonly #signal: AbortSignal;
  #stage: BenchProgress["stage"] = "connecting";
  #reported = { delivered: 0, at: 0 };
  #isDrained = false;
  /** What was measured; stays open-ended while it lasts. */
  #span:
    | { from: number; to: number; arrivedBefore: number; arrived: number; timeline: Timeline; finish: () => void }
    | undefined;
  #generator: GeneratorFigures | undefined;
  #broker: Sample["broker"] = null;

  constructor(order: Order, means: Means) {
    this.#order = order;
    this.#means = means;
    this.#signal = AbortSignal.any([means.signal, this.#halt.signal]);
    const { plan, cell } = order;
    const { latency, serviceLatency } = this;
    const fail = (error: unknown) => this.#halt.abort(error);
    const stamps = new PayloadStamps(cell.payloadSize);
    const context = { qos: cell.qos, stamps, latency, serviceLatency, clock: means.clock, fail };
    const run = order.run.toString(16).padStart(6, "0");
    this.pairs = Array.from({ length: cell.publishers }, (_, index) => {
      const topic = `${plan.topicPrefix}/${run}/${order.number}/${index}`;
      return new Pair(context, { index, topic, key: streamKey(order.run, order.number, index) });
    });
    const { target, clock } = means;
    const { userName, password, address, transport } = target;
    const { userName: _, ...connection } = plan.connection;
    // [MQTT-3.1.3-5] Every server accepts 23 of these characters; MQTT 3.1 allows no more.
    const clientIdPrefix = `mqtk${run}-${order.number}`;
    const { qos, maximumInFlight, protocolVersion } = cell;
    const connect: Connect = async (options, handlers) => {
      const from = ticksOf(clock.now());
      const client = await means.connect(options, handlers);
      this.#connects.record(ticksBetween(from, ticksOf(clock.now())));
      return client;
    };
    const secrets = { address, transport, ...(password && { password }), ...(userName !== undefined && { userName }) };
    this.#pool = new ClientPool(this.pairs, {
      connect,
      client: { ...connection, protocolVersion, ...secrets, maximumInFlight },
      ...{ clientIdPrefix, qos, fail },
    });
  }

  /** Goes through all stages; answers with what ended it early, if anything did. */
  async under(load: LoadControl): Promise<unknown> {
    const { warmUp, duration, drainTimeout } = this.#order.plan;
    const reporting = setInterval(() => this.#report(), REPORT_INTERVAL);
    this.#enter("connecting");
    try {
      await this.#orHalted(this.#pool.open(this.#signal));
      this.#enter("warming up");
      load.start();
      await this.#pause(warmUp);
      this.#enter("measuring");
      load.beginMeasuring();
      this.#beginSpan();
      await this.#pause(duration);
      load.endMeasuring();
      this.#endSpan();
      this.#enter("draining");
      await this.#orHalted(within(drainTimeout, load.finished));
      load.stop();
      await this.#drain(drainTimeout);
      this.#isDrained = true;
      return undefined;
    } catch (error) {
      return error;
    } finally {
      load.stop();
      this.#endSpan();
      clearInterval(reporting);
      await this.#pool.close();
    }
  }

  measureFromHere(): void {
    for (const pair of this.pairs) pair.measureFrom = pair.sent;
  }

  measureUntilHere(): void {
    for (const pair of this.pairs) pair.measureUntil = pair.sent;
  }

  result(): Measured | undefined {
    const span = this.#span;
    if (span === undefined || this.#generator === undefined) return undefined;
    const { target, round, cell } = this.#order;
    const seconds = (span.to - span.from) / 1000;
    const perSecond = seconds > 0 ? Math.round(span.arrived / seconds) : 0;
    return {
      ...{ target, round, operation: "message", complete: this.#isDrained },
      startedAfter: Math.round(span.from - this.#means.startedOn) / 1000,
      seconds: Math.round(seconds * 1000) / 1000,
      throughput: { perSecond, payloadBytesPerSecond: perSecond * cell.payloadSize },
      connect: summarize(this.#connects.histogram()),
      counts: this.#counts(),
      broker: this.#broker,
      sys: this.#means.target.readSys?.() ?? null,
      generator: this.#generator,
      machine: null,
      timeline: span.timeline.seconds,
      figures: [],
    };
  }

  #counts(): MessageCounts {
    const sum = (of: (pair: Pair) => number) => this.pairs.reduce((total, pair) => total + of(pair), 0);
    const unacknowledged = this.#order.cell.qos === 0 ? 0 : sum((pair) => pair.sent - pair.acknowledged);
    const sent = sum((pair) => pair.sent);
    return {
      sent,
      expected: sent,
      received: sum((pair) => pair.received),
      lost: this.#isDrained ? sum((pair) => Math.max(0, pair.sent - pair.tracker.delivered - pair.corrupted)) : 0,
      duplicated: sum((pair) => pair.tracker.duplicated),
      reordered: sum((pair) => pair.tracker.reordered),
      corrupted: sum((pair) => pair.corrupted),
      unacknowledged: this.#isDrained ? unacknowledged : 0,
    };
  }

  #beginSpan(): void {
    const { clock, target } = this.#means;
    const now = clock.now();
    const timeline = new Timeline(this.latency, () => this.#delivered(), now, clock);
    const health = watchGenerator();
    const process = target.readProcess && watchProcess(target.readProcess);
    const finish = () => {
      const arrived = this.#delivered() - arrivedBefore;
      this.#generator = health();
      this.#broker = process?.(arrived) ?? null;
    };
    const arrivedBefore = this.#delivered();
    this.#span = { from: now, to: now, arrivedBefore, arrived: 0, timeline, finish };
  }

  #endSpan(): void {
    const span = this.#span;
    if (span === undefined || span.to !== span.from) return;
    span.to = this.#means.clock.now();
    span.arrived = this.#delivered() - span.arrivedBefore;
    span.timeline.stop(span.to);
    span.finish();
  }

  #delivered(): number {
    return this.pairs.reduce((sum, pair) => sum + pair.tracker.delivered, 0);
  }

  /** Waits until everything has arrived and been acknowledged, or nothing has come for `timeout`. */
  async #drain(timeout: number): Promise<void> {
    const { clock } = this.#means;
    const seen = () => this.pairs.reduce((sum, pair) => sum + pair.received + pair.acknowledged, 0);
    let before = seen();
    let since = clock.now();
    while (!this.pairs.every((pair) => pair.isSettled)) {
      await this.#pause(DRAIN_POLL);
      const now = seen();
      if (now !== before) {
        before = now;
        since = clock.now();
      } else if (clock.now() - since > timeout) {
        return;
      }
    }
    await this.#pause(LINGER);
  }

  #enter(stage: BenchProgress["stage"]): void {
    this.#stage = stage;
    this.#report();
  }

  #report(): void {
    const { clock, onProgress } = this.#means;
    const delivered = this.#delivered();
    const at = clock.now();
    const messagesPerSecond = Math.round(
      ((delivered - this.#reported.delivered) * 1000) / (at - this.#reported.at || 1),
    );
    this.#reported = { delivered, at };
    onProgress({ stage: this.#stage, messagesPerSecond });
  }

  async #pause(milliseconds: number): Promise<void> {
    try {
      await sleep(milliseconds, undefined, { signal: this.#signal });
    } catch {
      this.#signal.throwIfAborted();
    }
  }

  /** The promise, or a throw of what ends the measurement. */
  async #orHalted<Value>(promise: Promise<Value>): Promise<Value> {
    const signal = this.#signal;
    // It may be over before it begins; then nobody waits for the promise any more.
    promise.catch(() => {});
    signal.throwIfAborted();
    let stop: () => void = () => {};
    const halted = new Promise<never>((_, reject) => {
      stop = () => reject(signal.reason);
      signal.addEventListener("abort", stop, { once: true });
    });
    try {
      return await Promise.race([promise, halted]);
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }
}
