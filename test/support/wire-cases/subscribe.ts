import { ReasonCode } from "../../../src/codec/index.ts";
import { hex } from "./notation.ts";
import { subscribe, subscription } from "./packets.ts";
import { accepts, refuses, type WireCase } from "./wire-case.ts";

const { MALFORMED_PACKET, PROTOCOL_ERROR, TOPIC_FILTER_INVALID } = ReasonCode;

const QOS = [0, 1, 2] as const;

/** All 36 legal options bytes of 5.0 (figure 3-20). */
const options: WireCase[] = ([0, 1, 2] as const).flatMap((retainHandling) =>
  [false, true].flatMap((retainAsPublished) =>
    [false, true].flatMap((noLocal) =>
      QOS.flatMap((qos) => {
        const byte = hex(Buffer.of((retainHandling << 4) | (retainAsPublished ? 8 : 0) | (noLocal ? 4 : 0) | qos));
        return accepts(
          5,
          "server",
          `SUBSCRIBE: options 0x${byte}`,
          `82 [ 00 0a [] <"a"> ${byte} ]`,
          subscribe({ subscriptions: [subscription({ qos, noLocal, retainAsPublished, retainHandling })] }),
        );
      }),
    ),
  ),
);

const accepted: WireCase[] = [
  accepts(4, "server", "SUBSCRIBE: every byte spelt out", "82 06 00 0a 00 01 61 01", {
    ...subscribe({ subscriptions: [subscription({ qos: 1 })] }),
  }),
  ...QOS.map((qos) =>
    accepts([3, 4], "server", `SUBSCRIBE: QoS ${qos}`, `82 [ 00 0a <"a"> 0${qos} ]`, {
      ...subscribe({ subscriptions: [subscription({ qos })] }),
    }),
  ),
  accepts(
    4,
    "server",
    "SUBSCRIBE: two filters, as in figure 3-21",
    '82 [ 00 0a <"a/b"> 01 <"c/d"> 02 ]',
    subscribe({ subscriptions: [subscription({ filter: "a/b", qos: 1 }), subscription({ filter: "c/d", qos: 2 })] }),
  ),
  accepts(
    5,
    "server",
    "SUBSCRIBE: two filters, figure 3-21",
    '82 [ 00 0a [] <"a/b"> 01 <"c/d"> 02 ]',
    subscribe({ subscriptions: [subscription({ filter: "a/b", qos: 1 }), subscription({ filter: "c/d", qos: 2 })] }),
  ),
  accepts(
    5,
    "server",
    "SUBSCRIBE: the same filter twice",
    '82 [ 00 0a [] <"a"> 01 <"a"> 02 ]',
    subscribe({ subscriptions: [subscription({ qos: 1 }), subscription({ qos: 2 })] }),
  ),
  accepts(
    5,
    "server",
    "SUBSCRIBE: all properties",
    '82 [ ff ff [ 0b 80 01  26 <"k"> <"v"> ] <"#"> 00 ]',
    subscribe({
      packetId: 65_535,
      properties: { subscriptionIdentifier: 128, userProperties: [["k", "v"]] },
      subscriptions: [subscription({ filter: "#" })],
    }),
  ),
  accepts(
    5,
    "server",
    "SUBSCRIBE: a thousand filters",
    `82 [ 00 0a [] ${'<"a"> 00 '.repeat(1000)}]`,
    subscribe({ subscriptions: Array.from({ length: 1000 }, () => subscription()) }),
  ),
  accepts(5, "server", "SUBSCRIBE: longest filter", "82 [ 00 0a [] < 2f*65535 > 00 ]", {
    ...subscribe({ subscriptions: [subscription({ filter: "/".repeat(65_535) })] }),
  }),
  ...["#", "+", "+/+", "a/#", "/", "+/a/#", "$SYS/#", "$share/g/a/#", "Ä/€/😀"].map((filter) => [
    ...accepts(4, "server", `SUBSCRIBE: filter ${filter}`, `82 [ 00 0a <"${filter}"> 00 ]`, {
      ...subscribe({ subscriptions: [subscription({ filter })] }),
    }),
    ...accepts(5, "server", `SUBSCRIBE: filter ${filter}`, `82 [ 00 0a [] <"${filter}"> 00 ]`, {
      ...subscribe({ subscriptions: [subscription({ filter })] }),
    }),
  ]),
  accepts(3, "server", "SUBSCRIBE: 3.1 has a DUP flag here", '8a [ 00 0a <"a"> 00 ]', subscribe(), { encodes: false }),
].flat();

