import { UsageError } from "../errors.ts";
import type { Random } from "./random.ts";
import type { TemplateContext } from "./template.ts";

/** Makes a piece of a message, as latin1 (one character a byte). */
export type Render = (context: TemplateContext) => string;

interface Tools {
  readonly random: Random;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly hasLines: boolean;
}

/** What can stand between {{ and }}. */
interface Word {
  /** As help shows it. */
  readonly usage: string;
  readonly meaning: string;
  /** Throws UsageError for what cannot follow the word; a text is the same in every message. */
  readonly make: (given: readonly string[], tools: Tools) => Render | string;
}

/** By name. Where several clients (devices) share a template, each has its own walk and grow. */
export const templateWords: Readonly<Record<string, Word>> = {
  now: {
    usage: "now [s|ms|us]",
    meaning: "time since 1970, in milliseconds",
    make: ([unit = "ms", ...more]) => {
      noMore(more);
      const factor = { s: 1 / 1000, ms: 1, us: 1000 }[unit];
      if (factor === undefined) throw new UsageError(`${unit} is no unit of time`, "there are s, ms and us");
      return ({ now }) => String(Math.floor(now * factor));
    },
  },
  iso: { usage: "iso", meaning: "2026-11-22T12:00:00.000Z", make: (given) => isoRender(given) },
  seq: {
    usage: "seq [width]",
    meaning: "running number of the message, from 1",
    make: (given) => padded(given, ({ seq }) => seq),
  },
  i: {
    usage: "i [width]",
    meaning: "number of the client or device, from 0",
    make: (given) => padded(given, ({ i }) => i),
  },
  uuid: {
    usage: "uuid",
    meaning: "random UUID",
    make: (given, { random }) => {
      noMore(given);
      return () => uuidFrom(random);
    },
  },
  random: {
    usage: "random 1 100",
    meaning: "number in this range, with as many decimals as are written",
    make: (given, { random }) => {
      const [minimum, maximum] = range(given, 2);
      const scale = 10 ** decimalsOf(given);
      const lowest = Math.round(minimum * scale);
      const highest = Math.round(maximum * scale);
      if (scale === 1) return () => String(random.integer(lowest, highest));
      return () => String(random.integer(lowest, highest) / scale);
    },
  },
  choice: {
    usage: "choice a b",
    meaning: "one of these",
    make: (given, { random }) => {
      const texts = textsOf(given);
      return () => texts[random.integer(0, texts.length - 1)] as string;
    },
  },
  each: {
    usage: "each a b",
    meaning: "the first for client 0, the second for client 1, and so on",
    make: (given) => {
      const texts = textsOf(given);
      return ({ i }) => texts[i % texts.length] as string;
    },
  },
  sine: {
    usage: "sine 60s 20 5",
    meaning: "20 ± 5, once up and down in 60 seconds",
    make: (given) => {
      const [period, ...others] = given;
      const time = durationOf(period);
      const [middle, amplitude] = numbers(others, 2, "sine 60s 20 5");
      const scale = 10 ** Math.max(2, decimalsOf(others) + 1);
      return ({ now }) =>
        String(Math.round((middle + amplitude * Math.sin(((now % time) / time) * 2 * Math.PI)) * scale) / scale);
    },
  },
  walk: {
    usage: "walk 0 100 2.5",
    meaning: "number between 0 and 100 that changes by at most 2.5 from message to message",
    make: (given, { random }) => {
      const [minimum, maximum] = range(given.slice(0, 2), 2);
      const [step] = numbers(given.slice(2), 1, "walk 0 100 2.5");
      const scale = 10 ** decimalsOf(given);
      const places: number[] = [];
      return ({ i }) => {
        const before = places[i];
        const moved =
          before === undefined
            ? minimum + random.fraction() * (maximum - minimum)
            : before + (random.fraction() * 2 - 1) * step;
        const place = Math.max(minimum, Math.min(maximum, moved));
        places[i] = place;
        return String(Math.round(place * scale) / scale);
      };
    },
  },
  grow: {
    usage: "grow 1000 0.5",
    meaning: "1000, and then more by up to 0.5 with each message",
    make: (given, { random }) => {
      const [from, step] = numbers(given, 2, "grow 1000 0.5");
      const scale = 10 ** decimalsOf(given);
      const readings: number[] = [];
      return ({ i }) => {
        const before = readings[i];
        const reading = before === undefined ? from : before + random.fraction() * step;
        readings[i] = reading;
        return String(Math.round(reading * scale) / scale);
      };
    },
  },
  env: {
    usage: "env NAME",
    meaning: "environment variable",
    make: ([name, ...more], { environment }) => {
      noMore(more);
      if (name === undefined) throw new UsageError("env needs the name of a variable", "write {{env HOME}}");
      const value = environment[textOf(name)];
      if (value === undefined)
        throw new UsageError(`the environment has no ${textOf(name)}`, "set it before mqtk starts");
      return latin1(value);
    },
  },
  line: {
    usage: "line",
    meaning: "line of input",
    make: (given, { hasLines }) => {
      noMore(given);
      if (!hasLines) throw new UsageError("{{line}} needs lines", "mqtk pub -l reads them from stdin");
      return ({ line }) =>
        line === undefined ? "" : Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString("latin1");
    },
  },
};

