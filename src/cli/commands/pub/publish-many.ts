import { type OutgoingMessage, RefusedError } from "../../../client/index.ts";
import { systemClock } from "../../../clock.ts";
import type { ReasonCode } from "../../../codec/index.ts";
import { isMqtkError, UsageError } from "../../../errors.ts";
import { type Codec, codecFrom, compileTemplate, Random, type Template } from "../../../payload/index.ts";
import { isValidTopicName } from "../../../topic/index.ts";
import { ExitCode } from "../../exit-code.ts";
import { linesOf } from "../../lines-of.ts";
import type { ReadMessage } from "../../message-from-json.ts";
import { type DueMessage, MessagePump, type PumpResult } from "../../message-pump.ts";
import { schemaFilesFrom } from "../../schema-files.ts";
import type { PubValues } from "./definition.ts";
import { lineOptionsFrom, type StreamJob } from "./from-lines.ts";
import { describeReason, type LineOptions } from "./publish-lines.ts";

/** What is known when this is loaded. */
export interface Job extends StreamJob {
  /** The payload, or what `--template` makes it of; undefined where it is the line itself, or made up (`--size`). */
  readonly payload: Buffer | undefined;
  /** Messages are made of lines from stdin. */
  readonly isLines: boolean;
}

/** Where messages are made of lines from stdin: how. */
type JobWithLines = Job & { readonly lines: LineOptions | undefined };

/** A due time that has always come. */
const NOW = Number.NEGATIVE_INFINITY;
/** Being late by more than this, in milliseconds, is worth a word. */
const LATE = 1000;

/** Publishes messages that are made by a template or a size, and in their time. */
export async function publishMany(given: Job): Promise<number> {
  const lines = given.isLines ? await lineOptionsFrom(given) : undefined;
  const job = { ...given, lines };
  const { values, terminal } = job;
  const { encode } = values;
  const codec = encode === undefined ? undefined : await codecFrom(encode, schemaFilesFrom(values));
  const make = makerFrom(job, codec);
  const period = values.interval ?? (values.rate === undefined ? values.repeatDelay : 1000 / values.rate);
  const isPaced = values.rate !== undefined || values.interval !== undefined;
  const count = values.count ?? values.repeat ?? (lines !== undefined || isPaced ? Number.POSITIVE_INFINITY : 1);
  const pump = new MessagePump((reasonCode) => {
    terminal.warn(`the broker refused a message: ${describeReason(reasonCode)}`);
  });
  let isInterrupted = false;
  const result = await job.connected(pump.handlers, (client) => {
    terminal.onInterrupt(() => {
      isInterrupted = true;
      pump.stop();
    });
    return pump.run(client, sourceOf(make, job, count, period));
  });
  return outcome(result, { isInterrupted, isBounded: Number.isFinite(count) || lines !== undefined }, job);
}

/** Throws UsageError for options that contradict each other. */
export function checkCombination(values: PubValues): void {
  const contradict = (one: string, other: string): never => {
    throw new UsageError(`${one} and ${other} contradict each other`, "give one of them");
  };
  const { template, count, rate, interval, size, random, seed, repeat, repeatDelay } = values;
  if (rate !== undefined && interval !== undefined) contradict("--rate", "--interval");
  if (count !== undefined && repeat !== undefined) contradict("--count", "--repeat");
  if (repeatDelay !== undefined && (rate !== undefined || interval !== undefined)) {
    contradict("--repeat-delay", rate === undefined ? "--interval" : "--rate");
  }
  if (template && values.json) contradict("--template", "--json");
  if (template && values.topicSeparator !== undefined) contradict("--template", "--topic-separator");
  if (template && size !== undefined) contradict("--template", "--size");
  if (values.encode !== undefined && values.nullMessage) contradict("--encode", "--null-message");
  if (random && size === undefined) throw new UsageError("--random needs --size", "such as --size 1KB --random");
  if (seed !== undefined && !template && !random) throw new UsageError("--seed needs --template or --random");
}

type Make = (line: Buffer | undefined, seq: number) => readonly OutgoingMessage[];

