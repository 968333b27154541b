import type { ReceivedMessage } from "../client/index.ts";
import type { Arrivals } from "./arrivals.ts";
import type { BenchClient } from "./bench-client.ts";
import type { DueTimes } from "./due-times.ts";
import type { Stamps } from "./payload-stamp.ts";
import { SequenceTracker } from "./sequence-tracker.ts";
import type { Stream } from "./stream.ts";
import { ticksBetween } from "./ticks.ts";

/** What one subscriber, or all members of a shared subscription, got of one stream. */
export interface Reception {
  readonly stream: Stream;
  readonly tracker: SequenceTracker;
  readonly times: DueTimes;
  /** Counts what arrives, by when it was due, where more is told than the sum of all. */
  readonly onArrived: ((due: number, how: Arrived) => void) | undefined;
}

/** How a message came: for the first time and in order, once more, or after a later one. */
export type Arrived = "delivered" | "duplicated" | "reordered";

/** One subscriber: checks and times what arrives. Nothing is allocated per message. */
export class Subscriber {
  /** Set once connected. */
  client: BenchClient | undefined;
  /** Arrived, but not as it was sent to here. */
  corrupted = 0;
  /** Of a shared subscription: arrived after a later message of the same stream. */
  reordered = 0;
  /** Others get a part of the messages. */
  readonly isShared: boolean;
  readonly #arrivals: Arrivals;
  /** The only stream, or all of them by number. */
  readonly #only: Reception | undefined;
  readonly #receptions: readonly (Reception | undefined)[];
  /** The kinds of payloads that come here. */
  readonly #stamps: readonly Stamps[];
  /** Of a shared subscription: the last number of each stream that came here. */
  readonly #last: Float64Array | undefined;

  /** `receptions` by the numbers of their streams. */
  constructor(arrivals: Arrivals, receptions: readonly (Reception | undefined)[], isShared: boolean) {
    const known = receptions.filter((reception) => reception !== undefined);
    this.isShared = isShared;
    this.#arrivals = arrivals;
    this.#receptions = receptions;
    this.#only = known.length === 1 ? known[0] : undefined;
    this.#stamps = [...new Set(known.map(({ stream }) => stream.stamps))];
    this.#last = isShared ? new Float64Array(receptions.length).fill(-1) : undefined;
  }

  receive(message: Pick<ReceivedMessage, "bytes" | "payloadStart" | "payloadEnd">): void {
    const arrivals = this.#arrivals;
    const { bytes, payloadStart, payloadEnd } = message;
    arrivals.from(bytes);
    const reception = this.#only ?? this.#receptionOf(bytes, payloadStart, payloadEnd);
    if (reception === undefined) {
      this.corrupted += 1;
      return;
    }
    const { stream, tracker, times } = reception;
    const { stamps } = stream;
    if (!stamps.read(stream.key, stream.index, bytes, payloadStart, payloadEnd)) {
      this.corrupted += 1;
      return;
    }
    const before = tracker.next;
    const number = tracker.accept(stamps.sequence);
    stream.progress += tracker.next - before;
    // Members of a shared subscription run at different speeds, but each gets its part in order.
    const isLate = this.#last === undefined ? number + 1 < tracker.next : this.#isLate(stream.index, number);
    if (number >= 0) times.record(arrivals.whole, arrivals.ticks, stamps.intended, stamps.sent);
    if (reception.onArrived !== undefined) {
      const how = number < 0 ? "duplicated" : isLate ? "reordered" : "delivered";
      reception.onArrived(arrivals.whole - ticksBetween(stamps.intended, arrivals.ticks), how);
    }
    stream.onArrival(stream, arrivals.now);
  }

  #receptionOf(bytes: Buffer, from: number, to: number): Reception | undefined {
    for (const stamps of this.#stamps) {
      const reception = this.#receptions[stamps.streamOf(bytes, from, to)];
      if (reception?.stream.stamps === stamps) return reception;
    }
    return undefined;
  }

  /** True for a message that came to this member after a later one. */
  #isLate(stream: number, number: number): boolean {
    const last = this.#last as Float64Array;
    const isLate = number >= 0 && number < (last[stream] as number);
    if (isLate) this.reordered += 1;
    else if (number >= 0) last[stream] = number;
    return isLate;
  }
}

/** The receptions of each subscriber: its own, or those of its group. */
export function receptionsFor(
  streams: readonly Stream[],
  subscribers: readonly { readonly streams: readonly number[]; readonly group?: string }[],
  detailsOf: (stream: number, subscriber: number) => Pick<Reception, "times" | "onArrived">,
): readonly (readonly (Reception | undefined)[])[] {
  const groups = new Map<string, (Reception | undefined)[]>();
  return subscribers.map(({ streams: own, group }, subscriber) => {
    const shared = group === undefined ? undefined : groups.get(group);
    if (shared !== undefined) return shared;
    const receptions: (Reception | undefined)[] = [];
    for (const index of own) {
      const stream = streams[index] as Stream;
      receptions[index] = { stream, tracker: new SequenceTracker(), ...detailsOf(index, subscriber) };
    }
    if (group !== undefined) groups.set(group, receptions);
    return receptions;
  });
}
