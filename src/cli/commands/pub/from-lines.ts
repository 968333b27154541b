import { isUtf8 } from "node:buffer";
import { type Client, type ClientHandlers, type OutgoingMessage, RefusedError } from "../../../client/index.ts";
import type { ReasonCode } from "../../../codec/index.ts";
import { UsageError } from "../../../errors.ts";
import { isValidTopicName } from "../../../topic/index.ts";
import { ExitCode } from "../../exit-code.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import type { PubValues } from "./definition.ts";
import { describeReason, type LineOptions, LinePublisher } from "./publish-lines.ts";

/** What is known before any message of many. */
export interface StreamJob {
  readonly values: PubValues;
  readonly topics: readonly string[];
  /** What all messages have in common. */
  readonly envelope: Omit<OutgoingMessage, "payload">;
  readonly terminal: Terminal;
  readonly connected: <Result>(handlers: ClientHandlers, work: (client: Client) => Promise<Result>) => Promise<Result>;
}

/** Publishes each line of stdin, in the form that the options name. */
export async function publishLines(job: StreamJob): Promise<number> {
  const { terminal, envelope } = job;
  const { stdin } = terminal;
  const onRefused = (reasonCode: ReasonCode): void => {
    terminal.warn(`the broker refused a message: ${describeReason(reasonCode)}`);
  };
  const lines = new LinePublisher(envelope, onRefused, await lineOptionsFrom(job));
  let isInterrupted = false;
  const { published, refused, refusal } = await job.connected(lines.handlers, (client) => {
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
      packet: envelope.qos === 2 ? "PUBREC" : "PUBACK",
      reasonCode: refusal,
    });
  }
  return ExitCode.SUCCESS;
}

/** How a line becomes a message. */
export async function lineOptionsFrom(job: Pick<StreamJob, "values" | "topics" | "envelope">): Promise<LineOptions> {
  const { values, topics, envelope } = job;
  const { topicSeparator, json } = values;
  const end = values.null ? 0 : 0x0a;
  if (json) {
    const { JsonMessageReader } = await import("../../message-from-json.ts");
    const { qos, retain } = values;
    const reader = new JsonMessageReader({ topic: topics[0], qos, retain, properties: envelope.properties });
    return { end, read: (bytes, from, to) => reader.read(bytes, from, to) };
  }
  if (topicSeparator !== undefined) {
    const separator = Buffer.from(topicSeparator);
    return {
      end,
      read: (bytes, from, to) => {
        const at = bytes.indexOf(separator, from);
        if (at === -1 || at + separator.length > to)
          throw new UsageError(`there is no ${JSON.stringify(topicSeparator)} behind the topic`);
        const topic = bytes.toString("utf8", from, at);
        const isText = !topic.includes("\ufffd") || isUtf8(bytes.subarray(from, at));
        if (!isText || !isValidTopicName(topic)) {
          const shown = topic.length > 80 ? `${topic.slice(0, 80)}…` : topic;
          throw new UsageError(`${JSON.stringify(shown)} is no topic to publish to`);
        }
        return { ...envelope, topic, bytes, payloadStart: at + separator.length, payloadEnd: to };
      },
    };
  }
  return topics.length > 1 ? { end, topics } : { end };
}
