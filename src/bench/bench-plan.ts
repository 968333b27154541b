import type { ClientOptions } from "../client/index.ts";
import type { ProtocolVersion, QoS } from "../codec/index.ts";
import { UsageError } from "../errors.ts";
import type { GroupPlan, StagePlan } from "./group-plan.ts";
import { parseObjectives } from "./objectives.ts";
import { withOwnTopics } from "./own-topics.ts";
import { MINIMUM_NAMED_PAYLOAD_SIZE, MINIMUM_PAYLOAD_SIZE } from "./payload-stamp.ts";
import { type GroupsWish, planGroups } from "./plan-groups.ts";
import type { Scenario, Shape } from "./scenario.ts";
import { scenarioOf } from "./scenarios/index.ts";
import { countOf, durationOf, type Stage } from "./stages.ts";
import { TemplateStamps } from "./template-stamps.ts";

export type Address = ClientOptions["address"];

/** When messages of an open loop are due: at equal distances, or as independent users would come. */
export type Arrival = "fixed" | "poisson";

/** How load is offered in one measurement. */
export type LoadPlan =
  /** As fast as messages arrive: each stream has at most `window` messages under way. */
  | { readonly loop: "closed"; readonly window: number }
  /** On a schedule over all streams, however the broker is doing; warm-up included. */
  | { readonly loop: "open"; readonly arrival: Arrival; readonly stages: readonly Stage[] }
  /** The same, at a share of what the closed loop before it reached. */
  | { readonly loop: "open"; readonly arrival: Arrival; readonly shareOfCapacity: number }
  /** Open loops at different rates: the highest at which this holds is looked for, beginning from the closed loop's. */
  | { readonly loop: "search"; readonly arrival: Arrival; readonly slo: string }
  /** A fixed amount of work, once. */
  | { readonly loop: "batch" }
  /** As each group has it. */
  | { readonly loop: "groups" };

export type TargetKind = "url" | "builtin" | "command";

/** A broker to be measured. */
export type TargetPlan = { readonly name: string } & (
  | { readonly kind: "url"; readonly address: Address }
  /** A broker of mqtk's own that is started for this run alone. */
  | { readonly kind: "builtin" }
  /** A program that is started for this run alone; as typed, `{port}` stands for its port. */
  | { readonly kind: "command"; readonly command: string }
);

/** One cell of the matrix scenario × QoS × size × version: its measurements, each with connections of its own. */
export interface CellPlan extends Shape {
  /** "pair qos1 64B mqtt5" */
  readonly id: string;
  readonly scenario: string;
  readonly qos: QoS;
  /** Bytes; 0 where a scenario has no messages. */
  readonly payloadSize: number;
  readonly protocolVersion: ProtocolVersion;
  /** QoS 1 and 2: unacknowledged messages of a publisher, at most; less where the broker's Receive Maximum says so. */
  readonly maximumInFlight: number;
  readonly loads: readonly LoadPlan[];
  /** Of a scenario file: who does what, instead of one of mqtk's scenarios. Then `qos` is the highest of them. */
  readonly groups?: readonly GroupPlan[];
  /** Of a scenario file: its time, in parts. */
  readonly stages?: readonly StagePlan[];
}

/** How each client connects; the password and the keys of TLS are kept apart, so that a plan may be shown to anyone. */
export type ConnectionPlan = Omit<
  ClientOptions,
  "address" | "transport" | "protocolVersion" | "clientId" | "password" | "reconnect"
>;

/** Everything that is going to happen, as plain data: `--dry-run` prints it, results repeat it. */
export interface BenchPlan {
  readonly targets: readonly TargetPlan[];
  /** How often every target is measured in every cell; targets take turns: AB BA AB … */
  readonly rounds: number;
  /** Threads that make the load, where a scenario can be parted. */
  readonly workers: number;
  readonly connection: ConnectionPlan;
  /** Topics begin with `<topicPrefix>/<run>/<measurement>`. */
  readonly topicPrefix: string;
  /** Templates in place of the usual topics (one for each publisher) and payloads; null: the usual ones. */
  readonly topic: string | null;
  readonly payload: string | null;
  /** Milliseconds before each measurement that are not measured, but checked. */
  readonly warmUp: number;
  /** Milliseconds that are measured, for each measurement. */
  readonly duration: number;
  /** Milliseconds without any arrival after which messages still missing count as lost. */
  readonly drainTimeout: number;
  readonly cells: readonly CellPlan[];
}

