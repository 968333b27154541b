import type { ProtocolVersion, QoS } from "../codec/index.ts";
import { UsageError } from "../errors.ts";
import type { Arrival, CellPlan } from "./bench-plan.ts";
import type { GroupPlan, Pace, StagePlan } from "./group-plan.ts";
import { topologyOf } from "./group-topology.ts";
import { MINIMUM_NAMED_PAYLOAD_SIZE, MINIMUM_PAYLOAD_SIZE } from "./payload-stamp.ts";
import { countOf, type Stage } from "./stages.ts";
import { TemplateStamps } from "./template-stamps.ts";

/** Groups of clients and their time, as a scenario file has them; what it leaves open is the matrix's. */
export interface GroupsWish {
  readonly name: string;
  readonly groups: readonly GroupWish[];
  readonly stages: readonly StageWish[] | undefined;
}

export interface GroupWish {
  readonly name: string;
  readonly clients: number;
  readonly publish: PublishWish | undefined;
  readonly subscribe:
    | { readonly filters: readonly string[]; readonly qos: QoS | undefined; readonly share: string | undefined }
    | undefined;
  readonly id: string | undefined;
  readonly version: ProtocolVersion | undefined;
  readonly connection: GroupPlan["connection"];
}

export interface PublishWish {
  readonly topic: string;
  readonly qos: QoS | undefined;
  readonly size: number | undefined;
  readonly payload: string | undefined;
  readonly retain: boolean;
  readonly maximumInFlight: number | undefined;
  /** How often; undefined: always a window full, of the usual size. */
  readonly pace:
    | { readonly rate: number; readonly arrival: Arrival }
    | { readonly think: { readonly from: number; readonly to: number } }
    | { readonly window: number }
    | undefined;
}

export interface StageWish {
  readonly name: string;
  readonly duration: number;
  readonly measured: boolean;
  /** Of each group, of all that are not named; absent: all of its rate. */
  readonly rateOf: (group: string) => StageRate | undefined;
  /** Groups that are named. */
  readonly named: readonly string[];
}

interface StageRate {
  readonly isShare: boolean;
  readonly from: number;
  readonly to: number;
}

/** What the matrix says. */
export interface Matrix {
  readonly versions: readonly ProtocolVersion[];
  readonly qos: readonly QoS[] | undefined;
  readonly payloadSizes: readonly number[];
  readonly warmUp: number;
  readonly duration: number;
  readonly maximumInFlightOf: (qos: QoS, version: ProtocolVersion) => number;
}

/** Messages under way of each client: ten full windows in all. */
const FULL_WINDOWS = 10;
const WINDOW = 100;
const SMALLEST_WINDOW = 2;
const SESSION_EXPIRY = 3600;

/** The cells of a scenario file, one for each place of the matrix that its groups leave open. Throws UsageError. */
export function planGroups(wish: GroupsWish, matrix: Matrix): readonly CellPlan[] {
  const { groups } = wish;
  const publishing = groups.flatMap(({ publish }) => publish ?? []);
  if (publishing.length === 0) throw new UsageError("no group publishes anything", "give one of them publish");
  const isOpen = {
    qos: publishing.some(({ qos }) => qos === undefined),
    size: publishing.some(({ size, payload }) => size === undefined && payload === undefined),
    version: groups.some(({ version }) => version === undefined),
  };
  const stages = stagesOf(wish.stages, matrix);
  for (const { named } of wish.stages ?? []) checkNames(named, groups);
  const versions = isOpen.version ? matrix.versions : [5 as const];
  const levels = isOpen.qos ? (matrix.qos ?? [1 as const]) : [0 as const];
  const sizes = isOpen.size ? matrix.payloadSizes : [0];
  return versions.flatMap((version) =>
    levels.flatMap((level) =>
      sizes.map((size): CellPlan => {
        const plans = groupPlansFor(wish, stages, { version, qos: level, size }, matrix);
        check(plans, stages);
        const qos = Math.max(...plans.flatMap((plan) => (plan.topic === null ? [] : [plan.qos]))) as QoS;
        const names = [
          ...(isOpen.qos ? [`qos${level}`] : []),
          ...(isOpen.size ? [`${size}B`] : []),
          ...(isOpen.version ? [`mqtt${["3.1", "3.1.1", "5"][version - 3]}`] : []),
        ];
        const count = (of: (plan: GroupPlan) => boolean) =>
          plans.reduce((sum, plan) => sum + (of(plan) ? plan.clients : 0), 0);
        return {
          id: [wish.name, ...names].join(" "),
          ...{ scenario: wish.name, qos, protocolVersion: version, clients: 0, count: 0 },
          payloadSize: Math.max(...plans.map(({ payloadSize }) => payloadSize)),
          publishers: count(({ topic }) => topic !== null),
          subscribers: count(({ filters }) => filters.length > 0),
          maximumInFlight: matrix.maximumInFlightOf(qos, version),
          loads: [{ loop: "groups" }],
          ...{ groups: plans, stages },
        };
      }),
    ),
  );
}

function stagesOf(wished: GroupsWish["stages"], { warmUp, duration }: Matrix): readonly StagePlan[] {
  if (wished === undefined) {
    const measured = { name: "", duration, measured: true };
    return warmUp > 0 ? [{ name: "", duration: warmUp, measured: false }, measured] : [measured];
  }
  const stages = wished.map(({ name, duration: time, measured }) => ({ name, duration: time, measured }));
  if (!stages.some(({ measured }) => measured)) throw new UsageError("no stage is measured");
  const twice = stages.find(({ name }, at) => stages.findIndex((one) => one.name === name) < at);
  if (twice) throw new UsageError(`two stages have the name ${twice.name}`);
  return stages;
}

