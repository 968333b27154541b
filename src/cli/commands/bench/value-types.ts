import type { ProtocolVersion, QoS } from "../../../codec/index.ts";
import { mqttVersion } from "../../mqtt-types.ts";
import type { ValueType } from "../../option.ts";
import { duration, integer } from "../../value-types.ts";

const RATE = /^(\d+(?:\.\d+)?)(k|m)?(?:\/s)?$/i;
const nothing = { kind: "none" } as const;
/** More than an MQTT packet can carry makes no sense: 256 MiB less its header. */
const LARGEST_PAYLOAD = 0x0fff_ff00;

/** `0`, `1,2`, `0,1,2`: each level once. */
export const qosLevels: ValueType<readonly QoS[]> = {
  expected: "0, 1 or 2, or several of them: 0,1,2",
  parse: (typed) => {
    return listOf(typed, (level) => (/^[012]$/.test(level) ? (Number(level) as QoS) : undefined));
  },
  completion: { kind: "choices", choices: ["0", "1", "2", "0,1,2"] },
};

/** All that can be measured, in the order of help; src/bench/scenarios/ says what they do. */
export const SCENARIOS = [
  ...["pair", "fan-in", "fan-out", "shared", "wildcard", "rr", "publish", "subscribe"],
  ...["conn", "churn", "reconnect-storm", "will-storm", "retained", "backlog"],
] as const;

/** `pair`, `fan-in,fan-out`, `all`: each once. */
export const scenarioNames: ValueType<readonly string[]> = {
  expected: `${SCENARIOS.join(", ")}, several of them with commas between, or all`,
  parse: (typed) => {
    if (typed === "all") return SCENARIOS;
    return listOf(typed, (name) => SCENARIOS.find((known) => known === name));
  },
  completion: { kind: "choices", choices: [...SCENARIOS, "all"] },
};

/** `100`, `10k`, `1M`: how many; k and M are thousand and million. */
export const amount: ValueType<number> = {
  expected: "a whole number from 1 on, such as 500, 20k or 1M",
  parse: (typed) => {
    const count = scaled(typed, /^(\d+(?:\.\d+)?)(k|m)?$/i, 1000);
    return count !== undefined && Number.isSafeInteger(count) && count > 0 ? count : undefined;
  },
  completion: nothing,
};

/** `4`, `auto`. */
export const workerCount: ValueType<number | "auto"> = {
  expected: "a number of threads from 1 to 64, or auto: one less than there are cores",
  parse: (typed) => (typed === "auto" ? "auto" : integer(1, 64).parse(typed)),
  completion: { kind: "choices", choices: ["auto"] },
};

/** `0`, `0,2`, `1-3`: cores as Linux counts them. */
export const cpuList: ValueType<string> = {
  expected: "cores, counted from 0, such as 1 or 0,2 or 2-5",
  parse: (typed) => (/^\d{1,4}(-\d{1,4})?(,\d{1,4}(-\d{1,4})?)*$/.test(typed) ? typed : undefined),
  completion: nothing,
};

/** `0→20k:10s`, `0-20k:10s,20k:1m,20k→0:10s`: from one rate to another, or at one, for a time. */
export const ramp: ValueType<readonly RampStage[]> = {
  expected: "FROM→TO:TIME or RATE:TIME, several with commas between: 0→20k:10s,20k:1m",
  parse: (typed) => {
    const stages = typed.split(",").map((stage) => {
      const [, from = "", to = from, time = ""] = /^([^-→>:]+)(?:(?:→|->|-)([^:]+))?:(.+)$/.exec(stage.trim()) ?? [];
      const [start, end] = [from, to].map((rate) => scaled(rate.trim(), RATE, 1000));
      const length = duration(1).parse(time.trim());
      if (start === undefined || end === undefined || length === undefined) return undefined;
      return { from: start, to: end, duration: length };
    });
    return stages.includes(undefined) ? undefined : (stages as RampStage[]);
  },
  completion: nothing,
};

