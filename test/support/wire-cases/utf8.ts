import { type Packet, ReasonCode } from "../../../src/codec/index.ts";
import { bytes } from "./notation.ts";
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
import { accepts, type Role, refuses, type WireCase } from "./wire-case.ts";

const { MALFORMED_PACKET } = ReasonCode;

/** A field that holds a UTF-8 Encoded String. */
interface TextField {
  readonly name: string;
  readonly version: 3 | 4 | 5;
  readonly roles: readonly Role[];
  readonly opensConnection?: boolean;
  readonly frame: (text: string) => string;
  readonly packet: (text: string) => Packet;
}

const BOTH: readonly Role[] = ["server", "client"];
const METHOD = '15 <"SCRAM">';
const method = { authenticationMethod: "SCRAM" };

const FIELDS: readonly TextField[] = [
  {
    name: "CONNECT: client identifier",
    version: 3,
    roles: ["server"],
    opensConnection: true,
    frame: (text) => `10 [ <"MQIsdp"> 03 02 00 3c < ${text} > ]`,
    packet: (clientId) => connect({ protocolVersion: 3, clientId }),
  },
  {
    name: "[MQTT-3.1.3-4] CONNECT: client identifier",
    version: 4,
    roles: ["server"],
    opensConnection: true,
    frame: (text) => `10 [ <"MQTT"> 04 02 00 3c < ${text} > ]`,
    packet: (clientId) => connect({ protocolVersion: 4, clientId }),
  },
  {
    name: "[MQTT-3.1.3-4] CONNECT: client identifier",
    version: 5,
    roles: ["server"],
    opensConnection: true,
    frame: (text) => `10 [ <"MQTT"> 05 02 00 3c [] < ${text} > ]`,
    packet: (clientId) => connect({ clientId }),
  },
  {
    name: "[MQTT-3.1.3-10] CONNECT: will topic",
    version: 4,
    roles: ["server"],
    opensConnection: true,
    frame: (text) => `10 [ <"MQTT"> 04 06 00 3c <"c"> < ${text} > <"m"> ]`,
    packet: (topic) => connect({ protocolVersion: 4, will: will({ topic }) }),
  },
  {
    name: "[MQTT-3.1.3-11] CONNECT: will topic",
    version: 5,
    roles: ["server"],
    opensConnection: true,
    frame: (text) => `10 [ <"MQTT"> 05 06 00 3c [] <"c"> [] < ${text} > <"m"> ]`,
    packet: (topic) => connect({ will: will({ topic }) }),
  },
  {
    name: "[MQTT-3.1.3-11] CONNECT: user name",
    version: 4,
    roles: ["server"],
    opensConnection: true,
    frame: (text) => `10 [ <"MQTT"> 04 82 00 3c <"c"> < ${text} > ]`,
    packet: (userName) => connect({ protocolVersion: 4, userName }),
  },
  {
    name: "[MQTT-3.1.3-12] CONNECT: user name",
    version: 5,
    roles: ["server"],
    opensConnection: true,
    frame: (text) => `10 [ <"MQTT"> 05 82 00 3c [] <"c"> < ${text} > ]`,
    packet: (userName) => connect({ userName }),
  },
  {
    name: "CONNECT: authentication method",
    version: 5,
    roles: ["server"],
    opensConnection: true,
    frame: (text) => `10 [ <"MQTT"> 05 02 00 3c [ 15 < ${text} > ] <"c"> ]`,
    packet: (authenticationMethod) => connect({ properties: { authenticationMethod } }),
  },
  {
    name: "[MQTT-1.5.7-1] CONNECT: name of a user property",
    version: 5,
    roles: ["server"],
    opensConnection: true,
    frame: (text) => `10 [ <"MQTT"> 05 02 00 3c [ 26 < ${text} > <"v"> ] <"c"> ]`,
    packet: (text) => connect({ properties: { userProperties: [[text, "v"]] } }),
  },
  {
    name: "CONNECT: content type of the will",
    version: 5,
    roles: ["server"],
    opensConnection: true,
    frame: (text) => `10 [ <"MQTT"> 05 06 00 3c [] <"c"> [ 03 < ${text} > ] <"w"> <"m"> ]`,
    packet: (contentType) => connect({ will: will({ properties: { contentType } }) }),
  },
  {
    name: "CONNECT: response topic of the will",
    version: 5,
    roles: ["server"],
    opensConnection: true,
    frame: (text) => `10 [ <"MQTT"> 05 06 00 3c [] <"c"> [ 08 < ${text} > ] <"w"> <"m"> ]`,
    packet: (responseTopic) => connect({ will: will({ properties: { responseTopic } }) }),
  },
  {
    name: "CONNECT: value of a user property of the will",
    version: 5,
    roles: ["server"],
    opensConnection: true,
    frame: (text) => `10 [ <"MQTT"> 05 06 00 3c [] <"c"> [ 26 <"k"> < ${text} > ] <"w"> <"m"> ]`,
    packet: (text) => connect({ will: will({ properties: { userProperties: [["k", text]] } }) }),
  },
  ...(
    [
      ["assigned client identifier", "12", "assignedClientIdentifier"],
      ["authentication method", "15", "authenticationMethod"],
      ["response information", "1a", "responseInformation"],
      ["server reference", "1c", "serverReference"],
      ["reason string", "1f", "reasonString"],
    ] as const
  ).map(
    ([name, id, key]): TextField => ({
      name: `CONNACK: ${name}`,
      version: 5,
      roles: ["client"],
      frame: (text) => `20 [ 00 00 [ ${id} < ${text} > ] ]`,
      packet: (text) => connack({ properties: { [key]: text } }),
    }),
  ),
  {
    name: "[MQTT-3.3.2-1] PUBLISH: topic",
    version: 3,
    roles: BOTH,
    frame: (text) => `30 [ < ${text} > ]`,
    packet: (topic) => publish({ topic }),
  },
  {
    name: "[MQTT-3.3.2-1] PUBLISH: topic",
    version: 4,
    roles: BOTH,
    frame: (text) => `30 [ < ${text} > ]`,
    packet: (topic) => publish({ topic }),
  },
  {
    name: "[MQTT-3.3.2-1] PUBLISH: topic",
    version: 5,
    roles: BOTH,
    frame: (text) => `30 [ < ${text} > [] ]`,
    packet: (topic) => publish({ topic }),
  },
  {
    name: "[MQTT-3.3.2-19] PUBLISH: content type",
    version: 5,
    roles: BOTH,
    frame: (text) => `30 [ <"a"> [ 03 < ${text} > ] ]`,
    packet: (contentType) => publish({ properties: { contentType } }),
  },
  {
    name: "[MQTT-3.3.2-13] PUBLISH: response topic",
    version: 5,
    roles: BOTH,
    frame: (text) => `30 [ <"a"> [ 08 < ${text} > ] ]`,
    packet: (responseTopic) => publish({ properties: { responseTopic } }),
  },
  {
    name: "[MQTT-1.5.7-1] PUBLISH: name of a user property",
    version: 5,
    roles: BOTH,
    frame: (text) => `30 [ <"a"> [ 26 < ${text} > <"v"> ] ]`,
    packet: (text) => publish({ properties: { userProperties: [[text, "v"]] } }),
  },
  {
    name: "[MQTT-1.5.7-1] PUBLISH: value of a user property",
    version: 5,
    roles: BOTH,
    frame: (text) => `30 [ <"a"> [ 26 <"k"> < ${text} > ] ]`,
    packet: (text) => publish({ properties: { userProperties: [["k", text]] } }),
  },
  {
    name: "PUBACK: reason string",
    version: 5,
    roles: BOTH,
    frame: (text) => `40 [ 00 0a 00 [ 1f < ${text} > ] ]`,
    packet: (reasonString) => puback({ properties: { reasonString } }),
  },
  {
    name: "[MQTT-3.8.3-1] SUBSCRIBE: filter",
    version: 4,
    roles: ["server"],
    frame: (text) => `82 [ 00 0a < ${text} > 00 ]`,
    packet: (filter) => subscribe({ subscriptions: [subscription({ filter })] }),
  },
  {
    name: "[MQTT-3.8.3-1] SUBSCRIBE: second filter",
    version: 5,
    roles: ["server"],
    frame: (text) => `82 [ 00 0a [] <"a"> 00 < ${text} > 00 ]`,
    packet: (filter) => subscribe({ subscriptions: [subscription(), subscription({ filter })] }),
  },
  {
    name: "SUBACK: reason string",
    version: 5,
    roles: ["client"],
    frame: (text) => `90 [ 00 0a [ 1f < ${text} > ] 00 ]`,
    packet: (reasonString) => suback({ properties: { reasonString } }),
  },
  {
    name: "[MQTT-3.10.3-1] UNSUBSCRIBE: filter",
    version: 4,
    roles: ["server"],
    frame: (text) => `a2 [ 00 0a < ${text} > ]`,
    packet: (filter) => unsubscribe({ filters: [filter] }),
  },
  {
    name: "[MQTT-3.10.3-1] UNSUBSCRIBE: second filter",
    version: 5,
    roles: ["server"],
    frame: (text) => `a2 [ 00 0a [] <"a"> < ${text} > ]`,
    packet: (filter) => unsubscribe({ filters: ["a", filter] }),
  },
  {
    name: "UNSUBACK: value of a user property",
    version: 5,
    roles: ["client"],
    frame: (text) => `b0 [ 00 0a [ 26 <"k"> < ${text} > ] 00 ]`,
    packet: (text) => unsuback({ properties: { userProperties: [["k", text]] } }),
  },
  {
    name: "DISCONNECT: reason string",
    version: 5,
    roles: BOTH,
    frame: (text) => `e0 [ 00 [ 1f < ${text} > ] ]`,
    packet: (reasonString) => disconnect({ properties: { reasonString } }),
  },
  {
    name: "DISCONNECT: server reference",
    version: 5,
    roles: ["client"],
    frame: (text) => `e0 [ 9c [ 1c < ${text} > ] ]`,
    packet: (serverReference) =>
      disconnect({ reasonCode: ReasonCode.USE_ANOTHER_SERVER, properties: { serverReference } }),
  },
  {
    name: "AUTH: authentication method",
    version: 5,
    roles: BOTH,
    frame: (text) => `f0 [ 18 [ 15 < ${text} > ] ]`,
    packet: (authenticationMethod) => auth({ properties: { authenticationMethod } }),
  },
  {
    name: "AUTH: reason string",
    version: 5,
    roles: BOTH,
    frame: (text) => `f0 [ 18 [ ${METHOD} 1f < ${text} > ] ]`,
    packet: (reasonString) => auth({ properties: { ...method, reasonString } }),
  },
];

