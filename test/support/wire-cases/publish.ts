import { ReasonCode } from "../../../src/codec/index.ts";
import { publish } from "./packets.ts";
import { accepts, type Role, refuses, type WireCase } from "./wire-case.ts";

const { MALFORMED_PACKET, PROTOCOL_ERROR, TOPIC_NAME_INVALID, TOPIC_ALIAS_INVALID, PACKET_TOO_LARGE } = ReasonCode;

const BOTH: readonly Role[] = ["server", "client"];

const flags: WireCase[] = ([0, 1, 2] as const).flatMap((qos) =>
  [false, true].flatMap((retain) =>
    [false, true].flatMap((dup): WireCase[] => {
      const header = Buffer.from([0x30 | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0)]).toString("hex");
      const name = `PUBLISH: QoS ${qos}${dup ? ", DUP" : ""}${retain ? ", RETAIN" : ""}`;
      const payload = Buffer.from("x");
      if (qos === 0) {
        if (dup) {
          return [
            ...refuses(4, BOTH, `[MQTT-3.3.1-2] MP-17 ${name}`, `${header} [ <"a"> "x" ]`, MALFORMED_PACKET),
            ...refuses(5, BOTH, `[MQTT-3.3.1-2] MP-17 ${name}`, `${header} [ <"a"> [] "x" ]`, MALFORMED_PACKET),
          ];
        }
        return [
          ...accepts([3, 4], BOTH, name, `${header} [ <"a"> "x" ]`, publish({ retain, payload })),
          ...accepts(5, BOTH, name, `${header} [ <"a"> [] "x" ]`, publish({ retain, payload })),
        ];
      }
      const packet = publish({ dup, qos, retain, packetId: 10, payload });
      return [
        ...accepts([3, 4], BOTH, name, `${header} [ <"a"> 00 0a "x" ]`, packet),
        ...accepts(5, BOTH, name, `${header} [ <"a"> 00 0a [] "x" ]`, packet),
      ];
    }),
  ),
);

/** The lengths at which a variable byte integer grows by a byte (table 1-1), as Remaining Length. */
const lengths: WireCase[] = [127, 128, 16_383, 16_384, 2_097_151, 2_097_152].flatMap((length) => {
  const payload = Buffer.alloc(length - 3, "x");
  const name = `[MQTT-1.5.5-1] PUBLISH: remaining length ${length}`;
  return [
    ...accepts(4, "server", name, `30 [ <"a"> 78*${length - 3} ]`, publish({ payload })),
    ...accepts(5, "client", name, `30 [ <"a"> [] 78*${length - 4} ]`, publish({ payload: payload.subarray(1) })),
  ];
});

