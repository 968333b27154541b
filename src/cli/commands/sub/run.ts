import { Client, type ReceivedMessage, RefusedError } from "../../../client/index.ts";
import { ProtocolVersion, ReasonCode, type SubackPacket, type Subscription } from "../../../codec/index.ts";
import { UsageError } from "../../../errors.ts";
import { completeClientOptionsFrom } from "../../client-options.ts";
import { ExitCode } from "../../exit-code.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import type { SubValues } from "./definition.ts";
import { printerFor } from "./message-printer.ts";

/** Prints messages until an ending that the options name, or until it is stopped. */
export async function run(values: SubValues, terminal: Terminal): Promise<number> {
  const subscriptions = subscriptionsFrom(values);
  const options = await completeClientOptionsFrom(values, terminal, values);
  const print = printerFor(values, terminal);
  const ending = new Ending();
  let received = 0;
  let client: Client | undefined;

  const onMessage = (message: ReceivedMessage): void => {
    if (values.noRetained && message.retain) return;
    print(message);
    received++;
    if (received === values.count) {
      // Whatever comes behind is not acknowledged: in a session that lasts, it is there for the next one.
      client?.pauseReading();
      ending.come(ExitCode.SUCCESS);
    } else if (terminal.out.isFull) client?.pauseReading();
  };
  terminal.out.onDrain = () => {
    if (received !== values.count) client?.resumeReading();
  };
  terminal.out.onClosed = () => ending.come(ExitCode.SUCCESS);
  terminal.onInterrupt(() => ending.come(values.count === undefined ? ExitCode.SUCCESS : ExitCode.INTERRUPTED));
  if (values.timeout !== undefined) setTimeout(() => ending.come(ExitCode.TIMEOUT), values.timeout);

  const subscribe = async (): Promise<void> => {
    client = await Client.connect(options, { onMessage, onEnd: (cause) => cause && ending.fail(cause) });
    reportRefusals(subscriptions, await client.subscribe(subscriptions), terminal);
  };
  subscribe().catch((error) => ending.fail(error));
  try {
    const exitCode = await ending.reached;
    if (exitCode === ExitCode.TIMEOUT) terminal.status(`mqtk: --timeout is over after ${counted(received)}`);
    if (exitCode === ExitCode.INTERRUPTED) {
      terminal.status(`mqtk: interrupted after ${received} of ${values.count} messages`);
    }
    return exitCode;
  } finally {
    await client?.end();
  }
}

/** The one end that a run comes to, whichever of its causes is first. */
class Ending {
  readonly reached: Promise<number>;
  come: (exitCode: number) => void = () => {};
  fail: (error: unknown) => void = () => {};

  constructor() {
    this.reached = new Promise((resolve, reject) => {
      this.come = resolve;
      this.fail = reject;
    });
  }
}

function subscriptionsFrom(values: SubValues): readonly Subscription[] {
  const filters = [...values.topics, ...(values.url?.topic === undefined ? [] : [values.url.topic])];
  if (filters.length === 0)
    throw new UsageError("the topic filter is missing", "give it with --topic: '#' is everything");
  const { qos, noLocal, retainAsPublished, retainHandling } = values;
  if (values.mqttVersion !== ProtocolVersion.V5_0 && (noLocal || retainAsPublished || retainHandling !== 0)) {
    throw new UsageError("--no-local, --retain-as-published and --retain-handling need MQTT 5");
  }
  return filters.map((filter) => ({ filter, qos, noLocal, retainAsPublished, retainHandling }));
}

/** Some filters refused: warnings. All of them: nothing will ever come, so that is an error. */
function reportRefusals(subscriptions: readonly Subscription[], suback: SubackPacket, terminal: Terminal): void {
  const refusals: RefusedError[] = [];
  for (const [index, { filter, qos }] of subscriptions.entries()) {
    const reasonCode = suback.reasonCodes[index] ?? ReasonCode.UNSPECIFIED_ERROR;
    if (reasonCode >= 0x80) {
      const { reasonString } = suback.properties;
      refusals.push(
        new RefusedError({ summary: `the broker refused ${filter}`, packet: "SUBACK", reasonCode, reasonString }),
      );
    } else if (reasonCode < qos) terminal.warn(`the broker grants QoS ${reasonCode} for ${filter}, not ${qos}`);
  }
  const [first] = refusals;
  if (first !== undefined && refusals.length === subscriptions.length) throw first;
  for (const { message } of refusals) terminal.warn(message);
}

function counted(messages: number): string {
  return messages === 1 ? "1 message" : `${messages} messages`;
}
