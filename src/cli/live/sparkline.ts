const BARS = "▁▂▃▄▅▆▇█";

/** The last values as a row of bars between their lowest and highest; a gap where there is no number. */
export function sparkline(values: readonly (number | undefined)[], width: number): string {
  const shown = width > 0 ? values.slice(-width) : [];
  const numbers = shown.filter((value) => value !== undefined && Number.isFinite(value)) as number[];
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const number of numbers) {
    lowest = Math.min(lowest, number);
    highest = Math.max(highest, number);
  }
  return shown
    .map((value) => {
      if (value === undefined || !Number.isFinite(value)) return " ";
      if (highest === lowest) return BARS[highest === 0 ? 0 : 3];
      return BARS[Math.round(((value - lowest) / (highest - lowest)) * (BARS.length - 1))];
    })
    .join("");
}