const accepted: WireCase[] = [
  accepts(4, BOTH, "PUBLISH: every byte spelt out", "32 06 00 01 61 12 34 78", {
    ...publish({ qos: 1, packetId: 0x1234, payload: Buffer.from("x") }),
  }),
  accepts(5, BOTH, "PUBLISH: figure 3-9", "32 08 00 03 61 2f 62 00 0a 00", {
    ...publish({ qos: 1, topic: "a/b", packetId: 10 }),
  }),
  accepts([3, 4], BOTH, "PUBLISH: no payload", '31 [ <"a"> ]', publish({ retain: true })),
  accepts(5, BOTH, "PUBLISH: no payload", '31 [ <"a"> [] ]', publish({ retain: true })),
  accepts([3, 4], BOTH, "PUBLISH: packet identifier 1", '34 [ <"a"> 00 01 ]', publish({ qos: 2, packetId: 1 })),
  accepts(
    [3, 4],
    BOTH,
    "PUBLISH: packet identifier 65535",
    '34 [ <"a"> ff ff ]',
    publish({ qos: 2, packetId: 65_535 }),
  ),
  accepts(5, BOTH, "PUBLISH: the payload is binary", '30 [ <"a"> [] 00 ff c3 28 ed a0 80 ]', {
    ...publish({ payload: Buffer.from("00ffc328eda080", "hex") }),
  }),
  ...["/", "//", "/a/", " ", "a b", "$SYS/x", "$foo/x", "$share/g/t", "Ä/ö/€/😀", "a".repeat(300)].map((topic) => [
    ...accepts(4, BOTH, `PUBLISH: topic ${topic.slice(0, 20)}`, `30 [ <"${topic}"> ]`, publish({ topic })),
    ...accepts(5, BOTH, `PUBLISH: topic ${topic.slice(0, 20)}`, `30 [ <"${topic}"> [] ]`, publish({ topic })),
  ]),
  accepts(5, BOTH, "PUBLISH: longest topic", "30 [ < 61*65535 > [] ]", publish({ topic: "a".repeat(65_535) })),
  accepts(
    5,
    BOTH,
    "PUBLISH: a topic of separators only",
    "30 [ < 2f*65535 > [] ]",
    publish({ topic: "/".repeat(65_535) }),
  ),
  accepts(5, BOTH, "PUBLISH: empty topic with an alias", "30 [ <> [ 23 00 01 ] ]", {
    ...publish({ topic: "", properties: { topicAlias: 1 } }),
  }),
  accepts(5, BOTH, "PUBLISH: topic with an alias", '30 [ <"a"> [ 23 ff ff ] ]', {
    ...publish({ properties: { topicAlias: 65_535 } }),
  }),
  accepts(
    5,
    BOTH,
    "PUBLISH: all properties",
    '3b [ <"a"> 00 0a [ 01 01  02 00 00 00 3c  03 <"text/plain"> 08 <"r/t"> 09 < 00 ff > 23 00 07  26 <"b"> <"2"> 26 <"a"> <"1"> 26 <"b"> <"2"> ] "x" ]',
    publish({
      dup: true,
      qos: 1,
      retain: true,
      packetId: 10,
      payload: Buffer.from("x"),
      properties: {
        payloadFormatIndicator: 1,
        messageExpiryInterval: 60,
        contentType: "text/plain",
        responseTopic: "r/t",
        correlationData: Buffer.from("00ff", "hex"),
        topicAlias: 7,
        userProperties: [
          ["b", "2"],
          ["a", "1"],
          ["b", "2"],
        ],
      },
    }),
  ),
  accepts(
    5,
    "client",
    "[MQTT-3.3.4-4] PUBLISH: several subscription identifiers, in order, also twice the same",
    '30 [ <"a"> [ 0b 05  0b 01  0b ff ff ff 7f  0b 05 ] ]',
    publish({ properties: { subscriptionIdentifiers: [5, 1, 268_435_455, 5] } }),
  ),
  accepts(
    5,
    "client",
    "PUBLISH: subscription identifiers between other properties",
    '30 [ <"a"> [ 26 <"k"> <"v"> 0b 05  01 01  0b 06  26 <"k"> <"w"> ] ]',
    publish({
      properties: {
        userProperties: [
          ["k", "v"],
          ["k", "w"],
        ],
        subscriptionIdentifiers: [5, 6],
        payloadFormatIndicator: 1,
      },
    }),
    { encodes: false },
  ),
  accepts(
    5,
    BOTH,
    "PUBLISH: many user properties, a property length of two bytes",
    `30 [ <"a"> [ ${'26 <"k"> <"v"> '.repeat(40)}] ]`,
    publish({ properties: { userProperties: Array.from({ length: 40 }, () => ["k", "v"] as const) } }),
  ),
  ...[127, 128, 16_383, 16_384].map((length) =>
    accepts(
      5,
      BOTH,
      `[MQTT-1.5.5-1] PUBLISH: property length ${length}`,
      `30 [ <"a"> [ 26 <"k"> < 76*${length - 6} > ] ]`,
      publish({ properties: { userProperties: [["k", "v".repeat(length - 6)]] } }),
    ),
  ),
  accepts(
    4,
    "server",
    "PUBLISH: exactly as large as allowed",
    '30 [ <"a"> 78*95 ]',
    {
      ...publish({ payload: Buffer.alloc(95, "x") }),
    },
    { maximumPacketSize: 100 },
  ),
].flat();

