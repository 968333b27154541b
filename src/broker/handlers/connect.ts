import { randomBytes } from "node:crypto";
import {
  type ConnackPacket,
  type ConnackProperties,
  type ConnectPacket,
  MAXIMUM_PACKET_SIZE,
  NO_PROPERTIES,
  PacketType,
  ProtocolError,
  ProtocolVersion,
  ReasonCode,
} from "../../codec/index.ts";
import { isValidTopicName } from "../../topic/index.ts";
import type { Accepted, Answer, Identity, Refusal } from "../auth/auth.ts";
import { AuthExchange } from "../auth-exchange.ts";
import { checkStrings, checkUserProperties } from "../checks.ts";
import type { ClientConnection } from "../client-connection.ts";
import { isReservedTopic } from "../routing/route.ts";
import type { Session } from "../sessions/session.ts";
import type { Strikes } from "../status/strikes.ts";
import { Attempt } from "./attempt.ts";

const NEVER = 0xffff_ffff;
/** The Receive Maximum of a client that names none: there are no more packet ids. */
const PACKET_IDS = 65_535;

/** A CONNECT that is refused: nothing of the client's is touched. */
class Refused extends Error {
  readonly reasonCode: ReasonCode;

  constructor(reasonCode: ReasonCode, reason: string) {
    super(reason);
    this.reasonCode = reasonCode;
  }
}

/** 3.1: asks who the client is, and only then looks at sessions. Packets that came behind the CONNECT wait meanwhile. */
export function handleConnect(client: ClientConnection, packet: ConnectPacket): void {
  if (client.isAdmitted || client.isConnecting) {
    throw new ProtocolError(ReasonCode.PROTOCOL_ERROR, "a second CONNECT");
  }
  client.isConnecting = true;
  client.limitPackets(packet.properties.maximumPacketSize);
  try {
    checkRoom(client);
    checkPacket(client, packet);
    const clientId = packet.clientId === "" ? `mqtk-${randomBytes(8).toString("hex")}` : packet.clientId;
    const answer = authenticate(client, packet, clientId);
    if (answer instanceof Promise) {
      // The client is held until it is known who it is.
      answer
        .then((later) => admit(client, packet, clientId, later))
        .then(
          () => client.release(),
          (error: unknown) => turnAway(client, packet, error),
        );
    } else {
      admit(client, packet, clientId, answer);
    }
  } catch (error) {
    turnAway(client, packet, error);
  }
}

function turnAway(client: ClientConnection, packet: ConnectPacket, error: unknown): void {
  if (!client.isOpen) {
    return;
  }
  if (error instanceof Refused) {
    client.refuse(error.reasonCode, error.message, packet.clientId);
  } else {
    client.onError(error);
  }
}

function admit(client: ClientConnection, packet: ConnectPacket, clientId: string, answer: Accepted | Refusal): void {
  const { core } = client;
  if (!client.isOpen) {
    return;
  }
  if (!("identity" in answer)) {
    core.failedConnects.failed(client.remote);
    throw new Refused(answer.reasonCode, refusalText(answer.reasonCode));
  }
  checkRights(packet, answer);
  const keepAlive = keepAliveFor(packet.keepAlive, client.policy.maximumKeepAlive);
  const expiryInterval = expiryIntervalFor(packet, core.options.maximumSessionExpiry);
  const connack: ConnackPacket = {
    type: PacketType.CONNACK,
    sessionPresent: false,
    reasonCode: ReasonCode.SUCCESS,
    properties:
      packet.protocolVersion === ProtocolVersion.V5_0
        ? {
            ...connackProperties(client, packet, expiryInterval, clientId, keepAlive),
            ...client.exchange?.properties(answer.data),
          }
        : NO_PROPERTIES,
  };
  if (!client.takes(connack)) {
    throw new Refused(ReasonCode.PACKET_TOO_LARGE, "the client takes no packet as large as its CONNACK");
  }
  if (core.reconnects !== undefined && packet.clientId !== "") {
    checkReconnects(core.reconnects, clientId, answer.identity);
  }
  const { session, isPresent } = openSession(client, packet, clientId, answer);
  session.expiryInterval = expiryInterval;
  client.admit(packet, { will: packet.will, session, permissions: answer.permissions, keepAlive });
  core.sessions.wills.returned(clientId, client);
  client.send(isPresent ? { ...connack, sessionPresent: true } : connack);
  core.events.onConnect?.(client.info, {
    cleanStart: packet.cleanStart,
    sessionPresent: isPresent,
    keepAlive,
    userName: packet.userName,
  });
  session.resume(client, Math.min(packet.properties.receiveMaximum ?? PACKET_IDS, client.policy.maximumInFlight));
}

