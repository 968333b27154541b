/** Messages per second in at most six characters: `950`, `9,500`, `95.0k`, `950k`, `1.95M`. */
export function rateText(rate: number): string {
  if (rate >= 999_500) return `${threeDigits(rate / 1e6)}M`;
  if (rate >= 9_999.5) return `${threeDigits(rate / 1e3)}k`;
  return grouped(Math.round(rate));
}

/** A time in µs in at most six characters: `9.50µs`, `95.0µs`, `950µs`, `9.50ms`, `9.50s`. */
export function timeText(microseconds: number): string {
  if (microseconds >= 999_500) return `${threeDigits(microseconds / 1e6)}s`;
  if (microseconds >= 999.5) return `${threeDigits(microseconds / 1e3)}ms`;
  return `${threeDigits(microseconds)}µs`;
}

/** `64`, `1000`, `1k`, `1.5k`, `64k`, `1M`: bytes as `--size` reads them. */
export function sizeText(bytes: number): string {
  if (bytes >= 1024 ** 2 && bytes % (1024 ** 2 / 4) === 0) return `${bytes / 1024 ** 2}M`;
  return bytes >= 1024 && bytes % 256 === 0 ? `${bytes / 1024}k` : String(bytes);
}

/** `1,234,567` */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

function threeDigits(value: number): string {
  return value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
}
