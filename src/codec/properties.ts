import { violation } from "./errors.ts";
import type { PacketName, PacketType } from "./packet.ts";
import type { PacketReader } from "./packet-reader.ts";
import type { PacketWriter } from "./packet-writer.ts";
import { ReasonCode } from "./reason-code.ts";
import { hasWildcard } from "./topic-characters.ts";

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
 * Table 2-4, the one place that knows the properties: types, decoding, encoding and checks follow from it.
 * The Subscription Identifier is here twice, because PUBLISH may repeat it and SUBSCRIBE may not.
 */
const PROPERTIES = {
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
  subscriptionIdentifiers: { id: 0x0b, type: "varint", carriers: ["PUBLISH"], repeatable: true, zero: PROTOCOL_ERROR },
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
} as const satisfies Readonly<Record<string, PropertyDefinition>>;

type Table = typeof PROPERTIES;
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

const BY_KEY = new Map<string, Property>();
const BY_CARRIER = Object.fromEntries(EVERYWHERE.map((carrier) => [carrier, []])) as unknown as Readonly<
  Record<Carrier, (Property | undefined)[]>
>;
const KNOWN_IDS = new Set<number>();

for (const [index, [key, definition]] of Object.entries<PropertyDefinition>(PROPERTIES).entries()) {
  const property: Property = { ...definition, key: key as PropertyKey, bit: 1 << index };
  BY_KEY.set(key, property);
  KNOWN_IDS.add(property.id);
  for (const carrier of property.carriers) BY_CARRIER[carrier][property.id] = property;
}

/** The property that this identifier means in a PUBLISH, a CONNECT, …; undefined where it may not be there. */
export function propertyOf(carrier: Carrier, id: number): Property | undefined {
  return BY_CARRIER[carrier][id];
}

/** Why an identifier is not accepted, for people: [MQTT-2.2.2-2] and section 2.2.2.2. */
export function misplaced(id: number): string {
  const hex = `0x${id.toString(16).toUpperCase().padStart(2, "0")}`;
  return KNOWN_IDS.has(id) ? `property ${hex}, which it cannot carry` : `unknown property ${hex}`;
}

type MutableProperties = Partial<Record<PropertyKey, unknown>>;

/** Reads the length of the properties and the properties. */
export function decodeProperties<C extends Carrier>(reader: PacketReader, carrier: C): PropertiesOf<C> {
  const length = reader.varint();
  if (length === 0) return NO_PROPERTIES as PropertiesOf<C>;
  const outerEnd = reader.enter(length);
  const properties = readProperties(reader, carrier);
  reader.leave(outerEnd);
  return properties;
}

/** Reads properties up to the end of the reader. */
export function readProperties<C extends Carrier>(reader: PacketReader, carrier: C): PropertiesOf<C> {
  if (reader.remaining === 0) return NO_PROPERTIES as PropertiesOf<C>;
  const properties: MutableProperties = {};
  let seen = 0;
  while (reader.remaining > 0) {
    const id = reader.varint();
    const property = propertyOf(carrier, id);
    if (property === undefined) throw reader.malformed(misplaced(id));
    if ((seen & property.bit) !== 0 && !property.repeatable) throw reader.violation(`${property.key} twice`);
    seen |= property.bit;
    const value = readValue(reader, property);
    const values = properties[property.key];
    if (!property.repeatable) properties[property.key] = value;
    else if (values === undefined) properties[property.key] = [value];
    else (values as unknown[]).push(value);
  }
  return properties as PropertiesOf<C>;
}

function readValue(reader: PacketReader, property: Property): unknown {
  switch (property.type) {
    case "flag":
      return scanValue(reader, property) === 1;
    case "utf8": {
      const text = reader.utf8();
      if (property.topic) checkResponseTopic(reader.type, property, text);
      return text;
    }
    case "binary":
      return reader.binary();
    case "pair":
      return [reader.utf8(), reader.utf8()];
    default:
      return scanValue(reader, property);
  }
}

/** Checks a value where it lies and passes over it, without making anything of it. Answers the value if it is a number. */
export function scanValue(reader: PacketReader, property: Property): number {
  switch (property.type) {
    case "bit":
    case "flag":
      return checkBit(reader.type, property, reader.uint8());
    case "uint16":
      return checkZero(reader.type, property, reader.uint16());
    case "uint32":
      return checkZero(reader.type, property, reader.uint32());
    case "varint":
      return checkZero(reader.type, property, reader.varint());
    case "utf8": {
      const from = reader.skipUtf8();
      // Wildcards are ASCII, so the cheapest way to a string will do.
      if (property.topic)
        checkResponseTopic(reader.type, property, reader.bytes.toString("latin1", from, reader.position));
      return 0;
    }
    case "binary":
      reader.skipBinary();
      return 0;
    case "pair":
      reader.skipUtf8();
      reader.skipUtf8();
      return 0;
    default:
      return property.type satisfies never;
  }
}

/** Writes the length of the properties and the properties, in the order in which they are listed. */
export function encodeProperties<C extends Carrier>(
  writer: PacketWriter,
  carrier: C,
  properties: PropertiesOf<C>,
): void {
  const length = writer.openLength();
  for (const key in properties) {
    const value: unknown = (properties as Readonly<Record<string, unknown>>)[key];
    if (value === undefined) continue;
    const property = BY_KEY.get(key);
    if (property === undefined || propertyOf(carrier, property.id) !== property) {
      throw writer.violation(`property ${key}, which it cannot carry`);
    }
    if (property.repeatable) {
      for (const item of value as readonly unknown[]) writeProperty(writer, property, item);
    } else {
      writeProperty(writer, property, value);
    }
  }
  writer.closeLength(length);
}

function writeProperty(writer: PacketWriter, property: Property, value: unknown): void {
  writer.uint8(property.id);
  switch (property.type) {
    case "bit":
      writer.uint8(checkBit(writer.type, property, value as number));
      break;
    case "flag":
      writer.uint8(checkBit(writer.type, property, Number(value)));
      break;
    case "uint16":
      writer.uint16(checkZero(writer.type, property, value as number), property.key);
      break;
    case "uint32":
      writer.uint32(checkZero(writer.type, property, value as number), property.key);
      break;
    case "varint":
      writer.varint(checkZero(writer.type, property, value as number), property.key);
      break;
    case "utf8":
      if (property.topic) checkResponseTopic(writer.type, property, value as string);
      writer.utf8(value as string);
      break;
    case "binary":
      writer.binary(value as Uint8Array);
      break;
    case "pair": {
      const [name, text] = value as readonly [string, string];
      writer.utf8(name);
      writer.utf8(text);
      break;
    }
    default:
      property.type satisfies never;
  }
}

// What reading and writing check alike:

function checkBit(type: PacketType, property: Property, value: number): number {
  if (value !== 0 && value !== 1) throw violation(type, `${property.key} ${value}, which is neither 0 nor 1`);
  return value;
}

function checkZero(type: PacketType, property: Property, value: number): number {
  if (value === 0 && property.zero !== undefined) throw violation(type, `${property.key} 0`, property.zero);
  return value;
}

/** [MQTT-3.3.2-14] */
function checkResponseTopic(type: PacketType, property: Property, topic: string): void {
  if (topic === "" || hasWildcard(topic)) throw violation(type, `${property.key} that is empty or has wildcards`);
}

/** Section 3.1.2.11.10: data without a method means nothing. */
export function checkAuthentication(type: PacketType, properties: Omit<AuthProperties, "reasonString">): void {
  if (properties.authenticationData !== undefined && properties.authenticationMethod === undefined) {
    throw violation(type, "authentication data without a method");
  }
}
