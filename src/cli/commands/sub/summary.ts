import type { ReceivedMessage } from "../../../client/index.ts";
import { countText, rateText, sizeText } from "../../live/figures.ts";
import type { Terminal } from "../../terminal/terminal.ts";

/** Topics that are told apart; with more, it is said that there were more. */
const TOPICS = 100_000;

/** Counts what is printed. */
class Summary {
  readonly #topics = new Set<string>();
  #messages = 0;
  #bytes = 0;
  #since: number | undefined;
  #until = 0;

  take({ topic, payloadStart, payloadEnd }: Pick<ReceivedMessage, "topic" | "payloadStart" | "payloadEnd">): void {
    this.#until = performance.now();
    this.#since ??= this.#until;
    this.#messages++;
    this.#bytes += payloadEnd - payloadStart;
    if (this.#topics.size < TOPICS) this.#topics.add(topic);
  }

  /** "1,204 messages, 61 kB, 3 topics; 12/s over 100.3 s". The rate is that between the first message and the last. */
  get text(): string {
    const counted = (count: number, word: string): string => `${countText(count)} ${word}${count === 1 ? "" : "s"}`;
    const isMore = this.#topics.size === TOPICS ? "at least " : "";
    const what = [
      counted(this.#messages, "message"),
      sizeText(this.#bytes),
      isMore + counted(this.#topics.size, "topic"),
    ].join(", ");
    const seconds = (this.#until - (this.#since ?? 0)) / 1000;
    if (this.#messages < 2 || seconds === 0) return what;
    return `${what}; ${rateText((this.#messages - 1) / seconds)} over ${seconds.toFixed(1)} s`;
  }
}

/** Runs with a printer that also counts, and says on stderr what came, however the run ends. */
export async function summarized(
  print: (message: ReceivedMessage) => void,
  terminal: Pick<Terminal, "writeError" | "out">,
  run: (print: (message: ReceivedMessage) => void) => Promise<number>,
): Promise<number> {
  const summary = new Summary();
  try {
    return await run((message) => {
      summary.take(message);
      print(message);
    });
  } finally {
    terminal.out.flush();
    terminal.writeError(`mqtk: ${summary.text}\n`);
  }
}
