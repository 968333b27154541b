import type { MessageCounts } from "./bench-result.ts";
import type { FlowBooks, GroupEnd } from "./flow-books.ts";
import type { GroupTopology } from "./group-topology.ts";
import type { Stream } from "./stream.ts";
import type { Reception, Subscriber } from "./subscriber.ts";

/** What is counted: the streams, subscribers and receptions of one worker. */
export interface Tallied {
  readonly topology: GroupTopology;
  readonly streams: readonly Stream[];
  /** By place; those of other workers are absent. */
  readonly subscribers: readonly (Subscriber | undefined)[];
  readonly receptions: readonly Reception[];
  /** What arrives at one subscriber, or at all members of a shared subscription. */
  readonly units: ReadonlyMap<readonly (Reception | undefined)[], readonly Subscriber[]>;
  /** Where groups of clients are kept apart. */
  readonly books: FlowBooks | undefined;
  /** QoS 1 may deliver twice. */
  readonly isDuplicateAllowed: boolean;
}

/** What was sent, has arrived, is missing, or came but not as it should, as far as one worker can tell. */
export class FlowTally {
  /** Messages of each stream, wherever it was sent; known when nothing is sent any more. */
  sent: readonly number[] | undefined;
  /** What is missing now will not come. */
  isDrained = false;
  readonly #of: Tallied;

  constructor(tallied: Tallied) {
    this.#of = tallied;
  }

  /** Operations: arrivals; where nobody subscribes, acknowledgements, or what was handed to the network. */
  completed(): number {
    const { topology, streams } = this.#of;
    if (topology.subscribers.length > 0) return this.#delivered();
    return streams.reduce((sum, stream) => sum + (stream.qos === 0 ? stream.sent : stream.acknowledged), 0);
  }

  counts(): MessageCounts {
    const { streams, receptions, books } = this.#of;
    const received = (of: (reception: Reception) => number) =>
      receptions.reduce((sum, reception) => sum + of(reception), 0);
    const delivered = received(({ tracker }) => tracker.delivered);
    const duplicated = received(({ tracker }) => tracker.duplicated);
    const corrupted = this.#corrupted();
    return {
      sent: streams.reduce((sum, stream) => sum + stream.sent, 0),
      ...{ expected: this.#expected(), received: delivered + duplicated + corrupted, duplicated, corrupted },
      ...(books && { redelivered: books.redelivered }),
      lost: this.isDrained ? this.#lost() : 0,
      reordered: this.#reordered(),
      unacknowledged: this.isDrained ? streams.reduce((sum, stream) => sum + unacknowledgedOf(stream), 0) : 0,
    };
  }

  /** Of each of so many groups: what its clients here know at the end. */
  ends(groups: number): readonly GroupEnd[] {
    const { topology, streams, subscribers } = this.#of;
    const { publisherGroups, subscriberGroups } = topology;
    return Array.from({ length: groups }, (_, group) => ({
      unacknowledged: streams.reduce(
        (sum, stream) =>
          sum + (publisherGroups[stream.index] === group && this.isDrained ? unacknowledgedOf(stream) : 0),
        0,
      ),
      corrupted: subscribers.reduce(
        (sum, subscriber, place) => sum + (subscriberGroups[place] === group ? (subscriber?.corrupted ?? 0) : 0),
        0,
      ),
    }));
  }

  /** What is known to be wrong while it runs. */
  failures(): number {
    const { duplicated, redelivered, reordered, corrupted } = this.counts();
    const allowed = redelivered ?? (this.#of.isDuplicateAllowed ? duplicated : 0);
    return duplicated - allowed + reordered + corrupted;
  }

  /** Changes with everything that arrives or is acknowledged. */
  seen(): number {
    const acknowledged = this.#of.streams.reduce((sum, stream) => sum + stream.acknowledged, 0);
    return this.#delivered() + this.#corrupted() + acknowledged;
  }

  /** True when everything has arrived and been acknowledged. */
  isSettled(): boolean {
    if (!this.#of.streams.every((stream) => stream.isAcknowledged)) return false;
    return this.#delivered() + this.#corrupted() >= this.#expected();
  }

  /** Members of a shared subscription run at different speeds, so each of them is looked at alone. */
  #reordered(): number {
    let reordered = 0;
    for (const [receptions, members] of this.#of.units) {
      const isShared = members.some(({ isShared }) => isShared);
      for (const reception of isShared ? [] : receptions) reordered += reception?.tracker.reordered ?? 0;
      if (isShared) for (const member of members) reordered += member.reordered;
    }
    return reordered;
  }

  /** Of what each subscriber (or group) was to get: what came to the wrong one does not make up for it. */
  #lost(): number {
    let lost = 0;
    for (const [receptions, members] of this.#of.units) {
      let missing = 0;
      for (const reception of receptions) {
        if (reception !== undefined) missing += this.#sentOf(reception) - reception.tracker.delivered;
      }
      lost += Math.max(
        0,
        members.reduce((left, { corrupted }) => left - corrupted, missing),
      );
    }
    return lost;
  }

  #delivered(): number {
    let sum = 0;
    for (const { tracker } of this.#of.receptions) sum += tracker.delivered;
    return sum;
  }

  #corrupted(): number {
    return this.#of.subscribers.reduce((sum, subscriber) => sum + (subscriber?.corrupted ?? 0), 0);
  }

  /** Arrivals that are to come here. */
  #expected(): number {
    return this.#of.receptions.reduce((sum, reception) => sum + this.#sentOf(reception), 0);
  }

  /** What was sent of a stream, as far as it is known here. */
  #sentOf({ stream, tracker }: Pick<Reception, "stream" | "tracker">): number {
    return this.sent?.[stream.index] ?? Math.max(stream.sent, tracker.next);
  }
}

function unacknowledgedOf(stream: Stream): number {
  return stream.qos === 0 ? 0 : stream.sent - stream.acknowledged;
}