/** `50%`, `0%→100%`, `2k`, `0→20k`: a rate, or from one to another; shares are of 1. */
export const rateRange: ValueType<RateRange> = {
  expected: "a share such as 50% or 0%→100%, or messages per second such as 2k or 0→20k",
  parse: (typed) => {
    const [, from = "", to = from] = /^([^-→>]+)(?:(?:→|->|-)(.+))?$/.exec(typed) ?? [];
    const ends = [from.trim(), to.trim()];
    const isShare = ends.some((end) => end.endsWith("%"));
    const [start, end] = ends.map((one) => {
      if (!isShare) return scaled(one, RATE, 1000);
      return /^\d+(\.\d+)?\s*%?$/.test(one) ? Number.parseFloat(one) / 100 : undefined;
    });
    return start === undefined || end === undefined ? undefined : { isShare, from: start, to: end };
  },
  completion: nothing,
};

export interface RateRange {
  /** Of the rate that a group has; otherwise messages per second. */
  readonly isShare: boolean;
  readonly from: number;
  readonly to: number;
}

/** Per second, and milliseconds. */
interface RampStage {
  readonly from: number;
  readonly to: number;
  readonly duration: number;
}

/** `5`, `3.1.1,5`: each version once, and no `auto`, because what is measured must be known before. */
export const mqttVersions: ValueType<readonly ProtocolVersion[]> = {
  expected: "5, 3.1.1 or 3.1, or several of them: 5,3.1.1",
  parse: (typed) => {
    return listOf(typed, (one) => {
      const version = mqttVersion.parse(one);
      return version === "auto" ? undefined : version;
    });
  },
  completion: { kind: "choices", choices: ["5", "3.1.1", "3.1", "5,3.1.1"] },
};

/** `NAME=PID` or `PID`: whose process to account. */
export const processId: ValueType<{ readonly target: string | undefined; readonly pid: number }> = {
  expected: "a process id, or TARGET=PID",
  parse: (typed) => {
    const [, target, digits = ""] = /^(?:(.+)=)?(\d{1,9})$/s.exec(typed) ?? [];
    return Number(digits) > 0 ? { target, pid: Number(digits) } : undefined;
  },
  completion: nothing,
};

/** `64`, `1k`, `64,1k,64k`, in bytes; k and M are 1024 and 1024². */
export const payloadSizes: ValueType<readonly number[]> = {
  expected: "a number of bytes such as 64, 1k or 1M, or several of them: 64,1k",
  parse: (typed) => {
    return listOf(typed, (size) => {
      const bytes = scaled(size, /^(\d+(?:\.\d+)?)(k|m)?(?:i?b)?$/i, 1024);
      return Number.isInteger(bytes) && (bytes as number) <= LARGEST_PAYLOAD ? bytes : undefined;
    });
  },
  completion: nothing,
};

/** `500`, `20k`, `1.5M`, `20k/s`, in messages per second; k and M are thousand and million. */
export const messageRate: ValueType<number> = {
  expected: "messages per second, such as 500, 20k or 1.5M",
  parse: (typed) => {
    const rate = scaled(typed, RATE, 1000);
    return rate !== undefined && rate > 0 ? rate : undefined;
  },
  completion: nothing,
};

/** All parts between commas; undefined where one is not valid or stands there twice. */
function listOf<Value>(typed: string, parse: (part: string) => Value | undefined): readonly Value[] | undefined {
  const values = typed.split(",").map(parse);
  const known = values.filter((value) => value !== undefined);
  return new Set(known).size === values.length ? known : undefined;
}

function scaled(text: string, form: RegExp, kilo: number): number | undefined {
  const [, amount, unit = ""] = form.exec(text) ?? [];
  return amount === undefined ? undefined : Number(amount) * kilo ** ["", "k", "m"].indexOf(unit.toLowerCase());
}
