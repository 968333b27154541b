import type { ReceivedMessage } from "../client/index.ts";
import type { Clock } from "../clock.ts";
import type { QoS } from "../codec/index.ts";
import type { BenchClient } from "./bench-client.ts";
import type { LatencyRecorder } from "./latency-recorder.ts";
import type { PayloadStamps } from "./payload-stamp.ts";
import { SequenceTracker } from "./sequence-tracker.ts";
import { ticksBetween, ticksOf } from "./ticks.ts";

/** What all pairs of a measurement share. */
export interface PairContext {
  readonly qos: QoS;
  readonly stamps: PayloadStamps;
  readonly latency: LatencyRecorder;
  readonly serviceLatency: LatencyRecorder;
  readonly clock: Clock;
  /** Ends the measurement: with this error nothing more can be measured. */
  fail(error: unknown): void;
}

/**
 * One publisher and the one subscriber that gets its messages: sends stamped messages and checks what arrives.
 * Nothing here is allocated per message.
 */
export class Pair {
  readonly index: number;
  readonly topic: string;
  readonly tracker = new SequenceTracker();
  /** Set once connected. */
  publisher: BenchClient | undefined;
  subscriber: BenchClient | undefined;
  /** Messages handed to the publisher; also the next sequence number. */
  sent = 0;
  /** QoS 1 and 2: handshakes completed. */
  acknowledged = 0;
  /** Arrived, but not as it was sent. */
  corrupted = 0;
  /** True from a send that found no room until the publisher says that there is room again. */
  isHeldBack = false;
  /** Messages from `measureFrom` to before `measureUntil` enter the latencies. */
  measureFrom = Number.POSITIVE_INFINITY;
  measureUntil = Number.POSITIVE_INFINITY;
  /** How the load goes on after an arrival, at the time it was noticed, and after `isHeldBack` ended. */
  onArrival: (pair: Pair, now: number) => void = ignore;
  onRoom: (pair: Pair) => void = ignore;

  readonly #context: PairContext;
  readonly #key: number;
  readonly #message: { topic: string; payload: Uint8Array; qos: QoS; retain: boolean };

  constructor(context: PairContext, identity: { index: number; topic: string; key: number }) {
    this.index = identity.index;
    this.topic = identity.topic;
    this.#context = context;
    this.#key = identity.key;
    this.#message = { topic: identity.topic, payload: NO_BYTES, qos: context.qos, retain: false };
  }

  /** Messages under way, as far as the last arrival tells; those lost before it are not among them. */
  get underWay(): number {
    return this.sent - this.tracker.next;
  }

  get received(): number {
    return this.tracker.delivered + this.tracker.duplicated + this.corrupted;
  }

  /** True when nothing more is expected to arrive. */
  get isSettled(): boolean {
    const answered = this.#context.qos === 0 || this.acknowledged >= this.sent;
    return answered && this.tracker.delivered + this.corrupted >= this.sent;
  }

  /** Sends the next message, due at `intended` and sent at `now`, both in milliseconds. False: there is no room. */
  send(intended: number, now: number): boolean {
    const message = this.#message;
    message.payload = this.#context.stamps.write(this.#key, this.sent, ticksOf(intended), ticksOf(now));
    try {
      if (!this.publisher?.tryPublish(message)) {
        this.isHeldBack = true;
        return false;
      }
    } catch (error) {
      this.isHeldBack = true;
      this.#context.fail(error);
      return false;
    }
    this.sent += 1;
    return true;
  }

  receive(message: Pick<ReceivedMessage, "bytes" | "payloadStart" | "payloadEnd">): void {
    const { stamps, latency, serviceLatency } = this.#context;
    const now = this.#context.clock.now();
    if (!stamps.read(this.#key, message.bytes, message.payloadStart, message.payloadEnd)) {
      this.corrupted += 1;
      return;
    }
    const number = this.tracker.accept(stamps.sequence);
    if (number >= this.measureFrom && number < this.measureUntil) {
      const ticks = ticksOf(now);
      latency.record(ticksBetween(stamps.intended, ticks));
      serviceLatency.record(ticksBetween(stamps.sent, ticks));
    }
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
