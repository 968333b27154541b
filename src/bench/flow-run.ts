import { Arrivals } from "./arrivals.ts";
import type { BenchProgress } from "./bench-observer.ts";
import { type ClientPlan, ClientPool } from "./client-pool.ts";
import { type Deal, deal } from "./deal.ts";
import { DueTimes, openSpan, type Span } from "./due-times.ts";
import type { FlowBooks } from "./flow-books.ts";
import { type FlowGroup, flowGroupsOf, topologyFor } from "./flow-groups.ts";
import { FlowTally } from "./flow-tally.ts";
import type { GroupTopology } from "./group-topology.ts";
import { halting } from "./halting.ts";
import { type Measured, Meter } from "./meter.ts";
import { baseTopic, keyOf, type Means, type Order } from "./order.ts";
import { pauseFor } from "./pause.ts";
import { Reporter } from "./reporter.ts";
import { Responder } from "./responder.ts";
import type { FlowScenario } from "./scenario.ts";
import { type FlowContext, Stream } from "./stream.ts";
import { type Reception, receptionsFor, Subscriber } from "./subscriber.ts";
import { wholeTicksOf } from "./ticks.ts";
import { tidyUp } from "./tidy-up.ts";
import { within } from "./within.ts";

/** How often arrivals are looked at while draining, and how long duplicates are waited for, in milliseconds. */
const DRAIN_POLL = 10;
const LINGER = 100;
const REFUSED = 0x80;

/** How a load is driven through the stages of a measurement. Moments are the same for all workers, in the clock's milliseconds. */
export interface LoadControl {
  /** Notes when the load is to start, soon; what others send then may arrive here before `start`. */
  prepare(at: number): void;
  start(at: number): void;
  beginMeasuring(): void;
  endMeasuring(): void;
  /** Settles when the load has nothing more to send. */
  readonly finished: Promise<void>;
  /** True: what is measured ends when the load is finished and all has arrived, not after the plan's duration. */
  readonly isCounted: boolean;
  stop(): void;
}

/** Connections and stages of a measurement in which messages flow: connect, warm up, measure, drain, disconnect. */
export class FlowRun {
  /** Those that are published from here. */
  readonly streams: readonly Stream[];
  readonly meter: Meter;
  /** Of the whole measurement, unless it has groups. */
  readonly span: Span = openSpan();
  readonly #groups: readonly FlowGroup[];
  readonly #books: FlowBooks | undefined;
  /** All of the measurement: what arrives here may be sent elsewhere. */
  readonly #all: readonly Stream[];
  readonly #order: Order;
  readonly #means: Means;
  readonly #pool: ClientPool;
  /** By place; those of other workers are absent. */
  readonly #subscribers: readonly (Subscriber | undefined)[];
  readonly #receptions: readonly Reception[];
  readonly #tally: FlowTally;
  readonly #responders: readonly (Responder | undefined)[];
  readonly #topology: GroupTopology;
  readonly #deal: Deal;
  readonly #halt = new AbortController();
  readonly #signal: AbortSignal;
  readonly #reporter: Reporter;

