/** Microseconds up to which each has a bucket of its own. */
const RANGE = 200_000;

/** How long messages took, in whole microseconds. */
export class Latencies {
  /** Nothing intended before this is counted: it belongs to the warm-up. */
  from = Number.POSITIVE_INFINITY;
  private readonly buckets = new Uint32Array(RANGE + 1);
  private count = 0;

  /** A message arrived that was to be sent at this time, in milliseconds of `performance.now()`. */
  record(intended: number): void {
    if (intended >= this.from) {
      const microseconds = Math.round((performance.now() - intended) * 1000);
      const bucket = Math.min(Math.max(0, microseconds), RANGE);
      this.buckets[bucket] = (this.buckets[bucket] as number) + 1;
      this.count += 1;
    }
  }

  /** In microseconds. */
  percentile(percent: number): number | undefined {
    let left = Math.ceil((this.count * percent) / 100);
    const bucket = this.buckets.findIndex((count) => {
      left -= count;
      return left <= 0;
    });
    return this.count === 0 ? undefined : bucket;
  }
}