/** What a user decides; everything else follows. */
export interface BenchWish {
  readonly targets: readonly TargetPlan[];
  readonly rounds: number;
  readonly workers?: number | undefined;
  readonly connection: ConnectionPlan;
  readonly scenarios: readonly string[];
  readonly versions: readonly ProtocolVersion[];
  /** Undefined: all that a scenario can do. */
  readonly qos: readonly QoS[] | undefined;
  readonly payloadSizes: readonly number[];
  /** Templates. */
  readonly topic?: string | undefined;
  readonly payload?: string | undefined;
  /** Of a scenario file; they take the place of scenarios, shape and load. */
  readonly groups?: GroupsWish | undefined;
  /** What a scenario's own defaults are replaced with. */
  readonly shape: Partial<Shape>;
  readonly warmUp: number;
  readonly duration: number;
  /** "default": capacity, then latency at half of it. */
  readonly load:
    | "default"
    | "max"
    | { readonly rate: number }
    | { readonly stages: readonly Stage[] }
    | { readonly slo: string };
  readonly arrival: Arrival;
  readonly window: number | undefined;
  readonly maximumInFlight: number | undefined;
}

/** Open-loop latency is measured where a broker has room to breathe, not at the edge of its queues. */
const SHARE_OF_CAPACITY = 0.5;
/**
 * Messages under way in each stream: enough to keep a broker busy over a network, and fewer than the 1000 that mosquitto
 * queues for a client by default.
 */
const WINDOW: Readonly<Record<QoS, number>> = { 0: 500, 1: 100, 2: 100 };
/** With many streams each has less under way: ten full windows in all, so that the load stays one of many small writes. */
const FULL_WINDOWS = 10;
const SMALLEST_WINDOW = 2;
/** As many as there are packet identifiers. */
const ANY_NUMBER = 65_535;
/**
 * Brokers limit QoS 2, and before MQTT 5 they had no way to say so: with its default limit of 20, mosquitto 2.0 drops
 * what is beyond, or the connection. Its own clients and Paho's keep to 20, too.
 */
const UNTOLD_LIMIT = 20;
const DRAIN_TIMEOUT = 3000;
const TOPIC_PREFIX = "mqtk/bench";
const ALL_QOS: readonly QoS[] = [0, 1, 2];

/** Completes a wish. Throws UsageError where it cannot be measured. */
export function planBench(wish: BenchWish): BenchPlan {
  const cells =
    wish.groups === undefined
      ? cellsFor(wish)
      : planGroups(wish.groups, { ...wish, maximumInFlightOf: limitsBy(wish) });
  const { targets, rounds, connection } = wish;
  const fixed = { topicPrefix: TOPIC_PREFIX, drainTimeout: DRAIN_TIMEOUT };
  const { topic = null, payload = null, workers = 1 } = wish;
  return { targets, rounds, workers, connection, ...fixed, topic, payload, ...timeOf(wish, cells), cells };
}

/** Milliseconds that are not measured, and then those that are. */
function timeOf(wish: BenchWish, [first]: readonly CellPlan[]): Pick<BenchPlan, "warmUp" | "duration"> {
  const stages = first?.stages;
  if (stages === undefined) return { warmUp: wish.warmUp, duration: measuredTimeOf(wish) };
  const begin = stages.findIndex(({ measured }) => measured);
  const sum = (some: typeof stages) => some.reduce((all, { duration }) => all + duration, 0);
  return { warmUp: sum(stages.slice(0, begin)), duration: sum(stages.slice(begin)) };
}

function limitsBy({ maximumInFlight }: BenchWish): (qos: QoS, version: ProtocolVersion) => number {
  return (qos, version) => maximumInFlight ?? (qos === 2 && version < 5 ? UNTOLD_LIMIT : ANY_NUMBER);
}

function cellsFor(wish: BenchWish): readonly CellPlan[] {
  return wish.scenarios.flatMap((name) => {
    const scenario = scenarioOf(name);
    return wish.versions.flatMap((version) =>
      levelsFor(scenario, wish).flatMap((qos) =>
        sizesFor(scenario, wish).map((payloadSize) => cellFor(scenario, wish, version, qos, payloadSize)),
      ),
    );
  });
}

/** How many measurements a plan has. */
export function measurementsOf({ cells, rounds, targets }: BenchPlan): number {
  return cells.reduce((sum, cell) => sum + cell.loads.length, 0) * rounds * targets.length;
}

function levelsFor({ name, qos: possible = ALL_QOS, axes }: Scenario, { qos }: BenchWish): readonly QoS[] {
  if (axes === "none") return [0];
  if (qos === undefined) return axes === "qos" ? [1] : possible;
  const impossible = qos.find((level) => !possible.includes(level));
  if (impossible !== undefined) {
    throw new UsageError(`${name} cannot be measured with QoS ${impossible}`, `it needs QoS ${possible.join(" or ")}`);
  }
  return qos;
}

function sizesFor({ axes }: Scenario, { payloadSizes, payload }: BenchWish): readonly number[] {
  if (axes !== undefined) return [0];
  return payload === undefined ? payloadSizes : [new TemplateStamps(payload).typicalSize];
}

