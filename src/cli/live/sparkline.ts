const BARS = "▁▂▃▄▅▆▇█";

/**
 * The last values as a row of bars up to their highest; a gap where there is no number.
 * @param floor what the lowest bar stands for; the lowest of the values, where it is left out
 */
export function sparkline(values: readonly (number | undefined)[], width: number, floor?: number): string {
  const shown = width > 0 ? values.slice(-width) : [];
  const numbers = shown.filter((value) => value !== undefined && Number.isFinite(value)) as number[];
  let [lowest, highest] = [floor ?? Number.POSITIVE_INFINITY, floor ?? Number.NEGATIVE_INFINITY];
  for (const number of numbers) {
    lowest = Math.min(lowest, number);
    highest = Math.max(highest, number);
  }
  return shown
    .map((value) => {
      if (value === undefined || !Number.isFinite(value)) return " ";
      if (highest === lowest) return BARS[highest === (floor ?? 0) ? 0 : 3];
      return BARS[Math.max(0, Math.round(((value - lowest) / (highest - lowest)) * (BARS.length - 1)))];
    })
    .join("");
}
