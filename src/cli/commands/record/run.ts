import { existsSync, statSync } from "node:fs";
import type { Client, ReceivedMessage } from "../../../client/index.ts";
import { RefusedError } from "../../../client/index.ts";
import type { ReasonCode } from "../../../codec/index.ts";
import { UsageError } from "../../../errors.ts";
import { matches, parseTopicFilter } from "../../../topic/index.ts";
import { connect, planFrom } from "../../connect.ts";
import { ExitCode } from "../../exit-code.ts";
import { MessageJson } from "../../message-to-json.ts";
import { OutputFile } from "../../output-file.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import type { RecordValues } from "./definition.ts";
import { preciseTime } from "./precise-time.ts";

/** Where lines go, and what becomes of them. */
interface Target {
  write(bytes: Uint8Array, from: number, to: number): void;
  readonly isFull: boolean;
  close(): void;
}

/** Records until an ending that the options name, or until it is stopped. */
export async function run(values: RecordValues, terminal: Terminal): Promise<number> {
  const filters = [...values.topics, ...(values.url?.topic === undefined ? [] : [values.url.topic])];
  if (filters.length === 0)
    throw new UsageError("the topic filter is missing", "give it with --topic: '#' is everything");
  checkOutput(values);
  const plan = await planFrom(values, terminal, undefined, ["connect", "will"]);
  const recording = new Recording(values, filters, terminal);
  const reconnect = { maximumDelay: 10_000 };
  return recording.run(async (handlers) => {
    const client = await connect({ ...plan, options: { ...plan.options, reconnect } }, terminal, handlers);
    return { client, isVersion5: plan.used.version === 5 };
  });
}

type Connect = (handlers: Parameters<typeof connect>[2]) => Promise<{ client: Client; isVersion5: boolean }>;

class Recording {
  readonly #values: RecordValues;
  readonly #filters: readonly string[];
  readonly #unwanted: readonly (readonly string[])[];
  readonly #terminal: Terminal;
  readonly #json = new MessageJson(preciseTime());
  #target: Target | undefined;
  #client: Client | undefined;
  #isVersion5 = false;
  #recorded = 0;
  #lostAt: number | undefined;
  #end: (exitCode: number) => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(values: RecordValues, filters: readonly string[], terminal: Terminal) {
    this.#values = values;
    this.#filters = filters;
    this.#terminal = terminal;
    this.#unwanted = values.filterOut.map((filter) => parseTopicFilter(filter)?.levels ?? []);
  }

  async run(connectWith: Connect): Promise<number> {
    const terminal = this.#terminal;
    const { count, duration } = this.#values;
    const ended = new Promise<number>((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
    ended.catch(() => {}); // it may fail before anybody waits
    const isBounded = count !== undefined;
    terminal.onInterrupt(() => this.#end(isBounded ? ExitCode.INTERRUPTED : ExitCode.SUCCESS));
    this.#target = this.#open();
    const begun = performance.now();
    let timer: NodeJS.Timeout | undefined;
    try {
      const connected = this.#subscribe(connectWith);
      connected.catch((error) => this.#fail(error));
      if (duration !== undefined) timer = setTimeout(() => this.#end(ExitCode.SUCCESS), duration);
      const exitCode = await ended;
      this.#target.close(); // what cannot be written is known now, before anything is said
      const seconds = ((performance.now() - begun) / 1000).toFixed(1);
      terminal.status(
        `mqtk: recorded ${this.#recorded} ${this.#recorded === 1 ? "message" : "messages"} in ${seconds} s`,
      );
      return exitCode;
    } finally {
      clearTimeout(timer);
      try {
        this.#target.close();
      } finally {
        await this.#client?.end();
      }
    }
  }

  async #subscribe(connectWith: Connect): Promise<void> {
    const { qos, noRetained } = this.#values;
    const { client, isVersion5 } = await connectWith({
      onMessage: (message) => this.#take(message),
      onEnd: (cause) => cause && this.#fail(cause),
      onConnectionLost: (cause, retryIn) => {
        if (retryIn === undefined) return;
        this.#lostAt ??= Date.now();
        this.#terminal.status(`mqtk: ${cause.message}; trying again`);
      },
      onReconnected: () => this.#tellGap(),
    });
    this.#client = client;
    this.#isVersion5 = isVersion5;
    // As published: so that a replay makes retained messages of those that were.
    const retain = {
      noLocal: false,
      retainAsPublished: isVersion5,
      retainHandling: noRetained && isVersion5 ? 2 : 0,
    } as const;
    const suback = await client.subscribe(this.#filters.map((filter) => ({ filter, qos, ...retain })));
    const refusals = suback.reasonCodes.flatMap((reasonCode, index) =>
      reasonCode < 0x80 ? [] : [{ reasonCode: reasonCode as ReasonCode, filter: this.#filters[index] }],
    );
    for (const { reasonCode, filter } of refusals) {
      // A recording that lacks something without anybody knowing is worse than none.
      throw new RefusedError({ summary: `the broker refused ${filter}`, packet: "SUBACK", reasonCode });
    }
  }

  #take(message: ReceivedMessage): void {
    const { count, noRetained } = this.#values;
    if (this.#recorded === count) return;
    // With MQTT 5 the broker was told to send none, and the flag is the publisher's.
    if (noRetained && message.retain && !this.#isVersion5) return;
    if (this.#unwanted.length > 0) {
      const levels = message.topic.split("/");
      if (this.#unwanted.some((filter) => matches(filter, levels))) return;
    }
    const target = this.#target as Target;
    const line = this.#json.line(message, performance.timeOrigin + performance.now());
    target.write(line.bytes, 0, line.length);
    this.#recorded++;
    if (this.#recorded === count) {
      this.#client?.pauseReading();
      this.#end(ExitCode.SUCCESS);
    } else if (target.isFull) this.#client?.pauseReading();
  }

  #tellGap(): void {
    const lostAt = this.#lostAt;
    this.#lostAt = undefined;
    if (lostAt === undefined) return;
    const from = new Date(lostAt).toISOString();
    this.#terminal.warn(`connected again: messages since ${from} may be missing`);
  }

  #open(): Target {
    const { output, rotateSize, rotateEvery, keep } = this.#values;
    if (output !== undefined) {
      const file = new OutputFile(output, { size: rotateSize, time: rotateEvery, keep }, (error) => this.#fail(error));
      return { isFull: false, write: (bytes, from, to) => file.line(bytes, from, to), close: () => file.close() };
    }
    const { out } = this.#terminal;
    out.onDrain = () => this.#client?.resumeReading();
    out.onClosed = () => this.#end(ExitCode.SUCCESS);
    return {
      get isFull() {
        return out.isFull;
      },
      write: (bytes, from, to) => {
        out.bytes(bytes, from, to);
        out.newline();
      },
      close: () => {},
    };
  }
}

function checkOutput({ output, append, rotateSize, rotateEvery, keep }: RecordValues): void {
  if (output === undefined) {
    const given = {
      "--append": append || undefined,
      "--rotate-size": rotateSize,
      "--rotate-every": rotateEvery,
      "--keep": keep,
    };
    const [name] = Object.entries(given).find(([, value]) => value !== undefined) ?? [];
    if (name !== undefined) throw new UsageError(`${name} needs --output`);
    return;
  }
  if (keep !== undefined && rotateSize === undefined && rotateEvery === undefined) {
    throw new UsageError("--keep needs --rotate-size or --rotate-every");
  }
  if (!append && existsSync(output) && statSync(output).isFile() && statSync(output).size > 0) {
    throw new UsageError(`${output} is there already`, "--append adds to it");
  }
}
