import type { ReceivedMessage } from "../client/index.ts";
import type { BenchClient } from "./bench-client.ts";
import { SequenceTracker } from "./sequence-tracker.ts";
import type { FlowContext, Stream } from "./stream.ts";
import { ticksBetween } from "./ticks.ts";

/** What one subscriber, or all members of a shared subscription, got of one stream. */
export interface Reception {
  readonly stream: Stream;
  readonly tracker: SequenceTracker;
}

/** One subscriber: checks and times what arrives. Nothing is allocated per message. */
export class Subscriber {
  /** Set once connected. */
  client: BenchClient | undefined;
  /** Arrived, but not as it was sent to here. */
  corrupted = 0;
  /** Of a shared subscription: arrived after a later message of the same stream. */
  reordered = 0;
  readonly #context: FlowContext;
  /** The only stream, or all of them by number. */
  readonly #only: Reception | undefined;
  readonly #receptions: readonly (Reception | undefined)[];
  /** Of a shared subscription: the last number of each stream that came here. */
  readonly #last: Float64Array | undefined;

  /** `receptions` by the numbers of their streams; `isShared`: others get a part of the messages. */
  constructor(context: FlowContext, receptions: readonly (Reception | undefined)[], isShared: boolean) {
    const known = receptions.filter((reception) => reception !== undefined);
    this.#context = context;
    this.#receptions = receptions;
    this.#only = known.length === 1 ? known[0] : undefined;
    this.#last = isShared ? new Float64Array(receptions.length).fill(-1) : undefined;
  }

  receive(message: Pick<ReceivedMessage, "bytes" | "payloadStart" | "payloadEnd">): void {
    const { stamps, arrivals, latency, serviceLatency } = this.#context;
    const { bytes, payloadStart, payloadEnd } = message;
    arrivals.from(bytes);
    const reception = this.#only ?? this.#receptions[stamps.streamOf(bytes, payloadStart, payloadEnd)];
    if (reception === undefined) {
      this.corrupted += 1;
      return;
    }
    const { stream, tracker } = reception;
    if (!stamps.read(stream.key, stream.index, bytes, payloadStart, payloadEnd)) {
      this.corrupted += 1;
      return;
    }
    const before = tracker.next;
    const number = tracker.accept(stamps.sequence);
    stream.progress += tracker.next - before;
    if (this.#last !== undefined) this.#checkOrder(stream.index, number);
    if (number >= stream.measureFrom && number < stream.measureUntil) {
      latency.record(ticksBetween(stamps.intended, arrivals.ticks));
      serviceLatency?.record(ticksBetween(stamps.sent, arrivals.ticks));
    }
    stream.onArrival(stream, arrivals.now);
  }

  /** Members of a shared subscription run at different speeds, but each gets its part in order. */
  #checkOrder(stream: number, number: number): void {
    const last = this.#last as Float64Array;
    if (number < 0) return;
    if (number < (last[stream] as number)) this.reordered += 1;
    else last[stream] = number;
  }
}

/** The receptions of each subscriber: its own, or those of its group. */
export function receptionsFor(
  streams: readonly Stream[],
  subscribers: readonly { readonly streams: readonly number[]; readonly group?: string }[],
): readonly (readonly (Reception | undefined)[])[] {
  const groups = new Map<string, (Reception | undefined)[]>();
  return subscribers.map(({ streams: own, group }) => {
    const shared = group === undefined ? undefined : groups.get(group);
    if (shared !== undefined) return shared;
    const receptions: (Reception | undefined)[] = [];
    for (const index of own) {
      receptions[index] = { stream: streams[index] as Stream, tracker: new SequenceTracker() };
    }
    if (group !== undefined) groups.set(group, receptions);
    return receptions;
  });
}
