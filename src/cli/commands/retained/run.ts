import { type Client, type ReceivedMessage, RefusedError } from "../../../client/index.ts";
import { ReasonCode } from "../../../codec/index.ts";
import { UsageError } from "../../../errors.ts";
import { matches, parseTopicFilter } from "../../../topic/index.ts";
import { connect, planFrom } from "../../connect.ts";
import { ExitCode } from "../../exit-code.ts";
import { MessagePump } from "../../message-pump.ts";
import { askYes } from "../../terminal/ask-yes.ts";
import { safeLine } from "../../terminal/safe-text.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { retainedAreIn } from "../sub/retained-messages.ts";
import type { RetainedValues } from "./definition.ts";
import { listPrinter } from "./list-printer.ts";

/** Topics that are named before the question. */
const SHOWN = 5;
const NOTHING = Buffer.alloc(0);

/** Lists or clears what the broker keeps. */
export async function run(values: RetainedValues, terminal: Terminal): Promise<number> {
  const filter = filterFrom(values);
  const plan = await planFrom(values, terminal, undefined, ["connect", "will", "disconnect"]);
  const pump = new MessagePump((reasonCode) => {
    terminal.warn(`the broker refused to clear a topic: 0x${reasonCode.toString(16)}`);
  });
  const found = new Found(values, terminal);
  let isInterrupted = false;
  const interrupted = new Promise<"interrupted">((resolve) => {
    terminal.onInterrupt(() => {
      isInterrupted = true;
      pump.stop();
      resolve("interrupted");
    });
  });
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => {}); // it may come when nobody waits for it any more
  const client = await connect(plan, terminal, {
    ...pump.handlers,
    onMessage: (message) => found.take(message),
    onEnd: (cause) => {
      pump.handlers.onEnd?.(cause);
      if (cause !== undefined) fail(cause);
    },
  });
  terminal.out.onClosed = () => pump.stop();
  try {
    const collected = collect(client, filter, found);
    collected.catch(() => {}); // the race tells
    await Promise.race([collected, interrupted, failed]);
    if (isInterrupted) return ExitCode.INTERRUPTED;
    if (values.action === "list") {
      terminal.status(`mqtk: ${counted(found.count)}, ${found.bytes} bytes`);
      return ExitCode.SUCCESS;
    }
    if (values.dryRun) {
      for (const topic of found.topics) terminal.out.text(`${terminal.stdoutIsTTY ? safeLine(topic) : topic}\n`);
      terminal.status(`mqtk: ${counted(found.count)} would be cleared`);
      return ExitCode.SUCCESS;
    }
    if (found.count === 0) {
      terminal.status(`mqtk: there is no retained message at ${filter}`);
      return ExitCode.SUCCESS;
    }
    if (!values.yes && !(await isAgreedTo(found, terminal, plan.options.address.host))) {
      terminal.status("mqtk: nothing was cleared");
      return ExitCode.INTERRUPTED;
    }
    return await clear(client, found.topics, pump, terminal, () => isInterrupted);
  } finally {
    await client.end(ReasonCode.NORMAL_DISCONNECTION, plan.sets.disconnect);
  }
}

/** What the broker has sent so far. */
class Found {
  readonly topics: string[] = [];
  count = 0;
  bytes = 0;
  readonly #print: ((message: ReceivedMessage) => void) | undefined;
  readonly #unwanted: readonly (readonly string[])[];

  constructor(values: RetainedValues, terminal: Terminal) {
    this.#print = values.action === "list" ? listPrinter(values.json, terminal) : undefined;
    this.#unwanted = values.filterOut.map((filter) => parseTopicFilter(filter)?.levels ?? []);
  }

  take(message: ReceivedMessage): void {
    if (!message.retain) return; // somebody has published it just now
    const levels = message.topic.split("/");
    if (this.#unwanted.some((filter) => matches(filter, levels))) return;
    this.count++;
    this.bytes += message.payloadEnd - message.payloadStart;
    if (this.#print === undefined) this.topics.push(message.topic);
    else this.#print(message);
  }
}

function filterFrom({ action, filter, yes, dryRun, json }: RetainedValues): string {
  if (action === "list" && (yes || dryRun))
    throw new UsageError(`${yes ? "--yes" : "--dry-run"} has no meaning with list`);
  if (action === "clear" && json) throw new UsageError("--json has no meaning with clear");
  if (action === "clear" && filter === undefined) {
    throw new UsageError("clear needs a topic filter", "such as 'plant/old/#'; '#' is everything");
  }
  if (filter?.startsWith("$share/")) {
    throw new UsageError(`${filter}: a shared subscription gets no retained messages`, "leave $share/GROUP/ out");
  }
  return filter ?? "#";
}

async function collect(client: Client, filter: string, found: Found): Promise<void> {
  const suback = await client.subscribe([
    { filter, qos: 2, noLocal: false, retainAsPublished: false, retainHandling: 0 },
  ]);
  const [reasonCode = ReasonCode.UNSPECIFIED_ERROR] = suback.reasonCodes;
  if (reasonCode >= 0x80) {
    throw new RefusedError({
      summary: `the broker refused ${filter}`,
      packet: "SUBACK",
      reasonCode: reasonCode as ReasonCode,
      reasonString: suback.properties.reasonString,
    });
  }
  await retainedAreIn(client, () => found.count, `mqtk/${client.clientId}/end-of-retained-messages`);
  await client.unsubscribe([filter]); // what is cleared would come back to us
}

async function isAgreedTo(found: Found, terminal: Terminal, host: string): Promise<boolean> {
  const shown = found.topics.slice(0, SHOWN).map((topic) => `  ${safeLine(topic)}\n`);
  const more = found.count > SHOWN ? `  … and ${found.count - SHOWN} more\n` : "";
  const answer = await askYes(`${shown.join("")}${more}Clear ${counted(found.count)} at ${host}? [y/N] `, terminal);
  if (answer === undefined) {
    throw new UsageError(
      "clear asks before it clears, and here is nobody to ask",
      "--yes clears, --dry-run shows what",
    );
  }
  return answer;
}

async function clear(
  client: Client,
  topics: readonly string[],
  pump: MessagePump,
  terminal: Terminal,
  isInterrupted: () => boolean,
): Promise<number> {
  let next = 0;
  const { published, refused, refusal } = await pump.run(client, () => {
    const topic = topics[next++];
    // QoS 1, so that the broker has it when we leave.
    const message = topic === undefined ? undefined : ({ topic, payload: NOTHING, qos: 1, retain: true } as const);
    return message && { message, at: Number.NEGATIVE_INFINITY };
  });
  terminal.status(`mqtk: cleared ${published - refused} of ${counted(topics.length)}`);
  if (refusal !== undefined) {
    throw new RefusedError({
      summary: `the broker refused to clear ${refused} of ${topics.length} topics${refused > 1 ? ", the first" : ""}`,
      packet: "PUBACK",
      reasonCode: refusal,
    });
  }
  return isInterrupted() ? ExitCode.INTERRUPTED : ExitCode.SUCCESS;
}

function counted(messages: number): string {
  return messages === 1 ? "1 retained message" : `${messages} retained messages`;
}