const refused: WireCase[] = [
  ...["03", "07", "0b", "0f", "13", "2f"].map((byte) =>
    refuses(5, "server", `SUBSCRIBE: MP-22 QoS 3, options 0x${byte}`, `82 [ 00 0a [] <"a"> ${byte} ]`, PROTOCOL_ERROR),
  ),
  ...["30", "31", "3e"].map((byte) =>
    refuses(
      5,
      "server",
      `SUBSCRIBE: Retain Handling 3, options 0x${byte}`,
      `82 [ 00 0a [] <"a"> ${byte} ]`,
      PROTOCOL_ERROR,
    ),
  ),
  ...["40", "80", "c0", "c1"].map((byte) =>
    refuses(
      5,
      "server",
      `[MQTT-3.8.3-5] SUBSCRIBE: reserved bits, options 0x${byte}`,
      `82 [ 00 0a [] <"a"> ${byte} ]`,
      MALFORMED_PACKET,
    ),
  ),
  ...["04", "08", "10", "20", "40", "80", "ff"].map((byte) =>
    refuses(
      4,
      "server",
      `[MQTT-3-8.3-4] SUBSCRIBE: MP-22 requested QoS byte 0x${byte}`,
      `82 [ 00 0a <"a"> ${byte} ]`,
      MALFORMED_PACKET,
    ),
  ),
  // 3.1.1 calls it malformed, but knows no reason codes: there is nobody to tell the difference.
  refuses([3, 4], "server", "[MQTT-3-8.3-4] SUBSCRIBE: MP-22 QoS 3", '82 [ 00 0a <"a"> 03 ]', PROTOCOL_ERROR),
  refuses(
    5,
    "server",
    "[MQTT-3.8.3-5] SUBSCRIBE: reserved bits behind a good filter",
    '82 [ 00 0a [] <"a"> 00 <"b"> 80 ]',
    MALFORMED_PACKET,
  ),
  refuses([3, 4], "server", "[MQTT-3.8.3-3] SUBSCRIBE: MP-22 no filter", "82 [ 00 0a ]", PROTOCOL_ERROR),
  refuses(5, "server", "[MQTT-3.8.3-2] SUBSCRIBE: MP-22 no filter", "82 [ 00 0a [] ]", PROTOCOL_ERROR),
  refuses([3, 4], "server", "[MQTT-4.7.3-1] SUBSCRIBE: MP-22 empty filter", "82 [ 00 0a <> 00 ]", TOPIC_FILTER_INVALID),
  refuses(5, "server", "[MQTT-4.7.3-1] SUBSCRIBE: MP-22 empty filter", "82 [ 00 0a [] <> 00 ]", TOPIC_FILTER_INVALID),
  refuses(
    [3, 4],
    "server",
    "[MQTT-2.3.1-1] SUBSCRIBE: MP-22 packet identifier 0",
    '82 [ 00 00 <"a"> 00 ]',
    MALFORMED_PACKET,
  ),
  refuses(
    5,
    "server",
    "[MQTT-2.2.1-3] SUBSCRIBE: MP-22 packet identifier 0",
    '82 [ 00 00 [] <"a"> 00 ]',
    MALFORMED_PACKET,
  ),
  refuses([3, 4], "server", "MP-21 SUBSCRIBE: no options byte", "82 07 00 01 00 03 61 62 63", MALFORMED_PACKET),
  refuses(5, "server", "MP-21 SUBSCRIBE: no options byte", '82 [ 00 01 [] <"abc"> ]', MALFORMED_PACKET),
  refuses(
    5,
    "server",
    "MP-21 SUBSCRIBE: no options byte for the second filter",
    '82 [ 00 01 [] <"a"> 00 <"b"> ]',
    MALFORMED_PACKET,
  ),
  refuses([3, 4], "server", "SUBSCRIBE: a byte too many", '82 [ 00 0a <"a"> 00 00 ]', MALFORMED_PACKET),
  refuses(5, "server", "SUBSCRIBE: a byte too many", '82 [ 00 0a [] <"a"> 00 00 ]', MALFORMED_PACKET),
  refuses([3, 4, 5], "server", "SUBSCRIBE: nothing at all", "82 00", MALFORMED_PACKET),
  refuses([3, 4, 5], "server", "SUBSCRIBE: half a packet identifier", "82 01 00", MALFORMED_PACKET),
  refuses(5, "server", "SUBSCRIBE: no property length", "82 [ 00 0a ]", MALFORMED_PACKET),
  refuses(
    [3, 4],
    "server",
    "SUBSCRIBE: the filter is longer than the packet",
    '82 [ 00 0a ff ff "a" 00 ]',
    MALFORMED_PACKET,
  ),
  refuses(5, "server", "SUBSCRIBE: subscription identifier 0", '82 [ 00 0a [ 0b 00 ] <"a"> 00 ]', PROTOCOL_ERROR),
  refuses(
    5,
    "server",
    "[MQTT-1.5.5-1] SUBSCRIBE: non-minimal subscription identifier",
    '82 [ 00 0a [ 0b 81 00 ] <"a"> 00 ]',
    MALFORMED_PACKET,
  ),
  refuses(
    5,
    "server",
    "SUBSCRIBE: a subscription identifier of five bytes",
    '82 [ 00 0a [ 0b ff ff ff ff 01 ] <"a"> 00 ]',
    MALFORMED_PACKET,
  ),
].flat();

export const subscribeCases: readonly WireCase[] = [...options, ...accepted, ...refused];
