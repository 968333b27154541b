import { type Packet, type ProtocolVersion, ReasonCode } from "../../../src/codec/index.ts";
import {
  auth,
  connack,
  connect,
  disconnect,
  puback,
  publish,
  suback,
  subscribe,
  subscription,
  unsuback,
  unsubscribe,
  will,
} from "./packets.ts";

/** A packet whose types are right and whose values have no bytes. */
export interface UnencodableCase {
  readonly name: string;
  readonly version: ProtocolVersion;
  readonly packet: Packet;
}

const TOO_LONG = "a".repeat(65_536);
const TOO_LONG_IN_UTF8 = "ä".repeat(32_768);
const TOO_MANY_BYTES = Buffer.alloc(65_536);

// biome-ignore lint/suspicious/noExplicitAny: the values are wrong on purpose
function wrong(value: unknown): any {
  return value;
}

function each(versions: readonly ProtocolVersion[], name: string, packet: Packet): UnencodableCase[] {
  return versions.map((version) => ({ name: `${name} (version ${version})`, version, packet }));
}

const notUint16 = [-1, 65_536, 70_000, 1.5, Number.NaN];
const notPacketIds = [0, ...notUint16];
const notTexts = [
  ["65,536 bytes", TOO_LONG],
  ["32,768 characters of two bytes", TOO_LONG_IN_UTF8],
  ["a high surrogate alone", "a\ud800"],
  ["a low surrogate alone", "\udc00a"],
  ["surrogates in the wrong order", "\udc00\ud800"],
  ["U+0000", "a\u0000b"],
] as const;

