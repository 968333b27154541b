import { type Kind, PROPERTIES } from "../../conformance/support/properties.ts";
import { frame, text, varint } from "../../conformance/support/write.ts";
import { bytes, hex } from "../../support/wire-cases/notation.ts";

/** What a client sends that no client may send, and what becomes of it. */
export interface MalformedCase {
  readonly name: string;
  /** The version in which the client was let in before; undefined: these are the first bytes of the connection. */
  readonly version: 4 | 5 | undefined;
  readonly bytes: Buffer;
  /**
   * The reason codes of which one must be told, in the CONNACK where the client was not let in and in a DISCONNECT
   * otherwise; empty: the connection ends without a word.
   */
  readonly codes: readonly number[];
  /** For CONNACK: how it is written. */
  readonly answeredIn?: 4 | 5;
}

const MALFORMED = 0x81;
const VIOLATION = 0x82;
const EITHER = [MALFORMED, VIOLATION];

/** The first bytes of a connection. */
function first(name: string, notation: string, answeredIn?: 4 | 5, ...codes: number[]): MalformedCase {
  return {
    name,
    version: undefined,
    bytes: bytes(notation),
    codes,
    ...(answeredIn === undefined ? {} : { answeredIn }),
  };
}

/** Bytes after the CONNACK, in 3.1.1 and 5.0 where they are written alike; `5.0` codes. */
function then(name: string, versions: readonly (4 | 5)[], notation: string, ...codes: number[]): MalformedCase[] {
  return versions.map((version) => ({ name, version, bytes: bytes(notation), codes: version === 5 ? codes : [] }));
}

const BOTH = [4, 5] as const;
const ILL_FORMED: readonly (readonly [string, string])[] = [
  ["U+0000", "61 00 62"],
  ["a lone continuation", "c3 28"],
  ["a surrogate", "ed a0 80"],
  ["an overlong form", "c0 80"],
];

const illFormed: MalformedCase[] = ILL_FORMED.flatMap(([what, string]) => [
  first(`MP-12 ${what} in the client id`, `10 [ <"MQTT"> 04 02 003c <${string}> ]`),
  first(`MP-12 ${what} in the client id`, `10 [ <"MQTT"> 05 02 003c [] <${string}> ]`, 5, MALFORMED),
  first(`MP-12 ${what} in the Will Topic`, `10 [ <"MQTT"> 04 06 003c <"t"> <${string}> <"m"> ]`),
  first(`MP-12 ${what} in the Will Topic`, `10 [ <"MQTT"> 05 06 003c [] <"t"> [] <${string}> <"m"> ]`, 5, MALFORMED),
  first(`MP-12 ${what} in the user name`, `10 [ <"MQTT"> 04 82 003c <"t"> <${string}> ]`),
  first(`MP-12 ${what} in the user name`, `10 [ <"MQTT"> 05 82 003c [] <"t"> <${string}> ]`, 5, MALFORMED),
  first(
    `MP-12 ${what} in a user property of CONNECT`,
    `10 [ <"MQTT"> 05 02 003c [ 26 <"k"> <${string}> ] <"t"> ]`,
    5,
    MALFORMED,
  ),
  ...then(`MP-12 ${what} in a topic`, [4], `30 [ <${string}> "m" ]`),
  ...then(`MP-12 ${what} in a topic`, [5], `30 [ <${string}> [] "m" ]`, MALFORMED),
  ...then(`MP-12 ${what} in a filter`, [4], `82 [ 0001 <${string}> 00 ]`),
  ...then(`MP-12 ${what} in a filter`, [5], `82 [ 0001 [] <${string}> 00 ]`, MALFORMED),
  ...then(`MP-12 ${what} in a user property`, [5], `30 [ <"t"> [ 26 <"k"> <${string}> ] "m" ]`, MALFORMED),
]);

