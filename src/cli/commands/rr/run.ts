import type { Client, ReceivedMessage } from "../../../client/index.ts";
import { RefusedError } from "../../../client/index.ts";
import { ReasonCode, type Subscription } from "../../../codec/index.ts";
import { MqtkError, UsageError } from "../../../errors.ts";
import { connect, type Plan, planFrom } from "../../connect.ts";
import { ExitCode } from "../../exit-code.ts";
import { onePayload } from "../../payload-source.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { printerFor } from "../sub/message-printer.ts";
import type { RrValues } from "./definition.ts";
import { roundTrips } from "./round-trips.ts";

/** Publishes a request and prints its response; as often as `--repeat` says. */
export async function run(values: RrValues, terminal: Terminal): Promise<number> {
  const topic = values.topic ?? values.url?.topic;
  if (topic === undefined) throw new UsageError("the topic is missing", "give it with --topic");
  if (values.json && values.format !== undefined) throw new UsageError("--json and --format contradict each other");
  const payload = await onePayload(values, terminal);
  const { responseTopic, mqttVersion } = values;
  if (responseTopic === undefined && (mqttVersion === 3 || mqttVersion === 4)) {
    throw new UsageError("before MQTT 5 a response has no address", "give the topic on which it comes: -e");
  }
  if (responseTopic === topic) {
    throw new UsageError("the request would be its own response", "--topic and --response-topic must differ");
  }
  const needsVersion5 =
    responseTopic === undefined
      ? "a request without -e"
      : values.retainAsPublished
        ? "--retain-as-published"
        : undefined;
  const plan = await planFrom(values, terminal, needsVersion5, [
    "connect",
    "publish",
    "will",
    "subscribe",
    "disconnect",
  ]);
  return new Requester({ values, topic, payload, plan, terminal }).run();
}

interface Parts {
  readonly values: RrValues;
  readonly topic: string;
  readonly payload: Buffer;
  readonly plan: Plan;
  readonly terminal: Terminal;
}

/** Asks one request after the other. */
class Requester {
  readonly #parts: Parts;
  readonly #stopped: Promise<number>;
  #stop: (exitCode: number) => void = () => {};
  #fail: (error: unknown) => void = () => {};
  #client: Client | undefined;
  /** Of the request in hand; undefined between requests. */
  #answered: (() => void) | undefined;
  #correlation: Buffer | undefined;
  #print: (message: ReceivedMessage) => void = () => {};
  readonly #times: number[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#stopped = new Promise((resolve, reject) => {
      this.#stop = resolve;
      this.#fail = reject;
    });
    this.#stopped.catch(() => {});
  }

  async run(): Promise<number> {
    const { values, terminal, plan } = this.#parts;
    const { timeout } = values;
    terminal.onInterrupt(() => this.#stop(ExitCode.INTERRUPTED));
    const timer = timeout === undefined ? undefined : setTimeout(() => this.#stop(ExitCode.TIMEOUT), timeout);
    const place = { clientId: () => this.#client?.clientId ?? "", host: plan.options.address.host };
    this.#print = await printerFor(values, terminal, place);
    try {
      const exitCode = await Promise.race([this.#askAll(), this.#stopped]);
      if (exitCode === ExitCode.TIMEOUT) terminal.status("mqtk: --timeout is over without a response");
      if (values.repeat !== undefined && this.#times.length > 0) terminal.write(`${roundTrips(this.#times)}\n`);
      return exitCode;
    } finally {
      clearTimeout(timer);
      const isVersion5 = plan.used.version === 5;
      await this.#client?.end(ReasonCode.NORMAL_DISCONNECTION, isVersion5 ? plan.sets.disconnect : {});
    }
  }

  async #askAll(): Promise<number> {
    const { values, terminal, plan } = this.#parts;
    const { responseTopic, qos, repeat = 1, latency } = values;
    const client = await connect(plan, terminal, {
      onMessage: (message) => this.#take(message),
      onEnd: (cause) => cause && this.#fail(cause),
    });
    this.#client = client;
    const inbox =
      responseTopic ??
      plan.sets.publish.responseTopic ??
      `${client.connack.properties.responseInformation ?? "mqtk"}/${client.clientId}/inbox`;
    const { retainAsPublished } = values;
    const subscription = { filter: inbox, qos, noLocal: false, retainAsPublished, retainHandling: 0 } as const;
    await subscribe(client, subscription, plan);
    for (let number = 1; number <= repeat; number += 1) {
      const started = performance.now();
      await this.#ask(client, inbox, number);
      const time = performance.now() - started;
      this.#times.push(time);
      if (latency) terminal.status(`mqtk: response after ${time.toFixed(3)} ms`);
    }
    return ExitCode.SUCCESS;
  }

  async #ask(client: Client, inbox: string, number: number): Promise<void> {
    const { values, topic, payload, plan, terminal } = this.#parts;
    const answer = new Promise<void>((resolve) => {
      this.#answered = resolve;
    });
    const isVersion5 = plan.used.version === 5;
    const own = plan.sets.publish.correlationData;
    // Others may share our response topic (-e): the client id makes it ours.
    this.#correlation = isVersion5 ? Buffer.from(own ?? `${client.clientId}/${number}`) : undefined;
    const properties = isVersion5
      ? { ...plan.sets.publish, responseTopic: inbox, correlationData: this.#correlation }
      : undefined;
    const request = {
      topic,
      payload,
      qos: values.qos,
      retain: false,
      ...(properties === undefined ? {} : { properties }),
    };
    const published = client.publish(request).then((reasonCode) => {
      if (reasonCode === ReasonCode.NO_MATCHING_SUBSCRIBERS) terminal.warn(`nobody is subscribed to ${topic}`);
    });
    await Promise.all([published, answer]);
  }

  #take(message: ReceivedMessage): void {
    if (this.#answered === undefined || (this.#parts.values.noRetained && message.retain)) return;
    // Responders that do not know correlation data leave it out; what carries another's belongs to another request.
    const { correlationData } = message.properties;
    const isOther =
      this.#correlation !== undefined && correlationData !== undefined && !this.#correlation.equals(correlationData);
    if (isOther) return;
    if (this.#parts.values.repeat === undefined) this.#print(message);
    const answered = this.#answered;
    this.#answered = undefined;
    // As mqtk reply says it; a request that asked with this property gets it back, so the last one counts.
    const problem = message.properties.userProperties?.findLast(([name]) => name === "mqtk-error")?.[1];
    if (problem === undefined) answered();
    else this.#fail(new MqtkError("refused", `the responder could not answer: ${problem}`));
  }
}

async function subscribe(client: Client, subscription: Subscription, plan: Plan): Promise<void> {
  const { reasonCodes, properties } = await client.subscribe([subscription], plan.sets.subscribe);
  const reasonCode = reasonCodes[0] ?? ReasonCode.UNSPECIFIED_ERROR;
  if (reasonCode < 0x80) return;
  const { reasonString } = properties;
  throw new RefusedError({
    summary: `the broker refused ${subscription.filter}`,
    packet: "SUBACK",
    reasonCode,
    reasonString,
  });
}
