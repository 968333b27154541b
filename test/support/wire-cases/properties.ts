import { type Packet, ReasonCode } from "../../../src/codec/index.ts";
import { bytes, hex } from "./notation.ts";
import {
  auth,
  connack,
  connect,
  disconnect,
  puback,
  pubcomp,
  publish,
  pubrec,
  pubrel,
  suback,
  subscribe,
  unsuback,
  unsubscribe,
  will,
} from "./packets.ts";
import { accepts, type Role, refuses, type WireCase } from "./wire-case.ts";

const { MALFORMED_PACKET, PROTOCOL_ERROR, TOPIC_ALIAS_INVALID } = ReasonCode;

const BOTH: readonly Role[] = ["server", "client"];

/** A set of properties in a frame: around it everything is right. */
interface Place {
  readonly roles: readonly Role[];
  readonly opensConnection?: boolean;
  readonly frame: (properties: string) => string;
  // biome-ignore lint/suspicious/noExplicitAny: one table holds the properties of all packets
  readonly packet: (properties: any) => Packet;
}

const PLACES = {
  CONNECT: {
    roles: ["server"],
    opensConnection: true,
    frame: (properties) => `10 [ <"MQTT"> 05 02 00 3c [ ${properties} ] <"c"> ]`,
    packet: (properties) => connect({ properties }),
  },
  "Will Properties": {
    roles: ["server"],
    opensConnection: true,
    frame: (properties) => `10 [ <"MQTT"> 05 06 00 3c [] <"c"> [ ${properties} ] <"w"> <"m"> ]`,
    packet: (properties) => connect({ will: will({ properties }) }),
  },
  CONNACK: {
    roles: ["client"],
    frame: (properties) => `20 [ 00 00 [ ${properties} ] ]`,
    packet: (properties) => connack({ properties }),
  },
  PUBLISH: {
    roles: BOTH,
    frame: (properties) => `32 [ <"a"> 00 0a [ ${properties} ] "x" ]`,
    packet: (properties) => publish({ qos: 1, packetId: 10, properties, payload: Buffer.from("x") }),
  },
  PUBACK: {
    roles: BOTH,
    frame: (properties) => `40 [ 00 0a 00 [ ${properties} ] ]`,
    packet: (properties) => puback({ properties }),
  },
  PUBREC: {
    roles: BOTH,
    frame: (properties) => `50 [ 00 0a 00 [ ${properties} ] ]`,
    packet: (properties) => pubrec({ properties }),
  },
  PUBREL: {
    roles: BOTH,
    frame: (properties) => `62 [ 00 0a 00 [ ${properties} ] ]`,
    packet: (properties) => pubrel({ properties }),
  },
  PUBCOMP: {
    roles: BOTH,
    frame: (properties) => `70 [ 00 0a 00 [ ${properties} ] ]`,
    packet: (properties) => pubcomp({ properties }),
  },
  SUBSCRIBE: {
    roles: ["server"],
    frame: (properties) => `82 [ 00 0a [ ${properties} ] <"a"> 00 ]`,
    packet: (properties) => subscribe({ properties }),
  },
  SUBACK: {
    roles: ["client"],
    frame: (properties) => `90 [ 00 0a [ ${properties} ] 00 ]`,
    packet: (properties) => suback({ properties }),
  },
  UNSUBSCRIBE: {
    roles: ["server"],
    frame: (properties) => `a2 [ 00 0a [ ${properties} ] <"a"> ]`,
    packet: (properties) => unsubscribe({ properties }),
  },
  UNSUBACK: {
    roles: ["client"],
    frame: (properties) => `b0 [ 00 0a [ ${properties} ] 00 ]`,
    packet: (properties) => unsuback({ properties }),
  },
  DISCONNECT: {
    roles: BOTH,
    frame: (properties) => `e0 [ 00 [ ${properties} ] ]`,
    packet: (properties) => disconnect({ properties }),
  },
  AUTH: {
    roles: BOTH,
    frame: (properties) => `f0 [ 18 [ ${properties} ] ]`,
    packet: (properties) => auth({ properties }),
  },
} as const satisfies Record<string, Place>;

type PlaceName = keyof typeof PLACES;

interface Property {
  readonly name: string;
  readonly id: string;
  /** Its key in a decoded set of properties; another one where the packet may carry several. */
  readonly key: string;
  readonly keyIn?: Partial<Record<PlaceName, string>>;
  /** Values at the edges of what is allowed: bytes and meaning. */
  readonly values: readonly (readonly [notation: string, value: unknown])[];
  /** Values of the right length that are not allowed. */
  readonly wrongValues?: readonly (readonly [notation: string, error: ReasonCode])[];
  readonly places: readonly PlaceName[];
  /** Places where it may stand several times. */
  readonly repeats?: readonly PlaceName[];
  /** Places where only one side may send it: who receives it then. It is a Protocol Error for the other side. */
  readonly oneWay?: Partial<Record<PlaceName, Role>>;
  /** What has to stand before it in its place. */
  readonly needs?: Partial<Record<PlaceName, readonly [notation: string, properties: object]>>;
}

