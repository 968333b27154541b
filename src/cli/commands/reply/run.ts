import { type Client, type ReceivedMessage, RefusedError } from "../../../client/index.ts";
import { ProtocolVersion, ReasonCode } from "../../../codec/index.ts";
import { isMqtkError, UsageError } from "../../../errors.ts";
import { connect, type Plan, planFrom } from "../../connect.ts";
import { ExitCode } from "../../exit-code.ts";
import { onlySource, payloadFrom } from "../../payload-source.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { reportRefusals } from "../sub/refusals.ts";
import type { ReplyValues } from "./definition.ts";
import { type Answer, type Request, replyTo, requestFrom, WayBack } from "./request.ts";

/** Replies that are on their way to the broker, where no command limits them. */
const MOST_UNDER_WAY = 1000;

/** Answers requests until it is stopped, or as many as `--count` says. */
export async function run(values: ReplyValues, terminal: Terminal): Promise<number> {
  const filters = [...values.topics, ...(values.url?.topic === undefined ? [] : [values.url.topic])];
  if (filters.length === 0) throw new UsageError("the topic filter is missing", "give it with --topic");
  const wayBack = new WayBack(values.responseTopic, filters);
  if (wayBack.problem !== undefined) throw new UsageError(`--response-topic: ${wayBack.problem}`);
  const source = onlySource<Source>({ ...values, exec: values.exec.length > 0 }, sourceFlags);
  const stopping = new AbortController();
  const answer = await answerFrom(values, source, terminal, stopping.signal);
  const plan = await planFrom(values, terminal, undefined, ["connect", "publish", "will", "subscribe", "disconnect"]);
  const limit = source === "exec" ? values.concurrency : MOST_UNDER_WAY;
  return new Responder({ values, filters, answer, wayBack, limit, plan, terminal, stopping }).run();
}

type Source = keyof typeof sourceFlags;
type GiveAnswer = (request: Request) => Answer | Promise<Answer>;

const sourceFlags = {
  echo: "--echo",
  message: "--message",
  file: "--file",
  nullMessage: "--null-message",
  exec: "--exec",
} as const;

async function answerFrom(
  values: ReplyValues,
  source: Source,
  terminal: Terminal,
  stopped: AbortSignal,
): Promise<GiveAnswer> {
  if (source === "echo") return ({ payload }) => ({ payload, isEcho: true });
  if (source !== "exec") {
    const payload = await payloadFrom(source, { ...values, stdinFile: false }, terminal);
    return () => ({ payload });
  }
  const { exec, execTimeout, maxOutput } = values;
  const { runHandler } = await import("./run-handler.ts");
  return async (request) => {
    const limits = { timeout: execTimeout, maxOutput };
    const { output, problem, complaint } = await runHandler(exec, request, limits, stopped);
    for (const line of complaint === "" ? [] : complaint.split("\n")) terminal.status(line);
    return problem === undefined ? { payload: output } : { payload: output, problem };
  };
}

interface Parts {
  readonly values: ReplyValues;
  readonly filters: readonly string[];
  readonly answer: GiveAnswer;
  readonly wayBack: WayBack;
  /** So many requests are worked on at a time. */
  readonly limit: number;
  readonly plan: Plan;
  readonly terminal: Terminal;
  /** Ends the commands that run. */
  readonly stopping: AbortController;
}

