import { availableParallelism } from "node:os";
import {
  type BenchPlan,
  type BenchWish,
  type ConnectionPlan,
  type GroupsWish,
  measurementsOf,
  planBench,
  roundsNeeded,
  type TargetPlan,
} from "../../../bench/index.ts";
import { UsageError } from "../../../errors.ts";
import { formatAddress } from "../../../transport/index.ts";
import { clientOptionsFrom } from "../../client-options.ts";
import type { BenchValues } from "./definition.ts";
import { BASE, HEAD } from "./targets/base-and-head.ts";
import { commandSpec, type TargetSpec } from "./targets/target-spec.ts";

/** With several brokers a run is long enough as it is, and rounds average what a second is too short for. */
const ROUNDS = { one: 1, several: 10 };
const WARM_UP = 1000;
const DURATION = { one: 5000, several: 2000 };

/** The plan, and what is not in it, because anybody may see a plan. */
export interface Planned {
  readonly plan: BenchPlan;
  /** How to get to each target, by its name. */
  readonly access: ReadonlyMap<string, TargetAccess>;
  /** Processes to account, by target. */
  readonly pids: ReadonlyMap<string, number>;
}

export interface TargetAccess {
  readonly userName: string | undefined;
  readonly password: Uint8Array | undefined;
  /** For the transport; absent for brokers that are started: they get plain TCP. */
  readonly connection: ConnectionValues | undefined;
}

/** The values with which clients connect. */
export type ConnectionValues = ReturnType<typeof connectionValuesFrom>;

/** What was typed (and the groups of a scenario file) → the complete plan. Throws UsageError where it contradicts itself or cannot be measured. */
export function planFrom(values: BenchValues, groups?: GroupsWish): Planned {
  checkLoad(values);
  const common = clientOptionsFrom(connectionValuesFrom(values));
  const targets: TargetPlan[] = [];
  const access = new Map<string, TargetAccess>();
  const add = (target: TargetPlan, own: TargetAccess) => {
    if (access.has(target.name)) {
      throw new UsageError(`two targets have the name ${target.name}`, "name them: --target NAME=…");
    }
    targets.push(target);
    access.set(target.name, own);
  };
  const { userName, password } = common;
  const isCompared = values.baseRef !== undefined;
  if (isCompared && (hasOwnTarget(values) || values.target.length > 0)) {
    throw new UsageError("--base-ref measures base and head, and no other broker", "leave out the URL and --target");
  }
  if (hasOwnTarget(values) || (values.target.length === 0 && !isCompared && common.address.scheme !== "mqtt")) {
    const { address } = common;
    add(
      { name: formatAddress(address), kind: "url", address },
      { userName, password, connection: connectionValuesFrom(values) },
    );
  }
  for (const spec of [...values.target, ...baseAndHead(values)]) {
    if (spec.kind !== "url") {
      add(spec, { userName, password, connection: undefined });
      continue;
    }
    const connection = connectionValuesOf(values, spec);
    const own = clientOptionsFrom(connection);
    add(
      { name: spec.name, kind: "url", address: own.address },
      { userName: own.userName, password: own.password, connection },
    );
  }
  if (targets.length === 0) add({ name: "builtin", kind: "builtin" }, { userName, password, connection: undefined });
  if (values.calibrate) addAgain(targets, access);
  if (values.targetCpus !== undefined && targets.every(({ kind }) => kind === "url")) {
    throw new UsageError("--target-cpus: mqtk starts no broker here", "pin the broker where it is started");
  }
  const amount = targets.length > 1 ? "several" : "one";
  const { publishers = values.pairs, subscribers = values.pairs, clients, count } = values;
  const plan = planBench({
    targets,
    rounds: values.rounds ?? ROUNDS[amount],
    workers: workersFrom(values),
    connection: connectionPlan(common),
    scenarios: values.scenario,
    versions: values.versions,
    qos: values.qos,
    payloadSizes: values.size,
    topic: values.topic,
    payload: values.payload,
    groups,
    shape: {
      ...(publishers !== undefined && { publishers }),
      ...(subscribers !== undefined && { subscribers }),
      ...(clients !== undefined && { clients }),
      ...(count !== undefined && { count }),
    },
    warmUp: values.warmup ?? (values.ramp === undefined ? WARM_UP : 0),
    duration: values.duration ?? DURATION[amount],
    load: loadFrom(values),
    arrival: values.poisson ? "poisson" : "fixed",
    window: values.window,
    maximumInFlight: values.maximumInFlight,
  });
  return { plan: withinBudget(withEnoughRounds(plan, values), values), access, pids: pidsFrom(values, targets) };
}

/** Throws UsageError where options about the load contradict each other. */
function checkLoad(values: BenchValues): void {
  const { rate, ramp, max, window, poisson, duration, count, pairs, publishers, subscribers } = values;
  const ways = Object.entries({
    ...{ "--rate": rate !== undefined, "--ramp": ramp !== undefined, "--max": max, "--find-max": values.findMax },
  });
  const given = ways.filter(([, isGiven]) => isGiven).map(([name]) => name);
  if (given.length > 1) {
    throw new UsageError(
      `${given[0]} and ${given[1]} contradict each other`,
      "give one of them, or neither for capacity and latency",
    );
  }
  if (values.slo !== undefined && !values.findMax) throw new UsageError("--slo has no meaning without --find-max");
  const schedule = rate === undefined ? "--ramp" : "--rate";
  if ((rate !== undefined || ramp !== undefined) && window !== undefined) {
    throw new UsageError(
      `--window has no meaning with ${schedule}`,
      "on a schedule, messages do not wait for each other",
    );
  }
  if (poisson && max) throw new UsageError("--poisson has no meaning with --max", "in a closed loop nothing is due");
  if (ramp !== undefined && (duration !== undefined || count !== undefined)) {
    const other = duration === undefined ? "--count" : "--duration";
    throw new UsageError(`--ramp and ${other} contradict each other`, "the stages say how long they take");
  }
  if (duration !== undefined && count !== undefined && rate !== undefined) {
    throw new UsageError("--duration, --count and --rate say more than there is to say", "leave one of them out");
  }
  if (pairs !== undefined && (publishers !== undefined || subscribers !== undefined)) {
    throw new UsageError("--pairs says how many publishers and subscribers there are", "leave out one or the other");
  }
}

