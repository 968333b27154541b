import { type Client, type ReceivedMessage, RefusedError } from "../../../client/index.ts";
import { NO_PROPERTIES, ReasonCode, type Subscription } from "../../../codec/index.ts";
import { connect, type Plan } from "../../connect.ts";
import { ExitCode } from "../../exit-code.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import type { SubValues } from "./definition.ts";
import { Ending } from "./ending.ts";
import type { Goals } from "./goals.ts";
import { reportRefusals } from "./refusals.ts";

/** One run, from the first connection to its ending. */
export class Subscriber {
  readonly #values: SubValues;
  readonly #subscriptions: readonly Subscription[];
  readonly #plan: Plan;
  readonly #terminal: Terminal;
  readonly #goals: Goals | undefined;
  readonly #ending = new Ending();
  #client: Client | undefined;
  /** Messages that were printed. */
  #printed = 0;
  /** All messages. */
  #received = 0;
  #print: (message: ReceivedMessage) => boolean = () => true;
  #idleTimer: NodeJS.Timeout | undefined;
  #withinTimer: NodeJS.Timeout | undefined;
  #clearing: Promise<unknown>[] = [];
  #stopSips: () => void = () => {};

  constructor(
    values: SubValues,
    subscriptions: readonly Subscription[],
    plan: Plan,
    terminal: Terminal,
    goals: Goals | undefined,
  ) {
    this.#values = values;
    this.#goals = goals;
    this.#subscriptions = subscriptions;
    this.#plan = plan;
    this.#terminal = terminal;
  }

  get clientId(): string {
    return this.#client?.clientId ?? "";
  }

  fail(error: unknown): void {
    this.#ending.fail(error);
  }