/** Asks who the client is; with a method of enhanced authentication that may go to and fro, and so the client is read from. */
function authenticate(
  client: ClientConnection,
  packet: ConnectPacket,
  clientId: string,
): Accepted | Refusal | Promise<Accepted | Refusal> {
  const attempt = new Attempt(client, packet, clientId);
  const { method } = attempt;
  const answer = client.core.auth.authenticate(attempt);
  if (method === undefined) {
    if (!(answer instanceof Promise)) {
      return decided(answer);
    }
    client.hold();
    return answer.then(decided);
  }
  return decidedByExchange(client, new AuthExchange(method, client), answer);
}

/** Without a method there is nothing that a client could be asked. */
function decided(answer: Answer): Accepted | Refusal {
  return "respond" in answer ? { reasonCode: ReasonCode.UNSPECIFIED_ERROR } : answer;
}

async function decidedByExchange(
  client: ClientConnection,
  exchange: AuthExchange,
  first: Answer | Promise<Answer>,
): Promise<Accepted | Refusal> {
  client.exchange = exchange;
  client.isAuthenticating = true;
  // What came behind the CONNECT waits for a method that answers at once.
  client.hold();
  client.release();
  const decision = await exchange.decide(first);
  client.isAuthenticating = false;
  client.hold();
  return decision;
}

function refusalText(reasonCode: ReasonCode): string {
  switch (reasonCode) {
    case ReasonCode.BAD_AUTHENTICATION_METHOD:
      return "the authentication method is not supported";
    case ReasonCode.BAD_USER_NAME_OR_PASSWORD:
      return "bad user name or password";
    default:
      return "the client is not let in";
  }
}

/** Whether there is room for another client, and patience with this one. */
function checkRoom(client: ClientConnection): void {
  const { failedConnects, overload } = client.core;
  if (client.isSurplus) {
    throw new Refused(ReasonCode.SERVER_BUSY, "there are too many connections");
  }
  if (overload.isBusy) {
    throw new Refused(ReasonCode.SERVER_BUSY, "the broker has too much to do");
  }
  if (!failedConnects.isEmpty && failedConnects.isBanned(client.remote)) {
    throw new Refused(ReasonCode.BANNED, "too many attempts from this address failed; it may try again in a minute");
  }
}

/** What is wrong with a CONNECT whoever sends it. */
function checkPacket(client: ClientConnection, packet: ConnectPacket): void {
  const { policy } = client;
  const { options, sessions } = client.core;
  checkUserProperties(PacketType.CONNECT, packet.properties.userProperties, options);
  checkUserProperties(PacketType.CONNECT, packet.will?.properties.userProperties, options);
  if (options.strictUtf8) {
    checkStrings(PacketType.CONNECT, packet);
  }
  if (packet.clientId === "" && packet.protocolVersion !== ProtocolVersion.V5_0 && !packet.cleanStart) {
    // [MQTT-3.1.3-8] of 3.1.1
    throw new Refused(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID, "an empty client id needs a clean session");
  }
  if (packet.clientId === "" && packet.protocolVersion === ProtocolVersion.V3_1) {
    throw new Refused(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID, "MQTT 3.1 needs a client id");
  }
  if (Buffer.byteLength(packet.clientId) > policy.maximumClientIdLength) {
    throw new Refused(
      ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
      `the client id is longer than ${policy.maximumClientIdLength} bytes`,
    );
  }
  if (sessions.size >= options.maximumSessions && sessions.get(packet.clientId) === undefined) {
    throw new Refused(ReasonCode.QUOTA_EXCEEDED, "there are too many sessions");
  }
  const topic = packet.will?.topic;
  if (topic !== undefined && (!isValidTopicName(topic) || topic.split("/").length > options.maximumTopicLevels)) {
    throw new Refused(ReasonCode.TOPIC_NAME_INVALID, "the Will Topic is not a topic name that can be used");
  }
  if (packet.will !== undefined && packet.will.qos > policy.maximumQoS) {
    // [MQTT-3.2.2-12]
    throw new Refused(ReasonCode.QOS_NOT_SUPPORTED, `the Will has QoS ${packet.will.qos}, above the Maximum QoS`);
  }
}