const TEXTS = [
  ["<>", ""],
  ['<"text">', "text"],
  ['<"Ä€😀">', "Ä€😀"],
  ["< 61*300 >", "a".repeat(300)],
  ["< 61*65535 >", "a".repeat(65_535)],
] as const;
const BINARIES = [
  ["<>", Buffer.alloc(0)],
  ["< 00 ff c3 28 ed a0 80 >", Buffer.from("00ffc328eda080", "hex")],
  ["< 00*65535 >", Buffer.alloc(65_535)],
] as const;
const UINT32 = [
  ["00 00 00 00", 0],
  ["00 00 00 01", 1],
  ["7f ff ff ff", 0x7fff_ffff],
  ["80 00 00 00", 0x8000_0000],
  ["ff ff ff ff", 0xffff_ffff],
] as const;
const UINT16 = [
  ["00 00", 0],
  ["12 34", 0x1234],
  ["ff ff", 65_535],
] as const;
const FLAGS = [
  ["00", false],
  ["01", true],
] as const;
const NOT_A_FLAG = [
  ["02", PROTOCOL_ERROR],
  ["80", PROTOCOL_ERROR],
  ["ff", PROTOCOL_ERROR],
] as const;
const METHOD = { CONNECT: ['15 <"SCRAM">', { authenticationMethod: "SCRAM" }] } as const;
const METHOD_EVERYWHERE = { ...METHOD, CONNACK: METHOD.CONNECT, AUTH: METHOD.CONNECT };

