import { type BenchPlan, type ConnectionPlan, planBench, type TargetPlan } from "../../../bench/index.ts";
import { UsageError } from "../../../errors.ts";
import { formatAddress } from "../../../transport/index.ts";
import { clientOptionsFrom } from "../../client-options.ts";
import type { BenchValues } from "./definition.ts";
import type { TargetSpec } from "./targets/target-spec.ts";

/** With several brokers a run is long enough as it is, and rounds average what a second is too short for. */
const ROUNDS = { one: 1, several: 6 };
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

/** What was typed → the complete plan. Throws UsageError where it contradicts itself or cannot be measured. */
export function planFrom(values: BenchValues): Planned {
  if (values.rate !== undefined && values.max) {
    throw new UsageError(
      "--rate and --max contradict each other",
      "give one of them, or neither for both measurements",
    );
  }
  if (values.rate !== undefined && values.window !== undefined) {
    throw new UsageError("--window has no meaning with --rate", "on a schedule, messages do not wait for each other");
  }
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
  if (hasOwnTarget(values) || (values.target.length === 0 && common.address.scheme !== "mqtt")) {
    const { address } = common;
    add(
      { name: formatAddress(address), kind: "url", address },
      { userName, password, connection: connectionValuesFrom(values) },
    );
  }
  for (const spec of values.target) {
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
  const amount = targets.length > 1 ? "several" : "one";
  const plan = planBench({
    targets,
    rounds: values.rounds ?? ROUNDS[amount],
    connection: connectionPlan(common),
    versions: values.versions,
    qos: values.qos,
    payloadSizes: values.size,
    pairs: values.pairs,
    warmUp: values.warmup,
    duration: values.duration ?? DURATION[amount],
    load: values.max ? "max" : values.rate === undefined ? "default" : { rate: values.rate },
    window: values.window,
    maximumInFlight: values.maximumInFlight,
  });
  return { plan, access, pids: pidsFrom(values, targets) };
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
