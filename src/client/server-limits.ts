import type { ConnackPacket, QoS, Subscription } from "../codec/index.ts";
import { MAXIMUM_PACKET_SIZE, ReasonCode } from "../codec/index.ts";
import { UsageError } from "../errors.ts";
import { parseTopicFilter } from "../topic/index.ts";
import { RefusedError } from "./errors.ts";

/** What the server said in CONNACK about what it accepts (3.2.2.3); absent properties have their defaults. */
export interface ServerLimits {
  readonly maximumQoS: QoS;
  readonly isRetainAvailable: boolean;
  /** Bytes of a whole packet. */
  readonly maximumPacketSize: number;
  readonly receiveMaximum: number;
  readonly topicAliasMaximum: number;
  readonly areWildcardsAvailable: boolean;
  readonly areSubscriptionIdentifiersAvailable: boolean;
  readonly areSharedSubscriptionsAvailable: boolean;
}

export function serverLimitsFrom({ properties }: ConnackPacket): ServerLimits {
  return {
    maximumQoS: properties.maximumQoS ?? 2,
    isRetainAvailable: properties.retainAvailable ?? true,
    maximumPacketSize: Math.min(properties.maximumPacketSize ?? MAXIMUM_PACKET_SIZE, MAXIMUM_PACKET_SIZE),
    receiveMaximum: properties.receiveMaximum ?? 65_535,
    topicAliasMaximum: properties.topicAliasMaximum ?? 0,
    areWildcardsAvailable: properties.wildcardSubscriptionAvailable ?? true,
    areSubscriptionIdentifiersAvailable: properties.subscriptionIdentifierAvailable ?? true,
    areSharedSubscriptionsAvailable: properties.sharedSubscriptionAvailable ?? true,
  };
}

/** Why the server would refuse a PUBLISH of this kind and size; SUCCESS if it would not [MQTT-3.2.2-11, 3.2.2-14, 3.2.2-15]. */
export function refusalOfPublish(limits: ServerLimits, qos: QoS, retain: boolean, size: number): ReasonCode {
  if (qos > limits.maximumQoS) return ReasonCode.QOS_NOT_SUPPORTED;
  if (retain && !limits.isRetainAvailable) return ReasonCode.RETAIN_NOT_SUPPORTED;
  if (size > limits.maximumPacketSize) return ReasonCode.PACKET_TOO_LARGE;
  return ReasonCode.SUCCESS;
}

/** The same as an error for whoever wanted to publish. */
export function refusedPublish(
  limits: ServerLimits,
  topic: string,
  reasonCode: ReasonCode,
  size: number,
): RefusedError {
  const hint = {
    [ReasonCode.QOS_NOT_SUPPORTED]: `the server's maximum is QoS ${limits.maximumQoS}`,
    [ReasonCode.RETAIN_NOT_SUPPORTED]: "publish without retain",
    [ReasonCode.PACKET_TOO_LARGE]: `the packet has ${size} bytes, the server takes ${limits.maximumPacketSize}`,
  }[reasonCode as number];
  return new RefusedError({
    summary: `not published to ${topic}, because the server would refuse it`,
    packet: "PUBLISH",
    reasonCode,
    hint,
  });
}

/** Throws UsageError for what no server would take. */
export function checkSubscriptions(subscriptions: readonly Subscription[]): void {
  if (subscriptions.length === 0) throw new UsageError("nothing to subscribe to: at least one topic filter is needed");
  for (const { filter, noLocal } of subscriptions) {
    const parsed = parseTopicFilter(filter);
    if (parsed === undefined) throw invalidFilter(filter);
    if (noLocal && parsed.shareName !== undefined) {
      throw new UsageError(`${filter}: a shared subscription cannot have No Local`);
    }
  }
}

/** Why a SUBSCRIBE is not to be sent to this server: it said that it does not support what one of the filters wants. */
export function refusedSubscribe(
  limits: ServerLimits,
  subscriptions: readonly Subscription[],
  hasIdentifier: boolean,
): RefusedError | undefined {
  for (const { filter } of subscriptions) {
    const reasonCode = refusalOfFilter(limits, filter, hasIdentifier);
    if (reasonCode !== ReasonCode.SUCCESS) {
      const summary = `not subscribed to ${filter}, because the server would refuse it`;
      return new RefusedError({ summary, packet: "SUBSCRIBE", reasonCode });
    }
  }
  return undefined;
}

function refusalOfFilter(limits: ServerLimits, filter: string, hasIdentifier: boolean): ReasonCode {
  if (hasIdentifier && !limits.areSubscriptionIdentifiersAvailable) {
    return ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED;
  }
  if (limits.areSharedSubscriptionsAvailable && limits.areWildcardsAvailable) return ReasonCode.SUCCESS;
  const { shareName, levels } = parseTopicFilter(filter) ?? { shareName: undefined, levels: [] };
  if (shareName !== undefined && !limits.areSharedSubscriptionsAvailable) {
    return ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED;
  }
  if (!limits.areWildcardsAvailable && levels.some((level) => level === "+" || level === "#")) {
    return ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED;
  }
  return ReasonCode.SUCCESS;
}

export function checkFilters(filters: readonly string[]): void {
  if (filters.length === 0) throw new UsageError("nothing to unsubscribe from: at least one topic filter is needed");
  for (const filter of filters) if (parseTopicFilter(filter) === undefined) throw invalidFilter(filter);
}

function invalidFilter(filter: string): UsageError {
  return new UsageError(
    filter === "" ? "a topic filter is empty" : `${filter} is not a topic filter`,
    "# stands alone at the end, + alone between slashes",
  );
}
