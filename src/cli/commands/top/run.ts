import type { ReadStream } from "node:tty";
import type { Client } from "../../../client/index.ts";
import { UsageError } from "../../../errors.ts";
import { codecFrom } from "../../../payload/index.ts";
import { placeOf } from "../../../transport/index.ts";
import { connect, type Plan, planFrom } from "../../connect.ts";
import { ExitCode } from "../../exit-code.ts";
import { readInSips } from "../../live/sips.ts";
import { schemaFilesFrom } from "../../schema-files.ts";
import { Screen } from "../../terminal/screen.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { themeFor } from "../../terminal/theme.ts";
import { reportRefusals } from "../sub/refusals.ts";
import { Decoding } from "./decoding.ts";
import type { TopValues } from "./definition.ts";
import { KeyReader } from "./keys.ts";
import { topPicture } from "./picture.ts";
import { TopState } from "./top-state.ts";
import { TopicModel } from "./topic-model.ts";

const EVERYTHING = ["#", "$SYS/#"];

/** Shows a broker until somebody leaves. */
export async function run(values: TopValues, terminal: Terminal): Promise<number> {
  checkPlace(values, terminal);
  const url = values.URL ?? values.url;
  const decoding = await decodingFrom(values);
  const plan = await planFrom({ ...values, url }, terminal, undefined);
  const filters = [...values.topics, ...(url?.topic === undefined ? [] : [url.topic])];
  return new Top(plan, filters.length === 0 ? EVERYTHING : filters, values, terminal, decoding).run();
}

async function decodingFrom(values: TopValues): Promise<Decoding | undefined> {
  if (values.decode === undefined) return undefined;
  return new Decoding(await codecFrom(values.decode, schemaFilesFrom(values)));
}

function checkPlace({ debug }: TopValues, terminal: Terminal): void {
  const hint = "mqtk sub prints messages as lines";
  const input = terminal.stdin as Partial<ReadStream>;
  if (!terminal.stdoutIsTTY) throw new UsageError("top needs a terminal, and stdout is none", hint);
  if (terminal.environment["TERM"] === "dumb")
    throw new UsageError("top needs a terminal that can move its cursor", hint);
  if (input.isTTY !== true) throw new UsageError("top needs a keyboard, and stdin is no terminal", hint);
  if (debug && terminal.stderrIsTTY) {
    throw new UsageError("--debug would write over the picture", "send stderr to a file: 2>debug.log");
  }
}

class Top {
  readonly #plan: Plan;
  readonly #filters: readonly string[];
  readonly #values: TopValues;
  readonly #terminal: Terminal;
  readonly #model: TopicModel;
  readonly #state: TopState;
  #client: Client | undefined;
  #end: (exitCode: number) => void = () => {};
  #fail: (error: unknown) => void = () => {};
  #stopSips: () => void = () => {};

  constructor(
    plan: Plan,
    filters: readonly string[],
    values: TopValues,
    terminal: Terminal,
    decoding: Decoding | undefined,
  ) {
    this.#model = new TopicModel(decoding);
    this.#plan = plan;
    this.#filters = filters;
    this.#values = values;
    this.#terminal = terminal;
    this.#state = new TopState(this.#model, {
      clear: (topics) => this.#clear(topics),
      leave: () => this.#end(ExitCode.SUCCESS),
    });
  }

  async run(): Promise<number> {
    const ended = new Promise<number>((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
    ended.catch(() => {}); // it may fail before anybody waits
    const terminal = this.#terminal;
    terminal.onInterrupt(() => this.#end(ExitCode.SUCCESS));
    terminal.out.onClosed = () => this.#end(ExitCode.SUCCESS);
    const begun = this.#begin();
    begun.catch((error) => this.#fail(error));
    try {
      return await ended;
    } finally {
      terminal.live?.leave();
      if (this.#isRaw) this.#setRaw(false);
      await this.#client?.end();
      this.#stopSips();
    }
  }

  async #begin(): Promise<void> {
    const { options } = this.#plan;
    const client = await connect(
      { ...this.#plan, options: { ...options, reconnect: { maximumDelay: 10_000 } } },
      this.#terminal,
      {
        onMessage: (message) => this.#model.take(message, Date.now()),
        onEnd: (cause) => cause && this.#fail(cause),
        onConnectionLost: (cause, retryIn) => {
          if (retryIn !== undefined) this.#terminal.status(`${cause.message}; trying again`);
        },
        onReconnected: () => this.#terminal.status("connected again"),
      },
    );
    this.#client = client;
    // With MQTT 5, messages tell that they were published as retained also when they are new.
    const isVersion5 = this.#plan.used.version === 5;
    const more = { noLocal: false, retainAsPublished: isVersion5, retainHandling: 0 } as const;
    const subscriptions = this.#filters.map((filter) => ({ filter, qos: this.#values.qos, ...more }));
    reportRefusals(subscriptions, await client.subscribe(subscriptions), false, this.#terminal);
    this.#stopSips = readInSips(client);
    this.#show(isVersion5 ? "MQTT 5" : "MQTT 3");
  }

  #show(version: string): void {
    const theme = themeFor(this.#terminal, "stdout");
    const title = `${placeOf(this.#plan.options.address)} · ${version}`;
    const screen = new Screen(this.#terminal, (size, notice) =>
      topPicture(this.#state, title, size, theme, { now: Date.now(), notice }),
    );
    this.#listen(screen);
    let before = performance.now();
    setInterval(() => {
      const now = performance.now();
      this.#model.tick((now - before) / 1000);
      before = now;
    }, 1000).unref();
    setInterval(() => screen.refresh(), 250).unref();
    screen.draw();
  }

  #listen(screen: Screen): void {
    const input = this.#terminal.stdin as ReadStream;
    const keys = new KeyReader((key) => {
      if (key === "suspend") this.#suspend();
      else {
        this.#state.key(key);
        screen.draw();
      }
    });
    this.#setRaw(true);
    input.setEncoding("utf8");
    input.on("data", (typed: string) => keys.push(typed));
    input.on("end", () => this.#end(ExitCode.SUCCESS));
    input.on("error", () => this.#end(ExitCode.SUCCESS));
  }

  #isRaw = false;

  #setRaw(isRaw: boolean): void {
    this.#isRaw = isRaw;
    (this.#terminal.stdin as ReadStream).setRawMode(isRaw);
  }

  /** Ctrl-Z: the shell gets the terminal until `fg`. */
  #suspend(): void {
    this.#setRaw(false);
    process.once("SIGCONT", () => this.#setRaw(true));
    process.kill(process.pid, "SIGTSTP");
  }

  async #clear(topics: readonly string[]): Promise<void> {
    let cleared = 0;
    try {
      for (const topic of topics) {
        const code = await this.#client?.publish({ topic, payload: Buffer.alloc(0), qos: 1, retain: true });
        if (code === undefined || code >= 0x80) continue;
        this.#model.cleared(topic);
        cleared++;
      }
      const refused = topics.length - cleared;
      const what = `cleared ${cleared} retained message${cleared === 1 ? "" : "s"}`;
      this.#terminal.status(refused === 0 ? what : `${what}; the broker refused ${refused}`);
    } catch (error) {
      this.#terminal.status(`cleared ${cleared} of ${topics.length}: ${(error as Error).message}`);
    }
  }
}
