import {
  MOST_FILTERS,
  NO_PROPERTIES,
  PacketType,
  ProtocolError,
  ProtocolVersion,
  ReasonCode,
  type UnsubscribePacket,
} from "../../codec/index.ts";
import { parseTopicFilter } from "../../topic/index.ts";
import { checkUserProperties } from "../checks.ts";
import type { ClientConnection } from "../client-connection.ts";
import { Cost } from "../turn-budget.ts";

/** 3.10: filters are compared byte by byte [MQTT-3.10.4-1]. What is in flight or queued is still delivered. */
export function handleUnsubscribe(client: ClientConnection, packet: UnsubscribePacket): void {
  const { session, core } = client;
  checkUserProperties(PacketType.UNSUBSCRIBE, packet.properties.userProperties, core.options);
  const { length } = packet.filters;
  const filters = length > MOST_FILTERS ? packet.filters.slice(0, MOST_FILTERS) : packet.filters;
  core.budget.spend(Cost.FILTER * filters.length);
  if (length > MOST_FILTERS && client.version !== ProtocolVersion.V5_0) {
    // An UNSUBACK before 5.0 would say that all are gone.
    throw new ProtocolError(ReasonCode.QUOTA_EXCEEDED, `UNSUBSCRIBE: more than ${MOST_FILTERS} filters in one packet`);
  }
  for (const filter of filters) {
    if (!session.subscriptions.has(filter) && parseTopicFilter(filter) === undefined) {
      throw new ProtocolError(ReasonCode.TOPIC_FILTER_INVALID, "UNSUBSCRIBE: a filter breaks the rules for filters");
    }
  }
  const reasonCodes = filters.map((filter): ReasonCode => {
    const entry = session.subscriptions.get(filter);
    const reasonCode = entry === undefined ? ReasonCode.NO_SUBSCRIPTION_EXISTED : ReasonCode.SUCCESS;
    if (entry !== undefined) {
      session.removeSubscription(filter);
      core.subscriptions.remove(session, entry.filter);
      core.routes.changed(entry.filter);
    }
    core.events.onUnsubscribe?.(client.info, filter, reasonCode);
    return reasonCode;
  });
  while (reasonCodes.length < length) {
    reasonCodes.push(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR);
  }
  const answer = { type: PacketType.UNSUBACK, packetId: packet.packetId, properties: NO_PROPERTIES, reasonCodes };
  if (!client.send(answer)) {
    throw new ProtocolError(ReasonCode.PACKET_TOO_LARGE, "the UNSUBACK is larger than the client accepts");
  }
}
