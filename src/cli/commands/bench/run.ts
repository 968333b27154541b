import {
  type BenchPlan,
  type BenchResult,
  measurementsOf,
  type RunningTarget,
  runBench,
} from "../../../bench/index.ts";
import { MqtkError } from "../../../errors.ts";
import { formatAddress } from "../../../transport/index.ts";
import { transportFrom } from "../../client-options.ts";
import { secretFrom } from "../../connect.ts";
import { ExitCode } from "../../exit-code.ts";
import { startSpinner } from "../../terminal/spinner.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { themeFor } from "../../terminal/theme.ts";
import type { BenchValues } from "./definition.ts";
import { type EmbeddedBroker, startEmbeddedBroker } from "./embedded-broker.ts";
import { connectionValuesFrom, planFrom } from "./plan-from.ts";
import { progressOn } from "./progress.ts";
import { failures, report } from "./report.ts";

/** Measures a broker and prints what came of it; also what was measured before an error or Ctrl-C. */
export async function run(typed: BenchValues, terminal: Terminal): Promise<number> {
  const secret = typed.dryRun ? undefined : await secretFrom(typed, terminal);
  const values = secret === undefined ? typed : { ...typed, password: secret };
  const { plan, password } = planFrom(values);
  if (values.dryRun) {
    terminal.write(`${JSON.stringify(plan, null, 2)}\n`);
    return ExitCode.SUCCESS;
  }
  const result = await measure(plan, await secretsFrom(values, plan, password, terminal), terminal);
  terminal.write(values.json ? `${JSON.stringify(result, null, 2)}\n` : report(result, themeFor(terminal, "stdout")));
  return exitCodeFrom(result, terminal);
}

type Secrets = Pick<RunningTarget, "password" | "transport">;

async function secretsFrom(
  values: BenchValues,
  { targets }: BenchPlan,
  password: Uint8Array | undefined,
  terminal: Terminal,
): Promise<Secrets> {
  const [target] = targets;
  if (target?.kind !== "url") return { password };
  return { password, transport: await transportFrom(connectionValuesFrom(values), target.address, terminal) };
}

async function measure(plan: BenchPlan, secrets: Secrets, terminal: Terminal): Promise<BenchResult> {
  const stop = new AbortController();
  terminal.onInterrupt(() => stop.abort(new MqtkError("interrupted", "interrupted")));
  const spinner = await startSpinner(terminal, "starting");
  const targets = new Map<string, RunningTarget>();
  let broker: EmbeddedBroker | undefined;
  try {
    for (const target of plan.targets) {
      if (target.kind !== "url") broker = await startEmbeddedBroker(process.argv[1] as string);
      const address = target.kind === "url" ? target.address : (broker as EmbeddedBroker).address;
      targets.set(target.name, { name: target.name, address, ...secrets });
    }
    const running = [...targets.values()];
    if (!terminal.stderrIsTTY) {
      terminal.status(announcement(plan, running.map(({ address }) => formatAddress(address)).join(", ")));
    }
    return await runBench(plan, {
      ...{ targets: running, signal: stop.signal },
      observer: progressOn(terminal, spinner),
    });
  } finally {
    spinner.stop();
    await broker?.stop();
  }
}

/** Where no spinner moves, one line says what is being waited for. */
function announcement(plan: BenchPlan, target: string): string {
  const count = measurementsOf(plan);
  const seconds = Math.ceil((count * (plan.warmUp + plan.duration + 200)) / 1000);
  return `mqtk: measuring ${target}: ${count} measurement${count === 1 ? "" : "s"}, about ${seconds} s`;
}

/** What is wrong with messages weighs more than why the run ended early. */
function exitCodeFrom(result: BenchResult, terminal: Terminal): number {
  const { error } = result;
  const found = failures(result);
  if (found.length > 0) {
    if (error) terminal.warn(`ended early: ${error.message}`);
    throw new MqtkError("delivery", `messages were not delivered as promised: ${found.join("; ")}`, {
      hint: "brokers drop what exceeds their queues: try a lower --rate or --window, or allow them more",
    });
  }
  if (error?.code === "interrupted") {
    const part = result.cells.length === 0 ? "before anything was measured" : "so the result is partial";
    terminal.status(`mqtk: interrupted, ${part}`);
    return ExitCode.INTERRUPTED;
  }
  if (error) {
    const { code, message, hint, reasonCode } = error;
    throw Object.assign(new MqtkError(code, message, { hint: hint ?? undefined }), {
      reasonCode: reasonCode ?? undefined,
    });
  }
  return ExitCode.SUCCESS;
}