type Text = readonly [what: string, bytes: string];

/** One of each sort that no UTF-8 Encoded String may hold: shows that a field is validated at all. */
const ILL_FORMED: readonly Text[] = [
  ["[MQTT-1.5.4-2] U+0000", "00"],
  ["a lead byte before a letter", "c3 28"],
  ["U+0000 in two bytes", "c0 80"],
  ["two of three bytes before a letter", "e2 82 61"],
  ["[MQTT-1.5.4-1] the last surrogate U+DFFF", "ed bf bf"],
  ["U+FFFF in four bytes", "f0 8f bf bf"],
  ["three of four bytes at the end", "f0 9f 98"],
  ["U+110000", "f4 90 80 80"],
  ["a bad byte behind 40 good ones", "61*40 ff"],
];

/** All the other sorts: the rows of table 3-7 of Unicode, each with its neighbours outside. */
const ILL_FORMED_TOO: readonly Text[] = [
  ["[MQTT-1.5.4-2] U+0000 between letters", "61 00 62"],
  ["a continuation byte alone", "80"],
  ["the last continuation byte alone", "bf"],
  ["a continuation byte too many", "c3 a4 80"],
  ["a lead byte at the end", "61 c3"],
  ["a slash in two bytes", "c0 af"],
  ["U+007F in two bytes", "c1 bf"],
  ["U+07FF in three bytes", "e0 9f bf"],
  ["a slash in three bytes", "e0 80 af"],
  ["two of three bytes at the end", "e2 82"],
  ["a letter for the second of three bytes", "e2 28 a1"],
  ["[MQTT-1.5.4-1] the first surrogate U+D800", "ed a0 80"],
  ["[MQTT-1.5.4-1] a pair of surrogates", "ed a0 bd ed b8 80"],
  ["a slash in four bytes", "f0 80 80 af"],
  ["a letter for the second of four bytes", "f0 28 8c bc"],
  ["a letter for the last of four bytes", "f0 9f 98 28"],
  ["U+140000", "f5 80 80 80"],
  ["five bytes", "f8 88 80 80 80"],
  ["six bytes", "fc 84 80 80 80 80"],
  ["byte FE", "fe"],
  ["byte FF", "ff"],
  ["a surrogate behind 40 other characters", '"ääääääääääääääääääääääääääääääääääääääää" ed a0 80'],
];

