import fc from "fast-check";
import {
  type AckProperties,
  type AuthPacket,
  type ConnackPacket,
  type ConnectPacket,
  type DisconnectPacket,
  type DisconnectProperties,
  type Packet,
  PacketType,
  PINGREQ,
  PINGRESP,
  type ProtocolVersion,
  type PublishPacket,
  type QoS,
  type ReasonCode,
  type SubackPacket,
  type SubscribePacket,
  type Subscription,
  type UnsubackPacket,
  type UnsubscribePacket,
  type Will,
} from "../../src/codec/index.ts";

/** Who sends the packet: each side has packets, reason codes and properties of its own. */
export type Sender = "client" | "server";

const uint16 = fc.integer({ min: 0, max: 65_535 });
const positiveUint16 = fc.integer({ min: 1, max: 65_535 });
const uint32 = fc.oneof(fc.integer({ min: 0, max: 0xffff_ffff }), fc.constantFrom(0, 1, 0x7fff_ffff, 0xffff_ffff));
const bit = fc.constantFrom(0 as const, 1 as const);
const flag = fc.boolean();
const qos = fc.constantFrom<QoS>(0, 1, 2);

/** Any characters that UTF-8 can carry; U+0000, which MQTT forbids, becomes what careless decoders lose: U+FEFF. */
const text = fc.string({ unit: "binary", maxLength: 12 }).map((string) => string.replaceAll("\0", "\ufeff"));
const longText = fc.integer({ min: 120, max: 400 }).map((length) => "long ".repeat(length / 5));
const anyText = fc.oneof({ weight: 9, arbitrary: text }, { weight: 1, arbitrary: longText });
const bytes = fc.uint8Array({ maxLength: 20 }).map((array) => Buffer.from(array));
const payload = fc.oneof(
  { weight: 8, arbitrary: bytes },
  { weight: 1, arbitrary: fc.integer({ min: 100, max: 20_000 }).map((length) => Buffer.alloc(length, "payload")) },
);

/** At least one character, no wildcards: [MQTT-4.7.0-1], [MQTT-4.7.3-1]. */
const arbitraryTopic: fc.Arbitrary<string> = anyText.map(
  (string) => string.replaceAll("#", "/").replaceAll("+", "$") || "/",
);