const refused: WireCase[] = [
  ...["36", "37", "3e", "3f"].map((header) => [
    ...refuses(
      [3, 4],
      BOTH,
      `[MQTT-3.3.1-4] MP-17 PUBLISH: QoS 3, header ${header}`,
      `${header} [ <"a"> 00 01 "x" ]`,
      MALFORMED_PACKET,
    ),
    ...refuses(
      5,
      BOTH,
      `[MQTT-3.3.1-4] MP-17 PUBLISH: QoS 3, header ${header}`,
      `${header} [ <"a"> 00 01 [] "x" ]`,
      MALFORMED_PACKET,
    ),
  ]),
  ...["32", "34"].map((header) => [
    ...refuses(
      [3, 4],
      BOTH,
      `[MQTT-2.3.1-1] MP-17 PUBLISH: packet identifier 0, header ${header}`,
      `${header} [ <"a"> 00 00 "x" ]`,
      MALFORMED_PACKET,
    ),
    ...refuses(
      5,
      BOTH,
      `[MQTT-2.2.1-3] MP-17 PUBLISH: packet identifier 0, header ${header}`,
      `${header} [ <"a"> 00 00 [] "x" ]`,
      MALFORMED_PACKET,
    ),
  ]),
  ...["#", "+", "a/#", "a/+", "+/a", "a+", "a#b", "/#"].map((topic) => [
    ...refuses(
      [3, 4],
      BOTH,
      `[MQTT-3.3.2-2] MP-16 PUBLISH: wildcard in the topic ${topic}`,
      `30 [ <"${topic}"> ]`,
      TOPIC_NAME_INVALID,
    ),
    ...refuses(
      5,
      BOTH,
      `[MQTT-3.3.2-2] MP-16 PUBLISH: wildcard in the topic ${topic}`,
      `30 [ <"${topic}"> [] ]`,
      TOPIC_NAME_INVALID,
    ),
  ]),
  refuses([3, 4], BOTH, "[MQTT-4.7.3-1] MP-15 PUBLISH: empty topic", '30 [ <> "x" ]', TOPIC_NAME_INVALID),
  refuses(5, BOTH, "[MQTT-4.7.3-1] MP-15 PUBLISH: empty topic without an alias", '30 [ <> [] "x" ]', PROTOCOL_ERROR),
  refuses(5, BOTH, "[MQTT-3.3.2-8] MP-24 PUBLISH: topic alias 0", '30 [ <"a"> [ 23 00 00 ] ]', TOPIC_ALIAS_INVALID),
  refuses(5, BOTH, "MP-24 PUBLISH: topic alias twice", '30 [ <"a"> [ 23 00 01 23 00 02 ] ]', PROTOCOL_ERROR),
  refuses(
    5,
    "server",
    "[MQTT-3.3.4-6] MP-27 PUBLISH: a client sends a subscription identifier",
    '30 [ <"a"> [ 0b 01 ] ]',
    PROTOCOL_ERROR,
  ),
  refuses(5, "client", "MP-24 PUBLISH: subscription identifier 0", '30 [ <"a"> [ 0b 00 ] ]', PROTOCOL_ERROR),
  ...["r/#", "+", "#", "a/+/b"].map((topic) =>
    refuses(
      5,
      BOTH,
      `[MQTT-3.3.2-14] MP-27 PUBLISH: wildcard in the response topic ${topic}`,
      `30 [ <"a"> [ 08 <"${topic}"> ] ]`,
      PROTOCOL_ERROR,
    ),
  ),
  refuses(5, BOTH, "[MQTT-4.7.3-1] PUBLISH: empty response topic", '30 [ <"a"> [ 08 <> ] ]', PROTOCOL_ERROR),
  refuses(5, BOTH, "MP-25 PUBLISH: a server reference", "30 09 00 01 61 04 1c 00 01 74 78", MALFORMED_PACKET),

  refuses([3, 4], BOTH, "MP-18 PUBLISH: QoS 1 ends behind the topic", "32 05 00 03 61 62 63", MALFORMED_PACKET),
  refuses(5, BOTH, "MP-18 PUBLISH: QoS 1 ends behind the topic", "32 05 00 03 61 62 63", MALFORMED_PACKET),
  refuses(
    [3, 4, 5],
    BOTH,
    "MP-18 PUBLISH: QoS 2 ends inside the packet identifier",
    '34 [ <"abc"> 00 ]',
    MALFORMED_PACKET,
  ),
  refuses([3, 4, 5], BOTH, "MP-19 PUBLISH: the topic is longer than the packet", "30 04 ff ff 61 62", MALFORMED_PACKET),
  refuses([3, 4, 5], BOTH, "PUBLISH: nothing at all", "30 00", MALFORMED_PACKET),
  refuses([3, 4, 5], BOTH, "PUBLISH: one byte", "30 01 00", MALFORMED_PACKET),
  refuses(5, BOTH, "[MQTT-2.2.2-1] PUBLISH: no property length", '30 [ <"a"> ]', MALFORMED_PACKET),
  refuses(
    5,
    BOTH,
    "MP-24 PUBLISH: the properties are longer than the packet",
    '30 [ <"a"> 06 01 00 ]',
    MALFORMED_PACKET,
  ),
  refuses(5, BOTH, "PUBLISH: the property length cuts a property", '30 [ <"a"> 04 02 00 00 00 3c ]', MALFORMED_PACKET),
  refuses(5, BOTH, "PUBLISH: the property length cuts a string", '30 [ <"a"> 04 03 00 02 61 62 ]', MALFORMED_PACKET),
  refuses(
    5,
    BOTH,
    "PUBLISH: the property length ends behind an identifier",
    '30 [ <"a"> 01 03 00 02 61 62 ]',
    MALFORMED_PACKET,
  ),
  refuses(
    5,
    BOTH,
    "[MQTT-1.5.5-1] MP-23 PUBLISH: non-minimal property length",
    '30 [ <"a"> 80 00 "x" ]',
    MALFORMED_PACKET,
  ),
  refuses(
    5,
    BOTH,
    "MP-23 PUBLISH: a property length of five bytes",
    '30 [ <"a"> 80 80 80 80 01 "x" ]',
    MALFORMED_PACKET,
  ),
  refuses(5, BOTH, "PUBLISH: the property length ends with the packet", '30 [ <"a"> 80 ]', MALFORMED_PACKET),
  refuses(4, "server", "PUBLISH: one byte larger than allowed", '30 [ <"a"> 78*96 ]', PACKET_TOO_LARGE, {
    maximumPacketSize: 100,
  }),
  refuses(5, BOTH, "MP-03 PUBLISH: too large, from the header alone", "30 ff ff ff 7f", PACKET_TOO_LARGE, {
    maximumPacketSize: 1000,
  }),
].flat();

export const publishCases: readonly WireCase[] = [...flags, ...lengths, ...accepted, ...refused];
