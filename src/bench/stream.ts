import type { Clock } from "../clock.ts";
import type { QoS } from "../codec/index.ts";
import type { Arrivals } from "./arrivals.ts";
import type { BenchClient } from "./bench-client.ts";
import type { LatencyRecorder } from "./latency-recorder.ts";
import type { Stamps } from "./payload-stamp.ts";
import { PendingTimes } from "./pending-times.ts";
import { ticksBetween, ticksOf } from "./ticks.ts";

/** What all streams and subscribers of a measurement share. */
export interface FlowContext {
  readonly qos: QoS;
  readonly stamps: Stamps;
  readonly arrivals: Arrivals;
  readonly latency: LatencyRecorder;
  /** Undefined in a closed loop, where messages are sent when they are due. */
  readonly serviceLatency: LatencyRecorder | undefined;
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
  /** Messages from `measureFrom` to before `measureUntil` enter the latencies. */
  measureFrom = Number.POSITIVE_INFINITY;
  measureUntil = Number.POSITIVE_INFINITY;
  /** How the load goes on after something got through, at the time it was noticed, and after `isHeldBack` ended. */
  onArrival: (stream: Stream, now: number) => void = ignore;
  onRoom: (stream: Stream) => void = ignore;

  readonly #context: FlowContext;
  /** Where acknowledgements are timed. */
  readonly #pending: PendingTimes | undefined;
  readonly #message: { topic: string; payload: Uint8Array; qos: QoS; retain: boolean };

  constructor(
    context: FlowContext,
    { index, topic, key, fanout }: Pick<Stream, "index" | "topic" | "key" | "fanout">,
    retain = false,
  ) {
    this.index = index;
    this.topic = topic;
    this.key = key;
    this.fanout = fanout;
    this.#context = context;
    this.#pending = fanout === 0 && context.qos > 0 ? new PendingTimes() : undefined;
    this.#message = { topic, payload: NO_BYTES, qos: context.qos, retain };
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
    this.#pending?.add(number, dueTicks, nowTicks);
    return true;
  }

  /** The handshake of message `number` is complete. */
  acknowledge(number: number): void {
    this.acknowledged += 1;
    if (this.#pending === undefined) return;
    const { clock, latency, serviceLatency } = this.#context;
    const now = clock.now();
    if (number >= this.measureFrom && number < this.measureUntil) {
      const ticks = ticksOf(now);
      latency.record(ticksBetween(this.#pending.intendedOf(number), ticks));
      serviceLatency?.record(ticksBetween(this.#pending.sentOf(number), ticks));
    }
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
