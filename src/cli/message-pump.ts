import type { Client, ClientHandlers, OutgoingMessage } from "../client/index.ts";
import { type Clock, systemClock } from "../clock.ts";
import type { ReasonCode } from "../codec/index.ts";
import { MqtkError } from "../errors.ts";

/** A message, and when it is to be sent, on the clock of the pump; what is in the past is sent at once. */
export interface DueMessage {
  readonly message: OutgoingMessage;
  readonly at: number;
}

/** Gives the next message; undefined behind the last one. */
export type MessageSource = () => DueMessage | undefined | Promise<DueMessage | undefined>;

/** What became of the messages. */
export interface PumpResult {
  readonly published: number;
  readonly refused: number;
  /** Of the first message that was refused. */
  readonly refusal: ReasonCode | undefined;
  /** How late the latest message was, in milliseconds. */
  readonly maximumLag: number;
}

/** The part of the client that the pump needs. */
export type PumpClient = Pick<Client, "tryPublish" | "flushed">;

/**
 * Publishes messages when they are due, as fast as the broker takes them where they are overdue. Nothing is asked of the
 * source before what it gave last is sent, so memory stays flat.
 */
export class MessagePump {
  readonly handlers: ClientHandlers = {
    onReady: () => this.#wake(),
    onPublished: (_token, reasonCode) => this.#acknowledged(reasonCode),
    onEnd: (cause) => {
      this.#failure ??= cause ?? new MqtkError("connection-lost", "the connection ended");
      this.#wake();
    },
  };
  readonly #onRefused: (reasonCode: ReasonCode) => void;
  readonly #clock: Clock;
  #isStopped = false;
  #failure: MqtkError | undefined;
  #wake: () => void = () => {};
  #published = 0;
  #awaited = 0;
  #acknowledgements = 0;
  #refused = 0;
  #refusal: ReasonCode | undefined;
  #maximumLag = 0;

  /** `onRefused` hears of the first refusal when it comes; the result counts all of them. */
  constructor(onRefused: (reasonCode: ReasonCode) => void, clock: Clock = systemClock) {
    this.#onRefused = onRefused;
    this.#clock = clock;
  }

  /** Publishes everything; resolves when the last message is acknowledged (QoS 0: handed over to the network). */
  async run(client: PumpClient, next: MessageSource): Promise<PumpResult> {
    while (!this.#isStopped) {
      const coming = next();
      const due = coming instanceof Promise ? await coming : coming;
      if (due === undefined) break;
      const { at, message } = due;
      for (let wait = at - this.#clock.now(); wait > 0 && this.#goesOn(); wait = at - this.#clock.now()) {
        await this.#pause(wait);
      }
      while (this.#goesOn() && !this.#publish(client, message)) await this.#pause(undefined);
      this.#maximumLag = Math.max(this.#maximumLag, this.#clock.now() - at);
    }
    while (this.#goesOn() && this.#acknowledgements < this.#awaited) await this.#pause(undefined);
    if (this.#goesOn()) await client.flushed();
    return {
      published: this.#published,
      refused: this.#refused,
      refusal: this.#refusal,
      maximumLag: this.#maximumLag,
    };
  }

  /** Publishes no more; resolves `run` with what was published so far. */
  stop(): void {
    this.#isStopped = true;
    this.#wake();
  }

  #goesOn(): boolean {
    if (this.#failure !== undefined) throw this.#failure;
    return !this.#isStopped;
  }

  #publish(client: PumpClient, message: OutgoingMessage): boolean {
    if (!client.tryPublish(message)) return false;
    this.#published++;
    if (message.qos > 0) this.#awaited++;
    return true;
  }

  #acknowledged(reasonCode: ReasonCode): void {
    this.#acknowledgements++;
    if (reasonCode >= 0x80 && this.#refused++ === 0) {
      this.#refusal = reasonCode;
      this.#onRefused(reasonCode);
    }
    if (this.#acknowledgements === this.#awaited) this.#wake();
  }

  /** Until so much time has passed, or nearly, or something has happened. */
  #pause(milliseconds: number | undefined): Promise<void> {
    if (milliseconds !== undefined && milliseconds <= TIMER_ERROR) return sleepBriefly(milliseconds);
    return new Promise((resolve) => {
      const timer =
        milliseconds === undefined
          ? undefined
          : setTimeout(resolve, Math.min(milliseconds - TIMER_ERROR, LONGEST_TIMER));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Timers count whole milliseconds and fire late by up to this; never early. */
const TIMER_ERROR = 2;
const LONGEST_TIMER = 0x7fff_ffff;
/**
 * No turn is held up for longer, in milliseconds, nor for less: messages that are closer go together, which costs them that
 * much at most, and spares both ends a wake-up for each (at 5,000/s most of what a subscriber takes).
 */
const SLEEP = { shortest: 0.8, longest: 1 };
const nobodyWakes = new Int32Array(new SharedArrayBuffer(4));

/**
 * The rest of a wait that timers are too coarse for. The thread sleeps, behind what this turn has to do (what was published
 * is written then): within 0.1 ms of its time, where a timer was up to 1.3 ms late, and without the CPU that polling takes.
 */
function sleepBriefly(milliseconds: number): Promise<void> {
  const start = performance.now();
  return new Promise((resolve) => {
    setImmediate(() => {
      const rest = milliseconds - (performance.now() - start);
      if (rest > 0) Atomics.wait(nobodyWakes, 0, 0, Math.min(Math.max(rest, SLEEP.shortest), SLEEP.longest));
      resolve();
    });
  });
}
