import type { PacketName } from "./packet.ts";
import { ReasonCode } from "./reason-code.ts";

/** Who can carry properties: a packet, or the will inside a CONNECT, which has a set of its own. */
export type Carrier = Exclude<PacketName, "PINGREQ" | "PINGRESP"> | "WILL";

/** The data types of section 2.2.2.2; bytes that may only be 0 or 1 are a `bit` (a number) or a `flag` (true or false). */
interface ValueByType {
  readonly bit: 0 | 1;
  readonly flag: boolean;
  readonly uint16: number;
  readonly uint32: number;
  readonly varint: number;
  readonly utf8: string;
  readonly binary: Uint8Array;
  readonly pair: readonly [name: string, value: string];
}
export type PropertyType = keyof ValueByType;

export interface PropertyDefinition {
  readonly id: number;
  readonly type: PropertyType;
  readonly carriers: readonly Carrier[];
  /** May appear more than once: the value is a list. */
  readonly repeatable?: boolean;
  /** The value may not be 0; this is the answer if it is. */
  readonly zero?: ReasonCode;
  /** The value is a topic name: neither empty nor with wildcards. */
  readonly topic?: boolean;
}

const EVERYWHERE = [
  "CONNECT",
  "CONNACK",
  "PUBLISH",
  "WILL",
  "PUBACK",
  "PUBREC",
  "PUBREL",
  "PUBCOMP",
  "SUBSCRIBE",
  "SUBACK",
  "UNSUBSCRIBE",
  "UNSUBACK",
  "DISCONNECT",
  "AUTH",
] as const satisfies readonly Carrier[];

const { PROTOCOL_ERROR, TOPIC_ALIAS_INVALID } = ReasonCode;

/**
 * Table 2-4, the one place that knows the properties: types, decoding, encoding and checks follow from it. (A function,
 * so that it is made at the first property.)
 * The Subscription Identifier is here twice, because PUBLISH may repeat it and SUBSCRIBE may not.
 */
const propertyTable = () =>
  ({
    /** 1: the payload is UTF-8 text; 0: unspecified bytes. */
    payloadFormatIndicator: { id: 0x01, type: "bit", carriers: ["PUBLISH", "WILL"] },
    /** Lifetime of the message in seconds. */
    messageExpiryInterval: { id: 0x02, type: "uint32", carriers: ["PUBLISH", "WILL"] },
    /** What the payload is, in words of the application, often a MIME type. */
    contentType: { id: 0x03, type: "utf8", carriers: ["PUBLISH", "WILL"] },
    /** Makes the message a request: the topic for its response. */
    responseTopic: { id: 0x08, type: "utf8", carriers: ["PUBLISH", "WILL"], topic: true },
    /** Tells the requester which request a response belongs to. */
    correlationData: { id: 0x09, type: "binary", carriers: ["PUBLISH", "WILL"] },
    /** The identifiers of all subscriptions that caused this PUBLISH; servers only. */
    subscriptionIdentifiers: {
      id: 0x0b,
      type: "varint",
      carriers: ["PUBLISH"],
      repeatable: true,
      zero: PROTOCOL_ERROR,
    },
    /** A number that comes back with every message of the subscription: 1 to 268,435,455. */
    subscriptionIdentifier: { id: 0x0b, type: "varint", carriers: ["SUBSCRIBE"], zero: PROTOCOL_ERROR },
    /** Seconds that the session outlives its connection; 0xFFFFFFFF: for ever. Absent: 0. */
    sessionExpiryInterval: { id: 0x11, type: "uint32", carriers: ["CONNECT", "CONNACK", "DISCONNECT"] },
    /** The client identifier that the server chose. */
    assignedClientIdentifier: { id: 0x12, type: "utf8", carriers: ["CONNACK"] },
    /** Seconds; replaces the client's keep alive. */
    serverKeepAlive: { id: 0x13, type: "uint16", carriers: ["CONNACK"] },
    authenticationMethod: { id: 0x15, type: "utf8", carriers: ["CONNECT", "CONNACK", "AUTH"] },
    authenticationData: { id: 0x16, type: "binary", carriers: ["CONNECT", "CONNACK", "AUTH"] },
    /** Absent: true. */
    requestProblemInformation: { id: 0x17, type: "flag", carriers: ["CONNECT"] },
    /** Seconds between the end of the connection and the will. */
    willDelayInterval: { id: 0x18, type: "uint32", carriers: ["WILL"] },
    /** Absent: false. */
    requestResponseInformation: { id: 0x19, type: "flag", carriers: ["CONNECT"] },
    /** What the client may build response topics from. */
    responseInformation: { id: 0x1a, type: "utf8", carriers: ["CONNACK"] },
    /** Another server to use. */
    serverReference: { id: 0x1c, type: "utf8", carriers: ["CONNACK", "DISCONNECT"] },
    /** What happened, for people. */
    reasonString: {
      id: 0x1f,
      type: "utf8",
      carriers: ["CONNACK", "PUBACK", "PUBREC", "PUBREL", "PUBCOMP", "SUBACK", "UNSUBACK", "DISCONNECT", "AUTH"],
    },
    /** How many QoS 1 and 2 messages may be in flight towards the sender of this property. Absent: 65,535. */
    receiveMaximum: { id: 0x21, type: "uint16", carriers: ["CONNECT", "CONNACK"], zero: PROTOCOL_ERROR },
    /** The highest topic alias that the sender of this property accepts. Absent: 0. */
    topicAliasMaximum: { id: 0x22, type: "uint16", carriers: ["CONNECT", "CONNACK"] },
    topicAlias: { id: 0x23, type: "uint16", carriers: ["PUBLISH"], zero: TOPIC_ALIAS_INVALID },
    /** The highest QoS that clients may publish with. Absent: 2. */
    maximumQoS: { id: 0x24, type: "bit", carriers: ["CONNACK"] },
    /** Absent: true. */
    retainAvailable: { id: 0x25, type: "flag", carriers: ["CONNACK"] },
    /** Names and values of the application; names may repeat, the order is kept. */
    userProperties: { id: 0x26, type: "pair", carriers: EVERYWHERE, repeatable: true },
    /** Bytes of a whole packet that the sender of this property accepts. Absent: no limit. */
    maximumPacketSize: { id: 0x27, type: "uint32", carriers: ["CONNECT", "CONNACK"], zero: PROTOCOL_ERROR },
    /** Absent: true. */
    wildcardSubscriptionAvailable: { id: 0x28, type: "flag", carriers: ["CONNACK"] },
    /** Absent: true. */
    subscriptionIdentifierAvailable: { id: 0x29, type: "flag", carriers: ["CONNACK"] },
    /** Absent: true. */
    sharedSubscriptionAvailable: { id: 0x2a, type: "flag", carriers: ["CONNACK"] },
  }) as const satisfies Readonly<Record<string, PropertyDefinition>>;

