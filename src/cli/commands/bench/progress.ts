import type { BenchProgress } from "../../../bench/index.ts";
import { rateText } from "./units.ts";

/** `2/6 QoS 1, 64 bytes · latency at 231k msg/s · measuring · 230k msg/s` */
export function progressText({ cell, loop, stage, rate, messagesPerSecond, done, total }: BenchProgress): string {
  const goal = loop === "closed" ? "capacity" : `latency at ${rateText(rate ?? 0)} msg/s`;
  const now = stage === "connecting" ? "" : ` · ${rateText(messagesPerSecond)} msg/s`;
  return `${done + 1}/${total} QoS ${cell.qos}, ${cell.payloadSize} bytes · ${goal} · ${stage}${now}`;
}
