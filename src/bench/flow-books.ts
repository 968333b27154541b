import type { QoS } from "../codec/index.ts";
import type { MessageCounts, Slice } from "./bench-result.ts";
import { DueTimes, openSpan, type Span, type SpanRecorders } from "./due-times.ts";
import type { GroupPlan, StagePlan } from "./group-plan.ts";
import { LatencyRecorder, type LatencySummary, mergeLatencies, summarize } from "./latency-recorder.ts";
import { rateOf } from "./stages.ts";
import type { Reception } from "./subscriber.ts";
import { wholeTicksOf } from "./ticks.ts";

/** The books of the whole measurement, in which what a schedule asks for is written, too. */
export interface Totals {
  readonly latency: LatencyRecorder;
  readonly serviceLatency: LatencyRecorder;
  readonly lag: LatencyRecorder;
}

/** What is known at the end of one group's clients here. */
export interface GroupEnd {
  /** Messages of its publishers that were not acknowledged when nothing came any more. */
  readonly unacknowledged: number;
  /** What came to its subscribers, but not as sent. */
  readonly corrupted: number;
}

/** Keeps apart what each group sends and gets in each stage. */
export class FlowBooks {
  readonly #groups: readonly GroupPlan[];
  readonly #stages: readonly StagePlan[];
  /** A span for each stage, measured or not. */
  readonly #spans: readonly Span[];
  readonly #totals: Totals;
  /** Messages sent by each group, by stage; the last entry is for what belongs to none. */
  readonly #sent: readonly Float64Array[];
  readonly #lags: readonly Book[];
  readonly #acknowledgements: readonly Book[];
  /** From each group to each group, by `from * groups + to`. */
  readonly #ledgers = new Map<number, Ledger>();

  constructor(groups: readonly GroupPlan[], stages: readonly StagePlan[], totals: Totals) {
    this.#groups = groups;
    this.#stages = stages;
    this.#spans = stages.map(openSpan);
    this.#totals = totals;
    this.#sent = groups.map(() => this.#counter());
    this.#lags = groups.map(() => this.#book({ latency: totals.lag, serviceLatency: undefined }));
    this.#acknowledgements = groups.map(({ pace }) => this.#book(this.#totalsFor(pace)));
  }

  /** All begin then, in the clock's milliseconds. */
  begin(at: number): void {
    let startsAt = at;
    for (const [index, { duration }] of this.#stages.entries()) {
      const span = this.#spans[index] as Span;
      span.from = wholeTicksOf(startsAt);
      startsAt += duration;
      span.until = wholeTicksOf(startsAt);
    }
  }