const connecting: MalformedCase[] = [
  first("MP-01 Remaining Length of five bytes", "10 ff ff ff ff 01"),
  first("MP-02 CONNECT of 256 MB", '10 ff ff ff 7f 00 04 "MQ"'),
  first("MP-03 PUBLISH of 256 MB before CONNECT", "30 ff ff ff 7f 00 01 61"),
  first("MP-04 PINGREQ before CONNECT", "c0 00"),
  first("MP-07 reserved connect flag", '10 [ <"MQTT"> 04 03 003c <"t"> ]'),
  first("MP-07 reserved connect flag", '10 [ <"MQTT"> 05 03 003c [] <"t"> ]', 5, MALFORMED),
  first("MP-08 another protocol's name", '10 [ <"MQTX"> 04 02 003c <"t"> ]'),
  first("MP-08 level 6", '10 [ <"MQTT"> 06 02 003c [] <"t"> ]', 5, 0x84),
  first("MP-08 level 2", '10 [ <"MQTT"> 02 02 003c <"t"> ]', 4, 1),
  first("MP-09 Will QoS 3", '10 [ <"MQTT"> 04 1e 003c <"t"> <"w"> <"m"> ]'),
  first("MP-09 Will QoS 3", '10 [ <"MQTT"> 05 1e 003c [] <"t"> [] <"w"> <"m"> ]', 5, MALFORMED),
  first("MP-10 Will Retain without Will", '10 [ <"MQTT"> 04 22 003c <"t"> ]'),
  first("MP-10 Will Retain without Will", '10 [ <"MQTT"> 05 22 003c [] <"t"> ]', 5, ...EITHER),
  first("MP-11 a password without a user name", '10 [ <"MQTT"> 04 42 003c <"t"> <"p"> ]'),
  first("MP-13 an empty client id without a clean session", '10 [ <"MQTT"> 04 00 003c <> ]', 4, 2),
  ...["", "a/#", "+", "#"].flatMap((topic) => [
    first(`MP-14 the Will Topic "${topic}"`, `10 [ <"MQTT"> 04 06 003c <"t"> <"${topic}"> <"m"> ]`),
    first(
      `MP-14 the Will Topic "${topic}"`,
      `10 [ <"MQTT"> 05 06 003c [] <"t"> [] <"${topic}"> <"m"> ]`,
      5,
      ...EITHER,
      0x90,
    ),
  ]),
  ...["$CONTROL/x", "$SYS/x"].flatMap((topic) => [
    first(`MP-14 the Will Topic "${topic}"`, `10 [ <"MQTT"> 04 06 003c <"t"> <"${topic}"> <"m"> ]`, 4, 5),
    first(`MP-14 the Will Topic "${topic}"`, `10 [ <"MQTT"> 05 06 003c [] <"t"> [] <"${topic}"> <"m"> ]`, 5, 0x87),
  ]),
  first(
    "MP-23 a property length of five bytes",
    '10 [ <"MQTT"> 05 02 003c 80 80 80 80 01 <"abc"> 0000 ]',
    5,
    MALFORMED,
  ),
  first("MP-23 a property length with needless bytes", '10 [ <"MQTT"> 05 02 003c 80 00 <"t"> ]', 5, MALFORMED),
  first("MP-24 properties beyond the packet", '10 [ <"MQTT"> 05 02 003c 7f <"t"> ]', 5, MALFORMED),
  ...[
    ["Session Expiry Interval twice", "11 00000001 11 00000002"],
    ["Receive Maximum 0", "21 0000"],
    ["Maximum Packet Size 0", "27 00000000"],
    ["Topic Alias Maximum twice", "22 0001 22 0002"],
    ["Request Problem Information 2", "17 02"],
    ["authentication data without method", "16 <01>"],
  ].map(([what, property]) => first(`MP-24 ${what}`, `10 [ <"MQTT"> 05 02 003c [ ${property} ] <"t"> ]`, 5, VIOLATION)),
  first("MP-24 an unknown property", '10 [ <"MQTT"> 05 02 003c [ 7f 00 ] <"t"> ]', 5, MALFORMED),
  ...["11 00000001", "23 0001", "0b 01", '1c <"s">', "21 0001"].map((property) =>
    first(
      `MP-26 ${property} in a Will`,
      `10 [ <"MQTT"> 05 06 003c [] <"t"> [ ${property} ] <"w"> <"m"> ]`,
      5,
      ...EITHER,
    ),
  ),
  first("MP-29 TLS on the port of MQTT", "16 03 01 00 f1 01 00 00 ed 03 03 61*200"),
  first("MP-29 HTTP on the port of MQTT", '"GET / HTTP/1.1" 0d 0a "Host: localhost" 0d 0a 0d 0a'),
];

