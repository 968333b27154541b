import { readFileSync } from "node:fs";
import { RefusedError } from "../../../client/index.ts";
import { systemClock } from "../../../clock.ts";
import { ReasonCode } from "../../../codec/index.ts";
import { UsageError } from "../../../errors.ts";
import { Random } from "../../../payload/index.ts";
import { connect, planFrom } from "../../connect.ts";
import { ExitCode } from "../../exit-code.ts";
import { MessagePump } from "../../message-pump.ts";
import { reasonOf } from "../../system-reason.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { describeReason } from "../pub/publish-lines.ts";
import type { SimulateValues } from "./definition.ts";
import { fleet } from "./fleet.ts";
import { kindsFrom } from "./preset.ts";
import { presets } from "./presets.ts";

/** Being late by more than this, in milliseconds, is worth a word. */
const LATE = 1000;

/** Publishes what the devices of a preset would, until an ending that the options name, or until it is stopped. */
export async function run(values: SimulateValues, terminal: Terminal): Promise<number> {
  const { count, duration, preset: name } = values;
  const preset = presetFrom(name);
  const tools = { random: new Random(values.seed), environment: terminal.environment };
  const kinds = kindsFrom(preset, name, tools);
  if (values.printPreset) {
    terminal.write(`${JSON.stringify(preset, undefined, 2)}\n`);
    return ExitCode.SUCCESS;
  }
  const plan = await planFrom(values, terminal, undefined, ["connect", "will", "disconnect"]);
  const pump = new MessagePump((reasonCode) => {
    terminal.warn(`the broker refused a message: ${describeReason(reasonCode)}`);
  });
  const client = await connect(plan, terminal, pump.handlers);
  let isInterrupted = false;
  terminal.onInterrupt(() => {
    isInterrupted = true;
    pump.stop();
  });
  const timer = duration === undefined ? undefined : setTimeout(() => pump.stop(), duration);
  try {
    const next = fleet(kinds, values, systemClock.now());
    const { published, refused, refusal, maximumLag } = await pump.run(client, next);
    if (maximumLag > LATE) terminal.warn(`messages were up to ${(maximumLag / 1000).toFixed(1)} s late`);
    terminal.status(`mqtk: published ${published} ${published === 1 ? "message" : "messages"}`);
    if (refusal !== undefined) {
      throw new RefusedError({
        summary: `the broker refused ${refused} of ${published} messages${refused > 1 ? ", the first" : ""}`,
        packet: "PUBACK",
        reasonCode: refusal,
      });
    }
    return isInterrupted && count !== undefined ? ExitCode.INTERRUPTED : ExitCode.SUCCESS;
  } finally {
    clearTimeout(timer);
    await client.end(ReasonCode.NORMAL_DISCONNECTION, plan.sets.disconnect);
  }
}

function presetFrom(name: string): unknown {
  if (Object.hasOwn(presets, name)) return presets[name];
  const hint = `there are ${Object.keys(presets).join(", ")}; anything else is a file`;
  let text: string;
  try {
    text = readFileSync(name, "utf8");
  } catch (error) {
    throw new UsageError(`cannot read ${name}: ${reasonOf(error)}`, hint);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(
      `${name}: ${(error as Error).message}`,
      "mqtk simulate sensors --print-preset shows how one looks",
    );
  }
}