/** What looks suspicious and is allowed, down to the code points that a receiver MAY refuse (1.5.4). */
const WELL_FORMED: readonly Text[] = [
  ["the example of the standard, A and U+2A6D4", "41 f0 aa 9b 94"],
  ["[MQTT-1.5.4-3] a byte order mark at the start", "ef bb bf 61"],
  ["U+FFFF, a non-character", "ef bf bf"],
];

/** The edges of table 3-7 from within, and more of what is allowed. */
const WELL_FORMED_TOO: readonly Text[] = [
  ["[MQTT-1.5.4-3] a byte order mark alone", "ef bb bf"],
  ["[MQTT-1.5.4-3] two byte order marks and one at the end", "ef bb bf ef bb bf 61 ef bb bf"],
  ["U+0001, a control character", "01"],
  ["U+007F", "7f"],
  ["U+0080, the first of two bytes", "c2 80"],
  ["U+07FF, the last of two bytes", "df bf"],
  ["U+0800, the first of three bytes", "e0 a0 80"],
  ["U+D7FF, before the surrogates", "ed 9f bf"],
  ["U+E000, behind the surrogates", "ee 80 80"],
  ["U+FFFD, the replacement character itself", "ef bf bd"],
  ["U+FFFE, a non-character", "ef bf be"],
  ["U+10000, the first of four bytes", "f0 90 80 80"],
  ["U+10FFFF, the last character", "f4 8f bf bf"],
  ["a letter and a combining accent, not normalised", "61 cc 88"],
];