/** One run, from the first connection to its end. */
class Responder {
  readonly #parts: Parts;
  readonly #over: Promise<number>;
  #end: (exitCode: number) => void = () => {};
  #fail: (error: unknown) => void = () => {};
  #client: Client | undefined;
  readonly #underWay = new Set<Promise<void>>();
  #taken = 0;
  #answered = 0;
  #refusal: unknown;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#over = new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
    this.#over.catch(() => {});
  }

  async run(): Promise<number> {
    const { values, terminal, stopping } = this.#parts;
    const { timeout, count } = values;
    terminal.onInterrupt(() => this.#end(count === undefined ? ExitCode.SUCCESS : ExitCode.INTERRUPTED));
    const timer = timeout === undefined ? undefined : setTimeout(() => this.#end(ExitCode.TIMEOUT), timeout);
    this.#listen().catch((error) => this.#fail(error));
    try {
      const exitCode = await this.#over;
      const total = `${this.#answered}${count === undefined ? "" : ` of ${count}`} requests`;
      if (exitCode === ExitCode.TIMEOUT) terminal.status(`mqtk: --timeout is over after ${total}`);
      if (exitCode === ExitCode.INTERRUPTED) terminal.status(`mqtk: interrupted after ${total}`);
      if (exitCode === ExitCode.SUCCESS && count !== undefined && this.#refusal !== undefined) throw this.#refusal;
      return exitCode;
    } finally {
      clearTimeout(timer);
      this.#client?.pauseReading();
      stopping.abort();
      await Promise.all(this.#underWay);
      await this.#client?.end(
        ReasonCode.NORMAL_DISCONNECTION,
        this.#isVersion5 ? this.#parts.plan.sets.disconnect : {},
      );
    }
  }

  get #isVersion5(): boolean {
    return this.#parts.plan.used.version === ProtocolVersion.V5_0;
  }

  async #listen(): Promise<void> {
    const { filters, values, plan, terminal } = this.#parts;
    const persistent = { ...plan, options: { ...plan.options, reconnect: { maximumDelay: 10_000 } } };
    const client = await connect(persistent, terminal, {
      onMessage: (message) => this.#take(message),
      onEnd: (cause) => cause && this.#fail(cause),
      onConnectionLost: (cause, retryIn) => {
        if (retryIn !== undefined) terminal.status(`mqtk: ${cause.message}; trying again`);
      },
      onReconnected: () => terminal.status("mqtk: connected again"),
    });
    this.#client = client;
    const subscriptions = filters.map((filter) => {
      return { filter, qos: values.qos, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
    });
    const suback = await client.subscribe(subscriptions, plan.sets.subscribe);
    reportRefusals(subscriptions, suback, false, terminal);
    terminal.status(`mqtk: answering requests on ${filters.join(", ")}`);
  }

  #take(message: ReceivedMessage): void {
    const { count = Number.POSITIVE_INFINITY } = this.#parts.values;
    // What was retained is no question that somebody waits for.
    if (message.retain || this.#parts.stopping.signal.aborted || this.#taken === count) return;
    const request = requestFrom(message);
    const way = this.#parts.wayBack.of(request);
    if ("problem" in way) {
      this.#parts.terminal.warn(`a request on ${request.topic} is not answered: ${way.problem}`);
      return;
    }
    this.#taken += 1;
    const work = this.#reply(request, way.topic);
    this.#underWay.add(work);
    if (this.#underWay.size >= this.#parts.limit || this.#taken === count) this.#client?.pauseReading();
    work.finally(() => this.#done(work, count));
  }

  #done(work: Promise<void>, count: number): void {
    this.#underWay.delete(work);
    if (this.#taken < count) this.#client?.resumeReading();
    else if (this.#underWay.size === 0) this.#end(ExitCode.SUCCESS);
  }

  /** Never rejects. */
  async #reply(request: Request, topic: string): Promise<void> {
    const { values, terminal, plan, answer, stopping } = this.#parts;
    const started = performance.now();
    try {
      const given = await answer(request);
      if (stopping.signal.aborted) return;
      const { problem } = given;
      if (problem !== undefined) {
        terminal.warn(`${values.exec[0]} failed for a request on ${request.topic}: ${problem}`);
        // Before MQTT 5 a reply cannot say that it is none.
        if (values.silentFailures || !this.#isVersion5) {
          this.#answered += 1;
          return;
        }
      }
      await this.#client?.publish(replyTo(request, topic, given, this.#isVersion5 ? plan.sets.publish : undefined));
      this.#answered += 1;
      if (values.verbose) {
        const time = (performance.now() - started).toFixed(3);
        terminal.status(`mqtk: ${request.topic} → ${topic}: ${given.payload.length} B after ${time} ms`);
      }
    } catch (error) {
      this.#cannotReply(error, topic);
    }
  }

  /** A reply that is lost is no reason to stop, but to be told. */
  #cannotReply(error: unknown, topic: string): void {
    if (!isMqtkError(error)) {
      this.#fail(error);
      return;
    }
    if (this.#parts.stopping.signal.aborted) return;
    if (error instanceof RefusedError) this.#refusal ??= error;
    this.#parts.terminal.warn(`no reply to ${topic}: ${error.message}`);
  }
}
