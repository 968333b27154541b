import { type Clock, systemClock } from "../../../clock.ts";
import { UsageError } from "../../../errors.ts";
import { isValidTopicName, matches, parseTopicFilter } from "../../../topic/index.ts";
import type { DueMessage } from "../../message-pump.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import type { ReplayValues } from "./definition.ts";
import { messagesOf, type Recorded } from "./recording.ts";

type Values = Pick<
  ReplayValues,
  "file" | "speed" | "topicPrefix" | "topics" | "qos" | "noRetain" | "maxGap" | "loop" | "count"
>;

/** Milliseconds; what is longer is not ours, but that of whoever writes to stdin. */
const FIRST_TAKES = 20;

/** The messages of a recording, changed as the options say, and when each is due. */
export class ReplaySource {
  readonly #values: Values;
  readonly #terminal: Terminal;
  readonly #clock: Clock;
  readonly #filters: readonly (readonly string[])[];
  #messages: AsyncGenerator<Recorded, void>;
  #given = 0;
  #givenInRound = 0;
  /** Recorded time of the message before. */
  #before: number | undefined;
  /** When the message before was due. */
  #at = Number.NaN;

  constructor(values: Values, terminal: Terminal, clock: Clock = systemClock) {
    this.#values = values;
    this.#terminal = terminal;
    this.#clock = clock;
    this.#filters = values.topics.map((filter) => parseTopicFilter(filter)?.levels ?? []);
    this.#messages = messagesOf(values.file, terminal);
  }

  /** The first message, which was read before the broker was there, is due now, and the others behind it. */
  begin(): void {
    this.#at = this.#clock.now();
  }

  /** The next message, or undefined behind the last one. The first is due at once. Throws UsageError for a broken file. */
  async next(): Promise<DueMessage | undefined> {
    const { count, loop, file } = this.#values;
    for (;;) {
      if (this.#given === count) return undefined;
      const { value: recorded } = await this.#messages.next();
      if (recorded === undefined) {
        if (!loop || this.#givenInRound === 0) {
          if (this.#given === 0)
            throw new UsageError(`${file === "-" ? "stdin" : file}: there is no message to replay`);
          return undefined;
        }
        this.#givenInRound = 0;
        this.#before = undefined;
        this.#messages = messagesOf(file, this.#terminal);
        continue;
      }
      if (this.#isWanted(recorded)) return this.#due(recorded);
    }
  }

  #isWanted({ message: { topic } }: Recorded): boolean {
    if (this.#filters.length === 0) return true;
    const levels = topic.split("/");
    return this.#filters.some((filter) => matches(filter, levels));
  }

  #due({ message, time }: Recorded): DueMessage {
    const { topicPrefix = "", qos, noRetain, speed, maxGap = Number.POSITIVE_INFINITY } = this.#values;
    const topic = topicPrefix + message.topic;
    if (!isValidTopicName(topic)) throw new UsageError(`${JSON.stringify(topic)} is no topic to publish to`);
    if (Number.isNaN(this.#at)) this.#at = this.#clock.now();
    // Time begins when the first one is sent. That takes longer than with any other, since code is compiled.
    if (this.#given === 1) this.#at = Math.min(Math.max(this.#at, this.#clock.now()), this.#at + FIRST_TAKES);
    // A clock that was turned back while it was recorded makes no message wait.
    const gap = Math.max(0, (time ?? 0) - (time === undefined ? 0 : (this.#before ?? time)));
    if (time !== undefined) this.#before = time;
    this.#at += Math.min(gap / speed, maxGap);
    this.#given++;
    this.#givenInRound++;
    return {
      message: { ...message, topic, qos: qos ?? message.qos, retain: message.retain && !noRetain },
      at: this.#at,
    };
  }
}
