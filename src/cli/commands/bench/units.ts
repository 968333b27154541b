import type { Unit } from "../../../bench/index.ts";

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

/** `950µs`, `95.0k/s`, `64.0 MB`, `0.10 %`, `1,234`: a metric's value with its unit. */
export function metricText(value: number, unit: Unit): string {
  switch (unit) {
    case "µs":
      return timeText(value);
    case "/s":
      return `${rateText(value)}/s`;
    case "bytes":
      return bytesText(value);
    case "bytes/s":
      return `${bytesText(value)}/s`;
    case "share":
      return value === 0 ? "0 %" : `${value < 0.0001 ? "< 0.01" : threeDigits(value * 100)} %`;
    case "count":
      return grouped(Math.round(value));
  }
}

/** A change as a share: `+3.2%`, `−16.2%`, and from eleven times on `×12.3`. */
export function changeText(change: number): string {
  if (change >= 10) return `×${threeDigits(change + 1)}`;
  const percent = Math.abs(change * 100);
  const sign = percent < 0.05 ? "±" : change < 0 ? "−" : "+";
  return `${sign}${percent.toFixed(percent < 99.95 ? 1 : 0)}%`;
}

/** `512B`, `64.0kB`, `50.3MB`: decimal, as memory is mostly shown. */
function bytesText(bytes: number): string {
  for (const [unit, factor] of [
    ["GB", 1e9],
    ["MB", 1e6],
    ["kB", 1e3],
  ] as const) {
    if (bytes >= factor) return `${threeDigits(bytes / factor)}${unit}`;
  }
  return `${Math.round(bytes)}B`;
}
