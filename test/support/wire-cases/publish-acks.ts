import { type AckProperties, type Packet, ReasonCode } from "../../../src/codec/index.ts";
import { hex } from "./notation.ts";
import { puback, pubcomp, pubrec, pubrel } from "./packets.ts";
import { accepts, type Role, refuses, type WireCase } from "./wire-case.ts";

const { MALFORMED_PACKET, PROTOCOL_ERROR } = ReasonCode;

const BOTH: readonly Role[] = ["server", "client"];

interface Acknowledgement {
  readonly name: string;
  readonly header: string;
  readonly packet: (fields: { packetId?: number; reasonCode?: ReasonCode; properties?: AckProperties }) => Packet;
  /** Tables 3-4 to 3-7 of the standard. */
  readonly reasonCodes: readonly number[];
  readonly statement: string;
}

const PUBLISH_RESULTS = [0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99];
const RELEASE_RESULTS = [0x00, 0x92];

const acknowledgements: readonly Acknowledgement[] = [
  { name: "PUBACK", header: "40", packet: puback, reasonCodes: PUBLISH_RESULTS, statement: "[MQTT-3.4.2-1]" },
  { name: "PUBREC", header: "50", packet: pubrec, reasonCodes: PUBLISH_RESULTS, statement: "[MQTT-3.5.2-1]" },
  { name: "PUBREL", header: "62", packet: pubrel, reasonCodes: RELEASE_RESULTS, statement: "[MQTT-3.6.2-1]" },
  { name: "PUBCOMP", header: "70", packet: pubcomp, reasonCodes: RELEASE_RESULTS, statement: "[MQTT-3.7.2-1]" },
];

/** "This is sent only by the Server", says the standard. */
const NO_MATCHING_SUBSCRIBERS = 0x10;

/** Reason codes of other packets, and numbers that mean nothing anywhere. */
const FOREIGN_REASON_CODES = [0x01, 0x02, 0x04, 0x11, 0x18, 0x19, 0x7f, 0x81, 0x82, 0x8e, 0x8f, 0x94, 0x9e, 0xa2, 0xff];

export const publishAckCases: readonly WireCase[] = acknowledgements.flatMap(
  ({ name, header, packet, reasonCodes, statement }): WireCase[] => [
    ...accepts([3, 4, 5], BOTH, `${name}: two bytes`, `${header} 02 00 0a`, packet({})),
    ...accepts([3, 4, 5], BOTH, `${name}: packet identifier 1`, `${header} 02 00 01`, packet({ packetId: 1 })),
    ...accepts([3, 4, 5], BOTH, `${name}: packet identifier 65535`, `${header} 02 ff ff`, packet({ packetId: 65_535 })),
    ...accepts(5, BOTH, `${name}: success, said`, `${header} 03 00 0a 00`, packet({}), { encodes: false }),
    ...accepts(5, BOTH, `${name}: success and no properties, said`, `${header} 04 00 0a 00 00`, packet({}), {
      encodes: false,
    }),
    ...reasonCodes
      .filter((reasonCode) => reasonCode !== 0)
      .flatMap((reasonCode) => {
        const roles: readonly Role[] = reasonCode === NO_MATCHING_SUBSCRIBERS ? ["client"] : BOTH;
        const code = hex(Buffer.of(reasonCode));
        const expected = packet({ reasonCode: reasonCode as ReasonCode });
        return [
          ...accepts(5, roles, `${name}: reason code 0x${code}`, `${header} 03 00 0a ${code}`, expected),
          ...accepts(
            5,
            roles,
            `${name}: reason code 0x${code}, property length 0`,
            `${header} 04 00 0a ${code} 00`,
            expected,
            { encodes: false },
          ),
        ];
      }),
    ...accepts(
      5,
      BOTH,
      `${name}: success with properties`,
      `${header} [ 00 0a 00 [ 1f <"because"> 26 <"k"> <"v"> ] ]`,
      packet({ properties: { reasonString: "because", userProperties: [["k", "v"]] } }),
    ),

    ...[...FOREIGN_REASON_CODES, ...PUBLISH_RESULTS, ...RELEASE_RESULTS]
      .filter((reasonCode) => !reasonCodes.includes(reasonCode))
      .flatMap((reasonCode) => {
        const code = hex(Buffer.of(reasonCode));
        return refuses(
          5,
          BOTH,
          `${statement} ${name}: reason code 0x${code}`,
          `${header} 03 00 0a ${code}`,
          PROTOCOL_ERROR,
        );
      }),
    ...(reasonCodes.includes(NO_MATCHING_SUBSCRIBERS)
      ? refuses(
          5,
          "server",
          `${statement} ${name}: a client knows no subscribers (reason code 0x10)`,
          `${header} 03 00 0a 10`,
          PROTOCOL_ERROR,
        )
      : []),
    ...refuses([3, 4, 5], BOTH, `[MQTT-2.2.1-5] ${name}: packet identifier 0`, `${header} 02 00 00`, MALFORMED_PACKET),
    ...refuses([3, 4, 5], BOTH, `${name}: nothing at all`, `${header} 00`, MALFORMED_PACKET),
    ...refuses([3, 4, 5], BOTH, `${name}: half a packet identifier`, `${header} 01 00`, MALFORMED_PACKET),
    ...refuses([3, 4], BOTH, `${name}: a byte too many`, `${header} 03 00 0a 00`, MALFORMED_PACKET),
    ...refuses(5, BOTH, `${name}: a byte too many`, `${header} 05 00 0a 00 00 00`, MALFORMED_PACKET),
    ...refuses(
      5,
      BOTH,
      `${name}: the properties are longer than the packet`,
      `${header} [ 00 0a 00 02 ]`,
      MALFORMED_PACKET,
    ),
    ...refuses(
      5,
      BOTH,
      `[MQTT-1.5.5-1] ${name}: non-minimal property length`,
      `${header} [ 00 0a 00 80 00 ]`,
      MALFORMED_PACKET,
    ),
  ],
);