/** MP-32 and MP-33: what the encoder refuses locally instead of sending other bits. */
export const unencodableCases: readonly UnencodableCase[] = [
  ...[3, 4, -1, 0.5].flatMap((qos) => [
    ...each([4, 5], `MP-33 PUBLISH: QoS ${qos}`, publish({ qos: wrong(qos), packetId: 1 })),
    ...each([5], `MP-33 CONNECT: will QoS ${qos}`, connect({ will: will({ qos: wrong(qos) }) })),
    ...each([4], `MP-33 CONNECT: will QoS ${qos}`, connect({ protocolVersion: 4, will: will({ qos: wrong(qos) }) })),
    ...each([4, 5], `MP-33 SUBSCRIBE: QoS ${qos}`, subscribe({ subscriptions: [subscription({ qos: wrong(qos) })] })),
  ]),
  ...[3, 4, -1].flatMap((retainHandling) =>
    each([5], `MP-33 SUBSCRIBE: Retain Handling ${retainHandling}`, {
      ...subscribe({ subscriptions: [subscription({ retainHandling: wrong(retainHandling) })] }),
    }),
  ),
  ...notPacketIds.flatMap((packetId) => [
    ...each([4, 5], `MP-33 PUBLISH: packet identifier ${packetId}`, publish({ qos: 1, packetId })),
    ...each([4, 5], `MP-33 PUBACK: packet identifier ${packetId}`, puback({ packetId })),
    ...each([4, 5], `MP-33 SUBSCRIBE: packet identifier ${packetId}`, subscribe({ packetId })),
    ...each([4, 5], `MP-33 SUBACK: packet identifier ${packetId}`, suback({ packetId })),
    ...each([4, 5], `MP-33 UNSUBSCRIBE: packet identifier ${packetId}`, unsubscribe({ packetId })),
    ...each([4, 5], `MP-33 UNSUBACK: packet identifier ${packetId}`, unsuback({ packetId })),
  ]),
  ...each([4, 5], "MP-33 PUBLISH: QoS 1 without a packet identifier", publish({ qos: 1 })),
  ...notUint16.flatMap((value) => [
    ...each([5], `MP-33 CONNECT: keep alive ${value}`, connect({ keepAlive: value })),
    ...each([4], `MP-33 CONNECT: keep alive ${value}`, connect({ protocolVersion: 4, keepAlive: value })),
    ...each([5], `MP-33 CONNECT: topic alias maximum ${value}`, connect({ properties: { topicAliasMaximum: value } })),
  ]),
  ...[0, ...notUint16].flatMap((value) => [
    ...each([5], `MP-33 CONNECT: receive maximum ${value}`, connect({ properties: { receiveMaximum: value } })),
    ...each([5], `MP-33 PUBLISH: topic alias ${value}`, publish({ properties: { topicAlias: value } })),
  ]),
  ...[-1, 0x1_0000_0000, 1.5, Number.NaN].flatMap((value) => [
    ...each([5], `MP-33 CONNECT: session expiry interval ${value}`, {
      ...connect({ properties: { sessionExpiryInterval: value } }),
    }),
    ...each([5], `MP-33 PUBLISH: message expiry interval ${value}`, {
      ...publish({ properties: { messageExpiryInterval: value } }),
    }),
  ]),
  ...each([5], "MP-33 CONNECT: maximum packet size 0", connect({ properties: { maximumPacketSize: 0 } })),
  ...[0, 268_435_456, -1, 1.5].flatMap((value) => [
    ...each([5], `MP-33 SUBSCRIBE: subscription identifier ${value}`, {
      ...subscribe({ properties: { subscriptionIdentifier: value } }),
    }),
    ...each([5], `MP-33 PUBLISH: subscription identifier ${value}`, {
      ...publish({ properties: { subscriptionIdentifiers: [1, value] } }),
    }),
  ]),
  ...each(
    [5],
    "MP-33 PUBLISH: payload format indicator 2",
    publish({ properties: { payloadFormatIndicator: wrong(2) } }),
  ),
  ...each([5], "MP-33 CONNACK: maximum QoS 2", connack({ properties: { maximumQoS: wrong(2) } })),
  ...each([5], "MP-33 CONNACK: reason code 256", connack({ reasonCode: wrong(256) })),
  ...each([5], "MP-33 PUBACK: reason code 256", puback({ reasonCode: wrong(256) })),
  ...each([5], "MP-33 SUBACK: reason code 256", suback({ reasonCodes: [0, wrong(256)] })),
  ...each([5], "MP-33 DISCONNECT: reason code -1", disconnect({ reasonCode: wrong(-1) })),
  ...each([4, 5], "SUBSCRIBE: no filter", subscribe({ subscriptions: [] })),
  ...each([4, 5], "UNSUBSCRIBE: no filter", unsubscribe({ filters: [] })),
  ...each([4, 5], "SUBACK: no reason code", suback({ reasonCodes: [] })),
  ...each([5], "UNSUBACK: no reason code", unsuback({ reasonCodes: [] })),
  ...each([3, 4], "AUTH: unknown before 5.0", auth()),
  ...each([4], "PUBLISH: empty topic", publish({ topic: "" })),
  ...each([5], "PUBLISH: empty topic without an alias", publish({ topic: "" })),
  ...notTexts.flatMap(([what, text]) => [
    ...each([4, 5], `MP-32 PUBLISH: topic of ${what}`, publish({ topic: text })),
    ...each([5], `MP-32 PUBLISH: user property of ${what}`, publish({ properties: { userProperties: [["k", text]] } })),
    ...each([5], `MP-32 PUBLISH: content type of ${what}`, publish({ properties: { contentType: text } })),
    ...each([5], `MP-32 CONNECT: client identifier of ${what}`, connect({ clientId: text })),
    ...each([4], `MP-32 CONNECT: client identifier of ${what}`, connect({ protocolVersion: 4, clientId: text })),
    ...each([5], `MP-32 CONNECT: user name of ${what}`, connect({ userName: text })),
    ...each([5], `MP-32 CONNECT: will topic of ${what}`, connect({ will: will({ topic: text }) })),
    ...each(
      [4, 5],
      `MP-32 SUBSCRIBE: filter of ${what}`,
      subscribe({ subscriptions: [subscription({ filter: text })] }),
    ),
    ...each([4, 5], `MP-32 UNSUBSCRIBE: filter of ${what}`, unsubscribe({ filters: ["a", text] })),
    ...each([5], `MP-32 DISCONNECT: reason string of ${what}`, disconnect({ properties: { reasonString: text } })),
  ]),
  ...each([4], "MP-32 CONNECT: password of 65,536 bytes", {
    ...connect({ protocolVersion: 4, userName: "u", password: TOO_MANY_BYTES }),
  }),
  ...each([5], "MP-32 CONNECT: password of 65,536 bytes", connect({ password: TOO_MANY_BYTES })),
  ...each([5], "MP-32 CONNECT: will payload of 65,536 bytes", connect({ will: will({ payload: TOO_MANY_BYTES }) })),
  ...each([5], "MP-32 PUBLISH: correlation data of 65,536 bytes", {
    ...publish({ properties: { correlationData: TOO_MANY_BYTES } }),
  }),
  ...each([5], "MP-32 AUTH: authentication data of 65,536 bytes", {
    ...auth({
      reasonCode: ReasonCode.CONTINUE_AUTHENTICATION,
      properties: { authenticationMethod: "m", authenticationData: TOO_MANY_BYTES },
    }),
  }),
];