  /** `loop` is how it is loaded; where the cell has groups, there are books in which theirs is kept apart. */
  constructor(
    scenario: FlowScenario,
    order: Order,
    means: Means,
    loop: "open" | "closed",
    {
      books,
      meter = new Meter(order, means, scenario.operation),
    }: { readonly books?: FlowBooks; readonly meter?: Meter } = {},
  ) {
    const { cell } = order;
    const { clock, team } = means;
    this.#order = order;
    this.#means = means;
    this.#books = books;
    this.#signal = AbortSignal.any([means.signal, this.#halt.signal]);
    this.meter = meter;
    const fail = (error: unknown) => this.#halt.abort(error);
    this.#pool = new ClientPool(order, means, this.meter.connect, fail);
    this.#groups = flowGroupsOf(order);
    const topology = topologyFor(scenario, order);
    this.#topology = topology;
    this.#deal = deal(topology, team.size);

    const { latency } = this.meter;
    const serviceLatency = loop === "open" ? this.meter.serviceLatency : undefined;
    const times = new DueTimes([{ span: this.span, latency, serviceLatency }]);
    const contexts = this.#groups.map(({ qos, retain, stamps }, group): FlowContext => {
      return { qos, retain, stamps, clock, fail, times: books?.acknowledgementsOf(group) ?? times };
    });
    const copies = copiesOf(topology);
    this.#all = topology.publishers.map((topic, index) => {
      const group = topology.publisherGroups[index] as number;
      const own = copies[index] ?? new Map<number, number>();
      const fanout = [...own.values()].reduce((sum, count) => sum + count, 0);
      const onSent = books?.onSentOf(group, own);
      const key = keyOf(order, index);
      const stream = new Stream(contexts[group] as FlowContext, { index, topic, key, fanout, onSent });
      stream.place = index;
      return stream;
    });
    this.streams = this.#all.filter((_, index) => this.#deal.publishers[index] === team.index);
    const isHere = (place: number) => this.#deal.subscribers[place] === team.index;
    const receptions = receptionsFor(
      this.#all,
      topology.subscribers.map((subscriber, place) => (isHere(place) ? subscriber : { streams: [] })),
      (stream, place) =>
        books?.receptionOf(topology.publisherGroups[stream] as number, topology.subscriberGroups[place] as number) ?? {
          times,
          onArrived: undefined,
        },
    );
    this.#receptions = [...new Set(receptions.flat())].filter((reception) => reception !== undefined);
    const arrivals = new Arrivals(clock);
    this.#subscribers = topology.subscribers.map(({ group }, place) =>
      isHere(place) ? new Subscriber(arrivals, receptions[place] ?? [], group !== undefined) : undefined,
    );
    const units = new Map<readonly (Reception | undefined)[], Subscriber[]>();
    for (const [place, subscriber] of this.#subscribers.entries()) {
      const own = receptions[place] ?? [];
      if (subscriber !== undefined) units.set(own, [...(units.get(own) ?? []), subscriber]);
    }
    this.#tally = new FlowTally({
      ...{
        streams: this.streams,
        subscribers: this.#subscribers,
        receptions: this.#receptions,
        units,
        topology,
        books,
      },
      isDuplicateAllowed: cell.qos === 1,
    });
    this.#responders = (topology.responders ?? []).map(({ answerTo }, place) =>
      this.#deal.responders[place] === team.index ? new Responder(answerTo, cell.qos, fail) : undefined,
    );
    this.#reporter = new Reporter(
      means,
      this.meter,
      () => this.#tally.completed(),
      () => this.#tally.failures(),
    );
  }

  /** How many streams there are, those of other workers too. */
  get total(): number {
    return this.#all.length;
  }

  /** Those of a group that are sent from here, with their places among all of the group. */
  streamsOf(group: number): { readonly streams: readonly Stream[]; readonly total: number } {
    const all = this.#all.filter(({ index }) => this.#topology.publisherGroups[index] === group);
    for (const [place, stream] of all.entries()) stream.place = place;
    const own = all.filter(({ index }) => this.#deal.publishers[index] === this.#means.team.index);
    return { streams: own, total: all.length };
  }

  /** Goes through all stages; answers with what ended it early, if anything did. */
  async under(load: LoadControl): Promise<unknown> {
    const { warmUp, duration, drainTimeout } = this.#order.plan;
    const { clock, team } = this.#means;
    this.#enter("connecting");
    try {
      await halting(this.#signal, this.#open());
      const { at } = await halting(this.#signal, team.meet(undefined));
      this.#shareProgress();
      load.prepare(at);
      await halting(this.#signal, team.meet(undefined));
      this.#enter("warming up");
      load.start(at);
      await pauseFor(Math.max(0, at + warmUp - clock.now()), this.#signal);
      this.#enter("measuring");
      this.meter.begin(() => this.#tally.completed(), warmUp === 0 ? at : undefined);
      // What the first of the workers sends may be all, and has to count at those that are late.
      if (warmUp > 0) await halting(this.#signal, team.meet(undefined));
      load.beginMeasuring();
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
      this.#tally.isDrained = true;
      // What one of the workers tidies up would come to the others.
      await halting(this.#signal, team.meet(undefined));
      return undefined;
    } catch (error) {
      return error;
    } finally {
      load.stop();
      this.meter.end();
      this.#reporter.stop();
      await tidyUp({
        topology: this.#topology,
        groups: this.#groups,
        streams: this.streams,
        subscribers: this.#subscribers,
        pool: this.#pool,
        barrier: `${baseTopic(this.#order)}/barrier`,
        worker: this.#means.team.index,
      });
      await this.#pool.close();
    }
  }

  /** What is due from that moment on (in the clock's milliseconds) is measured, wherever it was sent. */
  measureFrom(at: number): void {
    this.span.from = wholeTicksOf(at);
  }

  measureUntil(at = this.#means.clock.now()): void {
    this.span.until = wholeTicksOf(at);
  }

  measured(): Measured | undefined {
    const { isDrained } = this.#tally;
    const measured = this.meter.measured(this.#tally.counts(), isDrained);
    if (measured === undefined || this.#books === undefined) return measured;
    const seconds = Math.min(measured.seconds, this.#books.seconds);
    const slices = this.#books.slices(this.#tally.ends(this.#groups.length), seconds, isDrained);
    const payloadBytesPerSecond = this.#books.payloadBytesPerSecond(seconds);
    return { ...measured, throughput: { ...measured.throughput, payloadBytesPerSecond }, slices };
  }

  async #open(): Promise<void> {
    const { responders = [], subscribers, subscriberGroups, subscriberClients } = this.#topology;
    const pool = this.#pool;
    const listening: ClientPlan[] = [
      ...subscribers.flatMap(({ filters, publisher }, index): ClientPlan[] => {
        const subscriber = this.#subscribers[index];
        if (subscriber === undefined) return [];
        const { subscribeQos: qos, optionsOf } = this.#groups[subscriberGroups[index] as number] as FlowGroup;
        const stream = publisher === undefined ? undefined : this.#all[publisher];
        return [
          {
            ...{ role: `s${index}`, filters, qos, ignoresRetained: true },
            options: optionsOf(subscriberClients[index] as number),
            handlers: {
              onMessage: (message) => subscriber.receive(message),
              ...(stream && this.#publishing(stream).handlers),
            },
            onConnected: (client) => {
              subscriber.client = client;
              if (stream !== undefined) stream.publisher = client;
            },
          },
        ];
      }),
      ...responders.flatMap(({ filter }, index): ClientPlan[] => {
        const responder = this.#responders[index];
        if (responder === undefined) return [];
        return [
          {
            ...{ role: `r${index}`, filters: [filter], handlers: responder.handlers },
            onConnected: (client) => {
              responder.client = client;
            },
          },
        ];
      }),
    ];
    await pool.open(listening, this.#signal);
    const publishing = this.streams.filter(({ publisher }) => publisher === undefined);
    await pool.open(
      publishing.map((stream) => this.#publishing(stream)),
      this.#signal,
    );
  }

  #publishing(stream: Stream): ClientPlan {
    const { publisherGroups, publisherClients } = this.#topology;
    const { qos, optionsOf } = this.#groups[publisherGroups[stream.index] as number] as FlowGroup;
    return {
      role: `p${stream.index}`,
      options: optionsOf(publisherClients[stream.index] as number),
      handlers: {
        onPublished: (number, reasonCode, reasonString) => {
          stream.acknowledge(number);
          if (reasonCode >= REFUSED) this.#pool.failRefused(stream.topic, reasonCode, reasonString, qos);
        },
        onReady: () => stream.resume(),
      },
      onConnected: (client) => {
        stream.publisher = client;
      },
    };
  }

  /** In a closed loop, what arrives at one worker lets another one send. */
  #shareProgress(): void {
    const { team, clock } = this.#means;
    const { progress } = team;
    if (progress === undefined) return;
    for (const { stream } of this.#receptions) {
      const owner = this.#deal.publishers[stream.index] as number;
      if (owner !== team.index) stream.onArrival = () => progress.tell(stream.index, owner, stream.progress);
    }
    const told = new Int32Array(this.#all.length);
    progress.onTold = () => {
      const now = clock.now();
      for (const stream of this.streams) {
        const others = progress.othersOf(stream.index);
        const steps = (others - (told[stream.index] as number)) | 0;
        if (steps === 0) continue;
        told[stream.index] = others;
        stream.progress += steps;
        stream.onArrival(stream, now);
      }
    };
  }

  /** Waits until everything has arrived and been acknowledged, or nothing has come for `timeout`. */
  async #drain(timeout: number): Promise<void> {
    const { clock, team } = this.#means;
    // What others have sent is to arrive here; nobody sends any more.
    const { all } = await halting(this.#signal, team.meet(this.#all.map(({ sent }) => sent)));
    this.#tally.sent = this.#all.map(({ index }) => all.reduce((sum, sent) => sum + (sent[index] ?? 0), 0));
    let before = this.#tally.seen();
    let since = clock.now();
    while (!this.#tally.isSettled()) {
      await pauseFor(DRAIN_POLL, this.#signal);
      const now = this.#tally.seen();
      if (now !== before) {
        before = now;
        since = clock.now();
      } else if (clock.now() - since > timeout) {
        return;
      }
    }
  }

  #enter(stage: BenchProgress["stage"]): void {
    this.#reporter.enter(stage);
  }
}

/** By stream: how often each of its messages is to come to each group; a shared subscription is one. */
function copiesOf({ subscribers, subscriberGroups }: GroupTopology): readonly Map<number, number>[] {
  const copies: Map<number, number>[] = [];
  const shared = new Set<string>();
  for (const [place, { streams, group }] of subscribers.entries()) {
    if (group !== undefined && shared.has(group)) continue;
    if (group !== undefined) shared.add(group);
    const to = subscriberGroups[place] as number;
    for (const stream of streams) {
      const own = copies[stream] ?? new Map<number, number>();
      copies[stream] = own.set(to, (own.get(to) ?? 0) + 1);
    }
  }
  return copies;
}
