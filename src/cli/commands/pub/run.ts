import type { Client, ClientHandlers, OutgoingMessage } from "../../../client/index.ts";
import { ReasonCode } from "../../../codec/index.ts";
import { UsageError } from "../../../errors.ts";
import { connect, type Plan, planFrom } from "../../connect.ts";
import { ExitCode } from "../../exit-code.ts";
import { onePayload, onlySource, payloadFrom } from "../../payload-source.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import type { PubValues } from "./definition.ts";
import type { StreamJob } from "./from-lines.ts";

/** Publishes what the options name and answers when the broker has it. */
export async function run(values: PubValues, terminal: Terminal): Promise<number> {
  // With -l, a template is what the lines are filled in.
  const isFilledIn = values.template && values.stdinLine;
  const source = onlySource(isFilledIn ? { ...values, message: undefined, file: undefined } : values, sourceFlags);
  const topics = topicsFrom(values, source);
  checkCombination(values, source);
  const lines = source === "stdinLine" || source === "json";
  const payload = lines || source === "size" ? undefined : await payloadFrom(source, values, terminal);
  const plan = await planFrom(values, terminal, undefined, ["connect", "publish", "will", "disconnect"]);
  return payload === undefined || isMany(values)
    ? publishStream(values, topics, plan, terminal, payload, lines)
    : publishPayload(values, topics, plan, terminal, payload);
}

type Source = "message" | "file" | "stdinFile" | "stdinLine" | "json" | "nullMessage" | "size";

/** What takes more than one payload, known from the start and sent as it is. */
function isMany({ template, random, count, rate, interval, size, seed, encode }: PubValues): boolean {
  return template || random || [count, rate, interval, size, seed, encode].some((value) => value !== undefined);
}

/** Messages that come from lines, or are made: code of its own, which a quick start does without. */
async function publishStream(
  values: PubValues,
  topics: readonly string[],
  plan: Plan,
  terminal: Terminal,
  payload: Buffer | undefined,
  isLines: boolean,
): Promise<number> {
  const { qos = 0, retain } = values;
  const envelope = { topic: topics[0] ?? "", qos, retain, properties: propertiesOf(plan) };
  const common: StreamJob = {
    ...{ values, topics, envelope, terminal },
    connected: (handlers, work) => connected(values, plan, terminal, handlers, work),
  };
  if (!isMany(values)) return (await import("./from-lines.ts")).publishLines(common);
  const many = await import("./publish-many.ts");
  many.checkCombination(values);
  const isFilledIn = isLines && (values.message !== undefined || values.file !== undefined);
  return many.publishMany({
    ...common,
    payload: isFilledIn ? await onePayload({ ...values, nullMessage: false, stdinFile: false }, terminal) : payload,
    isLines,
  });
}

async function publishPayload(
  values: PubValues,
  topics: readonly string[],
  plan: Plan,
  terminal: Terminal,
  payload: Buffer,
): Promise<number> {
  const { qos = 0, retain, repeat = 1, repeatDelay = 0 } = values;
  const properties = propertiesOf(plan);
  const publishAll = (client: Client): Promise<unknown> =>
    Promise.all(topics.map((topic) => client.publish({ topic, payload, qos, retain, properties })));
  let published = 0;
  let isInterrupted = false;
  await connected(values, plan, terminal, {}, async (client) => {
    if (repeat === 1) return publishAll(client);
    const pause = new Pause();
    terminal.onInterrupt(() => {
      isInterrupted = true;
      pause.end();
    });
    while (published < repeat && !isInterrupted) {
      if (published > 0 && repeatDelay > 0) await pause.begin(repeatDelay);
      if (isInterrupted) break;
      await publishAll(client);
      published += 1;
    }
    return undefined;
  });
  if (!isInterrupted) return ExitCode.SUCCESS;
  terminal.status(`mqtk: interrupted after ${published} of ${repeat} times`);
  return ExitCode.INTERRUPTED;
}

/** A time to wait that can be cut short. */
class Pause {
  end: () => void = () => {};

  begin(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function propertiesOf({ sets }: Plan): OutgoingMessage["properties"] {
  return Object.keys(sets.publish).length === 0 ? undefined : sets.publish;
}

/** Does some work with a client, and says goodbye whatever becomes of it. */
async function connected<Result>(
  values: PubValues,
  plan: Plan,
  terminal: Terminal,
  handlers: ClientHandlers,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = await connect(plan, terminal, handlers);
  try {
    return await work(client);
  } finally {
    await leave(client, plan, values);
  }
}

/**
 * Says goodbye without waiting for the broker to close the connection, which takes a round trip more: the process may end
 * once the system has everything. Only where messages may be on their way to us (a session that is kept) would it then
 * reset the connection.
 */
function leave(client: Client, { sets }: Plan, { disableCleanSession }: PubValues): Promise<void> {
  const goodbye = [ReasonCode.NORMAL_DISCONNECTION, sets.disconnect] as const;
  return disableCleanSession ? client.end(...goodbye) : client.leave(...goodbye);
}

function topicsFrom({ topics, url, topicSeparator }: PubValues, source: Source): readonly string[] {
  const found = topics.length > 0 || url?.topic === undefined ? topics : [url.topic];
  if (found.length === 0 && source !== "json" && topicSeparator === undefined) {
    throw new UsageError("the topic is missing", "give it with --topic");
  }
  return found;
}

function checkCombination(values: PubValues, source: Source): void {
  const { topics, topicSeparator, repeat, repeatDelay } = values;
  const isLines = source === "stdinLine";
  if (topicSeparator !== undefined && !isLines) throw new UsageError("--topic-separator needs --stdin-line");
  if (topicSeparator !== undefined && topics.length > 0) {
    throw new UsageError("--topic and --topic-separator contradict each other", "with it, each line has its own topic");
  }
  if (values.null && !isLines) throw new UsageError("--null needs --stdin-line");
  if (source === "json" && topics.length > 1) throw new UsageError("--json takes one --topic, for all messages");
  if (repeat !== undefined && (isLines || source === "json")) {
    throw new UsageError("--repeat has no meaning for lines from stdin", "give it with --message or --file");
  }
  if (repeatDelay !== undefined && repeat === undefined) throw new UsageError("--repeat-delay needs --repeat");
}

const sourceFlags: Readonly<Record<Source, string>> = {
  message: "--message",
  file: "--file",
  stdinFile: "--stdin-file",
  stdinLine: "--stdin-line",
  json: "--json",
  nullMessage: "--null-message",
  size: "--size",
};