  /** `print` answers whether the message counts. */
  async run(print: (message: ReceivedMessage) => boolean): Promise<number> {
    this.#print = print;
    const { count, timeout } = this.#values;
    const terminal = this.#terminal;
    const ending = this.#ending;
    terminal.out.onDrain = () => {
      if (this.#printed !== count) this.#client?.resumeReading();
    };
    // An expectation can be met without a reader.
    if (!this.#goals?.isOpen) terminal.out.onClosed = () => ending.come(ExitCode.SUCCESS);
    terminal.onInterrupt(() => {
      ending.wantsWill = true;
      ending.come(this.#isBounded ? ExitCode.INTERRUPTED : ExitCode.SUCCESS);
    });
    const timer =
      timeout === undefined
        ? undefined
        : setTimeout(() => {
            ending.wantsWill = true;
            ending.come(ExitCode.TIMEOUT);
          }, timeout);
    this.#subscribe().catch((error) => ending.fail(error));
    try {
      const exitCode = await ending.reached;
      terminal.live?.leave();
      if (this.#goals?.isOpen && exitCode !== ExitCode.INTERRUPTED) throw this.#goals.failure(ending.name);
      if (exitCode === ExitCode.TIMEOUT)
        terminal.status(`mqtk: ${ending.name} is over after ${counted(this.#printed)}`);
      if (exitCode === ExitCode.INTERRUPTED) {
        const messages = count === undefined ? counted(this.#printed) : `${this.#printed} of ${count} messages`;
        terminal.status(`mqtk: interrupted after ${messages}`);
      }
      return exitCode;
    } finally {
      clearTimeout(timer);
      clearTimeout(this.#idleTimer);
      clearTimeout(this.#withinTimer);
      await this.#leave();
      this.#stopSips();
    }
  }

  async #subscribe(): Promise<void> {
    const { unsubscribe, exitAfterSubscribing, retainedOnly } = this.#values;
    const ending = this.#ending;
    const client = await connect(this.#plan, this.#terminal, {
      onMessage: (message) => this.#take(message),
      onEnd: (cause) => cause && ending.fail(cause),
      onConnectionLost: (cause, retryIn) => {
        if (retryIn !== undefined) this.#terminal.status(`mqtk: ${cause.message}; trying again`);
      },
      onReconnected: () => this.#terminal.status("mqtk: connected again"),
    });
    this.#client = client;
    if (ending.isReached) return this.#leave();
    const { within } = this.#values;
    if (within !== undefined) {
      this.#withinTimer = setTimeout(() => ending.come(ExitCode.DELIVERY, "--within"), within);
    }
    const { sets } = this.#plan;
    if (this.#subscriptions.length > 0) {
      const suback = await client.subscribe(this.#subscriptions, sets.subscribe);
      reportRefusals(this.#subscriptions, suback, this.#values.strict, this.#terminal);
    }
    if (this.#values.watch) {
      const { readInSips } = await import("../../live/sips.ts");
      this.#stopSips = readInSips(client);
    }
    if (unsubscribe.length > 0) {
      const unsuback = await client.unsubscribe(unsubscribe, sets.unsubscribe);
      for (const [index, reasonCode] of unsuback.reasonCodes.entries()) {
        if (reasonCode < 0x80) continue;
        const summary = `the broker refused to take out ${unsubscribe[index]}`;
        throw new RefusedError({ summary, packet: "UNSUBACK", reasonCode });
      }
    }
    const isDone = exitAfterSubscribing || (this.#subscriptions.length === 0 && !this.#isBounded);
    if (isDone) ending.come(ExitCode.SUCCESS);
    else if (retainedOnly) {
      const { retainedAreIn } = await import("./retained-messages.ts");
      await retainedAreIn(client, () => this.#received, `mqtk/${client.clientId}/end-of-retained-messages`);
      ending.come(this.#isBounded ? ExitCode.TIMEOUT : ExitCode.SUCCESS, "--retained-only");
    } else this.#restartIdle();
  }

  #take(message: ReceivedMessage): void {
    if (this.#ending.isReached) return;
    const { count, noRetained, retainedOnly, removeRetained } = this.#values;
    this.#received++;
    if (retainedOnly && !message.retain) return;
    if (noRetained && message.retain) return;
    if (!this.#print(message)) return;
    if (removeRetained && message.retain) this.#clear(message.topic);
    this.#printed++;
    if (this.#values.idle !== undefined) this.#restartIdle();
    if (this.#goals !== undefined && this.#pursue(this.#goals, message)) return;
    if (this.#printed === count) {
      this.#finish("--count");
    } else if (this.#terminal.out.isFull) this.#client?.pauseReading();
  }

  /** Whatever comes behind is not acknowledged: in a session that lasts, it is there for the next one. */
  #finish(name: string): void {
    this.#client?.pauseReading();
    this.#ending.come(ExitCode.SUCCESS, name);
  }

  /** The run has something to come to, and ends early where it does not. */
  get #isBounded(): boolean {
    return this.#values.count !== undefined || this.#goals !== undefined;
  }

  /** Answers whether the run is over. Slow expressions must not keep it from its other endings. */
  #pursue(goals: Goals, message: ReceivedMessage): boolean {
    if (goals.take(message)) {
      this.#finish("--until");
      return true;
    }
    if (goals.wasSlow) {
      this.#client?.pauseReading();
      setImmediate(() => {
        if (!this.#ending.isReached && !this.#terminal.out.isFull) this.#client?.resumeReading();
      });
    }
    return false;
  }

  #restartIdle(): void {
    const { idle } = this.#values;
    if (idle === undefined) return;
    if (this.#idleTimer === undefined) {
      const end = (): void => this.#ending.come(this.#isBounded ? ExitCode.TIMEOUT : ExitCode.SUCCESS, "--idle");
      this.#idleTimer = setTimeout(end, idle);
    } else this.#idleTimer.refresh();
  }

  /** QoS 1, so that the broker has it when we leave. */
  #clear(topic: string): void {
    const cleared = this.#client?.publish({ topic, payload: Buffer.alloc(0), qos: 1, retain: true });
    cleared?.catch((error) => this.#ending.fail(error));
    if (cleared !== undefined) this.#clearing.push(cleared);
  }

  /** With the will where we were stopped, as mosquitto's clients do it. */
  async #leave(): Promise<void> {
    const client = this.#client;
    if (client === undefined) return;
    if (this.#clearing.length > 0) await Promise.allSettled(this.#clearing);
    const { sets, used } = this.#plan;
    const isVersion5 = used.version === 5;
    const reasonCode =
      this.#ending.wantsWill && isVersion5 ? ReasonCode.DISCONNECT_WITH_WILL_MESSAGE : ReasonCode.NORMAL_DISCONNECTION;
    const goodbye = [reasonCode, isVersion5 ? sets.disconnect : NO_PROPERTIES] as const;
    await (mayBeCut(this.#plan, this.#subscriptions) ? client.leave(...goodbye) : client.end(...goodbye));
  }
}

/**
 * Whether the end of the process may close the connection, which saves a round trip. Messages that are on their way to us
 * then make a reset of it, behind which some systems forget what we said last: that must be nothing that changes anything
 * for the broker (no session to keep, no will to drop, no acknowledgement without which another member of a shared
 * subscription gets the message, too), or for who asked for it or watches.
 */
function mayBeCut(
  { options: { cleanStart, properties, will }, sets, isTraced }: Plan,
  subscriptions: readonly Subscription[],
): boolean {
  if (!cleanStart || (properties?.sessionExpiryInterval ?? 0) > 0) return false;
  if (subscriptions.some(({ filter }) => filter.startsWith("$share/"))) return false;
  return will === undefined && Object.keys(sets.disconnect).length === 0 && !isTraced;
}

function counted(messages: number): string {
  return messages === 1 ? "1 message" : `${messages} messages`;
}