/** The fields that meet all of these texts; they stand for the ways in which strings are read. */
const MEETS_ALL = /^5 .*(client identifier|topic|value of a user property|second filter)$/;

export const utf8Cases: readonly WireCase[] = FIELDS.flatMap((field) => {
  const { name, version, roles, frame, packet, opensConnection = false } = field;
  const title = (what: string) => `${name} with ${version === 5 ? what : what.replace("[MQTT-1.5.4", "[MQTT-1.5.3")}`;
  const meetsAll = MEETS_ALL.test(`${version} ${name}`);
  const illFormed = meetsAll ? [...ILL_FORMED, ...ILL_FORMED_TOO] : ILL_FORMED;
  const wellFormed = meetsAll ? [...WELL_FORMED, ...WELL_FORMED_TOO] : WELL_FORMED;
  return [
    ...illFormed.flatMap(([what, text]) =>
      refuses(version, roles, `MP-12 ${title(what)}`, frame(text), MALFORMED_PACKET, { opensConnection }),
    ),
    ...wellFormed.flatMap(([what, text]) =>
      accepts(version, roles, title(what), frame(text), packet(decoded(text)), { opensConnection }),
    ),
  ];
});

/** By code points: a decoder of the platform might strip what must be kept. */
function decoded(notation: string): string {
  let text = "";
  let codePoint = 0;
  let missing = 0;
  for (const byte of bytes(notation)) {
    if (byte < 0x80) text += String.fromCodePoint(byte);
    else if (byte < 0xc0) {
      codePoint = (codePoint << 6) | (byte & 0x3f);
      missing -= 1;
      if (missing === 0) text += String.fromCodePoint(codePoint);
    } else {
      missing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
      codePoint = byte & (0x3f >> missing);
    }
  }
  return text;
}
