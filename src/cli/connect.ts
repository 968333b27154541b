import { Client, type ClientHandlers, type ClientOptions } from "../client/index.ts";
import { systemClock } from "../clock.ts";
import { NO_PROPERTIES, ProtocolVersion, ReasonCode } from "../codec/index.ts";
import { isMqtkError, type MqtkError, UsageError } from "../errors.ts";
import { completeClientOptionsFrom } from "./client-options.ts";
import type { ConnectionValues } from "./options/connection.ts";
import type { CredentialValues } from "./options/credentials.ts";
import type { PropertyValues } from "./options/properties.ts";
import type { WillValues } from "./options/will.ts";
import type { PropertySets } from "./property-sets.ts";
import type { Terminal } from "./terminal/terminal.ts";
import type { TransportValues } from "./transport-options.ts";

/** Everything that says how a client connects. */
export type ClientValues = ConnectionValues &
  TransportValues &
  WillValues &
  PropertyValues &
  CredentialValues & { readonly debug: boolean };

/** A broker that does not answer is asked again after this time, in milliseconds. */
const RETRY_DELAY = 250;

/** What is known before anybody is connected to. */
export interface Plan {
  readonly options: ClientOptions;
  readonly sets: PropertySets;
  /** The older version may be tried where this one is refused. */
  readonly mayFallBack: boolean;
  readonly waitForBroker: number;
  readonly isTraced: boolean;
  /** What became of it: the version that the broker took. */
  readonly used: { version: ProtocolVersion };
}

const NO_SETS: PropertySets = {
  connect: NO_PROPERTIES,
  publish: NO_PROPERTIES,
  will: NO_PROPERTIES,
  subscribe: NO_PROPERTIES,
  unsubscribe: NO_PROPERTIES,
  disconnect: NO_PROPERTIES,
};

/**
 * Options → plan: files are read and passwords asked for. `needsVersion5`: an option that has no meaning before MQTT 5.
 * `sent`: packets of this command that can have properties.
 */
export async function planFrom(
  values: ClientValues,
  terminal: Terminal,
  needsVersion5: string | undefined,
  sent?: readonly (keyof PropertySets)[],
): Promise<Plan> {
  const { properties, mqttVersion } = values;
  const needs = needsVersion5 ?? (properties.length > 0 ? "--property" : undefined);
  if (needs !== undefined && mqttVersion !== "auto" && mqttVersion !== ProtocolVersion.V5_0) {
    throw new UsageError(`${needs} needs MQTT 5`, "leave it out, or take --mqtt-version 5");
  }
  const sets =
    properties.length === 0 ? NO_SETS : (await import("./property-sets.ts")).propertySetsFrom(properties, sent);
  const secret = await secretFrom(values, terminal);
  const named = await completeClientOptionsFrom(
    secret === undefined ? values : { ...values, password: secret },
    terminal,
    values,
  );
  const { will } = named;
  if (will === undefined && sets.will !== NO_PROPERTIES && Object.keys(sets.will).length > 0) {
    throw new UsageError("properties of a will need --will-topic");
  }
  const options: ClientOptions = {
    ...named,
    properties: { ...named.properties, ...sets.connect },
    ...(will === undefined ? {} : { will: { ...will, properties: sets.will } }),
  };
  return {
    options,
    sets,
    mayFallBack: mqttVersion === "auto" && needs === undefined && values.sessionExpiryInterval === undefined,
    waitForBroker: values.waitForBroker ?? 0,
    isTraced: values.debug,
    used: { version: options.protocolVersion },
  };
}

/**
 * Connects: with MQTT 5 and, where that is refused and nobody asked for it, with 3.1.1; for so long as `--wait-for-broker`
 * says, also to a broker that is not there yet.
 */
export async function connect(plan: Plan, terminal: Terminal, handlers: ClientHandlers): Promise<Client> {
  const deadline = systemClock.now() + plan.waitForBroker;
  let { options } = plan;
  const environment = plan.isTraced ? (await import("./trace.ts")).tracingEnvironment(options, terminal) : undefined;
  for (;;) {
    const started = systemClock.now();
    try {
      return await Client.connect(options, handlers, environment);
    } catch (error) {
      const isTimeout = systemClock.now() - started >= options.connectTimeout;
      const mayFallBack = plan.mayFallBack && options.protocolVersion === ProtocolVersion.V5_0 && !isTimeout;
      if (mayFallBack && isRefusalOfVersion(error)) {
        options = { ...options, protocolVersion: ProtocolVersion.V3_1_1, properties: NO_PROPERTIES };
        plan.used.version = ProtocolVersion.V3_1_1;
        continue;
      }
      const isThere = !isMqtkError(error) || error.code !== "unreachable";
      if (isThere || systemClock.now() + RETRY_DELAY > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY));
    }
  }
}

/**
 * Servers that do not know MQTT 5 say so (0x84, also as return code 1 of their own version), or close the connection, or
 * answer with what MQTT 5 cannot read.
 */
function isRefusalOfVersion(error: unknown): boolean {
  if (!isMqtkError(error)) return false;
  const { code, reasonCode, stage, problem } = error as MqtkError &
    Partial<{ reasonCode: number; stage: string; problem: string }>;
  if (code === "refused") return reasonCode === ReasonCode.UNSUPPORTED_PROTOCOL_VERSION;
  const isUnexplained = problem === undefined || problem.startsWith("client-certificate-");
  return code === "protocol" || (code === "unreachable" && stage === "connack" && isUnexplained);
}

/** The password from where options say it is, when they do not say it themselves. */
export async function secretFrom(
  values: CredentialValues & Pick<ConnectionValues, "password">,
  terminal: Terminal,
): Promise<string | undefined> {
  const { passwordFile, passwordFd, passwordCommand, askPassword } = values;
  if (passwordFile === undefined && passwordFd === undefined && passwordCommand === undefined && !askPassword) {
    return undefined;
  }
  return (await import("./password.ts")).passwordFrom(values, terminal);
}