/** What makes the piece that the words between {{ and }} ask for. A word with a quote before it is text. */
export function renderOf(words: readonly string[], tools: Tools): Render | string {
  const [name, ...given] = words;
  const all = Object.keys(templateWords).join(", ");
  if (name === undefined) throw new UsageError("{{}} is empty", `there are ${all}`);
  if (name.startsWith('"')) {
    noMore(given);
    return latin1(textOf(name));
  }
  const word = Object.hasOwn(templateWords, name) ? templateWords[name] : undefined;
  if (word === undefined) throw new UsageError(`{{${name}}} is unknown`, `there are ${all}; text in quotes is itself`);
  return word.make(given, tools);
}

function isoRender(given: readonly string[]): Render {
  noMore(given);
  let last = Number.NaN;
  let text = "";
  return ({ now }) => {
    const time = Math.floor(now);
    if (time !== last) {
      last = time;
      text = new Date(time).toISOString();
    }
    return text;
  };
}

function padded([width = "0", ...more]: readonly string[], numberOf: (context: TemplateContext) => number): Render {
  noMore(more);
  if (!/^\d{1,2}$/.test(width))
    throw new UsageError(`${textOf(width)} is no width`, "write how many digits: {{seq 6}}");
  const digits = Number(width);
  return digits < 2
    ? (context) => String(numberOf(context))
    : (context) => String(numberOf(context)).padStart(digits, "0");
}

const HEX = Array.from({ length: 0x1_0000 }, (_, value) => value.toString(16).padStart(4, "0"));

/** Version 4 (RFC 9562, 5.4). */
function uuidFrom(random: Random): string {
  const a = random.bits();
  const b = random.bits();
  const c = random.bits();
  const d = random.bits();
  const third = 0x4000 | (b & 0x0fff);
  const fourth = 0x8000 | (c & 0x3fff);
  return `${HEX[a >>> 16]}${HEX[a & 0xffff]}-${HEX[b >>> 16]}-${HEX[third]}-${HEX[fourth]}-${HEX[c >>> 16]}${HEX[d >>> 16]}${HEX[d & 0xffff]}`;
}

function textsOf(given: readonly string[]): readonly string[] {
  if (given.length === 0) throw new UsageError("nothing to choose from", "write {{choice on off}}");
  return given.map((word) => latin1(textOf(word)));
}

function range(given: readonly string[], count: 2): [number, number] {
  const [minimum, maximum] = numbers(given, count, "random 1 100");
  if (minimum > maximum) throw new UsageError(`${minimum} is more than ${maximum}`, "the smaller number comes first");
  return [minimum, maximum];
}

function numbers(given: readonly string[], count: 1, example: string): [number];
function numbers(given: readonly string[], count: 2, example: string): [number, number];
function numbers(given: readonly string[], count: number, example: string): number[] {
  const found = given.map((word) => (/^[+-]?(\d{1,15}(\.\d{1,9})?|\.\d{1,9})$/.test(word) ? Number(word) : Number.NaN));
  const wrong = found.findIndex(Number.isNaN);
  if (wrong !== -1) throw new UsageError(`${textOf(given[wrong] as string)} is no number`, `write {{${example}}}`);
  if (found.length !== count) {
    throw new UsageError(`expected ${count === 1 ? "one number" : `${count} numbers`}`, `write {{${example}}}`);
  }
  return found;
}

/** The most decimals that one of the numbers is written with. */
function decimalsOf(given: readonly string[]): number {
  return Math.max(0, ...given.map((word) => /\.(\d+)$/.exec(word)?.[1]?.length ?? 0));
}

function durationOf(word = ""): number {
  const [, amount, unit = "s"] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(word) ?? [];
  const time = Number(amount) * (({ ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit] as number) ?? 1);
  if (!(time > 0)) throw new UsageError(`${textOf(word) || "nothing"} is no time`, "write {{sine 60s 20 5}}");
  return time;
}

function noMore(more: readonly string[]): void {
  if (more.length > 0) throw new UsageError(`${textOf(more[0] as string)} was not expected here`);
}

function textOf(word: string): string {
  return word.startsWith('"') ? word.slice(1) : word;
}

function latin1(text: string): string {
  return Buffer.from(text).toString("latin1");
}