/** Levels with `+` for whole levels and `#` as the last one: [MQTT-4.7.1-1], [MQTT-4.7.1-2]. */
const arbitraryFilter: fc.Arbitrary<string> = fc
  .tuple(fc.array(fc.oneof(arbitraryTopic, fc.constant("+")), { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([levels, open]) => (open ? [...levels, "#"] : levels).join("/"));

const userProperties = fc.array(fc.tuple(anyText, text), { minLength: 1, maxLength: 4 });

function optional<T extends object>(keys: { [Key in keyof T]: fc.Arbitrary<T[Key]> }): fc.Arbitrary<Partial<T>> {
  return fc.record(keys, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
}

function reasonCodes(...codes: readonly number[]): fc.Arbitrary<ReasonCode> {
  return fc.constantFrom(...(codes as ReasonCode[]));
}

const messageProperties = {
  payloadFormatIndicator: bit,
  messageExpiryInterval: uint32,
  contentType: anyText,
  responseTopic: arbitraryTopic,
  correlationData: bytes,
  userProperties,
};

/** Authentication Data needs a method beside it (3.1.2.11.10). */
const authentication = fc.option(fc.record({ method: anyText, data: fc.option(bytes) })).map((exchange) => ({
  ...(exchange === null ? {} : { authenticationMethod: exchange.method }),
  ...(exchange?.data ? { authenticationData: exchange.data } : {}),
}));

function withAuthentication<T extends object>(properties: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.tuple(properties, authentication).map(([rest, exchange]) => ({ ...rest, ...exchange }));
}

const connectProperties = withAuthentication(
  optional({
    sessionExpiryInterval: uint32,
    receiveMaximum: positiveUint16,
    maximumPacketSize: uint32.map((size) => size || 1),
    topicAliasMaximum: uint16,
    requestResponseInformation: flag,
    requestProblemInformation: flag,
    userProperties,
  }),
);

function arbitraryWill(version: ProtocolVersion): fc.Arbitrary<Will> {
  return fc.record({
    topic: arbitraryTopic,
    payload: bytes,
    qos,
    retain: flag,
    properties: version === 5 ? optional({ ...messageProperties, willDelayInterval: uint32 }) : fc.constant({}),
  });
}

/** Before 5.0 a password needs a user name, and a session either ends with its connection or never. */
export function arbitraryConnect(version: ProtocolVersion): fc.Arbitrary<ConnectPacket> {
  return fc
    .record({
      bridge: version === 5 ? fc.constant(false) : flag,
      cleanStart: flag,
      keepAlive: uint16,
      clientId: anyText,
      will: fc.option(arbitraryWill(version), { nil: undefined }),
      userName: fc.option(anyText, { nil: undefined }),
      password: fc.option(bytes, { nil: undefined }),
      properties: connectProperties,
    })
    .map((fields) => {
      const packet = { type: PacketType.CONNECT, protocolVersion: version, ...fields };
      if (version === 5) return packet;
      return {
        ...packet,
        clientId: fields.clientId || "c",
        password: fields.userName === undefined ? undefined : fields.password,
        properties: fields.cleanStart ? {} : { sessionExpiryInterval: 0xffff_ffff },
      };
    });
}

const connackProperties = withAuthentication(
  optional({
    sessionExpiryInterval: uint32,
    receiveMaximum: positiveUint16,
    maximumQoS: bit,
    retainAvailable: flag,
    maximumPacketSize: uint32.map((size) => size || 1),
    assignedClientIdentifier: anyText,
    topicAliasMaximum: uint16,
    reasonString: anyText,
    userProperties,
    wildcardSubscriptionAvailable: flag,
    subscriptionIdentifierAvailable: flag,
    sharedSubscriptionAvailable: flag,
    serverKeepAlive: uint16,
    responseInformation: anyText,
    serverReference: anyText,
  }),
);

const CONNECT_RESULTS = [
  0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8c, 0x90, 0x95, 0x97, 0x99, 0x9a, 0x9b,
  0x9c, 0x9d, 0x9f,
];

/** Session Present goes with success only, [MQTT-3.2.2-6]; 3.1 does not have it. */
function arbitraryConnack(version: ProtocolVersion): fc.Arbitrary<ConnackPacket> {
  return fc
    .record({
      sessionPresent: version === 3 ? fc.constant(false) : flag,
      reasonCode: version === 5 ? reasonCodes(...CONNECT_RESULTS) : reasonCodes(0x00, 0x84, 0x85, 0x88, 0x86, 0x87),
      properties: version === 5 ? connackProperties : fc.constant({}),
    })
    .map((fields) => ({
      type: PacketType.CONNACK,
      ...fields,
      sessionPresent: fields.sessionPresent && fields.reasonCode === 0,
    }));
}

export function arbitraryPublish(version: ProtocolVersion, sender: Sender): fc.Arbitrary<PublishPacket> {
  const identifiers = fc.array(fc.integer({ min: 1, max: 268_435_455 }), { minLength: 1, maxLength: 4 });
  const properties = optional({
    ...messageProperties,
    topicAlias: positiveUint16,
    ...(sender === "server" ? { subscriptionIdentifiers: identifiers } : {}),
  });
  return fc
    .record({
      dup: flag,
      qos,
      retain: flag,
      topic: arbitraryTopic,
      aliasOnly: flag,
      packetId: positiveUint16,
      properties: version === 5 ? properties : fc.constant<PublishPacket["properties"]>({}),
      payload,
    })
    .map(({ aliasOnly, ...fields }) => ({
      type: PacketType.PUBLISH,
      ...fields,
      dup: fields.dup && fields.qos > 0,
      topic: aliasOnly && "topicAlias" in fields.properties ? "" : fields.topic,
      packetId: fields.qos > 0 ? fields.packetId : undefined,
    }));
}

type AckPacket = Extract<Packet, { type: 4 | 5 | 6 | 7 }>;

function arbitraryAck(type: AckPacket["type"], version: ProtocolVersion, sender: Sender): fc.Arbitrary<AckPacket> {
  const released = type === PacketType.PUBREL || type === PacketType.PUBCOMP;
  const published = [0x00, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99, ...(sender === "server" ? [0x10] : [])];
  return fc
    .record({
      packetId: positiveUint16,
      reasonCode: version === 5 ? reasonCodes(...(released ? [0x00, 0x92] : published)) : reasonCodes(0x00),
      properties:
        version === 5
          ? optional<AckProperties>({ reasonString: anyText, userProperties })
          : fc.constant<AckProperties>({}),
    })
    .map((fields) => ({ type, ...fields }));
}

function arbitrarySubscribe(version: ProtocolVersion): fc.Arbitrary<SubscribePacket> {
  const subscription: fc.Arbitrary<Subscription> = fc.record({
    filter: arbitraryFilter,
    qos,
    noLocal: version === 5 ? flag : fc.constant(false),
    retainAsPublished: version === 5 ? flag : fc.constant(false),
    retainHandling: version === 5 ? fc.constantFrom(0 as const, 1 as const, 2 as const) : fc.constant(0 as const),
  });
  return fc
    .record({
      packetId: positiveUint16,
      properties:
        version === 5
          ? optional({ subscriptionIdentifier: fc.integer({ min: 1, max: 268_435_455 }), userProperties })
          : fc.constant({}),
      subscriptions: fc.array(subscription, { minLength: 1, maxLength: 5 }),
    })
    .map((fields) => ({ type: PacketType.SUBSCRIBE, ...fields }));
}

const ackProperties = optional({ reasonString: anyText, userProperties });

function arbitrarySuback(version: ProtocolVersion): fc.Arbitrary<SubackPacket> {
  const codes =
    version === 5
      ? reasonCodes(0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2)
      : version === 4
        ? reasonCodes(0x00, 0x01, 0x02, 0x80)
        : reasonCodes(0x00, 0x01, 0x02);
  return fc
    .record({
      packetId: positiveUint16,
      properties: version === 5 ? ackProperties : fc.constant({}),
      reasonCodes: fc.array(codes, { minLength: 1, maxLength: 5 }),
    })
    .map((fields) => ({ type: PacketType.SUBACK, ...fields }));
}

function arbitraryUnsubscribe(version: ProtocolVersion): fc.Arbitrary<UnsubscribePacket> {
  return fc
    .record({
      packetId: positiveUint16,
      properties: version === 5 ? optional({ userProperties }) : fc.constant({}),
      filters: fc.array(arbitraryFilter, { minLength: 1, maxLength: 5 }),
    })
    .map((fields) => ({ type: PacketType.UNSUBSCRIBE, ...fields }));
}

function arbitraryUnsuback(version: ProtocolVersion): fc.Arbitrary<UnsubackPacket> {
  const codes = reasonCodes(0x00, 0x11, 0x80, 0x83, 0x87, 0x8f, 0x91);
  return fc
    .record({
      packetId: positiveUint16,
      properties: version === 5 ? ackProperties : fc.constant({}),
      reasonCodes: version === 5 ? fc.array(codes, { minLength: 1, maxLength: 5 }) : fc.constant([]),
    })
    .map((fields) => ({ type: PacketType.UNSUBACK, ...fields }));
}

const DISCONNECTED_BY_BOTH = [0x00, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99];
const DISCONNECTED_BY_SERVER = [
  0x87, 0x89, 0x8b, 0x8d, 0x8e, 0x8f, 0x9a, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xa1, 0xa2,
];

function arbitraryDisconnect(version: ProtocolVersion, sender: Sender): fc.Arbitrary<DisconnectPacket> {
  if (version !== 5) return fc.constant({ type: PacketType.DISCONNECT, reasonCode: 0x00, properties: {} });
  const common = { reasonString: anyText, userProperties };
  const properties: fc.Arbitrary<DisconnectProperties> =
    sender === "server"
      ? optional({ ...common, serverReference: anyText })
      : optional({ ...common, sessionExpiryInterval: uint32 });
  const codes = [...DISCONNECTED_BY_BOTH, ...(sender === "server" ? DISCONNECTED_BY_SERVER : [0x04])];
  return fc
    .record({ reasonCode: reasonCodes(...codes), properties })
    .map((fields) => ({ type: PacketType.DISCONNECT, ...fields }));
}

function arbitraryAuth(sender: Sender): fc.Arbitrary<AuthPacket> {
  return fc
    .record({
      reasonCode: reasonCodes(0x18, sender === "server" ? 0x00 : 0x19),
      method: anyText,
      rest: optional({ authenticationData: bytes, reasonString: anyText, userProperties }),
    })
    .map(({ reasonCode, method, rest }) => ({
      type: PacketType.AUTH,
      reasonCode,
      properties: { authenticationMethod: method, ...rest },
    }));
}

/** For each packet that this side may send in this version: any packet that the standard allows. */
export function arbitraryPackets(version: ProtocolVersion, sender: Sender): Map<string, fc.Arbitrary<Packet>> {
  const both: [string, fc.Arbitrary<Packet>][] = [
    ["PUBLISH", arbitraryPublish(version, sender)],
    ["PUBACK", arbitraryAck(PacketType.PUBACK, version, sender)],
    ["PUBREC", arbitraryAck(PacketType.PUBREC, version, sender)],
    ["PUBREL", arbitraryAck(PacketType.PUBREL, version, sender)],
    ["PUBCOMP", arbitraryAck(PacketType.PUBCOMP, version, sender)],
  ];
  const clients: [string, fc.Arbitrary<Packet>][] = [
    ["CONNECT", arbitraryConnect(version)],
    ["SUBSCRIBE", arbitrarySubscribe(version)],
    ["UNSUBSCRIBE", arbitraryUnsubscribe(version)],
    ["PINGREQ", fc.constant(PINGREQ)],
  ];
  const servers: [string, fc.Arbitrary<Packet>][] = [
    ["CONNACK", arbitraryConnack(version)],
    ["SUBACK", arbitrarySuback(version)],
    ["UNSUBACK", arbitraryUnsuback(version)],
    ["PINGRESP", fc.constant(PINGRESP)],
  ];
  const newer: [string, fc.Arbitrary<Packet>][] = [
    ["DISCONNECT", arbitraryDisconnect(version, sender)],
    ["AUTH", arbitraryAuth(sender)],
  ];
  const older = sender === "client" ? newer.slice(0, 1) : [];
  return new Map([...both, ...(sender === "client" ? clients : servers), ...(version === 5 ? newer : older)]);
}