/** The Will Topic needs the right to publish to it; a reserved one nobody has. */
function checkRights(packet: ConnectPacket, accepted: Accepted): void {
  const { will } = packet;
  if (
    will !== undefined &&
    (isReservedTopic(will.topic) || !accepted.permissions.mayPublish(will.topic, will.qos, will.retain))
  ) {
    throw new Refused(ReasonCode.NOT_AUTHORIZED, "the client may not publish to its Will Topic");
  }
}

/**
 * A client that comes again and again, or two that take one session from each other all the time: whoever is there stays,
 * and nobody else comes in for a while. Counted for the user too: nobody gets another user's client banned. Before 5.0 the
 * return code is 5, not authorized, since 3, server unavailable, asks clients to try again.
 */
function checkReconnects(reconnects: Strikes, clientId: string, identity: Identity): void {
  // No string of MQTT has a NUL.
  const who = `${clientId}\0${identity}`;
  const bannedFor = reconnects.bannedFor(who);
  if (bannedFor > 0) {
    const seconds = Math.ceil(bannedFor / 1000);
    throw new Refused(ReasonCode.BANNED, `the client id connects too often; it may come back in ${seconds} s`);
  }
  reconnects.add(who);
}

/** The session of the client [MQTT-3.1.2-4] [MQTT-3.1.2-5]; whoever is connected with its id is sent away first [MQTT-3.1.4-3]. */
function openSession(
  client: ClientConnection,
  packet: ConnectPacket,
  clientId: string,
  accepted: Accepted,
): { session: Session; isPresent: boolean } {
  const { sessions } = client.core;
  const known = sessions.get(clientId);
  if (known !== undefined && known.identity !== accepted.identity) {
    throw new Refused(ReasonCode.NOT_AUTHORIZED, "the client id belongs to another user");
  }
  known?.connection?.close(ReasonCode.SESSION_TAKEN_OVER, "another connection took over the session");
  // Sending the other one away may have ended its session.
  const session = sessions.get(clientId);
  if (session !== undefined && !packet.cleanStart) {
    sessions.resumed(session);
    return { session, isPresent: true };
  }
  if (session !== undefined) {
    sessions.end(session);
  }
  return { session: sessions.create(clientId, accepted.identity), isPresent: false };
}

/** Seconds that the session may outlive its connection; Infinity for ever. */
function expiryIntervalFor(packet: ConnectPacket, maximum: number): number {
  return Math.min(askedExpiryInterval(packet), maximum);
}

function askedExpiryInterval(packet: ConnectPacket): number {
  const interval = packet.properties.sessionExpiryInterval ?? 0;
  return interval === NEVER ? Number.POSITIVE_INFINITY : interval;
}

function keepAliveFor(asked: number, maximum: number): number {
  return maximum !== Number.POSITIVE_INFINITY && (asked === 0 || asked > maximum) ? maximum : asked;
}

/** Limits are told only where they differ from what the standard assumes (3.2.2.3). */
function connackProperties(
  client: ClientConnection,
  packet: ConnectPacket,
  expiryInterval: number,
  clientId: string,
  keepAlive: number,
): ConnackProperties {
  const { policy } = client;
  return {
    ...(expiryInterval === askedExpiryInterval(packet) ? {} : { sessionExpiryInterval: expiryInterval }),
    receiveMaximum: policy.receiveMaximum,
    ...(policy.maximumQoS < 2 ? { maximumQoS: policy.maximumQoS as 0 | 1 } : {}),
    ...(policy.maximumPacketSize < MAXIMUM_PACKET_SIZE ? { maximumPacketSize: policy.maximumPacketSize } : {}),
    ...(packet.clientId === clientId ? {} : { assignedClientIdentifier: clientId }),
    topicAliasMaximum: policy.topicAliasMaximum,
    ...(keepAlive === packet.keepAlive ? {} : { serverKeepAlive: keepAlive }),
  };
}
