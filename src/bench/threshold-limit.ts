import { UsageError } from "../errors.ts";
import type { Metric, Unit } from "./metrics.ts";

const TIMES: Readonly<Record<string, number>> = { ns: 0.001, µs: 1, μs: 1, us: 1, ms: 1000, s: 1e6, m: 60e6 };
const RATES: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  K: 1e3,
  M: 1e6,
  "/s": 1,
  "k/s": 1e3,
  "K/s": 1e3,
  "M/s": 1e6,
};
const BYTES: Readonly<Record<string, number>> = {
  ...{ "": 1, B: 1, k: 1024, K: 1024, kB: 1024, KiB: 1024, M: 1024 ** 2, MB: 1024 ** 2, MiB: 1024 ** 2 },
  ...{ G: 1024 ** 3, GB: 1024 ** 3, GiB: 1024 ** 3 },
};

/** What may stand behind the number, and what that number is multiplied with. */
const UNITS: Readonly<Record<Unit, { readonly factors: Readonly<Record<string, number>>; readonly expected: string }>> =
  {
    µs: { factors: TIMES, expected: "a time with its unit: 500us, 50ms, 2s" },
    "/s": { factors: RATES, expected: "a rate: 500, 10k, 1.5M/s" },
    bytes: { factors: BYTES, expected: "a size: 65536, 64k, 200M, 1G" },
    "bytes/s": {
      factors: Object.fromEntries(
        Object.entries(BYTES).flatMap(([unit, factor]) => [
          [unit, factor],
          [`${unit}/s`, factor],
        ]),
      ),
      expected: "bytes per second: 500k, 10M/s",
    },
    share: { factors: { "%": 0.01 }, expected: "a share: 0, 0.1%" },
    count: { factors: RATES, expected: "a number: 0, 100, 10k" },
  };

/** The limit of a threshold on this metric, in its unit. Throws UsageError that says what is expected. */
export function limitFrom(text: string, { name, unit }: Metric): number {
  const { factors, expected } = UNITS[unit];
  const limit = /^0+$/.test(text) ? 0 : readNumber(text, factors);
  if (limit === undefined) throw new UsageError(`${text} is no value for ${name}: expected ${expected}`);
  return limit;
}

/** A number of bytes with or without a unit; undefined: it is none. */
export function bytesFrom(text: string): number | undefined {
  return readNumber(text, BYTES);
}

function readNumber(text: string, factors: Readonly<Record<string, number>>): number | undefined {
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?|\.\d+)(\D*)$/.exec(text) ?? [];
  return amount !== undefined && Object.hasOwn(factors, unit) ? Number(amount) * (factors[unit] as number) : undefined;
}
