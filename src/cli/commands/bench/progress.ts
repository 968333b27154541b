import type { BenchObserver, BenchPlan, BenchProgress } from "../../../bench/index.ts";
import { sparkline } from "../../live/sparkline.ts";
import { safeLine } from "../../terminal/safe-text.ts";
import type { Spinner } from "../../terminal/spinner.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { grouped, rateText, timeText } from "./units.ts";

/** Seconds in the sparkline: what fits into a line of 80 columns beside rate and percentiles. */
const SHOWN_SECONDS = 30;

/**
 * Shows a run while it lasts: to people two lines that change a few times a second, elsewhere (a CI log) a line per
 * measurement.
 */
export function progressOn(
  terminal: Pick<Terminal, "stderrIsTTY" | "status">,
  spinner: Spinner,
  plan: Pick<BenchPlan, "targets">,
): BenchObserver {
  let told = "";
  let rates: number[] = [];
  let seconds = 0;
  const measurementText = (progress: BenchProgress) => measurementOf(progress, plan.targets.length > 1);
  return {
    onProgress: (progress) => {
      const text = measurementText(progress);
      if (terminal.stderrIsTTY) {
        const { latest } = progress;
        if (latest === null) {
          rates = [];
          seconds = 0;
        } else if (latest.at > seconds) {
          seconds = latest.at;
          rates = [...rates, latest.rate].slice(-SHOWN_SECONDS);
        }
        spinner.update(`${text} · ${progress.stage}${liveText(progress, rates)}`);
      } else if (progress.stage === "measuring" && told !== text) {
        told = text;
        terminal.status(`mqtk: ${text}`);
      }
    },
  };
}

/** `2/6 QoS 1, 64 bytes · latency at 231k msg/s`; with several targets `2/6 mosq, QoS 1, …` */
function measurementOf({ cell, target, loop, rate, done, total }: BenchProgress, isNamed: boolean): string {
  const name = isNamed ? `${safeLine(target)}, ` : "";
  const scenario = cell.scenario === "pair" ? "" : `${cell.scenario}, `;
  const isOwn = cell.payloadSize === 0 || cell.groups !== undefined;
  const place = isOwn ? cell.scenario : `${scenario}QoS ${cell.qos}, ${cell.payloadSize} bytes`;
  const goal = {
    closed: " · capacity",
    open: ` · latency at ${rateText(rate ?? 0)} msg/s`,
    search: ` · trying ${rateText(rate ?? 0)} msg/s`,
    batch: "",
  }[loop];
  return `${done + 1}/${total} ${name}${place}${goal}`;
}

/** The second line: `   231k/s  p50 1.20ms  p99 3.40ms  ▂▄▆█  3 wrong` */
function liveText({ stage, messagesPerSecond, latest, failures }: BenchProgress, rates: readonly number[]): string {
  if (stage === "connecting") return "";
  const parts = [`${rateText(messagesPerSecond)}/s`.padStart(8)];
  if (latest !== null && latest.p50 !== null && latest.p99 !== null) {
    parts.push(`p50 ${timeText(latest.p50)}`, `p99 ${timeText(latest.p99)}`);
  }
  if (rates.length > 1) parts.push(sparkline(rates, rates.length, 0));
  if (failures > 0) parts.push(`${grouped(failures)} wrong`);
  return `\n  ${parts.join("  ")}`;
}
