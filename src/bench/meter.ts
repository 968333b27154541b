import type { Connect } from "./bench-client.ts";
import type { CellPlan } from "./bench-plan.ts";
import type { MessageCounts, Operation, Sample, Second } from "./bench-result.ts";
import { watchGenerator } from "./generator-health.ts";
import { LatencyRecorder, summarize } from "./latency-recorder.ts";
import { watchMachine } from "./machine.ts";
import type { Means, Order } from "./order.ts";
import { ticksBetween, ticksOf } from "./ticks.ts";
import { Timeline } from "./timeline.ts";
import { watchProcess } from "./watch-process.ts";

/** What every sample has, whatever its load. */
export type Measured = Omit<
  Sample,
  "loop" | "offeredRate" | "window" | "latency" | "serviceLatency" | "sendLag" | "heldBack" | "unsent" | "flags"
>;

/** Watches everything but the load itself: the time that is measured, connects, broker, generator, each second. */
export class Meter {
  readonly latency = new LatencyRecorder();
  readonly serviceLatency = new LatencyRecorder();
  /** Connects, and notes how long it takes. */
  readonly connect: Connect;
  readonly figures: Sample["figures"][number][] = [];
  readonly #connects = new LatencyRecorder();
  readonly #order: Order;
  readonly #means: Means;
  readonly #operation: Operation;
  #span: { from: number; to: number; completed: number; end: () => number } | undefined;
  #found: Pick<Sample, "broker" | "generator" | "machine"> | undefined;
  #timeline: Timeline | undefined;

  constructor(order: Order, means: Means, operation: Operation) {
    const { clock } = means;
    this.#order = order;
    this.#means = means;
    this.#operation = operation;
    this.connect = async (options, handlers) => {
      const from = ticksOf(clock.now());
      const client = await means.connect(options, handlers);
      this.#connects.record(ticksBetween(from, ticksOf(clock.now())));
      return client;
    };
  }

  /** The last whole second that was measured. */
  get latest(): Second | null {
    return this.#timeline?.seconds.at(-1) ?? null;
  }

  /**
   * From now on is measured; `completed` counts operations. Where they were none before the moment `since` (in the clock's
   * milliseconds), all of them count: what others began then may have come here before this call.
   */
  begin(completed: () => number, since?: number): void {
    const { clock, target } = this.#means;
    const from = since ?? clock.now();
    const before = since === undefined ? completed() : 0;
    const timeline = new Timeline(this.latency, completed, { at: from, completed: before }, clock);
    const health = watchGenerator();
    const process = target.readProcess && watchProcess(target.readProcess);
    const machine = watchMachine();
    this.#timeline = timeline;
    const end = () => {
      const done = completed() - before;
      timeline.stop(clock.now());
      const generator = health();
      const broker = process?.(done) ?? null;
      this.#found = { generator, broker, machine: machine(generator.cpuSeconds, broker?.cpuSeconds) };
      return done;
    };
    this.#span = { from, to: from, completed: 0, end };
  }

  /** The end of what is measured; later calls do nothing. */
  end(): void {
    const span = this.#span;
    if (span === undefined || span.to !== span.from) return;
    span.to = this.#means.clock.now();
    span.completed = span.end();
  }

  /** Operations in what was measured. */
  get completed(): number {
    return this.#span?.completed ?? 0;
  }

  /** What was found; undefined if nothing was ever measured. */
  measured(counts: MessageCounts, complete: boolean): Measured | undefined {
    if (this.#span === undefined || this.#found === undefined) return undefined;
    const { from, to, completed } = this.#span;
    const { target, round, cell } = this.#order;
    const seconds = (to - from) / 1000;
    const perSecond = seconds > 0 ? Math.round(completed / seconds) : 0;
    return {
      ...{ target, round, operation: this.#operation, complete },
      startedAfter: Math.round(from - this.#means.startedOn) / 1000,
      seconds: Math.round(seconds * 1000) / 1000,
      throughput: { perSecond, payloadBytesPerSecond: payloadOf(this.#operation, cell) * perSecond },
      connect: summarize(this.#connects.histogram()),
      counts,
      ...this.#found,
      sys: this.#means.target.readSys?.() ?? null,
      timeline: this.#timeline?.seconds ?? [],
      figures: this.figures,
    };
  }
}

function payloadOf(operation: Operation, { payloadSize }: CellPlan): number {
  return operation === "connection" || operation === "subscription" ? 0 : payloadSize;
}
