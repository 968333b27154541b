import {
  type AuthPacket,
  type ConnackPacket,
  type ConnectPacket,
  type DisconnectPacket,
  PacketType,
  type PubackPacket,
  type PubcompPacket,
  type PublishPacket,
  type PubrecPacket,
  type PubrelPacket,
  ReasonCode,
  type SubackPacket,
  type SubscribePacket,
  type Subscription,
  type UnsubackPacket,
  type UnsubscribePacket,
  type Will,
} from "../../../src/codec/index.ts";

type Fields<P> = Partial<Omit<P, "type">>;

/** Packets as the wire cases expect them: name what matters, the rest is what the cases' frames usually carry. */
export function connect(fields: Fields<ConnectPacket> = {}): ConnectPacket {
  return {
    type: PacketType.CONNECT,
    protocolVersion: 5,
    bridge: false,
    cleanStart: true,
    keepAlive: 60,
    clientId: "c",
    will: undefined,
    userName: undefined,
    password: undefined,
    properties: {},
    ...fields,
  };
}

export function will(fields: Partial<Will> = {}): Will {
  return { topic: "w", payload: Buffer.from("m"), qos: 0, retain: false, properties: {}, ...fields };
}

export function connack(fields: Fields<ConnackPacket> = {}): ConnackPacket {
  return {
    type: PacketType.CONNACK,
    sessionPresent: false,
    reasonCode: ReasonCode.SUCCESS,
    properties: {},
    ...fields,
  };
}

export function publish(fields: Fields<PublishPacket> = {}): PublishPacket {
  return {
    type: PacketType.PUBLISH,
    dup: false,
    qos: 0,
    retain: false,
    topic: "a",
    packetId: undefined,
    properties: {},
    payload: Buffer.alloc(0),
    ...fields,
  };
}

const acknowledgement = { packetId: 10, reasonCode: ReasonCode.SUCCESS, properties: {} } as const;

export function puback(fields: Fields<PubackPacket> = {}): PubackPacket {
  return { type: PacketType.PUBACK, ...acknowledgement, ...fields };
}

export function pubrec(fields: Fields<PubrecPacket> = {}): PubrecPacket {
  return { type: PacketType.PUBREC, ...acknowledgement, ...fields };
}

export function pubrel(fields: Fields<PubrelPacket> = {}): PubrelPacket {
  return { type: PacketType.PUBREL, ...acknowledgement, ...fields };
}

export function pubcomp(fields: Fields<PubcompPacket> = {}): PubcompPacket {
  return { type: PacketType.PUBCOMP, ...acknowledgement, ...fields };
}

export function subscription(fields: Partial<Subscription> = {}): Subscription {
  return { filter: "a", qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0, ...fields };
}

export function subscribe(fields: Fields<SubscribePacket> = {}): SubscribePacket {
  return { type: PacketType.SUBSCRIBE, packetId: 10, properties: {}, subscriptions: [subscription()], ...fields };
}

export function suback(fields: Fields<SubackPacket> = {}): SubackPacket {
  return { type: PacketType.SUBACK, packetId: 10, properties: {}, reasonCodes: [ReasonCode.SUCCESS], ...fields };
}

export function unsubscribe(fields: Fields<UnsubscribePacket> = {}): UnsubscribePacket {
  return { type: PacketType.UNSUBSCRIBE, packetId: 10, properties: {}, filters: ["a"], ...fields };
}

export function unsuback(fields: Fields<UnsubackPacket> = {}): UnsubackPacket {
  return { type: PacketType.UNSUBACK, packetId: 10, properties: {}, reasonCodes: [ReasonCode.SUCCESS], ...fields };
}

export function disconnect(fields: Fields<DisconnectPacket> = {}): DisconnectPacket {
  return { type: PacketType.DISCONNECT, reasonCode: ReasonCode.SUCCESS, properties: {}, ...fields };
}

export function auth(fields: Fields<AuthPacket> = {}): AuthPacket {
  return {
    type: PacketType.AUTH,
    reasonCode: ReasonCode.CONTINUE_AUTHENTICATION,
    properties: { authenticationMethod: "SCRAM" },
    ...fields,
  };
}
