import { flag, group, type ValueType, value } from "../option.ts";
import { duration, integer, text } from "../value-types.ts";

const nothing = { kind: "none" } as const;

/** `100/s`, `100`, `2.5k/s`, `30/m`, `10/h`: times per second. */
export const rate: ValueType<number> = {
  expected: "how often, such as 100/s, 20k/s, 30/m or 10/h (per second without a unit)",
  parse: (typed) => {
    const [, amount, kilo, unit = "s"] = /^(\d+(?:\.\d+)?)(k|M)?(?:\/(s|m|h))?$/.exec(typed) ?? [];
    const times = Number(amount) * (kilo === "k" ? 1e3 : kilo === "M" ? 1e6 : 1);
    const perSecond = times / (unit === "h" ? 3600 : unit === "m" ? 60 : 1);
    return perSecond > 0 && perSecond <= 1e7 ? perSecond : undefined;
  },
  completion: nothing,
};

/** `500`, `1KB`, `64k`, `1.5M`: in bytes; k and M are 1024 and 1024². */
export const byteSize: ValueType<number> = {
  expected: "a size such as 500, 1KB or 2M, at most 256M",
  parse: (typed) => {
    const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)([km])?(?:i?b)?$/i.exec(typed) ?? [];
    const bytes = Math.round(Number(amount) * 1024 ** ["", "k", "m"].indexOf(unit.toLowerCase()));
    return bytes <= 0x0fff_ff00 ? bytes : undefined;
  },
  completion: nothing,
};

/** Where random things begin: the same text gives the same messages. */
export const seedOption = {
  flags: "--seed <text>",
  summary: "make random things the same in each run",
  defaultText: "different each time",
} as const;

/** Many messages out of one description. */
export const repetitionOptions = group("Many messages", () => ({
  template: flag({
    flags: "--template",
    summary:
      'fill in topic and payload: {{now}} or {{now s}}, {{iso}}, {{seq}} or {{seq 6}} (digits), {{uuid}}, {{random 1 100}}, {{choice a b}}, {{sine 60s 20 5}} (period, middle, amplitude), {{walk 0 100 2.5}} (between, step), {{grow 1000 0.5}} (from, step), {{env NAME}}, {{line}} (with -l), {{i}} and {{each a b}} (for simulate and bench: which device it is, from 0, and what it gets); {{"{{"}} is two braces',
  }),
  count: value(integer(1), { flags: "--count <n>", summary: "end after so many times" }),
  rate: value(rate, { flags: "--rate <n/s>", summary: "publish so often: 100/s, 30/m; with -l, lines" }),
  interval: value(duration(1), { flags: "--interval <time>", summary: "publish once in this time" }),
  size: value(byteSize, { flags: "--size <bytes>", summary: "publish a payload of this size: letters, or --random" }),
  random: flag({ flags: "--random", summary: "with --size: random bytes, new ones each time" }),
  seed: value(text, seedOption),
}));
