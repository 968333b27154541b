import type { Clock } from "../clock.ts";
import type { DueTimes } from "./due-times.ts";
import type { SendSchedule } from "./send-schedule.ts";
import type { Stream } from "./stream.ts";

/**
 * What is due is sent in portions, so that sockets are served between them also when the generator is behind: of this
 * size, or of several messages for each stream, because a write for every single message could not keep up.
 */
const PORTION = 1024;
const PORTION_PER_STREAM = 16;

/** The streams of a schedule that are sent from here, each with its place; `total`: how many there are everywhere. */
export interface Lanes {
  readonly streams: readonly Stream[];
  readonly total: number;
}

/**
 * Sends on a schedule, whatever arrives: the messages of the schedule go to the streams in turn, and those of streams that
 * others send are passed over. Between due times it
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
  readonly #byPlace: readonly (Stream | undefined)[];
  readonly #total: number;
  /** Messages of the schedule that are ours. */
  readonly #count: number;
  readonly #lag: DueTimes;
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

  constructor({ streams, total }: Lanes, schedule: SendSchedule, lag: DueTimes, clock: Clock) {
    const byPlace = new Array<Stream | undefined>(total).fill(undefined);
    for (const stream of streams) byPlace[stream.place] = stream;
    this.#streams = streams;
    this.#byPlace = byPlace;
    this.#total = total;
    this.#schedule = schedule;
    this.#lag = lag;
    this.#clock = clock;
    this.#portion = Math.max(PORTION, PORTION_PER_STREAM * streams.length);
    this.#due = new Float64Array(total);
    this.#heldBackUntil = new Float64Array(total);
    this.#count = streams.reduce((sum, { place }) => sum + this.#shareOf(place, schedule.count), 0);
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
    if (this.#count === 0) this.#finish();
  }

  /** Messages that the schedule has and that were not sent. */
  get unsent(): number {
    return this.#count - this.#sent;
  }

  /** True while a publisher has no room; after `stop`, whether one had none then. */
  get isHeldBack(): boolean {
    return this.#waiting > 0;
  }

  /** Message 0 is due at `startAt`, in the clock's milliseconds. */
  start(startAt: number): void {
    this.#startedAt = startAt;
    this.#isRunning = true;
    for (const stream of this.#streams) stream.onRoom = (self) => this.#goOn(self);
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
    const due = this.#dueNow();
    for (let portion = this.#portion; this.#given < due && portion > 0; this.#given++) {
      const place = this.#turn;
      this.#turn = place + 1 === this.#total ? 0 : place + 1;
      const stream = this.#byPlace[place];
      if (stream === undefined) continue;
      portion -= 1;
      this.#due[place] = (this.#due[place] as number) + 1;
      this.#sendDue(stream);
    }
    if (this.#given < this.#schedule.count && this.#waiting < this.#streams.length) this.#spin();
  };

  /** A stream has room again: what became due meanwhile was held back. */
  #goOn(stream: Stream): void {
    if (!this.#isRunning) return;
    this.#waiting -= 1;
    this.#heldBackUntil[stream.place] = this.#shareOf(stream.place, this.#dueNow());
    this.#sendDue(stream);
    this.#spin();
  }

  #sendDue(stream: Stream): void {
    const due = this.#due[stream.place] as number;
    while (this.#isRunning && !stream.isHeldBack && stream.sent < due) {
      const number = stream.sent;
      const intended = this.#startedAt + this.#schedule.timeOf(number * this.#total + stream.place);
      const now = this.#clock.now();
      if (!stream.send(intended, now)) {
        this.#waiting += 1;
        return;
      }
      this.#sent += 1;
      if (number < (this.#heldBackUntil[stream.place] as number)) this.heldBack += 1;
      else this.#lag.recordLag(intended, now);
    }
    if (this.unsent === 0) this.#finish();
  }

  #dueNow(): number {
    return this.#schedule.dueBy(this.#clock.now() - this.#startedAt);
  }

  /** How many of the first `count` messages of the schedule belong to the stream of that place. */
  #shareOf(place: number, count: number): number {
    return Math.max(0, Math.ceil((count - place) / this.#total));
  }
}