function sourceOf(
  make: Make,
  { lines, terminal }: JobWithLines,
  count: number,
  period: number | undefined,
): () => DueMessage | undefined | Promise<DueMessage | undefined> {
  const input = lines === undefined ? undefined : linesOf(terminal.stdin, "stdin", lines.end);
  const start = systemClock.now();
  let seq = 0;
  let at = NOW;
  let waiting: OutgoingMessage[] = [];
  const round = (line: Buffer | undefined): DueMessage => {
    at = period === undefined ? NOW : start + seq * period;
    seq++;
    waiting = [...make(line, seq)].reverse();
    return { message: waiting.pop() as OutgoingMessage, at };
  };
  return () => {
    const message = waiting.pop();
    if (message !== undefined) return { message, at };
    if (seq >= count) return undefined;
    if (input === undefined) return round(undefined);
    return input.next().then(({ value }) => (value === undefined ? undefined : round(value)));
  };
}

function makerFrom(
  { values, topics, envelope, payload, lines, terminal }: JobWithLines,
  codec: Codec | undefined,
): Make {
  const { template, size, random: isRandom } = values;
  const random = values.seed === undefined ? new Random() : new Random(values.seed);
  const { environment } = terminal;
  const compiled = (source: string | Uint8Array, name: string): Template | undefined =>
    template ? compileTemplate(source, { random, environment, hasLines: lines !== undefined, name }) : undefined;
  const payloadTemplate = payload === undefined ? undefined : compiled(payload, "the payload");
  const topicTemplates = topics.map((topic) => compiled(topic, "--topic"));
  const letters = size === undefined || isRandom ? undefined : lettersOf(size);
  const read = lines?.read;
  const encoded = (message: OutgoingMessage): OutgoingMessage =>
    codec === undefined ? message : { ...message, payload: codec.encode(Buffer.from(message.payload)) };
  return (line, seq) => {
    if (read !== undefined && line !== undefined) {
      return [inLine(seq, () => encoded(payloadOwned(read(line, 0, line.length))))];
    }
    const context = { now: Date.now(), seq, i: 0, line };
    const written = payloadTemplate?.bytes(context) ?? payload ?? line ?? letters ?? random.bytes(size ?? 0);
    const encode = (): Buffer => codec?.encode(written) ?? written;
    const made = line === undefined ? encode() : inLine(seq, encode);
    return topics.map((topic, index) => {
      const filled = topicTemplates[index]?.text(context) ?? topic;
      if (filled !== topic && !isValidTopicName(filled)) {
        throw new UsageError(`--topic became ${JSON.stringify(filled)}, which is no topic to publish to`);
      }
      return { ...envelope, topic: filled, payload: made };
    });
  };
}

function payloadOwned({ bytes, payloadStart, payloadEnd, ...envelope }: ReadMessage): OutgoingMessage {
  return { ...envelope, payload: bytes.subarray(payloadStart, payloadEnd) };
}

function inLine<Result>(number: number, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!isMqtkError(error) || error.code !== "usage") throw error;
    throw new UsageError(`stdin, line ${number}: ${error.message}`, error.hint);
  }
}

function lettersOf(size: number): Buffer {
  return Buffer.alloc(size, "abcdefghijklmnopqrstuvwxyz");
}

function outcome(
  { published, refused, refusal, maximumLag }: PumpResult,
  { isInterrupted, isBounded }: { readonly isInterrupted: boolean; readonly isBounded: boolean },
  { values, terminal, envelope }: Job,
): number {
  const isPaced = values.rate !== undefined || values.interval !== undefined;
  if (isPaced && maximumLag > LATE && Number.isFinite(maximumLag)) {
    const behind = (maximumLag / 1000).toFixed(1);
    terminal.warn(`messages were up to ${behind} s late: the broker or the input did not keep up`);
  }
  if (isInterrupted) {
    terminal.status(
      isBounded ? `mqtk: interrupted after ${published} messages` : `mqtk: published ${published} messages`,
    );
  }
  if (refusal !== undefined) throw refusalOf(published, refused, refusal, envelope.qos);
  return isInterrupted && isBounded ? ExitCode.INTERRUPTED : ExitCode.SUCCESS;
}

function refusalOf(published: number, refused: number, reasonCode: ReasonCode, qos: 0 | 1 | 2): RefusedError {
  return new RefusedError({
    summary: `the broker refused ${refused} of ${published} messages${refused > 1 ? ", the first" : ""}`,
    packet: qos === 2 ? "PUBREC" : "PUBACK",
    reasonCode,
  });
}
