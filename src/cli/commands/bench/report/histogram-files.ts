import { percentileDistribution, type Sample } from "../../../../bench/index.ts";
import { safeLine } from "../../../terminal/safe-text.ts";
import { type JudgedResult, rowsOf } from "./rows.ts";

/** Percentile distributions in µs, as HdrHistogram's plotters read them: one for each sample, under a comment. */
export function hgrmReport({ result }: JudgedResult): string {
  return rowsOf(result)
    .flatMap(({ cell, target, samples }) =>
      samples.flatMap((sample) => {
        if (!sample.latency || sample.latency.count === 0) return [];
        const place = `${safeLine(target)}, ${safeLine(cell.id)}, ${sample.loop} loop, round ${sample.round}`;
        return [`#[${place}; µs]\n${percentileDistribution(sample.latency)}`];
      }),
    )
    .join("\n");
}

/** HdrHistogram's log of intervals (V2 histograms in ns), which its tools merge and take apart by tag. */
export function hlogReport({ result }: JudgedResult): string {
  const started = Date.parse(result.startedAt);
  const samples = rowsOf(result).flatMap(({ cell, target, samples: own }) =>
    own.map((sample) => ({ sample, tag: tagOf(target, cell.id, sample) })),
  );
  const lines = samples
    .filter(({ sample }) => sample.latency !== null)
    .sort((one, other) => one.sample.startedAfter - other.sample.startedAfter)
    .map(({ sample, tag }) => {
      const { max, histogram } = sample.latency as NonNullable<Sample["latency"]>;
      return `Tag=${tag},${sample.startedAfter.toFixed(3)},${sample.seconds.toFixed(3)},${(max / 1000).toFixed(3)},${histogram}\n`;
    });
  return `#[Histogram log format version 1.3]
#[StartTime: ${(started / 1000).toFixed(3)} (seconds since epoch), ${new Date(started).toISOString()}]
#[BaseTime: ${(started / 1000).toFixed(3)} (seconds since epoch)]
"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"
${lines.join("")}`;
}

/** Tags end at a comma. */
function tagOf(target: string, cell: string, { loop, round }: Sample): string {
  return safeLine(`${target}/${cell}/${loop}/${round}`).replaceAll(/[\s,"]/g, "_");
}