const connected: MalformedCase[] = [
  ...then("MP-01 Remaining Length of five bytes", BOTH, "30 ff ff ff ff 01", MALFORMED),
  ...then("MP-05 a second CONNECT", [4], '10 [ <"MQTT"> 04 02 003c <"t"> ]'),
  ...then("MP-05 a second CONNECT", [5], '10 [ <"MQTT"> 05 02 003c [] <"t"> ]', VIOLATION),
  ...then("MP-06 CONNACK from a client", [4], "20 02 00 00"),
  ...then("MP-06 CONNACK from a client", [5], "20 02 90 01", VIOLATION),
  ...["90 [ 0001 00 ]", "b0 [ 0001 ]", "d0 00"].flatMap((packet) =>
    then(`MP-06 ${packet} from a client`, BOTH, packet, VIOLATION),
  ),
  ...then("MP-06 packet type 0", BOTH, "00 00", MALFORMED),
  ...then("MP-06 AUTH", [4], "f0 00"),
  ...then("MP-06 AUTH without a method in CONNECT", [5], 'f0 [ 18 [ 15 <"m"> ] ]', VIOLATION),
  ...then("MP-15 an empty topic", [4], "30 03 00 00 00"),
  ...then("MP-15 an empty topic", [5], "30 [ <> [] 78 ]", VIOLATION, 0x90),
  ...["a/+", "#", "a#", "+"].flatMap((topic) => [
    ...then(`MP-16 the topic ${topic}`, [4], `30 [ <"${topic}"> 78 ]`),
    ...then(`MP-16 the topic ${topic}`, [5], `30 [ <"${topic}"> [] 78 ]`, 0x90),
  ]),
  ...["a/#/b", "a#", "+x", "#/", "a/b+"].flatMap((filter) => [
    ...then(`MP-16 the filter ${filter}`, [4], `82 [ 0001 <"${filter}"> 00 ]`),
    ...then(`MP-16 the filter ${filter}`, [5], `82 [ 0001 [] <"${filter}"> 00 ]`, 0x8f),
    ...then(`MP-16 UNSUBSCRIBE ${filter}`, [5], `a2 [ 0001 [] <"${filter}"> ]`, 0x8f),
  ]),
  ...then("MP-17 QoS 3", BOTH, "36 06 00 01 61 00 01 78", MALFORMED),
  ...then("MP-17 packet id 0", BOTH, "32 06 00 01 61 00 00 78", MALFORMED),
  ...then("MP-17 DUP with QoS 0", BOTH, "38 04 00 01 61 00", MALFORMED),
  ...then("MP-18 QoS 1 that ends behind its topic", BOTH, '32 [ <"abc"> ]', MALFORMED),
  ...then("MP-18 the same with 1024 bytes", BOTH, "32 [ <61*1022> ]", MALFORMED),
  ...then("MP-19 a topic beyond its packet", BOTH, "30 04 ff ff 61 62", MALFORMED),
  ...then("MP-21 SUBSCRIBE without options", [4], '82 [ 0001 <"abc"> ]'),
  ...then("MP-21 SUBSCRIBE without options", [5], '82 [ 0001 [] <"abc"> ]', MALFORMED),
  ...then("MP-22 SUBSCRIBE with wrong flags", BOTH, "80 [ 0001 00 ]", MALFORMED),
  ...then("MP-22 SUBSCRIBE without filters", [4], "82 02 00 01"),
  ...then("MP-22 SUBSCRIBE without filters", [5], "82 [ 0001 [] ]", ...EITHER),
  ...then("MP-22 SUBSCRIBE with QoS 3", [4], '82 [ 0001 <"a"> 03 ]'),
  ...then("MP-22 SUBSCRIBE with QoS 3", [5], '82 [ 0001 [] <"a"> 03 ]', ...EITHER),
  ...then("MP-22 SUBSCRIBE with Retain Handling 3", [5], '82 [ 0001 [] <"a"> 30 ]', ...EITHER),
  ...then("MP-22 SUBSCRIBE with reserved options", [5], '82 [ 0001 [] <"a"> 40 ]', ...EITHER),
  ...then("MP-22 SUBSCRIBE with packet id 0", [4], '82 [ 0000 <"a"> 00 ]'),
  ...then("MP-22 SUBSCRIBE with packet id 0", [5], '82 [ 0000 [] <"a"> 00 ]', MALFORMED),
  ...then("MP-22 an empty filter", [4], "82 [ 0001 <> 00 ]"),
  ...then("MP-22 an empty filter", [5], "82 [ 0001 [] <> 00 ]", 0x8f, ...EITHER),
  ...then("MP-22 UNSUBSCRIBE without filters", [4], "a2 02 00 01"),
  ...then("MP-22 UNSUBSCRIBE without filters", [5], "a2 [ 0001 [] ]", ...EITHER),
  ...then("MP-24 Topic Alias 0", [5], '30 [ <"t"> [ 23 0000 ] 78 ]', 0x94, VIOLATION),
  ...then("MP-24 Subscription Identifier 0", [5], '82 [ 0001 [ 0b 00 ] <"t"> 00 ]', VIOLATION),
  ...then("MP-24 a property length beyond the packet", [5], '30 [ <"t"> 7f 01 ]', MALFORMED),
  ...then("MP-27 a Response Topic with a wildcard", [5], '30 [ <"t"> [ 08 <"r/#"> ] 78 ]', VIOLATION),
  ...then("MP-27 a Subscription Identifier from a client", [5], '30 [ <"t"> [ 0b 01 ] 78 ]', VIOLATION),
  ...then("MP-27 text that is none", [5], '30 [ <"t"> [ 01 01 ] ff ]', 0x99),
  ...["$share/", "$share/g", "$share/g/", "$share//a", "$share/g+/a", "$share/#/a"].flatMap((filter) =>
    then(`MP-28 the filter ${filter}`, [5], `82 [ 0001 [] <"${filter}"> 00 ]`, 0x8f, ...EITHER),
  ),
  ...then("MP-28 No Local on a Shared Subscription", [5], '82 [ 0001 [] <"$share/g/a"> 04 ]', VIOLATION),
];