function cellFor(
  scenario: Scenario,
  wish: BenchWish,
  protocolVersion: ProtocolVersion,
  qos: QoS,
  payloadSize: number,
): CellPlan {
  const shape = shapeFor(scenario, wish.shape);
  if (scenario.axes === undefined) checkSize(scenario, shape, payloadSize);
  if (wish.topic !== undefined) checkTopic(scenario, shape, wish.topic);
  return {
    id: cellId(scenario.name, qos, payloadSize, protocolVersion),
    ...{ scenario: scenario.name, qos, payloadSize, protocolVersion, ...shape },
    maximumInFlight: limitsBy(wish)(qos, protocolVersion),
    loads: loadsFor(scenario, shape, wish, qos),
  };
}

function shapeFor(scenario: Scenario, wished: Partial<Shape>): Shape {
  const shape = { ...scenario.defaults };
  for (const part of ["publishers", "subscribers", "clients", "count"] as const) {
    const wish = wished[part];
    // What a scenario has none of cannot be wished for: a list of scenarios shares its numbers.
    if (wish !== undefined && (scenario.defaults[part] > 0 || part === "count")) shape[part] = wish;
  }
  if (scenario.kind === "flow" && scenario.isPaired) {
    const { publishers, subscribers } = wished;
    if (publishers !== undefined && subscribers !== undefined && publishers !== subscribers) {
      throw new UsageError(
        `${scenario.name} has as many subscribers as publishers`,
        "use --pairs, or another scenario: fan-in, fan-out",
      );
    }
    shape.publishers = shape.subscribers = publishers ?? subscribers ?? shape.publishers;
  }
  return shape;
}

function checkSize(scenario: Scenario, shape: Shape, size: number): void {
  const isNamed =
    scenario.kind === "flow" && scenario.topology(shape, "").subscribers.some(({ streams }) => streams.length > 1);
  const minimum = isNamed ? MINIMUM_NAMED_PAYLOAD_SIZE : MINIMUM_PAYLOAD_SIZE;
  if (size < minimum) {
    throw new UsageError(
      `a payload of ${size} bytes has no room for the sequence number, the times and the check of each message`,
      `use at least ${minimum} bytes${isNamed ? ` with ${scenario.name}` : ""}`,
    );
  }
}

function checkTopic(scenario: Scenario, shape: Shape, topic: string): void {
  if (scenario.kind !== "flow" || scenario.name === "wildcard") {
    throw new UsageError(`${scenario.name} has topics of its own: --topic has no meaning`);
  }
  withOwnTopics(scenario.topology(shape, ""), topic);
}

function cellId(scenario: string, qos: QoS, payloadSize: number, version: ProtocolVersion): string {
  return `${scenario} qos${qos} ${payloadSize}B mqtt${["3.1", "3.1.1", "5"][version - 3]}`;
}

function loadsFor(
  scenario: Scenario,
  shape: Shape,
  { load, arrival, window, warmUp, duration }: BenchWish,
  qos: QoS,
): readonly LoadPlan[] {
  const isSearch = typeof load === "object" && "slo" in load;
  if (isSearch) parseObjectives(load.slo);
  if (scenario.kind === "batch") {
    if (typeof load !== "object") return [{ loop: "batch" }];
    throw new UsageError(`${scenario.name} is done once, as fast as it can be: a rate has no meaning`);
  }
  if (typeof load === "object" && !isSearch) {
    const stages = "stages" in load ? load.stages : [stageAt(load.rate, shape.count, warmUp, duration)];
    return [{ loop: "open", arrival, stages }];
  }
  const streams = Math.max(scenario.kind === "flow" ? shape.publishers : 1, FULL_WINDOWS);
  const share = Math.floor((FULL_WINDOWS * WINDOW[qos]) / streams);
  const own = window ?? Math.max(SMALLEST_WINDOW, share);
  const capacity: LoadPlan = { loop: "closed", window: scenario.kind === "flow" ? own : 1 };
  if (load === "max") return [capacity];
  if (isSearch) return [capacity, { loop: "search", arrival, slo: load.slo }];
  return [capacity, { loop: "open", arrival, shareOfCapacity: SHARE_OF_CAPACITY }];
}

/** One rate all the time; a `count` of messages after the warm-up says how long that is. */
function stageAt(rate: number, count: number, warmUp: number, duration: number): Stage {
  return { from: rate, to: rate, duration: warmUp + (count > 0 ? (count * 1000) / rate : duration) };
}

/** Milliseconds that are measured. */
function measuredTimeOf({ load, shape, warmUp, duration }: BenchWish): number {
  if (typeof load !== "object" || "slo" in load) return duration;
  if ("rate" in load) return shape.count ? (shape.count * 1000) / load.rate : duration;
  if (countOf(load.stages) < 1) throw new UsageError("the stages of the ramp have no message");
  const measured = durationOf(load.stages) - warmUp;
  if (measured <= 0) throw new UsageError("the warm-up is longer than all stages of the ramp");
  return measured;
}
