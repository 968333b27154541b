import type { ReceivedMessage, ReconnectPolicy } from "../../../client/index.ts";
import type { Subscription } from "../../../codec/index.ts";
import { UsageError } from "../../../errors.ts";
import { matches, parseTopicFilter } from "../../../topic/index.ts";
import { type Plan, planFrom } from "../../connect.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import type { SubValues } from "./definition.ts";
import type { Goals } from "./goals.ts";
import { printerFor } from "./message-printer.ts";
import { Subscriber } from "./subscriber.ts";

/** Prints messages until an ending that the options name, or until it is stopped. */
export async function run(values: SubValues, terminal: Terminal): Promise<number> {
  const subscriptions = subscriptionsFrom(values);
  checkCombination(values);
  const goals = await goalsFrom(values);
  const plan = withReconnect(await planFrom(values, terminal, needsVersion5(values), SENT), values);
  const subscriber = new Subscriber(values, subscriptions, plan, terminal, goals);
  const clientId = (): string => subscriber.clientId;
  const runWith = async (print: Print): Promise<number> => {
    if (!values.summary) return subscriber.run(selected(values, print));
    const { summarized } = await import("./summary.ts");
    return summarized(print, terminal, (counting) => subscriber.run(selected(values, counting)));
  };
  if (!writesFiles(values)) return runWith(await printFrom(values, plan, terminal, clientId));
  const { printToFiles } = await import("./print-to-files.ts");
  const { host } = plan.options.address;
  const files = await printToFiles(values, terminal, { clientId, host }, (error) => subscriber.fail(error));
  try {
    return await runWith(files.print);
  } finally {
    files.close();
  }
}

const SENT = ["connect", "will", "subscribe", "unsubscribe", "disconnect"] as const;

type Print = (message: ReceivedMessage) => void;

function subscriptionsFrom(values: SubValues): readonly Subscription[] {
  const filters = [...values.topics, ...(values.url?.topic === undefined ? [] : [values.url.topic])];
  if (filters.length === 0 && values.unsubscribe.length === 0) {
    throw new UsageError("the topic filter is missing", "give it with --topic: '#' is everything");
  }
  const { qos, noLocal, retainAsPublished } = values;
  // As mosquitto's client does it: the broker need not send what is not wanted.
  const retainHandling = values.noRetained ? 2 : values.retainHandling;
  return filters.map((filter) => ({ filter, qos, noLocal, retainAsPublished, retainHandling }));
}

/** The first option that was given and has no meaning before MQTT 5. */
function needsVersion5({ noLocal, retainAsPublished, retainHandling }: SubValues): string | undefined {
  if (noLocal) return "--no-local";
  if (retainAsPublished) return "--retain-as-published";
  return retainHandling === 0 ? undefined : "--retain-handling";
}

function checkCombination(values: SubValues): void {
  const contradict = (one: string, other: string): never => {
    throw new UsageError(`${one} and ${other} contradict each other`, "give one of them");
  };
  if (values.noRetained && values.retainedOnly) contradict("--no-retained", "--retained-only");
  if (values.noRetained && values.removeRetained) contradict("--no-retained", "--remove-retained");
  if (values.json && values.format !== undefined) contradict("--json", "--format");
  if (values.json && values.watch) contradict("--json", "--watch");
  if (values.within !== undefined && values.expect.length === 0) throw new UsageError("--within needs --expect");
  if (values.exitAfterSubscribing && values.expect.length > 0) contradict("--exit-after-subscribing", "--expect");
  if (values.exitAfterSubscribing && values.until !== undefined) contradict("--exit-after-subscribing", "--until");
  if (values.json && (values.diff || values.showProperties)) contradict("--json", "--diff and --properties");
  if (values.format !== undefined && (values.diff || values.showProperties)) {
    contradict("--format", "--diff and --properties");
  }
  if (values.watch && (values.diff || values.showProperties)) contradict("--watch", "--diff and --properties");
  if (values.messageRate && (values.json || values.format !== undefined || values.watch)) {
    contradict("--message-rate", "--json, --format and --watch");
  }
}

/** The language of expressions is loaded only where there are some. */
async function goalsFrom(values: SubValues): Promise<Goals | undefined> {
  if (values.until === undefined && values.expect.length === 0) return undefined;
  const { Goals } = await import("./goals.ts");
  return new Goals(values);
}

/** A session that lasts is worth coming back for: nothing of it is missed. */
function withReconnect(plan: Plan, values: SubValues): Plan {
  const { disableCleanSession, sessionExpiryInterval = 0 } = values;
  const lasts = disableCleanSession || sessionExpiryInterval > 0;
  const time = values.reconnect ?? (lasts ? Number.POSITIVE_INFINITY : 0);
  if (time === 0) return plan;
  const reconnect: ReconnectPolicy = { maximumDelay: 10_000, ...(Number.isFinite(time) ? { giveUpAfter: time } : {}) };
  return { ...plan, options: { ...plan.options, reconnect } };
}

function writesFiles({ output, saveDir, rotateSize, rotateEvery, keep }: SubValues): boolean {
  return [output, saveDir, rotateSize, rotateEvery, keep].some((value) => value !== undefined);
}

async function printFrom(values: SubValues, plan: Plan, terminal: Terminal, clientId: () => string): Promise<Print> {
  const { host } = plan.options.address;
  if (values.messageRate) return (await import("./message-rate.ts")).countingRate(terminal);
  if (values.watch) {
    const { watching } = await import("./watch.ts");
    return watching(values, terminal, plan.options.address, clientId);
  }
  return printerFor(values, terminal, { clientId, host });
}

/** Only what is to be printed; answers whether the message counts (mosquitto counts those that chance left out). */
function selected({ filterOut, randomFilter }: SubValues, print: Print): (message: ReceivedMessage) => boolean {
  const chosen: Print =
    randomFilter === undefined
      ? print
      : (message) => {
          if (Math.random() * 100 < randomFilter) print(message);
        };
  if (filterOut.length === 0) {
    return (message) => {
      chosen(message);
      return true;
    };
  }
  const unwanted = filterOut.map((filter) => parseTopicFilter(filter)?.levels ?? []);
  return (message) => {
    const levels = message.topic.split("/");
    if (unwanted.some((filter) => matches(filter, levels))) return false;
    chosen(message);
    return true;
  };
}
