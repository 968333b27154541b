import { readFileSync } from "node:fs";
import type { Readable } from "node:stream";
import { Client, type ClientHandlers, type OutgoingMessage, RefusedError } from "../../../client/index.ts";
import { UsageError } from "../../../errors.ts";
import { completeClientOptionsFrom } from "../../client-options.ts";
import { ExitCode } from "../../exit-code.ts";
import { reasonOf } from "../../system-reason.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import type { PubValues } from "./definition.ts";
import { describeReason, LinePublisher } from "./publish-lines.ts";

/** Publishes what the options name and answers when the broker has it. */
export async function run(values: PubValues, terminal: Terminal): Promise<number> {
  const envelope = { topic: topicFrom(values), qos: values.qos, retain: values.retain };
  const source = sourceFrom(values);
  return source === "stdinLine"
    ? publishLines(values, envelope, terminal)
    : publishOne(values, terminal, { ...envelope, payload: await payloadFrom(source, values, terminal) });
}

type Envelope = Omit<OutgoingMessage, "payload">;
type Source = "message" | "file" | "stdinFile" | "stdinLine" | "nullMessage";

async function publishOne(values: PubValues, terminal: Terminal, message: OutgoingMessage): Promise<number> {
  await connected(values, terminal, {}, (client) => client.publish(message));
  return ExitCode.SUCCESS;
}

async function publishLines(values: PubValues, envelope: Envelope, terminal: Terminal): Promise<number> {
  const { stdin } = terminal;
  const lines = new LinePublisher(envelope, (reasonCode) => {
    terminal.warn(`the broker refused a message: ${describeReason(reasonCode)}`);
  });
  let isInterrupted = false;
  const { published, refused, refusal } = await connected(values, terminal, lines.handlers, (client) => {
    terminal.onInterrupt(() => {
      isInterrupted = true;
      lines.stop();
    });
    return lines.run(client, stdin);
  });
  if (isInterrupted) {
    terminal.status(`mqtk: interrupted after ${published} messages`);
    return ExitCode.INTERRUPTED;
  }
  if (refusal !== undefined) {
    throw new RefusedError({
      summary: `the broker refused ${refused} of ${published} messages${refused > 1 ? ", the first" : ""}`,
      packet: envelope.qos === 1 ? "PUBACK" : "PUBREC",
      reasonCode: refusal,
    });
  }
  return ExitCode.SUCCESS;
}

/** Does some work with a client, and says goodbye whatever becomes of it. */
async function connected<Result>(
  values: PubValues,
  terminal: Terminal,
  handlers: ClientHandlers,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = await Client.connect(await completeClientOptionsFrom(values, terminal, values), handlers);
  try {
    return await work(client);
  } finally {
    await leave(client, values);
  }
}

/**
 * Says goodbye without waiting for the broker to close the connection, which takes a round trip more: the process may end
 * once the system has everything. Only where messages may be on their way to us (a session that is kept) would it then
 * reset the connection.
 */
async function leave(client: Client, { disableCleanSession }: PubValues): Promise<void> {
  const ended = client.end();
  return disableCleanSession ? ended : Promise.race([ended, client.flushed()]);
}

function topicFrom({ topic, url }: PubValues): string {
  const found = topic ?? url?.topic;
  if (found === undefined) throw new UsageError("the topic is missing", "give it with --topic");
  return found;
}

const sourceFlags: Readonly<Record<Source, string>> = {
  message: "--message",
  file: "--file",
  stdinFile: "--stdin-file",
  stdinLine: "--stdin-line",
  nullMessage: "--null-message",
};

function sourceFrom(values: PubValues): Source {
  const sources = Object.keys(sourceFlags) as Source[];
  const [first, second] = sources.filter((source) => values[source] !== undefined && values[source] !== false);
  if (first === undefined) {
    throw new UsageError("nothing to publish", "give --message, --file, --stdin-file, --stdin-line or --null-message");
  }
  if (second !== undefined) {
    throw new UsageError(`${sourceFlags[first]} and ${sourceFlags[second]} contradict each other`, "give one of them");
  }
  return first;
}

async function payloadFrom(
  source: Exclude<Source, "stdinLine">,
  values: PubValues,
  terminal: Terminal,
): Promise<Buffer> {
  switch (source) {
    case "message":
      warnOfLostBytes(values.message ?? "", terminal);
      return Buffer.from(values.message ?? "");
    case "file":
      return readPayload(values.file ?? "");
    case "stdinFile":
      return readAll(terminal.stdin);
    case "nullMessage":
      return Buffer.alloc(0);
  }
}

/** Node.js hands over arguments as text, with U+FFFD for every byte that is not UTF-8: the bytes are gone. */
function warnOfLostBytes(message: string, terminal: Terminal): void {
  if (message.includes("\ufffd")) {
    terminal.warn("bytes that are not UTF-8 in --message became U+FFFD; --file and --stdin-file publish any bytes");
  }
}

function readPayload(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${reasonOf(error)}`);
  }
}

async function readAll(input: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of input) chunks.push(chunk as Buffer);
  } catch (error) {
    throw new UsageError(`cannot read stdin: ${reasonOf(error)}`);
  }
  return Buffer.concat(chunks);
}
