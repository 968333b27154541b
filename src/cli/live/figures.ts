/** "0.4/s", "12/s", "1,204/s"; "–" where it is not known yet, "" where it is as good as nothing. */
export function rateText(perSecond: number | undefined): string {
  if (perSecond === undefined) return "–";
  if (perSecond < 0.005) return "";
  if (perSecond < 0.095) return `${perSecond.toFixed(2)}/s`;
  return `${perSecond < 9.95 ? perSecond.toFixed(1) : countText(Math.round(perSecond))}/s`;
}

/** 1,204,331 */
export function countText(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** "now", "12s", "3m", "2h", "4d": how long ago, in milliseconds. */
export function ageText(age: number): string {
  const seconds = Math.floor(age / 1000);
  if (seconds < 1) return "now";
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}

/** "4 B", "1.2 kB", "61 MB". */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  let value = bytes;
  for (const unit of ["kB", "MB", "GB"]) {
    value /= 1000;
    if (value < 999.5) return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${unit}`;
  }
  return `${countText(value / 1000)} TB`;
}
