import type { LatencyRecorder } from "./latency-recorder.ts";
import { ticksBetween, ticksOf, wholeTicksOf } from "./ticks.ts";

/**
 * A time that is measured: what was due from `from` to before `until`, in whole ticks of the clock (ticks.ts). It may lie
 * ahead still, and its end may not be known yet.
 */
export interface Span {
  from: number;
  until: number;
}

/** Where the times of what was due in a span are counted. */
export interface SpanRecorders {
  readonly span: Span;
  readonly latency: LatencyRecorder;
  /** Undefined in a closed loop, where messages are sent when they are due. */
  readonly serviceLatency: LatencyRecorder | undefined;
  /** Where they are counted once more, together with those of others. */
  readonly totals?: Pick<SpanRecorders, "latency" | "serviceLatency"> | undefined;
}

/** A span that nobody knows yet. */
export function openSpan(): Span {
  return { from: Number.POSITIVE_INFINITY, until: Number.POSITIVE_INFINITY };
}

/**
 * Counts how long messages took, each in the span in which it was due: a message that was due in time and came late
 * belongs to what was measured, whoever sent it and whoever looks at it. Nothing is allocated per message.
 */
export class DueTimes {
  readonly #all: readonly SpanRecorders[];
  /** Most messages were due in the span of the one before. */
  #current: SpanRecorders;

  constructor(all: readonly [SpanRecorders, ...SpanRecorders[]]) {
    this.#all = all;
    this.#current = all[0];
  }

  /** Something that arrived at `whole` (and `ticks`, which is the same, wrapped), was due at `intended` and sent at `sent`. */
  record(whole: number, ticks: number, intended: number, sent: number): void {
    const latency = ticksBetween(intended, ticks);
    const recorders = this.#at(whole - latency);
    if (recorders === undefined) return;
    recorders.latency.record(latency);
    recorders.serviceLatency?.record(ticksBetween(sent, ticks));
    if (recorders.totals !== undefined) {
      recorders.totals.latency.record(latency);
      recorders.totals.serviceLatency?.record(ticksBetween(sent, ticks));
    }
  }

  /** Something that was due at `intended` happened at `now`, both in milliseconds. */
  recordLag(intended: number, now: number): void {
    const recorders = this.#at(wholeTicksOf(intended));
    if (recorders === undefined) return;
    const lag = ticksBetween(ticksOf(intended), ticksOf(now));
    recorders.latency.record(lag);
    recorders.totals?.latency.record(lag);
  }

  #at(due: number): SpanRecorders | undefined {
    const { from, until } = this.#current.span;
    if (due >= from && due < until) return this.#current;
    const other = this.#all.find(({ span }) => due >= span.from && due < span.until);
    if (other !== undefined) this.#current = other;
    return other;
  }
}
