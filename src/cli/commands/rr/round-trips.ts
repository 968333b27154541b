/** How long responses took, in milliseconds: one line with percentiles. */
export function roundTrips(times: readonly number[]): string {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] as number).toFixed(3);
  const responses = times.length === 1 ? "1 response" : `${times.length} responses`;
  return `${responses}: min ${at(0.0000001)} ms, p50 ${at(0.5)} ms, p90 ${at(0.9)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`;
}
