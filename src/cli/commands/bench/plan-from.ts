import { type BenchPlan, type ConnectionPlan, planBench, type TargetPlan } from "../../../bench/index.ts";
import { UsageError } from "../../../errors.ts";
import { type Address, formatAddress } from "../../../transport/index.ts";
import { clientOptionsFrom } from "../../client-options.ts";
import type { BenchValues } from "./definition.ts";

const EMBEDDED: TargetPlan = { name: "builtin", kind: "builtin" };

/** The plan, and the secret that is not in it. */
export interface Planned {
  readonly plan: BenchPlan;
  readonly password: Uint8Array | undefined;
}

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
  const {
    address,
    transport: _,
    clientId: __,
    password,
    protocolVersion,
    reconnect: ___,
    ...connection
  } = clientOptionsFrom(connectionValuesFrom(values));
  const plan = planBench({
    targets: [hasTarget(values, address) ? { name: formatAddress(address), kind: "url", address } : EMBEDDED],
    rounds: 1,
    connection: connection satisfies ConnectionPlan,
    versions: [protocolVersion],
    qos: values.qos,
    payloadSizes: values.size,
    pairs: values.pairs,
    warmUp: values.warmup,
    duration: values.duration,
    load: values.max ? "max" : values.rate === undefined ? "default" : { rate: values.rate },
    window: values.window,
    maximumInFlight: values.maximumInFlight,
  });
  return { plan, password };
}

/** The values with which clients connect: the URL may stand in two places, and sessions are the benchmark's own affair. */
export function connectionValuesFrom(values: BenchValues) {
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
  return { ...values, ...noSession, url: typed ?? values.url };
}

function hasTarget({ URL: typed, url, host, port, unix }: BenchValues, { scheme }: Address): boolean {
  // TLS or WebSocket that was asked for is not that of the embedded broker.
  return [typed, url, host, port, unix].some((part) => part !== undefined) || scheme !== "mqtt";
}