  lagOf(group: number): DueTimes {
    return (this.#lags[group] as Book).times;
  }

  acknowledgementsOf(group: number): DueTimes {
    return (this.#acknowledgements[group] as Book).times;
  }

  /** What is to be noted of every message that a stream of a group sends; `copies`: how often it is to come to each group. */
  onSentOf(from: number, copies: ReadonlyMap<number, number>): (whole: number) => void {
    const sent = this.#sent[from] as Float64Array;
    const expected = [...copies].map(([to, count]) => ({ counter: this.#ledger(from, to).expected, count }));
    return (whole) => {
      const stage = this.#stageOf(whole);
      increase(sent, stage, 1);
      for (const { counter, count } of expected) increase(counter, stage, count);
    };
  }

  /** Where what arrives is noted. */
  receptionOf(from: number, to: number): Pick<Reception, "times" | "onArrived"> {
    const { book, arrived } = this.#ledger(from, to);
    return { times: book.times, onArrived: (due, how) => increase(arrived[how], this.#stageOf(due), 1) };
  }

  /** Arrivals of what had arrived before, where that is allowed. */
  get redelivered(): number {
    let sum = 0;
    for (const { qos, arrived } of this.#ledgers.values()) if (qos === 1) sum += total(arrived.duplicated);
    return sum;
  }

  /** Seconds of all stages that are measured. */
  get seconds(): number {
    return this.#stages.reduce((sum, { measured, duration }) => sum + (measured ? duration / 1000 : 0), 0);
  }

  /** Of what arrived in that time; where nobody subscribes, of what was sent. */
  payloadBytesPerSecond(seconds: number): number {
    const ledgers = [...this.#ledgers.values()];
    const bytes = this.#groups.reduce((sum, { payloadSize }, group) => {
      const own = ledgers.filter(({ from }) => from === group);
      const arrived = own.flatMap((ledger) => [ledger.arrived.delivered, ledger.arrived.reordered]);
      return sum + payloadSize * this.#measured(ledgers.length > 0 ? arrived : [this.#sent[group] as Float64Array]);
    }, 0);
    return perSecond(bytes, seconds);
  }

  /**
   * Everything by group and stage. `ends` by group; `isDrained`: what is missing now will not come.
   * @param seconds all that was measured
   */
  slices(ends: readonly GroupEnd[], seconds: number, isDrained: boolean): readonly Slice[] {
    const whole = { stage: null, from: 0, to: this.#stages.length + 1 };
    const stages = this.#stages.flatMap(({ name }, index) =>
      name === "" ? [] : [{ stage: name, from: index, to: index + 1 }],
    );
    const all: Slice[] = [];
    for (const place of [whole, ...stages]) {
      const time = place.stage === null ? seconds : (this.#stages[place.from] as StagePlan).duration / 1000;
      for (const [group, { topic, filters }] of this.#groups.entries()) {
        const end = place.stage === null ? (ends[group] as GroupEnd) : NOTHING_LEFT;
        if (topic !== null) all.push(this.#slice(group, "sent", place, end, time, isDrained));
        if (filters.length > 0) all.push(this.#slice(group, "received", place, end, time, isDrained));
      }
      if (place.stage !== null) all.push(this.#slice(undefined, "both", place, NOTHING_LEFT, time, isDrained));
    }
    return all;
  }

  #slice(
    group: number | undefined,
    direction: Slice["direction"],
    { stage, from, to }: { readonly stage: string | null; readonly from: number; readonly to: number },
    end: GroupEnd,
    seconds: number,
    isDrained: boolean,
  ): Slice {
    const plan = group === undefined ? undefined : (this.#groups[group] as GroupPlan);
    const ledgers = [...this.#ledgers.values()].filter((ledger) => {
      return group === undefined || (direction === "sent" ? ledger.from : ledger.to) === group;
    });
    const isMine = (publisher: number) =>
      group === undefined ||
      (direction === "sent" ? publisher === group : ledgers.some((one) => one.from === publisher));
    const publishers = this.#groups.flatMap((_, publisher) => (isMine(publisher) ? [publisher] : []));
    const sum = (counters: readonly Float64Array[]) =>
      counters.reduce((all, counter) => all + total(counter.subarray(from, to)), 0);
    const counted = (how: "delivered" | "duplicated" | "reordered") => sum(ledgers.map(({ arrived }) => arrived[how]));
    const reordered = counted("reordered");
    const delivered = counted("delivered") + reordered;
    const duplicated = counted("duplicated");
    const redelivered = sum(ledgers.flatMap(({ qos, arrived }) => (qos === 1 ? [arrived.duplicated] : [])));
    const expected = sum(ledgers.map((ledger) => ledger.expected));
    const sent = sum(publishers.map((publisher) => this.#sent[publisher] as Float64Array));
    const corrupted = direction === "received" ? end.corrupted : 0;
    const counts: MessageCounts = {
      ...{
        sent,
        expected,
        received: delivered + duplicated + corrupted,
        duplicated,
        redelivered,
        reordered,
        corrupted,
      },
      lost: isDrained ? Math.max(0, expected - delivered - corrupted) : 0,
      unacknowledged: direction === "sent" ? end.unacknowledged : 0,
    };
    // What was due outside of what is measured has no times.
    const times = ledgers.length > 0 ? ledgers.map(({ book }) => book) : this.#booksOf(publishers);
    const isAsked = (_: unknown, at: number) => (stage === null ? this.#stages[at]?.measured : at === from) === true;
    const recorders = times.flatMap(({ recorders: own }) => own.filter(isAsked));
    const lag = this.#booksOf(publishers, this.#lags).flatMap(({ recorders: own }) => own.filter(isAsked));
    const measuredSent =
      stage === null ? this.#measured(publishers.map((one) => this.#sent[one] as Float64Array)) : sent;
    const arrivedCounters = ledgers.flatMap(({ arrived }) => [arrived.delivered, arrived.reordered]);
    const measuredArrived = stage === null ? this.#measured(arrivedCounters) : delivered;
    return {
      ...{ group: plan?.name ?? null, direction, stage, seconds, counts },
      clients: plan?.clients ?? this.#groups.reduce((all, one) => all + one.clients, 0),
      qos: (direction === "received" ? plan?.subscribeQos : plan?.qos) ?? null,
      payloadSize: direction === "received" ? null : (plan?.payloadSize ?? null),
      loop: publishers.every((one) => this.#groups[one]?.pace?.loop === "closed") ? "closed" : "open",
      offeredRate: direction === "received" ? null : this.#offered(publishers, stage === null ? undefined : from),
      ...{ sentPerSecond: perSecond(measuredSent, seconds), receivedPerSecond: perSecond(measuredArrived, seconds) },
      latency: merged(recorders.map(({ latency }) => latency)),
      serviceLatency: merged(recorders.flatMap(({ serviceLatency }) => serviceLatency ?? [])),
      sendLag: direction === "received" ? null : merged(lag.map(({ latency }) => latency)),
    };
  }

  #booksOf(groups: readonly number[], books = this.#acknowledgements): readonly Book[] {
    return groups.map((group) => books[group] as Book);
  }

  /** Of the stages that are measured. */
  #measured(counters: readonly Float64Array[]): number {
    return counters.reduce(
      (sum, counter) =>
        sum + this.#stages.reduce((all, { measured }, at) => all + (measured ? (counter[at] ?? 0) : 0), 0),
      0,
    );
  }

  /** Messages per second that the schedules ask for, in one stage or all that are measured. */
  #offered(publishers: readonly number[], stage: number | undefined): number | null {
    const rates = publishers.flatMap((group) => {
      const { pace } = this.#groups[group] as GroupPlan;
      if (pace?.loop !== "open") return [];
      const stages = pace.stages.filter((_, at) => (stage === undefined ? this.#stages[at]?.measured : at === stage));
      return stages.length > 0 ? [rateOf(stages)] : [];
    });
    return rates.length > 0 ? rates.reduce((sum, rate) => sum + rate, 0) : null;
  }

  #ledger(from: number, to: number): Ledger {
    const key = from * this.#groups.length + to;
    const known = this.#ledgers.get(key);
    if (known !== undefined) return known;
    const [publisher, subscriber] = [this.#groups[from], this.#groups[to]] as [GroupPlan, GroupPlan];
    const arrived = { delivered: this.#counter(), duplicated: this.#counter(), reordered: this.#counter() };
    const ledger: Ledger = {
      ...{ from, to, qos: Math.min(publisher.qos, subscriber.subscribeQos) as QoS, expected: this.#counter(), arrived },
      book: this.#book(this.#totalsFor(publisher.pace)),
    };
    this.#ledgers.set(key, ledger);
    return ledger;
  }

  /** Latencies of a schedule and of clients that wait do not mix: with a schedule, only what is on one is summed up. */
  #totalsFor(pace: GroupPlan["pace"]): SpanRecorders["totals"] {
    const { latency, serviceLatency } = this.#totals;
    if (pace?.loop === "open") return { latency, serviceLatency };
    return this.#groups.some((group) => group.pace?.loop === "open")
      ? undefined
      : { latency, serviceLatency: undefined };
  }

  #book(totals: SpanRecorders["totals"]): Book {
    const recorders = this.#spans.map((span, index): SpanRecorders => {
      const isMeasured = this.#stages[index]?.measured === true;
      const serviceLatency = totals?.serviceLatency && new LatencyRecorder();
      return { span, latency: new LatencyRecorder(), serviceLatency, ...(isMeasured && totals && { totals }) };
    });
    return { recorders, times: new DueTimes(recorders as [SpanRecorders, ...SpanRecorders[]]) };
  }

  #counter(): Float64Array {
    return new Float64Array(this.#stages.length + 1);
  }

  #stageOf(whole: number): number {
    const stage = this.#spans.findIndex(({ from, until }) => whole >= from && whole < until);
    return stage < 0 ? this.#stages.length : stage;
  }
}

interface Book {
  /** One for each stage. */
  readonly recorders: readonly SpanRecorders[];
  readonly times: DueTimes;
}

/** What one group sends to another, by stage. */
interface Ledger {
  readonly from: number;
  readonly to: number;
  /** With which it arrives. */
  readonly qos: QoS;
  readonly expected: Float64Array;
  readonly arrived: Readonly<Record<"delivered" | "duplicated" | "reordered", Float64Array>>;
  readonly book: Book;
}

const NOTHING_LEFT: GroupEnd = { unacknowledged: 0, corrupted: 0 };

function increase(counter: Float64Array, at: number, by: number): void {
  counter[at] = (counter[at] as number) + by;
}

function total(counter: Float64Array): number {
  return counter.reduce((sum, count) => sum + count, 0);
}

function perSecond(count: number, seconds: number): number {
  return seconds > 0 ? Math.round(count / seconds) : 0;
}

function merged(recorders: readonly LatencyRecorder[]): LatencySummary | null {
  const summaries = recorders.map((recorder) => summarize(recorder.histogram())).filter(({ count }) => count > 0);
  return summaries.length > 0 ? mergeLatencies(summaries) : null;
}
