import { RefusedError } from "../../../client/index.ts";
import { ReasonCode, type SubackPacket, type Subscription } from "../../../codec/index.ts";
import type { Terminal } from "../../terminal/terminal.ts";

/** Some filters refused: warnings. All of them: nothing will ever come, so that is an error; with `isStrict` any is. */
export function reportRefusals(
  subscriptions: readonly Subscription[],
  suback: SubackPacket,
  isStrict: boolean,
  terminal: Terminal,
): void {
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
  if (first !== undefined && (isStrict || refusals.length === subscriptions.length)) throw first;
  for (const { message } of refusals) terminal.warn(message);
}
