import type { Completion, ValueType } from "./option.ts";

const nothing: Completion = { kind: "none" };

/** Any text, the empty one too. */
export const text: ValueType<string> = { expected: "any text", parse: (typed) => typed, completion: nothing };

/** The path of a file; it is opened later. */
export const file: ValueType<string> = {
  expected: "the path of a file",
  parse: (typed) => (typed === "" || typed.includes("\0") ? undefined : typed),
  completion: { kind: "file" },
};

/** A host name or address; brackets around IPv6 are taken off. */
export const host: ValueType<string> = {
  expected: "a host name or an IP address",
  parse: (typed) => {
    const isBracketed = typed.startsWith("[") && /^\[[0-9a-fA-F:.]+(%[^\]]+)?\]$/.test(typed);
    const bare = isBracketed ? typed.slice(1, -1) : typed;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must be kept out
    return /^[^\s/?#@[\]\u0000-\u001f\u007f]+$/.test(bare) ? bare : undefined;
  },
  completion: { kind: "host" },
};

/** The name of a profile; it is a file's name as well. */
export const profileName: ValueType<string> = {
  expected: "the name of a profile: letters, digits, . _ and -, at most 64",
  parse: (typed) => (/^\w[\w.-]{0,63}$/.test(typed) ? typed : undefined),
  completion: { kind: "profile" },
};

/** A whole number from `minimum` to `maximum`, both included. */
export function integer(minimum: number, maximum: number = Number.MAX_SAFE_INTEGER): ValueType<number> {
  const expected =
    maximum === Number.MAX_SAFE_INTEGER
      ? `a whole number, at least ${minimum}`
      : `a whole number from ${minimum} to ${maximum}`;
  return {
    expected,
    parse: (typed) => {
      const number = /^[+-]?\d+$/.test(typed) ? Number(typed) : Number.NaN;
      return number >= minimum && number <= maximum ? number : undefined;
    },
    completion: nothing,
  };
}

/** A length of time as people write it: `2` and `0.5` are seconds, `500ms`, `30s`, `5m`, `2h`. In milliseconds. */
export function duration(minimum = 0, maximum = 0x7fff_ffff): ValueType<number> {
  const milliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, "": 1000 };
  return {
    expected: `${minimum > 0 ? "a time greater than 0" : "a time"} such as 2, 0.5, 500ms, 30s or 5m (seconds without a unit)`,
    parse: (typed) => {
      const [, amount, unit = ""] = /^(\d+(?:\.\d+)?|\.\d+)(ms|s|m|h)?$/.exec(typed) ?? [];
      const time = amount === undefined ? Number.NaN : Number(amount) * (milliseconds[unit] as number);
      return time >= minimum && time <= maximum ? time : undefined;
    },
    completion: nothing,
  };
}

/** One of a few words, each standing for a value; words that mean the same may be listed, only `offered` are shown. */
export function choice<Value>(
  words: Readonly<Record<string, Value>> | ReadonlyMap<string, Value>,
  offered?: readonly string[],
): ValueType<Value> {
  const meanings = words instanceof Map ? words : new Map(Object.entries(words));
  const choices = offered ?? [...meanings.keys()];
  return {
    expected: alternatives(choices),
    parse: (typed) => meanings.get(typed),
    completion: { kind: "choices", choices },
  };
}

/** "a", "a or b", "a, b or c". */
export function alternatives(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