type Table = ReturnType<typeof propertyTable>;
export type PropertyKey = keyof Table;
type ValueOf<D extends PropertyDefinition> = D extends { readonly repeatable: true }
  ? readonly ValueByType[D["type"]][]
  : ValueByType[D["type"]];

/** The properties that a packet may carry, all optional. */
export type PropertiesOf<C extends Carrier> = {
  readonly [Key in PropertyKey as C extends Table[Key]["carriers"][number] ? Key : never]?:
    | ValueOf<Table[Key]>
    | undefined;
};
export type ConnectProperties = PropertiesOf<"CONNECT">;
export type WillProperties = PropertiesOf<"WILL">;
export type ConnackProperties = PropertiesOf<"CONNACK">;
export type PublishProperties = PropertiesOf<"PUBLISH">;
/** PUBACK, PUBREC, PUBREL and PUBCOMP. */
export type AckProperties = PropertiesOf<"PUBACK">;
export type SubscribeProperties = PropertiesOf<"SUBSCRIBE">;
export type SubackProperties = PropertiesOf<"SUBACK">;
export type UnsubscribeProperties = PropertiesOf<"UNSUBSCRIBE">;
export type UnsubackProperties = PropertiesOf<"UNSUBACK">;
export type DisconnectProperties = PropertiesOf<"DISCONNECT">;
export type AuthProperties = PropertiesOf<"AUTH">;

/** The properties of a packet that has none, shared by all of them. */
export const NO_PROPERTIES: Readonly<Record<never, never>> = Object.freeze({});

/** Whether there is nothing to encode. */
export function isEmpty(properties: object): boolean {
  for (const key in properties) {
    if ((properties as Readonly<Record<string, unknown>>)[key] !== undefined) return false;
  }
  return true;
}

/** What decoding and encoding look up, derived from the table. */
export interface Property extends PropertyDefinition {
  readonly key: PropertyKey;
  /** Its place in the table as a bit, to notice duplicates. */
  readonly bit: number;
}

interface Index {
  readonly byKey: ReadonlyMap<string, Property>;
  readonly byCarrier: Readonly<Record<Carrier, readonly (Property | undefined)[]>>;
  readonly typesById: ReadonlyMap<number, PropertyType>;
}

/** Made at the first property: 0.2 ms that `mqtk pub` need not spend where nobody sends any. */
let index: Index | undefined;

function makeIndex(): Index {
  const byKey = new Map<string, Property>();
  const byCarrier = Object.fromEntries(EVERYWHERE.map((carrier) => [carrier, []])) as unknown as Readonly<
    Record<Carrier, (Property | undefined)[]>
  >;
  const typesById = new Map<number, PropertyType>();
  for (const [place, [key, definition]] of Object.entries<PropertyDefinition>(propertyTable()).entries()) {
    const property: Property = { ...definition, key: key as PropertyKey, bit: 1 << place };
    byKey.set(key, property);
    typesById.set(property.id, property.type);
    for (const carrier of property.carriers) byCarrier[carrier][property.id] = property;
  }
  return { byKey, byCarrier, typesById };
}

export function propertyNamed(key: string): Property | undefined {
  index ??= makeIndex();
  return index.byKey.get(key);
}

/** The property that this identifier means in a PUBLISH, a CONNECT, …; undefined where it may not be there. */
export function propertyOf(carrier: Carrier, id: number): Property | undefined {
  index ??= makeIndex();
  return index.byCarrier[carrier][id];
}

/** The type of the values behind this identifier, in whatever packet it stands; undefined: there is no such property. */
export function typeOfProperty(id: number): PropertyType | undefined {
  index ??= makeIndex();
  return index.typesById.get(id);
}

/** Why an identifier is not accepted, for people: [MQTT-2.2.2-2] and section 2.2.2.2. */
export function misplaced(id: number): string {
  const hex = `0x${id.toString(16).toUpperCase().padStart(2, "0")}`;
  index ??= makeIndex();
  return index.typesById.has(id) ? `property ${hex}, which it cannot carry` : `unknown property ${hex}`;
}