/** Which packets of a client may carry a property (table 2-4). */
const MAY_CARRY: Readonly<Record<number, string>> = {
  [0x01]: "PUBLISH",
  [0x02]: "PUBLISH",
  [0x03]: "PUBLISH",
  [0x08]: "PUBLISH",
  [0x09]: "PUBLISH",
  [0x0b]: "SUBSCRIBE",
  [0x11]: "DISCONNECT",
  [0x1f]: "PUBACK DISCONNECT",
  // The table does not say that only servers send it.
  [0x1c]: "DISCONNECT",
  [0x23]: "PUBLISH",
  [0x26]: "PUBLISH SUBSCRIBE UNSUBSCRIBE PUBACK DISCONNECT",
};

const VALUES: Readonly<Record<Kind, Buffer>> = {
  byte: Buffer.of(0),
  two: Buffer.of(0, 1),
  four: Buffer.of(0, 0, 0, 1),
  varint: Buffer.of(1),
  text: text("x"),
  binary: text("x"),
  pair: Buffer.concat([text("k"), text("v")]),
};

const CARRIERS: Readonly<Record<string, (properties: Buffer) => Buffer>> = {
  PUBLISH: (properties) => frame(0x30, text("a"), properties, text("tx")),
  SUBSCRIBE: (properties) => frame(0x82, [0, 1], properties, text("a"), [0]),
  UNSUBSCRIBE: (properties) => frame(0xa2, [0, 1], properties, text("a")),
  PUBACK: (properties) => frame(0x40, [0, 1, 0], properties),
  DISCONNECT: (properties) => frame(0xe0, [0], properties),
};

const misplaced: MalformedCase[] = Object.entries(CARRIERS).flatMap(([carrier, packet]) =>
  PROPERTIES.filter(([id]) => !(MAY_CARRY[id] ?? "").split(" ").includes(carrier)).map(([id, name, kind]) => {
    const property = Buffer.concat([Buffer.of(id), VALUES[kind]]);
    return {
      name: `MP-25 ${name} in ${carrier}`,
      version: 5 as const,
      bytes: packet(Buffer.concat([varint(property.length), property])),
      codes: EITHER,
    };
  }),
);

/** hardening catalogue, malformed packets: MP-01 to MP-29. */
export const malformedCases: readonly MalformedCase[] = [...connecting, ...illFormed, ...connected, ...misplaced];

export function nameOf({ name, version, bytes: sent, answeredIn }: MalformedCase): string {
  return `${name} (${version === undefined ? `CONNECT, ${answeredIn ?? "no answer"}` : `in ${version}`}; ${hex(sent.subarray(0, 30))})`;
}
