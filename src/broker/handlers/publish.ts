import { isUtf8 } from "node:buffer";
import { isWellFormedUtf8, PacketType, ProtocolError, type PublishFrame, ReasonCode } from "../../codec/index.ts";
import { Message } from "../../delivery/index.ts";
import { checkStrings, checkUserPropertyCount } from "../checks.ts";
import type { ClientConnection } from "../client-connection.ts";
import type { BrokerOptions } from "../options.ts";
import type { Route } from "../routing/route.ts";
import { Routed } from "../routing/router.ts";

/** 3.3: a client publishes. QoS 2 is delivered now, at its first PUBLISH; its packet id is kept until PUBREL (4.3.3). */
export function handlePublish(client: ClientConnection, frame: PublishFrame): void {
  const { core, session } = client;
  const message = messageOf(client, frame);
  if (frame.propertiesStart !== frame.propertiesEnd) {
    checkProperties(frame, core.options);
  }
  const route = core.routes.routeOf(message.topicBytes, message.topicStart, message.topicEnd, client.lastRoute);
  if (route === undefined) {
    throw invalidTopic(message);
  }
  if (frame.qos > client.policy.maximumQoS) {
    // [MQTT-3.2.2-11] was told in CONNACK; older clients learn it from the closed connection.
    throw new ProtocolError(ReasonCode.QOS_NOT_SUPPORTED, `PUBLISH: QoS ${frame.qos}, above the Maximum QoS`);
  }
  if (route !== client.lastRoute) {
    if (core.options.strictUtf8) {
      checkStrings(PacketType.PUBLISH, { topic: route.topic });
    }
    client.lastRoute = route;
  }
  if (frame.payloadFormatIndicator === 1 && !isUtf8(frame.payload)) {
    throw new ProtocolError(ReasonCode.PAYLOAD_FORMAT_INVALID, "PUBLISH: the payload is announced as UTF-8 and is not");
  }
  if (frame.qos === 2 && !isNew(client, frame)) {
    client.sendAck(PacketType.PUBREC, frame.packetId);
    return;
  }
  core.events.onPublish?.(client.info, {
    topic: route.topic,
    qos: frame.qos,
    retain: frame.retain,
    payloadLength: message.payloadLength,
  });
  const reasonCode = publish(client, message, route);
  message.forget();
  if (frame.qos === 1) {
    client.sendAck(PacketType.PUBACK, frame.packetId, reasonCode);
  } else if (frame.qos === 2) {
    // Before 5.0 the client does not learn it, and ends the exchange with PUBREL.
    if (reasonCode >= 0x80 && frame.version === 5) {
      session.receiver.release(frame.packetId);
      client.unreleased -= 1;
    }
    client.sendAck(PacketType.PUBREC, frame.packetId, reasonCode);
  }
}

function checkProperties(frame: PublishFrame, options: BrokerOptions): void {
  checkUserPropertyCount(PacketType.PUBLISH, frame.userPropertyCount, frame.userPropertyBytes, options);
  if (options.strictUtf8) {
    checkStrings(PacketType.PUBLISH, frame.decodeProperties());
  }
}

function publish(client: ClientConnection, message: Message, route: Route): ReasonCode {
  const { frame } = message;
  if (route.isReserved || !client.permissions.mayPublish(route.topic, frame.qos, frame.retain)) {
    return ReasonCode.NOT_AUTHORIZED;
  }
  switch (client.core.router.forward(message, route, client)) {
    case Routed.DELIVERED:
      return ReasonCode.SUCCESS;
    case Routed.NOBODY:
      return ReasonCode.NO_MATCHING_SUBSCRIBERS;
    case Routed.NOT_RETAINED:
    case Routed.NOT_QUEUED:
      return ReasonCode.QUOTA_EXCEEDED;
  }
}

/** The client's one message, pointed at this PUBLISH. */
function messageOf(client: ClientConnection, frame: PublishFrame): Message {
  const { core, session } = client;
  let aliased: Buffer | undefined;
  if (frame.topicAlias !== 0) {
    aliased = client.incomingAliases.resolve(frame).bytes;
  } else if (frame.topicStart === frame.topicEnd) {
    throw new ProtocolError(ReasonCode.PROTOCOL_ERROR, "PUBLISH: neither a topic nor a topic alias");
  }
  client.message ??= new Message(frame, session.clientId);
  const message = client.message;
  message.read(frame, aliased);
  if (frame.messageExpiryInterval !== -1) {
    message.expiresAt = core.clock.now() + frame.messageExpiryInterval * 1000;
  }
  return message;
}

/** False for a retransmission of a QoS 2 message. Throws when the client sends more at once than was agreed [MQTT-3.3.4-9]. */
function isNew(client: ClientConnection, frame: PublishFrame): boolean {
  if (!client.session.receiver.receive(frame.packetId)) {
    return false;
  }
  client.unreleased += 1;
  if (frame.version === 5 && client.unreleased > client.policy.receiveMaximum) {
    throw new ProtocolError(
      ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
      `PUBLISH: more than ${client.policy.receiveMaximum} QoS 2 messages without PUBREL`,
    );
  }
  return true;
}

function invalidTopic(message: Message): ProtocolError {
  if (!isWellFormedUtf8(message.topicBytes, message.topicStart, message.topicEnd)) {
    return new ProtocolError(ReasonCode.MALFORMED_PACKET, "PUBLISH: the topic is not well-formed UTF-8");
  }
  return new ProtocolError(ReasonCode.TOPIC_NAME_INVALID, "PUBLISH: the topic has a wildcard or too many levels");
}
