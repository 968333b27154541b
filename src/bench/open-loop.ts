import type { Clock } from "../clock.ts";
import type { LatencyRecorder } from "./latency-recorder.ts";
import type { SendSchedule } from "./send-schedule.ts";
import type { Stream } from "./stream.ts";
import { ticksBetween, ticksOf } from "./ticks.ts";

/**
 * What is due is sent in portions, so that sockets are served between them also when the generator is behind: of this
 * size, or of several messages for each stream, because a write for every single message could not keep up.
 */
const PORTION = 1024;
const PORTION_PER_STREAM = 16;

/**
 * Sends on a schedule, whatever arrives: the messages of the schedule go to the streams in turn. Between due times it
 * spins on setImmediate, which serves the sockets and keeps the send lag at microseconds; timers would add a millisecond.
 * While every publisher is held back there is nothing to spin for, and the broker may need the CPU.
 */
export class OpenLoop {
  /** Sends that came late because their publisher had no room: the broker's doing, so not in `lag`. */
  heldBack = 0;
  /** Settles when everything in the schedule has been sent. */
  readonly finished: Promise<void>;
  #finish: () => void = () => {};
  readonly #streams: readonly Stream[];
  readonly #schedule: SendSchedule;
  readonly #lag: LatencyRecorder;
  readonly #clock: Clock;
  readonly #portion: number;
  #startedAt = 0;
  #isRunning = false;
  #isSpinning = false;
  /** Streams that are held back. */
  #waiting = 0;
  /** Messages of the schedule that were given to their streams, and those of them that were sent. */
  #given = 0;
  #sent = 0;
  /** The stream whose turn it is. */
  #turn = 0;
  /** Per stream: how many of its messages are due, and up to which one they were late by being held back. */
  readonly #due: Float64Array;
  readonly #heldBackUntil: Float64Array;

  constructor(streams: readonly Stream[], schedule: SendSchedule, lag: LatencyRecorder, clock: Clock) {
    this.#streams = streams;
    this.#schedule = schedule;
    this.#lag = lag;
    this.#clock = clock;
    this.#portion = Math.max(PORTION, PORTION_PER_STREAM * streams.length);
    this.#due = new Float64Array(streams.length);
    this.#heldBackUntil = new Float64Array(streams.length);
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  /** Messages that the schedule has and that were not sent. */
  get unsent(): number {
    return this.#schedule.count - this.#sent;
  }

  /** True while a publisher has no room; after `stop`, whether one had none then. */
  get isHeldBack(): boolean {
    return this.#waiting > 0;
  }

  /** Message 0 is due at `startAt`, in the clock's milliseconds; messages due from `from` to before `until` (in milliseconds after that) are measured. */
  start(startAt: number, from: number, until: number): void {
    this.#startedAt = startAt;
    this.#isRunning = true;
    const first = this.#firstDueAt(from);
    const end = this.#firstDueAt(until);
    for (const stream of this.#streams) {
      stream.measureFrom = this.#shareOf(stream.index, first);
      stream.measureUntil = this.#shareOf(stream.index, end);
      stream.onRoom = (self) => this.#goOn(self);
    }
    this.#spin();
  }

  stop(): void {
    this.#isRunning = false;
  }

  #spin(): void {
    if (this.#isSpinning) return;
    this.#isSpinning = true;
    setImmediate(this.#turnAround);
  }

  readonly #turnAround = (): void => {
    this.#isSpinning = false;
    if (!this.#isRunning) return;
    const due = Math.min(this.#dueNow(), this.#given + this.#portion);
    while (this.#given < due) {
      const index = this.#turn;
      this.#turn = index + 1 === this.#streams.length ? 0 : index + 1;
      this.#given += 1;
      this.#due[index] = (this.#due[index] as number) + 1;
      this.#sendDue(this.#streams[index] as Stream);
    }
    if (this.#given < this.#schedule.count && this.#waiting < this.#streams.length) this.#spin();
  };

  /** A stream has room again: what became due meanwhile was held back. */
  #goOn(stream: Stream): void {
    if (!this.#isRunning) return;
    this.#waiting -= 1;
    this.#heldBackUntil[stream.index] = this.#shareOf(stream.index, this.#dueNow());
    this.#sendDue(stream);
    this.#spin();
  }

  #sendDue(stream: Stream): void {
    const due = this.#due[stream.index] as number;
    while (this.#isRunning && !stream.isHeldBack && stream.sent < due) {
      const number = stream.sent;
      const intended = this.#startedAt + this.#schedule.timeOf(number * this.#streams.length + stream.index);
      const now = this.#clock.now();
      if (!stream.send(intended, now)) {
        this.#waiting += 1;
        return;
      }
      this.#sent += 1;
      if (number < (this.#heldBackUntil[stream.index] as number)) {
        this.heldBack += 1;
      } else if (number >= stream.measureFrom && number < stream.measureUntil) {
        this.#lag.record(ticksBetween(ticksOf(intended), ticksOf(now)));
      }
    }
    if (this.unsent === 0) this.#finish();
  }

  #dueNow(): number {
    return this.#schedule.dueBy(this.#clock.now() - this.#startedAt);
  }

  /** The position in the schedule of the first message due at or after `elapsed`. */
  #firstDueAt(elapsed: number): number {
    const before = this.#schedule.dueBy(elapsed);
    return before > 0 && this.#schedule.timeOf(before - 1) === elapsed ? before - 1 : before;
  }

  /** How many of the first `count` messages of the schedule belong to the stream. */
  #shareOf(index: number, count: number): number {
    return Math.max(0, Math.ceil((count - index) / this.#streams.length));
  }
}
