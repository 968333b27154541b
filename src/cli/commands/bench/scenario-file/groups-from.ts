import path from "node:path";
import type { GroupsWish, GroupWish, StageWish } from "../../../../bench/index.ts";
import { UsageError } from "../../../../errors.ts";
import type { GroupSpec, StageSpec } from "./definition.ts";
import type { ReadScenario } from "./read.ts";

/** Options that say what groups say themselves, with what to write instead. */
const REPLACED: Readonly<Record<string, string>> = {
  scenario: "groups",
  ...{ pairs: "clients of a group", publishers: "clients of a group", subscribers: "clients of a group" },
  ...{
    clients: "clients of a group",
    count: "duration, or stages",
    topic: "publish.topic",
    payload: "publish.payload",
  },
  ...{
    id: "id of a group",
    rate: "publish.rate",
    ramp: "stages",
    poisson: "publish.poisson",
    window: "publish.window",
  },
  ...{ max: "publish.window", findMax: "one of the scenarios of mqtk", slo: "threshold" },
};

/** The groups of a file; undefined: it holds options alone. Throws UsageError where options contradict it. */
export function groupsFrom(
  { scenario, file }: Pick<ReadScenario, "scenario" | "file">,
  values: Readonly<Record<string, unknown>>,
  defaults: (name: string) => unknown,
): GroupsWish | undefined {
  const { groups, stages, name } = scenario;
  if (groups === undefined) {
    if (stages !== undefined)
      throw new UsageError(`${file}: stages have no groups`, "ramp says how a rate changes without");
    return undefined;
  }
  const other = Object.keys(REPLACED).find((key) => {
    const value = values[key];
    return value !== undefined && value !== false && value !== defaults(key);
  });
  if (other !== undefined) {
    throw new UsageError(
      `${file} has groups, and ${optionName(other)} is for the scenarios of mqtk`,
      `instead: ${REPLACED[other]}`,
    );
  }
  if (stages !== undefined && values["duration"] !== undefined) {
    throw new UsageError(`${file} has stages, which say how long they take`, "leave --duration out");
  }
  if (groups.length === 0) throw new UsageError(`${file}: groups are empty`);
  const own = path
    .basename(file)
    .replace(/\.\w+$/, "")
    .replaceAll(/[^\w.-]/g, "-")
    .slice(0, 40);
  return { name: name ?? (own || "groups"), groups: groups.map(groupFrom), stages: stages?.map(stageFrom) };
}

function groupFrom(group: GroupSpec): GroupWish {
  const { name, clients, publish, subscribe, id } = group;
  const clean = group["clean-start"];
  const expiry = group["session-expiry"];
  const keepAlive = group["keep-alive"];
  return {
    ...{ name, clients, id, version: group["mqtt-version"] },
    publish: publish && {
      ...{ topic: publish.topic, qos: publish.qos, size: publish.size, payload: publish.payload },
      ...{ retain: publish.retain ?? false, maximumInFlight: publish["max-inflight"] },
      pace: paceFrom(name, clients, publish),
    },
    subscribe: subscribe && { filters: subscribe.filters, qos: subscribe.qos, share: subscribe.share },
    connection: {
      ...(clean !== undefined && { cleanStart: clean }),
      ...(keepAlive !== undefined && { keepAlive }),
      ...(expiry !== undefined && { properties: { sessionExpiryInterval: Math.ceil(expiry / 1000) } }),
    },
  };
}

type PublishSpec = NonNullable<GroupSpec["publish"]>;
type PublishedWish = NonNullable<GroupWish["publish"]>;

function paceFrom(name: string, clients: number, publish: PublishSpec): PublishedWish["pace"] {
  const { rate, every, think, window, poisson, size, payload } = publish;
  const given = Object.entries({ rate, every, think, window }).filter(([, value]) => value !== undefined);
  if (given.length > 1) {
    const names = given.map(([key]) => key).join(" and ");
    throw new UsageError(`group ${name}: ${names} contradict each other`, "one of them says when it publishes");
  }
  if (size !== undefined && payload !== undefined) {
    throw new UsageError(
      `group ${name}: size and payload contradict each other`,
      "a template has the size that it makes",
    );
  }
  if (poisson !== undefined && rate === undefined && every === undefined) {
    throw new UsageError(`group ${name}: poisson has no meaning without rate or every`);
  }
  const arrival = poisson ? "poisson" : "fixed";
  if (rate !== undefined) return { rate, arrival };
  if (every !== undefined) return { rate: (clients * 1000) / every, arrival };
  if (think !== undefined) return { think };
  return window === undefined ? undefined : { window };
}

function stageFrom({ name, duration, rate, measured = true }: StageSpec): StageWish {
  const isForAll = rate !== undefined && "isShare" in rate && typeof rate.isShare === "boolean";
  if (isForAll && !rate.isShare) {
    throw new UsageError(
      `stage ${name}: a rate for all groups is a share of theirs, such as 50% or 0%→100%`,
      "or name the groups: { sensors: 2k }",
    );
  }
  type Range = Extract<NonNullable<StageSpec["rate"]>, { readonly isShare: boolean }>;
  const byName = isForAll ? {} : ((rate ?? {}) as Readonly<Record<string, Range>>);
  return {
    ...{ name, duration, measured, named: Object.keys(byName) },
    rateOf: (group) => (isForAll ? (rate as Range) : Object.hasOwn(byName, group) ? byName[group] : undefined),
  };
}

function optionName(key: string): string {
  return `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