/** Table 2-4 of the standard, with what chapter 3 says about each value. */
const PROPERTIES: readonly Property[] = [
  {
    name: "Payload Format Indicator",
    id: "01",
    key: "payloadFormatIndicator",
    values: [
      ["00", 0],
      ["01", 1],
    ],
    wrongValues: NOT_A_FLAG,
    places: ["PUBLISH", "Will Properties"],
  },
  {
    name: "Message Expiry Interval",
    id: "02",
    key: "messageExpiryInterval",
    values: UINT32,
    places: ["PUBLISH", "Will Properties"],
  },
  { name: "Content Type", id: "03", key: "contentType", values: TEXTS, places: ["PUBLISH", "Will Properties"] },
  {
    name: "Response Topic",
    id: "08",
    key: "responseTopic",
    values: TEXTS.filter(([, value]) => value !== ""),
    wrongValues: [
      ["<>", PROTOCOL_ERROR],
      ['<"a/#">', PROTOCOL_ERROR],
      ['<"+">', PROTOCOL_ERROR],
    ],
    places: ["PUBLISH", "Will Properties"],
  },
  {
    name: "Correlation Data",
    id: "09",
    key: "correlationData",
    values: BINARIES,
    places: ["PUBLISH", "Will Properties"],
  },
  {
    name: "Subscription Identifier",
    id: "0b",
    key: "subscriptionIdentifier",
    keyIn: { PUBLISH: "subscriptionIdentifiers" },
    values: [
      ["01", 1],
      ["7f", 127],
      ["80 01", 128],
      ["ff 7f", 16_383],
      ["80 80 01", 16_384],
      ["ff ff 7f", 2_097_151],
      ["80 80 80 01", 2_097_152],
      ["ff ff ff 7f", 268_435_455],
    ],
    wrongValues: [
      ["00", PROTOCOL_ERROR],
      ["80 00", MALFORMED_PACKET],
      ["81 00", MALFORMED_PACKET],
      ["ff 80 00", MALFORMED_PACKET],
      ["ff ff 80 00", MALFORMED_PACKET],
      ["80 80 80 80 01", MALFORMED_PACKET],
      ["ff ff ff ff 7f", MALFORMED_PACKET],
    ],
    places: ["PUBLISH", "SUBSCRIBE"],
    repeats: ["PUBLISH"],
    oneWay: { PUBLISH: "client" },
  },
  {
    name: "Session Expiry Interval",
    id: "11",
    key: "sessionExpiryInterval",
    values: UINT32,
    places: ["CONNECT", "CONNACK", "DISCONNECT"],
    oneWay: { DISCONNECT: "server" },
  },
  { name: "Assigned Client Identifier", id: "12", key: "assignedClientIdentifier", values: TEXTS, places: ["CONNACK"] },
  { name: "Server Keep Alive", id: "13", key: "serverKeepAlive", values: UINT16, places: ["CONNACK"] },
  {
    name: "Authentication Method",
    id: "15",
    key: "authenticationMethod",
    values: TEXTS,
    places: ["CONNECT", "CONNACK", "AUTH"],
  },
  {
    name: "Authentication Data",
    id: "16",
    key: "authenticationData",
    values: BINARIES,
    places: ["CONNECT", "CONNACK", "AUTH"],
    needs: METHOD_EVERYWHERE,
  },
  {
    name: "Request Problem Information",
    id: "17",
    key: "requestProblemInformation",
    values: FLAGS,
    wrongValues: NOT_A_FLAG,
    places: ["CONNECT"],
  },
  { name: "Will Delay Interval", id: "18", key: "willDelayInterval", values: UINT32, places: ["Will Properties"] },
  {
    name: "Request Response Information",
    id: "19",
    key: "requestResponseInformation",
    values: FLAGS,
    wrongValues: NOT_A_FLAG,
    places: ["CONNECT"],
  },
  { name: "Response Information", id: "1a", key: "responseInformation", values: TEXTS, places: ["CONNACK"] },
  {
    name: "Server Reference",
    id: "1c",
    key: "serverReference",
    values: TEXTS,
    // 3.14.2.2.5 speaks of servers only, but does not forbid it to clients.
    places: ["CONNACK", "DISCONNECT"],
  },
  {
    name: "Reason String",
    id: "1f",
    key: "reasonString",
    values: TEXTS,
    places: ["CONNACK", "PUBACK", "PUBREC", "PUBREL", "PUBCOMP", "SUBACK", "UNSUBACK", "DISCONNECT", "AUTH"],
    needs: { AUTH: METHOD.CONNECT },
  },
  {
    name: "Receive Maximum",
    id: "21",
    key: "receiveMaximum",
    values: UINT16.filter(([, value]) => value !== 0),
    wrongValues: [["00 00", PROTOCOL_ERROR]],
    places: ["CONNECT", "CONNACK"],
  },
  { name: "Topic Alias Maximum", id: "22", key: "topicAliasMaximum", values: UINT16, places: ["CONNECT", "CONNACK"] },
  {
    name: "Topic Alias",
    id: "23",
    key: "topicAlias",
    values: UINT16.filter(([, value]) => value !== 0),
    wrongValues: [["00 00", TOPIC_ALIAS_INVALID]],
    places: ["PUBLISH"],
  },
  {
    name: "Maximum QoS",
    id: "24",
    key: "maximumQoS",
    values: [
      ["00", 0],
      ["01", 1],
    ],
    wrongValues: NOT_A_FLAG,
    places: ["CONNACK"],
  },
  {
    name: "Retain Available",
    id: "25",
    key: "retainAvailable",
    values: FLAGS,
    wrongValues: NOT_A_FLAG,
    places: ["CONNACK"],
  },
  {
    name: "User Property",
    id: "26",
    key: "userProperties",
    values: [
      ["<> <>", ["", ""]],
      ['<"k"> <"v">', ["k", "v"]],
      ['<"Ä€😀"> <"Ä€😀">', ["Ä€😀", "Ä€😀"]],
      ["< 6b*65535 > < 76*65535 >", ["k".repeat(65_535), "v".repeat(65_535)]],
    ],
    places: Object.keys(PLACES) as PlaceName[],
    repeats: Object.keys(PLACES) as PlaceName[],
    needs: { AUTH: METHOD.CONNECT },
  },
  {
    name: "Maximum Packet Size",
    id: "27",
    key: "maximumPacketSize",
    values: UINT32.filter(([, value]) => value !== 0),
    wrongValues: [["00 00 00 00", PROTOCOL_ERROR]],
    places: ["CONNECT", "CONNACK"],
  },
  {
    name: "Wildcard Subscription Available",
    id: "28",
    key: "wildcardSubscriptionAvailable",
    values: FLAGS,
    wrongValues: NOT_A_FLAG,
    places: ["CONNACK"],
  },
  {
    name: "Subscription Identifier Available",
    id: "29",
    key: "subscriptionIdentifierAvailable",
    values: FLAGS,
    wrongValues: NOT_A_FLAG,
    places: ["CONNACK"],
  },
  {
    name: "Shared Subscription Available",
    id: "2a",
    key: "sharedSubscriptionAvailable",
    values: FLAGS,
    wrongValues: NOT_A_FLAG,
    places: ["CONNACK"],
  },
];

