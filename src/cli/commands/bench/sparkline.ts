const BARS = "▁▂▃▄▅▆▇█";

/** Values as a row of bars, one character each; the highest is a full one, and zero the lowest. */
export function sparkline(values: readonly number[]): string {
  const highest = Math.max(...values, 0);
  return values
    .map((value) => BARS[highest > 0 ? Math.min(BARS.length - 1, Math.floor((value / highest) * BARS.length)) : 0])
    .join("");
}
