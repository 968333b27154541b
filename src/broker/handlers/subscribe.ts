import {
  MOST_FILTERS,
  NO_PROPERTIES,
  PacketType,
  ProtocolError,
  ProtocolVersion,
  type QoS,
  ReasonCode,
  type SubscribePacket,
  type Subscription,
} from "../../codec/index.ts";
import type { Message } from "../../delivery/index.ts";
import { parseTopicFilter, type TopicFilter } from "../../topic/index.ts";
import { checkUserProperties } from "../checks.ts";
import type { ClientConnection } from "../client-connection.ts";
import { NO_IDENTIFIERS } from "../routing/outgoing-publish.ts";
import { type SubscriptionEntry, subscriptionSize } from "../routing/subscriptions.ts";
import { RetainedReplay } from "../sessions/retained-replay.ts";
import { Cost } from "../turn-budget.ts";

/**
 * Subscriptions of a session whose retained messages were not all sent yet. A client may subscribe to the same filter
 * again and again: there must be an end to what it can ask for and not take.
 */
const MOST_REPLAYS = 10_000;

/** 3.8: each filter is answered on its own, in order; retained messages follow the SUBACK. */
export function handleSubscribe(client: ClientConnection, packet: SubscribePacket): void {
  const { session, core } = client;
  const { subscriptionIdentifier, userProperties } = packet.properties;
  checkUserProperties(PacketType.SUBSCRIBE, userProperties, core.options);
  const identifiers = subscriptionIdentifier === undefined ? NO_IDENTIFIERS : [subscriptionIdentifier];
  const { length } = packet.subscriptions;
  const subscriptions = length > MOST_FILTERS ? packet.subscriptions.slice(0, MOST_FILTERS) : packet.subscriptions;
  core.budget.spend(Cost.FILTER * subscriptions.length);
  const filters = subscriptions.map(checked);
  const replays: SubscriptionEntry[] = [];
  const reasonCodes = subscriptions.map((subscription, index): ReasonCode => {
    const filter = filters[index] as TopicFilter;
    const isNew = !session.subscriptions.has(subscription.filter);
    const isReplayed = core.retained.size > 0 && wantsRetained(subscription, filter, isNew);
    const isTooMuch = isReplayed && session.pendingReplays + replays.length >= MOST_REPLAYS;
    const refusal = isTooMuch ? ReasonCode.QUOTA_EXCEEDED : refusalOf(client, filter, subscription);
    // [MQTT-3.2.2-10] A subscription above the Maximum QoS is taken, and granted less [MQTT-3.8.4-8].
    const qos = Math.min(subscription.qos, client.policy.maximumQoS) as QoS;
    if (refusal === undefined) {
      const entry = { session, filter, identifiers, ...options(subscription), qos };
      session.addSubscription(subscription.filter, entry);
      core.subscriptions.add(entry);
      core.routes.changed(filter);
      if (isReplayed) {
        replays.push(entry);
      }
    }
    const reasonCode = refusal ?? qos;
    core.events.onSubscribe?.(client.info, subscription, reasonCode);
    // A SUBACK of 3.1 has no code for a failure: what is refused looks granted.
    return client.version === ProtocolVersion.V3_1 ? qos : reasonCode;
  });
  // More filters than are read from a packet.
  const surplus = client.version === ProtocolVersion.V3_1 ? ReasonCode.SUCCESS : ReasonCode.QUOTA_EXCEEDED;
  while (reasonCodes.length < length) {
    reasonCodes.push(surplus);
  }
  const answer = { type: PacketType.SUBACK, packetId: packet.packetId, properties: NO_PROPERTIES, reasonCodes };
  if (!client.send(answer)) {
    throw new ProtocolError(ReasonCode.PACKET_TOO_LARGE, "the SUBACK is larger than the client accepts");
  }
  // Asked when a message's turn has come, perhaps on another connection of the session.
  const isWanted = (message: Message): boolean =>
    message.remainingExpiry(core.clock.now()) !== 0 &&
    session.connection?.permissions.mayReceive(message.topic) === true;
  for (const entry of replays) {
    session.replay(new RetainedReplay(core.retained.matching(entry.filter.levels), entry, isWanted));
  }
}

function options(subscription: Subscription): Pick<SubscriptionEntry, "noLocal" | "retainAsPublished"> {
  const { noLocal, retainAsPublished } = subscription;
  return { noLocal, retainAsPublished };
}

/** All filters of a packet are checked before the first one counts. */
function checked(subscription: Subscription): TopicFilter {
  const filter = parseTopicFilter(subscription.filter);
  if (filter === undefined) {
    throw new ProtocolError(ReasonCode.TOPIC_FILTER_INVALID, "SUBSCRIBE: a filter breaks the rules for filters");
  }
  if (filter.shareName !== undefined && subscription.noLocal) {
    throw new ProtocolError(ReasonCode.PROTOCOL_ERROR, "SUBSCRIBE: No Local on a Shared Subscription");
  }
  return filter;
}

function refusalOf(client: ClientConnection, filter: TopicFilter, subscription: Subscription): ReasonCode | undefined {
  const { core, session, permissions } = client;
  if (filter.levels.length > core.options.maximumTopicLevels) {
    return ReasonCode.TOPIC_FILTER_INVALID;
  }
  if (!permissions.maySubscribe(filter.filter, subscription.qos)) {
    return ReasonCode.NOT_AUTHORIZED;
  }
  const isNew = !session.subscriptions.has(subscription.filter);
  return isNew && !hasRoom(client, filter) ? ReasonCode.QUOTA_EXCEEDED : undefined;
}

/** One more subscription is within the limits of the client, and of all clients together. */
function hasRoom({ core, session }: ClientConnection, filter: TopicFilter): boolean {
  const { maximumSubscriptions, maximumSubscriptionBytes, maximumSubscriptionMemory } = core.options;
  const size = subscriptionSize(filter);
  return (
    session.subscriptions.size < maximumSubscriptions &&
    session.subscriptionBytes + size <= maximumSubscriptionBytes &&
    core.subscriptions.bytes + size <= maximumSubscriptionMemory
  );
}

/** Retain Handling (3.8.3.1): whether the subscription is new is judged before this SUBSCRIBE. Never for Shared Subscriptions. */
function wantsRetained(subscription: Subscription, filter: TopicFilter, isNew: boolean): boolean {
  if (filter.shareName !== undefined || subscription.retainHandling === 2) {
    return false;
  }
  return subscription.retainHandling === 0 || isNew;
}
