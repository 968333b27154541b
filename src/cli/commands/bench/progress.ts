import type { BenchObserver, BenchPlan, BenchProgress } from "../../../bench/index.ts";
import { safeLine } from "../../terminal/safe-text.ts";
import type { Spinner } from "../../terminal/spinner.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { rateText } from "./units.ts";

/** Shows a run while it lasts: to people in a line that moves, elsewhere (a CI log) with a line per measurement. */
export function progressOn(
  terminal: Pick<Terminal, "stderrIsTTY" | "status">,
  spinner: Spinner,
  plan: Pick<BenchPlan, "targets">,
): BenchObserver {
  let told = -1;
  const measurementText = (progress: BenchProgress) => measurementOf(progress, plan.targets.length > 1);
  return {
    onProgress: (progress) => {
      if (terminal.stderrIsTTY) {
        spinner.update(`${measurementText(progress)} · ${stageText(progress)}`);
      } else if (progress.stage === "measuring" && told < progress.done) {
        told = progress.done;
        terminal.status(`mqtk: ${measurementText(progress)}`);
      }
    },
  };
}

/** `2/6 QoS 1, 64 bytes · latency at 231k msg/s`; with several targets `2/6 mosq, QoS 1, …` */
function measurementOf({ cell, target, loop, rate, done, total }: BenchProgress, isNamed: boolean): string {
  const name = isNamed ? `${safeLine(target)}, ` : "";
  const goal =
    loop === "closed" ? "capacity" : loop === "batch" ? cell.scenario : `latency at ${rateText(rate ?? 0)} msg/s`;
  return `${done + 1}/${total} ${name}QoS ${cell.qos}, ${cell.payloadSize} bytes · ${goal}`;
}

function stageText({ stage, messagesPerSecond }: BenchProgress): string {
  return stage === "connecting" ? stage : `${stage} · ${rateText(messagesPerSecond)} msg/s`;
}
