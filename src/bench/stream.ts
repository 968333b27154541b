import type { Clock } from "../clock.ts";
import type { QoS } from "../codec/index.ts";
import type { BenchClient } from "./bench-client.ts";
import type { DueTimes } from "./due-times.ts";
import type { Stamps } from "./payload-stamp.ts";
import { PendingTimes } from "./pending-times.ts";
import { ticksOf, wholeTicksOf } from "./ticks.ts";

/** What the streams of a group share. */
export interface FlowContext {
  readonly qos: QoS;
  readonly retain: boolean;
  readonly stamps: Stamps;
  /** Of acknowledgements, where nobody subscribes. */
  readonly times: DueTimes;
  readonly clock: Clock;
  /** Ends the measurement: with this error nothing more can be measured. */
  fail(error: unknown): void;
}

/** The messages of one publisher: sends them, stamped, and knows how far they have got. Nothing is allocated per message. */
export class Stream {
  readonly index: number;
  readonly topic: string;
  readonly key: number;
  /** Arrivals that each message leads to. 0: nobody subscribes, and what counts is the acknowledgement. */
  readonly fanout: number;
  /** Set once connected. */
  publisher: BenchClient | undefined;
  /** Messages handed to the publisher; also the next sequence number. */
  sent = 0;
  /** QoS 1 and 2: handshakes completed. */
  acknowledged = 0;
  /** Steps forward of all its receivers: `fanout` for each message that arrived everywhere or is behind one that did. */
  progress = 0;
  /** True from a send that found no room until the publisher says that there is room again. */
  isHeldBack = false;
  /** Its turn in the schedule of its load. */
  place = 0;
  /** How the load goes on after something got through, at the time it was noticed, and after `isHeldBack` ended. */
  onArrival: (stream: Stream, now: number) => void = ignore;
  onRoom: (stream: Stream) => void = ignore;

  readonly stamps: Stamps;
  readonly qos: QoS;
  /** Counts what is due, where more is told than the sum of all. */
  readonly onSent: ((whole: number) => void) | undefined;

  readonly #context: FlowContext;
  /** Where acknowledgements are timed. */
  readonly #pending: PendingTimes | undefined;
  readonly #message: { topic: string; payload: Uint8Array; qos: QoS; retain: boolean };

  constructor(
    context: FlowContext,
    {
      index,
      topic,
      key,
      fanout,
      onSent,
    }: Pick<Stream, "index" | "topic" | "key" | "fanout"> & Partial<Pick<Stream, "onSent">>,
  ) {
    this.index = index;
    this.topic = topic;
    this.key = key;
    this.fanout = fanout;
    this.stamps = context.stamps;
    this.qos = context.qos;
    this.onSent = onSent;
    this.#context = context;
    this.#pending = fanout === 0 && context.qos > 0 ? new PendingTimes() : undefined;
    this.#message = { topic, payload: NO_BYTES, qos: context.qos, retain: context.retain };
  }

  /** Messages under way, as far as arrivals tell; those lost before the last arrival are not among them. */
  get underWay(): number {
    if (this.fanout === 1) return this.sent - this.progress;
    if (this.fanout > 1) return this.sent - Math.floor(this.progress / this.fanout);
    return this.#context.qos === 0 ? 0 : this.sent - this.acknowledged;
  }

  /** True when no acknowledgement is expected any more. */
  get isAcknowledged(): boolean {
    return this.#context.qos === 0 || this.acknowledged >= this.sent;
  }

  /** Sends the next message, due at `intended` and sent at `now`, both in milliseconds. False: there is no room. */
  send(intended: number, now: number): boolean {
    const number = this.sent;
    const message = this.#message;
    const dueTicks = ticksOf(intended);
    const nowTicks = ticksOf(now);
    message.payload = this.#context.stamps.write(this.key, this.index, number, dueTicks, nowTicks);
    try {
      if (!this.publisher?.tryPublish(message, number)) {
        this.isHeldBack = true;
        return false;
      }
    } catch (error) {
      this.isHeldBack = true;
      this.#context.fail(error);
      return false;
    }
    this.sent = number + 1;
    this.onSent?.(wholeTicksOf(intended));
    this.#pending?.add(number, dueTicks, nowTicks);
    return true;
  }

  /** The handshake of message `number` is complete. */
  acknowledge(number: number): void {
    this.acknowledged += 1;
    if (this.#pending === undefined) return;
    const now = this.#context.clock.now();
    const { times } = this.#context;
    times.record(wholeTicksOf(now), ticksOf(now), this.#pending.intendedOf(number), this.#pending.sentOf(number));
    this.#pending.settle();
    this.onArrival(this, now);
  }

  /** The publisher has room again. */
  resume(): void {
    this.isHeldBack = false;
    this.onRoom(this);
  }
}

const NO_BYTES = new Uint8Array(0);

function ignore(): void {}
