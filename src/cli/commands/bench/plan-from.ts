import { type BenchPlan, type ConnectionPlan, planBench } from "../../../bench/index.ts";
import { UsageError } from "../../../errors.ts";
import { clientOptionsFrom } from "../../client-options.ts";
import type { BenchValues } from "./definition.ts";

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
  const { address, clientId: _, password, reconnect: __, ...connection } = clientOptions(values);
  const plan = planBench({
    target: hasTarget(values) ? address : "embedded",
    connection: connection satisfies ConnectionPlan,
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

function clientOptions(values: BenchValues) {
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
  };
  return clientOptionsFrom({ ...values, ...noSession, url: typed ?? values.url });
}

function hasTarget({ URL: typed, url, host, port, unix }: BenchValues): boolean {
  return [typed, url, host, port, unix].some((part) => part !== undefined);
}