/** With few cores, threads only take time from the broker and from each other. */
function workersFrom({ workers = 1 }: BenchValues): number {
  return workers === "auto" ? Math.max(1, availableParallelism() - 1) : workers;
}

const SLO = "p99<50ms,loss=0";

function loadFrom({ rate, ramp, max, findMax, slo }: BenchValues): BenchWish["load"] {
  if (findMax) return { slo: slo ?? SLO };
  if (max) return "max";
  if (ramp !== undefined) return { stages: ramp };
  return rate === undefined ? "default" : { rate };
}

/** Verdicts take more rounds the more metrics are judged together. */
function withEnoughRounds(plan: BenchPlan, { rounds, baseline, baseRef, calibrate, gate }: BenchValues): BenchPlan {
  if (rounds !== undefined || ((baseline ?? baseRef) === undefined && !calibrate)) return plan;
  return { ...plan, rounds: Math.max(ROUNDS.several, roundsNeeded(plan.cells.length * gate.split(",").length)) };
}

/** Beside what is measured: connecting, draining and saying goodbye, in milliseconds. */
const OVERHEAD = 500;

/** As many rounds as there is time for. Throws UsageError where it is not enough for one. */
function withinBudget(plan: BenchPlan, { budget, findMax }: BenchValues): BenchPlan {
  if (budget === undefined) return plan;
  if (findMax)
    throw new UsageError("--budget and --find-max contradict each other", "nobody knows how many steps it takes");
  const round = measurementsOf({ ...plan, rounds: 1 }) * (plan.warmUp + plan.duration + OVERHEAD);
  const rounds = Math.min(plan.rounds, Math.floor(budget / round));
  if (rounds >= 1) return { ...plan, rounds };
  throw new UsageError(
    `--budget ${budget / 1000}s is too short: a round of what is to be measured takes about ${Math.ceil(round / 1000)} s`,
    "measure less, or for a shorter --duration",
  );
}

/** The same broker once more, under another name. */
function addAgain(targets: TargetPlan[], access: Map<string, TargetAccess>): void {
  const [only] = targets;
  if (only === undefined || targets.length > 1) {
    throw new UsageError("--calibrate measures one broker, and several are named", "give one --target or URL");
  }
  const again = { ...only, name: `${only.name} again` };
  targets.push(again);
  access.set(again.name, access.get(only.name) as TargetAccess);
}

function connectionPlan(options: ReturnType<typeof clientOptionsFrom>): ConnectionPlan {
  const {
    address: _,
    transport: __,
    clientId: ___,
    password: ____,
    protocolVersion: _____,
    reconnect: ______,
    ...plan
  } = options;
  return plan;
}

/** The values with which clients connect: the URL may stand in two places, and sessions are the benchmark's own affair. */
function connectionValuesFrom(values: BenchValues) {
  const { URL: typed, host, port, unix } = values;
  if (typed !== undefined && (host !== undefined || port !== undefined || unix !== undefined)) {
    throw new UsageError(
      "the URL and --host, --port or --unix name different brokers",
      "give one of them (MQTK_HOST, MQTK_PORT and MQTK_UNIX count as well)",
    );
  }
  const noSession = {
    id: undefined,
    idPrefix: undefined,
    disableCleanSession: false,
    sessionExpiryInterval: undefined,
    srv: false,
    waitForBroker: undefined,
    maximumInFlight: undefined,
  };
  return { ...values, ...noSession, mqttVersion: values.versions[0] ?? 5, url: typed ?? values.url };
}

/** The same for a target that says itself where it is. */
function connectionValuesOf(values: BenchValues, { url }: TargetSpec & { readonly kind: "url" }): ConnectionValues {
  return connectionValuesFrom({ ...values, URL: undefined, host: undefined, port: undefined, unix: undefined, url });
}

/** The two brokers of `--base-ref`: the same command, started in two checkouts. */
function baseAndHead({ baseRef, start, build }: BenchValues): readonly TargetSpec[] {
  if (baseRef === undefined) {
    const lonely = start === undefined ? build && "--build" : "--start";
    if (lonely) throw new UsageError(`${lonely} has no meaning without --base-ref`);
    return [];
  }
  if (start === undefined) {
    throw new UsageError("--base-ref does not say how the broker is started", "--start './broker -p {port}'");
  }
  return [commandSpec(BASE, start), commandSpec(HEAD, start)];
}

function hasOwnTarget({ URL: typed, url, host, port, unix }: BenchValues): boolean {
  return [typed, url, host, port, unix].some((part) => part !== undefined);
}

function pidsFrom({ samplePid }: BenchValues, targets: readonly TargetPlan[]): ReadonlyMap<string, number> {
  return new Map(
    samplePid.map(({ target, pid }) => {
      const named = target === undefined && targets.length === 1 ? targets[0] : targets.find((t) => t.name === target);
      if (named === undefined) {
        throw target === undefined
          ? new UsageError(`--sample-pid ${pid} does not say whose process that is`, "write TARGET=PID")
          : new UsageError(`--sample-pid names a target that there is not: ${target}`);
      }
      if (named.kind !== "url") throw new UsageError(`the process of ${named.name} is accounted anyway`);
      return [named.name, pid];
    }),
  );
}
