import { readFileSync } from "node:fs";
import type { Readable } from "node:stream";
import { Client, type OutgoingMessage, RefusedError } from "../../../client/index.ts";
import { UsageError } from "../../../errors.ts";
import { clientOptionsFrom } from "../../client-options.ts";
import { ExitCode } from "../../exit-code.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import type { PubValues } from "./definition.ts";
import { describeReason, LinePublisher } from "./publish-lines.ts";

/** Publishes what the options name and answers when the broker has it. */
export async function run(values: PubValues, terminal: Terminal): Promise<number> {
  const envelope = { topic: topicFrom(values), qos: values.qos, retain: values.retain };
  const source = sourceFrom(values);
  return source === "stdinLine"
    ? publishLines(values, envelope, terminal)
    : publishOne(values, { ...envelope, payload: await payloadFrom(source, values, terminal) });
}

type Envelope = Omit<OutgoingMessage, "payload">;
type Source = "message" | "file" | "stdinFile" | "stdinLine" | "nullMessage";

async function publishOne(values: PubValues, message: OutgoingMessage): Promise<number> {
  const client = await Client.connect(clientOptionsFrom(values, values));
  await client.publish(message);
  await client.end();
  return ExitCode.SUCCESS;
}

async function publishLines(values: PubValues, envelope: Envelope, terminal: Terminal): Promise<number> {
  const lines = new LinePublisher(envelope, (reasonCode) => {
    terminal.warn(`the broker refused a message: ${describeReason(reasonCode)}`);
  });
  const client = await Client.connect(clientOptionsFrom(values, values), lines.handlers);
  let isInterrupted = false;
  terminal.onInterrupt(() => {
    isInterrupted = true;
    lines.stop();
  });
  const { published, refused, refusal } = await lines.run(client, terminal.stdin);
  await client.end();
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
      return Buffer.from(values.message ?? "");
    case "file":
      return readPayload(values.file ?? "");
    case "stdinFile":
      return readAll(terminal.stdin);
    case "nullMessage":
      return Buffer.alloc(0);
  }
}

function readPayload(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${systemReason(error)}`);
  }
}

async function readAll(input: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of input) chunks.push(chunk as Buffer);
  } catch (error) {
    throw new UsageError(`cannot read stdin: ${systemReason(error)}`);
  }
  return Buffer.concat(chunks);
}

/** "no such file or directory" of "ENOENT: no such file or directory, open 'x'". */
function systemReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /^[A-Z0-9]+: ([^,]+)/.exec(message)?.[1] ?? message;
}