/** Numbers that name no property: all that stand between the others, then longer, non-minimal and over-long ones. */
const UNKNOWN_IDENTIFIERS = "00 04 05 06 07 0a 0c 0d 0e 0f 10 14 1b 1d 1e 20 2b 2c 2d 2e 2f 30 31 36 40 7e 7f".split(
  " ",
);
const LONG_IDENTIFIERS = ["80 01", "ff 7f", "ff ff ff 7f", "80 00", "91 00", "a6 00", "a6 80 00", "ff ff ff ff 01"];
const FEW_IDENTIFIERS = ["00", "7f", "80 01", "a6 00"];

const placeNames = Object.keys(PLACES) as PlaceName[];

function wellPlaced(property: Property, placeName: PlaceName): WireCase[] {
  const place: Place = PLACES[placeName];
  const { opensConnection = false } = place;
  const roles = place.roles.filter((role) => role === (property.oneWay?.[placeName] ?? role));
  const [before, others] = property.needs?.[placeName] ?? ["", {}];
  const key = property.keyIn?.[placeName] ?? property.key;
  const repeats = property.repeats?.includes(placeName) === true;
  const title = `${placeName}: ${property.name}`;
  const write = (...values: string[]) =>
    place.frame([before, ...values.map((value) => `${property.id} ${value}`)].join(" "));
  const [[sample, meaning] = ["", undefined]] = property.values;
  const [, [other, otherMeaning] = [sample, meaning]] = property.values;

  const values = property.values.flatMap(([notation, value]) =>
    accepts(
      5,
      roles,
      `${title} ${abridged(notation)}`,
      write(notation),
      place.packet({ ...others, [key]: repeats ? [value] : value }),
      { opensConnection },
    ),
  );
  const wrongValues = (property.wrongValues ?? []).flatMap(([notation, error]) =>
    refuses(5, roles, `MP-24 ${title} ${notation}`, write(notation), error, { opensConnection }),
  );
  const twice = repeats
    ? accepts(
        5,
        roles,
        `${title} three times, in order`,
        write(other, sample, other),
        place.packet({ ...others, [key]: [otherMeaning, meaning, otherMeaning] }),
        { opensConnection },
      )
    : [
        ...refuses(5, roles, `MP-24 ${title} twice`, write(sample, other), PROTOCOL_ERROR, { opensConnection }),
        ...refuses(5, roles, `MP-24 ${title} twice the same`, write(other, other), PROTOCOL_ERROR, { opensConnection }),
      ];
  const whole = bytes(`${property.id} ${other}`);
  const cut = Array.from({ length: Math.min(whole.length, 16) - 1 }, (_, index) => index + 1).flatMap((length) =>
    refuses(
      5,
      roles,
      `${title} ends behind ${length} of ${whole.length} bytes`,
      place.frame(`${before} ${hex(whole.subarray(0, length))}`),
      MALFORMED_PACKET,
      { opensConnection },
    ),
  );
  const wrongWay = place.roles
    .filter((role) => !roles.includes(role))
    .flatMap((role) => refuses(5, role, `${title} comes from the wrong side`, write(sample), PROTOCOL_ERROR));
  return [...values, ...wrongValues, ...twice, ...cut, ...wrongWay];
}

function misplaced(property: Property, placeName: PlaceName): WireCase[] {
  const place: Place = PLACES[placeName];
  const [[sample] = [""]] = property.values;
  return refuses(
    5,
    place.roles,
    `MP-25 ${placeName}: ${property.name} does not belong here`,
    place.frame(`${property.id} ${sample}`),
    MALFORMED_PACKET,
    { opensConnection: place.opensConnection === true },
  );
}

function malformed(placeName: PlaceName): WireCase[] {
  const place: Place = PLACES[placeName];
  const options = { opensConnection: place.opensConnection === true };
  const ids =
    placeName === "PUBLISH" || placeName === "CONNECT"
      ? [...UNKNOWN_IDENTIFIERS, ...LONG_IDENTIFIERS]
      : FEW_IDENTIFIERS;
  return ids.flatMap((id) =>
    refuses(
      5,
      place.roles,
      `MP-24 ${placeName}: unknown property ${id}`,
      place.frame(`${id} 00`),
      MALFORMED_PACKET,
      options,
    ),
  );
}

function abridged(notation: string): string {
  return notation.length > 40 ? `${notation.slice(0, 40)}…` : notation;
}

export const propertyCases: readonly WireCase[] = placeNames.flatMap((placeName) => [
  ...PROPERTIES.flatMap((property) =>
    property.places.includes(placeName) ? wellPlaced(property, placeName) : misplaced(property, placeName),
  ),
  ...malformed(placeName),
]);
