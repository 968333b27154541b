import { mqttVersion, qos } from "../../../mqtt-types.ts";
import { mainName, type Option, type ValueType } from "../../../option.ts";
import { duration, integer, text } from "../../../value-types.ts";
import { benchDefinition } from "../definition.ts";
import { messageRate, payloadSizes, rateRange } from "../value-types.ts";
import { either, field, listOf, mapOf, recordOf, required, type Shape, scalar, yesOrNo } from "./shape.ts";

const name: ValueType<string> = {
  expected: "a name of letters, digits, . _ and -, at most 40",
  parse: (typed) => (/^[A-Za-z0-9][\w.-]{0,39}$/.test(typed) ? typed : undefined),
  completion: { kind: "none" },
};

const size: ValueType<number> = {
  expected: "a number of bytes such as 64, 1k or 1M",
  parse: (typed) => (typed.includes(",") ? undefined : payloadSizes.parse(typed)?.[0]),
  completion: { kind: "none" },
};

const version: ValueType<3 | 4 | 5> = {
  expected: "5, 3.1.1 or 3.1",
  parse: (typed) => {
    const parsed = mqttVersion.parse(typed);
    return parsed === "auto" ? undefined : parsed;
  },
  completion: { kind: "choices", choices: ["5", "3.1.1", "3.1"] },
};

/** `1s`, `1s-5s`: a time, or any between two, in milliseconds. */
const timeRange: ValueType<{ readonly from: number; readonly to: number }> = {
  expected: "a time such as 500ms, or two of them for any time between: 1s-5s",
  parse: (typed) => {
    const [from, to = from] = typed.split("-", 2).map((part) => duration().parse(part.trim()));
    return from === undefined || to === undefined || to < from || typed.split("-").length > 2
      ? undefined
      : { from, to };
  },
  completion: { kind: "none" },
};

const group = recordOf({
  name: required(scalar(name), "how results and thresholds call it"),
  clients: required(scalar(integer(1, 1_000_000)), "how many of them there are"),
  publish: field(
    recordOf({
      topic: required(scalar(text), "template of the topic of each client; {{i}} is its number in the group, from 0"),
      qos: field(scalar(qos), "quality of service", "each of qos"),
      size: field(scalar(size), "bytes of a payload", "each of size"),
      payload: field(
        scalar(text),
        "template of the payloads, made anew for each message; 24 bytes behind it prove what it is",
        "size bytes",
      ),
      retain: field(yesOrNo, "the broker keeps the last message of each topic; it is cleared at the end"),
      rate: field(scalar(messageRate), "messages per second of the whole group, on a schedule: 2k"),
      every: field(scalar(duration(1)), "time between two messages of each client, on a schedule: 10s"),
      poisson: field(yesOrNo, "on a schedule: at random, as independent devices send, and not at equal distances"),
      think: field(
        scalar(timeRange),
        "no schedule: each client waits until its message got through, and then so long: 1s-5s",
      ),
      window: field(
        scalar(integer(1, 65_535)),
        "no schedule: each client always has so many messages under way",
        "without rate, every and think: 100, less with many clients",
      ),
      "max-inflight": field(scalar(integer(1, 65_535)), "unacknowledged messages of each client, at most"),
    }),
    "what the clients publish",
  ),
  subscribe: field(
    recordOf({
      filters: required(listOf(scalar(text), true), "templates of the topic filters of each client"),
      qos: field(scalar(qos), "the highest quality of service that is asked for", "2"),
      share: field(scalar(name), "the name of a shared subscription: each message goes to one of its members"),
    }),
    "what the clients subscribe to; messages are expected where filters match topics of groups",
  ),
  id: field(scalar(text), "template of the client ids; {{i}} is the client's number in the group", "made up"),
  credentials: field(
    scalar(text),
    "user names and passwords of these clients as CSV, a line for each; after the last the first again",
    "those of credentials, or of username",
  ),
  "mqtt-version": field(scalar(version), "MQTT version", "each of mqtt-version"),
  "clean-start": field(yesOrNo, "false: the broker keeps the session; it is ended when all is done", "true"),
  "session-expiry": field(
    scalar(duration()),
    "how long the broker keeps the session (MQTT 5)",
    "1h without clean-start",
  ),
  "keep-alive": field(scalar(integer(0, 65_535)), "seconds of the keep alive", "keepalive"),
});

const stage = recordOf({
  name: required(scalar(name), "how results and thresholds call it"),
  duration: required(scalar(duration(1)), "how long it lasts"),
  rate: field(
    either(scalar(rateRange), mapOf("group", scalar(rateRange))),
    "what schedules ask for: a share of the rate of each group, 50% or 0%→100%; or for some groups by name a share or messages per second, 0→20k",
    "100%",
  ),
  measured: field(yesOrNo, "false: messages are checked, and their times are not counted", "true"),
});

const parts = {
  name: field(scalar(name), "how the scenario is called in results", "the name of the file"),
  description: field(scalar(text), "for people"),
  groups: field(listOf(group), "clients that do the same, instead of one of the scenarios of mqtk"),
  stages: field(
    listOf(stage),
    "the time of the groups in parts, each with results of its own",
    "duration after warmup",
  ),
} as const;

/** Options that are about where results go, or about how to read this very file. */
const NOT_IN_FILES: readonly string[] = [
  ...["scenarioFile", "json", "dryRun", "report", "profile", "quiet", "color", "password", "passwordFile"],
];

/** Options that a file may hold, by the long names that they have on the command line: `max-inflight`. */
export function fileOptions(): ReadonlyMap<string, { readonly option: Option<unknown>; readonly key: string }> {
  const known = new Map<string, { readonly option: Option<unknown>; readonly key: string }>();
  for (const { options } of benchDefinition.groups) {
    for (const [key, option] of Object.entries(options) as [string, Option<unknown>][]) {
      if (!NOT_IN_FILES.includes(key)) known.set(mainName(option).replace(/^-+/, ""), { option, key });
    }
  }
  return known;
}

/** The whole file, but for what options it holds. */
export const scenarioFile = recordOf(parts);
export type ScenarioFile = NonNullable<(typeof scenarioFile)["value"]>;
export type GroupSpec = NonNullable<ScenarioFile["groups"]>[number];
export type StageSpec = NonNullable<ScenarioFile["stages"]>[number];

/** An option as a field: lists may hold several values, and so may what is written with commas on the command line. */
export function shapeOf({ kind, type }: Option<unknown>): Shape {
  if (kind === "flag") return yesOrNo;
  return listOf(scalar(type, "string", "number"), true);
}