function groupPlansFor(
  { groups, stages: wished }: GroupsWish,
  stages: readonly StagePlan[],
  open: { readonly version: ProtocolVersion; readonly qos: QoS; readonly size: number },
  matrix: Matrix,
): readonly GroupPlan[] {
  const twice = groups.find(({ name }, at) => groups.findIndex((one) => one.name === name) < at);
  if (twice) throw new UsageError(`group ${twice.name}: another group has this name`);
  const highest = Math.max(...groups.flatMap(({ publish }) => (publish ? [publish.qos ?? open.qos] : []))) as QoS;
  return groups.map((group): GroupPlan => {
    const { name, clients, publish, subscribe, connection } = group;
    if (publish === undefined && subscribe === undefined) {
      throw new UsageError(`group ${name}: its clients do nothing`, "give it publish, subscribe or both");
    }
    const version = group.version ?? open.version;
    const qos = publish?.qos ?? open.qos;
    const { payload = null } = publish ?? {};
    const { sessionExpiryInterval } = connection.properties ?? {};
    const expiry = sessionExpiryInterval ?? (connection.cleanStart === false ? SESSION_EXPIRY : undefined);
    return {
      ...{ name, clients, topic: publish?.topic ?? null, filters: subscribe?.filters ?? [], payload },
      role: publish === undefined ? "subscribe" : subscribe === undefined ? "publish" : "both",
      ...{ share: subscribe?.share ?? null, qos, subscribeQos: subscribe?.qos ?? highest, id: group.id ?? null },
      payloadSize:
        payload === null ? (publish ? (publish.size ?? open.size) : 0) : new TemplateStamps(payload).typicalSize,
      ...{ retain: publish?.retain ?? false, protocolVersion: version },
      maximumInFlight: publish?.maximumInFlight ?? matrix.maximumInFlightOf(qos, version),
      connection: { ...connection, ...(expiry !== undefined && { properties: { sessionExpiryInterval: expiry } }) },
      pace: publish === undefined ? null : paceOf(name, clients, publish.pace, stages, wished),
    };
  });
}

function paceOf(
  name: string,
  clients: number,
  pace: PublishWish["pace"],
  stages: readonly StagePlan[],
  wished: GroupsWish["stages"],
): Pace {
  if (pace === undefined || "window" in pace) {
    const own = Math.max(SMALLEST_WINDOW, Math.floor((FULL_WINDOWS * WINDOW) / Math.max(clients, FULL_WINDOWS)));
    return { loop: "closed", window: pace?.window ?? own };
  }
  if ("think" in pace) return { loop: "thinking", ...pace.think };
  const { rate, arrival } = pace;
  const scheduled = stages.map(({ duration }, at): Stage => {
    const { isShare, from, to } = wished?.[at]?.rateOf(name) ?? { isShare: true, from: 1, to: 1 };
    const unit = isShare ? rate : 1;
    return { from: from * unit, to: to * unit, duration };
  });
  if (countOf(scheduled) < 1) throw new UsageError(`group ${name}: it has no message in all of its time`);
  return { loop: "open", arrival, stages: scheduled };
}

/** Stages may only name groups that are on a schedule. */
function checkNames(named: readonly string[], groups: readonly GroupWish[]): void {
  for (const name of named) {
    const group = groups.find((one) => one.name === name);
    if (group === undefined) throw new UsageError(`a stage names a group that there is not: ${name}`);
    if (group.publish?.pace === undefined || !("rate" in group.publish.pace)) {
      throw new UsageError(`group ${name}: a stage gives it a rate, and it has no schedule`, "give it rate or every");
    }
  }
}

/** Who gets what must be known before. */
function check(groups: readonly GroupPlan[], stages: readonly StagePlan[]): void {
  const { publishers, subscribers, subscriberGroups, publisherGroups } = topologyOf(groups);
  const receiving = new Set<number>();
  for (const [place, { streams }] of subscribers.entries()) {
    const group = groups[subscriberGroups[place] as number] as GroupPlan;
    if (streams.length > 0) receiving.add(subscriberGroups[place] as number);
    const smallest = streams.length > 1 ? MINIMUM_NAMED_PAYLOAD_SIZE : MINIMUM_PAYLOAD_SIZE;
    const small = streams.find((stream) => sizeOf(groups, publisherGroups[stream] as number) < smallest);
    if (small === undefined) continue;
    const from = groups[publisherGroups[small] as number] as GroupPlan;
    throw new UsageError(
      `group ${from.name}: a payload of ${from.payloadSize} bytes has no room for what proves each message to ${group.name}`,
      `use at least ${smallest} bytes`,
    );
  }
  for (const [place, { name, topic, payloadSize, payload, filters }] of groups.entries()) {
    if (topic !== null && payload === null && payloadSize < MINIMUM_PAYLOAD_SIZE) {
      throw new UsageError(
        `group ${name}: a payload of ${payloadSize} bytes has no room for what proves each message`,
        `use at least ${MINIMUM_PAYLOAD_SIZE} bytes`,
      );
    }
    if (filters.length > 0 && !receiving.has(place)) {
      const topics = [...new Set(publishers)].slice(0, 3).join(", ");
      throw new UsageError(`group ${name}: its filters match no topic of any group`, `topics are: ${topics} …`);
    }
  }
  if (stages.length > 64) throw new UsageError("more than 64 stages");
}

function sizeOf(groups: readonly GroupPlan[], place: number): number {
  const { payload, payloadSize } = groups[place] as GroupPlan;
  return payload === null ? payloadSize : MINIMUM_NAMED_PAYLOAD_SIZE;
}
