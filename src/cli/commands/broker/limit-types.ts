import type { ValueType } from "../../option.ts";
import { integer } from "../../value-types.ts";

const NOTHING = { kind: "none" } as const;

const SIZES: Readonly<Record<string, number>> = { "": 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };
const TIMES: Readonly<Record<string, number>> = { ms: 1, "": 1000, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Limits as people write them. `0` and `none` lift a limit as far as it can be: to Infinity, or to the most that there
 * is a place for in a packet; where 0 is a value that makes sense, it is one.
 */
function liftable(type: ValueType<number>, minimum: number, maximum: number): ValueType<number> {
  return {
    expected: `${type.expected}, or none`,
    parse: (typed) => (typed === "none" || (typed === "0" && minimum > 0) ? maximum : type.parse(typed)),
    completion: NOTHING,
  };
}

export function amount(minimum: number, maximum = Number.POSITIVE_INFINITY): ValueType<number> {
  return liftable(integer(minimum, Math.min(maximum, Number.MAX_SAFE_INTEGER)), minimum, maximum);
}

/** `500`, `64k`, `2M`, `1G`: in bytes; k, M and G are powers of 1024. */
export function bytes(minimum: number, maximum = Number.POSITIVE_INFINITY): ValueType<number> {
  const form = /^(\d+(?:\.\d+)?)(k|m|g)?(?:i?b)?$/i;
  return liftable(scaled("a size such as 500, 64k or 2M", form, SIZES, minimum, maximum), minimum, maximum);
}

/** `500ms`, `5s`, `2m`, `1h`, `7d`, `5` for seconds: in milliseconds. */
export function time(minimum: number, maximum = Number.POSITIVE_INFINITY): ValueType<number> {
  return liftable(span(minimum, maximum), minimum, maximum);
}

/** The same, where there is nothing to lift. */
export function duration(minimum: number): ValueType<number> {
  return span(minimum, Number.POSITIVE_INFINITY);
}

/** As `time`, in whole seconds, as MQTT counts; `minimum` and `maximum` too. */
export function seconds(minimum: number, maximum = Number.POSITIVE_INFINITY): ValueType<number> {
  const type = span(minimum * 1000, maximum * 1000);
  const parse = (typed: string): number | undefined => {
    const milliseconds = type.parse(typed);
    return milliseconds === undefined ? undefined : Math.ceil(milliseconds / 1000);
  };
  return liftable({ ...type, parse }, minimum, Number.POSITIVE_INFINITY);
}

function span(minimum: number, maximum: number): ValueType<number> {
  return scaled("a time such as 500ms, 5s, 2m or 7d", /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/i, TIMES, minimum, maximum);
}

function scaled(
  what: string,
  form: RegExp,
  units: Readonly<Record<string, number>>,
  minimum: number,
  maximum: number,
): ValueType<number> {
  const most = Number.isFinite(maximum) ? `, at most ${maximum}` : "";
  return {
    expected: minimum > 1 ? `${what} (at least ${minimum}${most})` : what,
    parse: (typed) => {
      const [, number, unit = ""] = form.exec(typed) ?? [];
      const result = Math.round(Number(number ?? Number.NaN) * (units[unit.toLowerCase()] as number));
      return result >= minimum && result <= maximum && Number.isSafeInteger(result) ? result : undefined;
    },
    completion: NOTHING,
  };
}
