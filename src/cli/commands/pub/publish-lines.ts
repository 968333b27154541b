import type { Readable } from "node:stream";
import type { Client, ClientHandlers, MessageEnvelope } from "../../../client/index.ts";
import { type ReasonCode, reasonCodeHex, reasonCodeName } from "../../../codec/index.ts";
import { isMqtkError, MqtkError, UsageError } from "../../../errors.ts";
import type { ReadMessage } from "../../message-from-json.ts";
import { reasonOf } from "../../system-reason.ts";
import { LineCutter } from "./line-cutter.ts";

/** The longest packet that MQTT can carry; topic and header come off it, and the client tells where that matters. */
const LONGEST_LINE = 268_435_455;

/** What happened to the lines. */
export interface LinesResult {
  readonly published: number;
  readonly refused: number;
  /** Of the first message that was refused. */
  readonly refusal: ReasonCode | undefined;
}

/** Reads the message that the line `bytes[from, to)` describes; throws UsageError where it is none. */
type ReadLine = (bytes: Buffer, from: number, to: number) => ReadMessage;

/** How lines become messages, where they are not simply payloads for one topic. */
export interface LineOptions {
  /** The byte behind each line. */
  readonly end?: number;
  /** Each line goes to all of these. */
  readonly topics?: readonly string[];
  readonly read?: ReadLine;
}

/** The part of the client that lines need. */
export type LinesClient = Pick<Client, "tryPublishRange" | "flushed">;

/**
 * Publishes each line of a stream. The stream is read only as fast as the broker takes messages, so memory stays flat
 * however long it is.
 */
export class LinePublisher {
  readonly handlers: ClientHandlers = {
    onReady: () => this.#goOn(),
    onPublished: (_token, reasonCode) => this.#acknowledged(reasonCode),
    onEnd: (cause) => this.#fail(cause ?? new MqtkError("connection-lost", "the connection ended")),
  };

  readonly #envelopes: readonly MessageEnvelope[];
  readonly #options: LineOptions;
  readonly #onRefused: (reasonCode: ReasonCode) => void;
  readonly #cutter: LineCutter;
  /** Of the line in hand: the first envelope for which there was no room, and what was read from it. */
  #next = 0;
  #read: ReadMessage | undefined;
  #lines = 0;
  #client: LinesClient | undefined;
  #input: Readable | undefined;
  #isInputOver = false;
  #isAllTaken = false;
  #published = 0;
  #awaited = 0;
  #acknowledgedCount = 0;
  #refused = 0;
  #refusal: ReasonCode | undefined;
  #settle: { resolve: (result: LinesResult) => void; reject: (reason: unknown) => void } | undefined;

  /** `onRefused` hears of the first refusal when it comes; the result counts all of them. */
  constructor(envelope: MessageEnvelope, onRefused: (reasonCode: ReasonCode) => void, options: LineOptions = {}) {
    const { topics = [envelope.topic] } = options;
    this.#envelopes = topics.map((topic) => ({ ...envelope, topic }));
    this.#onRefused = onRefused;
    this.#options = options;
    this.#cutter = new LineCutter((bytes, from, to) => this.#publishLine(bytes, from, to), LONGEST_LINE, options.end);
  }

  /** Publishes all lines; resolves when the last one is acknowledged (QoS 0: handed over to the network). */
  run(client: LinesClient, input: Readable): Promise<LinesResult> {
    this.#client = client;
    this.#input = input;
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      input.on("data", (chunk: Buffer) => this.#push(() => this.#cutter.push(chunk)));
      input.on("end", () => {
        this.#isInputOver = true;
        this.#goOn();
      });
      input.on("error", (error) => this.#fail(new UsageError(`cannot read stdin: ${reasonOf(error)}`)));
    });
  }

  /** Reads no more; resolves `run` with what was published so far. */
  stop(): void {
    this.#finish();
  }

  #push(step: () => boolean): boolean {
    try {
      const isUsedUp = step();
      if (!isUsedUp) this.#input?.pause();
      return isUsedUp;
    } catch (error) {
      this.#fail(error instanceof RangeError ? new UsageError(`stdin: ${error.message}`) : error);
      return false;
    }
  }

  #publishLine(bytes: Buffer, from: number, to: number): boolean {
    const { read } = this.#options;
    if (read === undefined) {
      for (; this.#next < this.#envelopes.length; this.#next++) {
        if (!this.#publish(this.#envelopes[this.#next] as MessageEnvelope, bytes, from, to)) return false;
      }
      this.#next = 0;
    } else {
      this.#read ??= this.#readLine(read, bytes, from, to);
      const message = this.#read;
      if (!this.#publish(message, message.bytes, message.payloadStart, message.payloadEnd)) return false;
      this.#read = undefined;
    }
    this.#lines++;
    return true;
  }

  #readLine(read: ReadLine, bytes: Buffer, from: number, to: number): ReadMessage {
    try {
      return read(bytes, from, to);
    } catch (error) {
      if (!isMqtkError(error) || error.code !== "usage") throw error;
      const rest =
        this.#lines === 0 ? "nothing was published" : "the lines before it were published, and none behind it";
      throw new UsageError(`stdin, line ${this.#lines + 1}: ${error.message}`, error.hint ?? rest);
    }
  }

  #publish(message: MessageEnvelope, bytes: Uint8Array, from: number, to: number): boolean {
    const isTaken = (this.#client as LinesClient).tryPublishRange(message, bytes, from, to);
    if (isTaken) {
      this.#published++;
      if (message.qos > 0) this.#awaited++;
    }
    return isTaken;
  }

  /** There is room for more, or nothing more comes. */
  #goOn(): void {
    if (!this.#settle || !this.#push(() => this.#cutter.resume())) return;
    if (!this.#isInputOver) this.#input?.resume();
    else if (this.#push(() => this.#cutter.end())) {
      this.#isAllTaken = true;
      this.#finishIfDone();
    }
  }

  #acknowledged(reasonCode: ReasonCode): void {
    this.#acknowledgedCount++;
    if (reasonCode >= 0x80) {
      if (this.#refused++ === 0) {
        this.#refusal = reasonCode;
        this.#onRefused(reasonCode);
      }
    }
    this.#finishIfDone();
  }

  #finishIfDone(): void {
    if (!this.#isAllTaken) return;
    if (this.#acknowledgedCount < this.#awaited) return;
    if (this.#awaited === this.#published) {
      this.#finish();
      return;
    }
    (this.#client as LinesClient).flushed().then(
      () => this.#finish(),
      (error) => this.#fail(error),
    );
  }

  #finish(): void {
    this.#input?.pause();
    this.#settle?.resolve(this.#result());
    this.#settle = undefined;
  }

  #fail(error: unknown): void {
    this.#input?.pause();
    this.#settle?.reject(error);
    this.#settle = undefined;
  }

  #result(): LinesResult {
    return { published: this.#published, refused: this.#refused, refusal: this.#refusal };
  }
}

/** "0x87 Not authorized". */
export function describeReason(reasonCode: ReasonCode): string {
  return `${reasonCodeHex(reasonCode)} ${reasonCodeName(reasonCode)}`;
}
