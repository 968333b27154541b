import type { Sample, Slice } from "./bench-result.ts";

/**
 * A slice in the place of the sample that it is a part of. What belongs to all clients together (connects, what was not
 * sent, the broker's process) stays that of the sample.
 */
export function sampleOfSlice(
  sample: Sample,
  { latency, serviceLatency, sendLag, counts, loop, ...slice }: Slice,
): Sample {
  const perSecond = slice.direction === "sent" ? slice.sentPerSecond : slice.receivedPerSecond;
  const payloadBytesPerSecond = perSecond * (slice.payloadSize ?? 0);
  return {
    ...sample,
    latency,
    serviceLatency,
    sendLag,
    counts,
    loop,
    throughput: { perSecond, payloadBytesPerSecond },
  };
}
