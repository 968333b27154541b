import { RefusedError } from "../../../client/index.ts";
import { ReasonCode } from "../../../codec/index.ts";
import { UsageError } from "../../../errors.ts";
import { connect, planFrom } from "../../connect.ts";
import { ExitCode } from "../../exit-code.ts";
import { type DueMessage, MessagePump } from "../../message-pump.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { describeReason } from "../pub/publish-lines.ts";
import type { ReplayValues } from "./definition.ts";
import { ReplaySource } from "./replay-source.ts";

/** Being late by more than this, in milliseconds, is worth a word. */
const LATE = 100;

/** Publishes a recording, and answers when the broker has all of it. */
export async function run(values: ReplayValues, terminal: Terminal): Promise<number> {
  if (values.loop && values.file === "-") throw new UsageError("--loop needs a file", "stdin can be read only once");
  const plan = await planFrom(values, terminal, undefined, ["connect", "will", "disconnect"]);
  // Before the broker is troubled: is there anything to publish?
  const source = new ReplaySource(values, terminal);
  const first = await source.next();
  const pump = new MessagePump((reasonCode) => {
    terminal.warn(`the broker refused a message: ${describeReason(reasonCode)}`);
  });
  const client = await connect(plan, terminal, pump.handlers);
  source.begin();
  let isInterrupted = false;
  terminal.onInterrupt(() => {
    isInterrupted = true;
    pump.stop();
  });
  try {
    let pending: DueMessage | undefined = first;
    const result = await pump.run(client, () => {
      const message = pending;
      pending = undefined;
      return message ?? source.next();
    });
    const { published, refused, refusal, maximumLag } = result;
    const late =
      values.speed !== Number.POSITIVE_INFINITY && maximumLag > LATE
        ? `, up to ${(maximumLag / 1000).toFixed(1)} s late`
        : "";
    const of = isInterrupted ? "interrupted after" : "replayed";
    terminal.status(`mqtk: ${of} ${published} ${published === 1 ? "message" : "messages"}${late}`);
    if (refusal !== undefined) {
      throw new RefusedError({
        summary: `the broker refused ${refused} of ${published} messages${refused > 1 ? ", the first" : ""}`,
        packet: "PUBACK",
        reasonCode: refusal,
      });
    }
    return isInterrupted && !values.loop ? ExitCode.INTERRUPTED : ExitCode.SUCCESS;
  } finally {
    await client.end(ReasonCode.NORMAL_DISCONNECTION, plan.sets.disconnect);
  }
}
