import { PINGREQ, PINGRESP, ReasonCode } from "../../../src/codec/index.ts";
import { hex } from "./notation.ts";
import { connect, publish, pubrel } from "./packets.ts";
import { accepts, type Role, refuses, type WireCase } from "./wire-case.ts";

const { MALFORMED_PACKET, PROTOCOL_ERROR } = ReasonCode;

const BOTH: readonly Role[] = ["server", "client"];

interface Framing {
  readonly name: string;
  readonly type: number;
  /** Table 2-2: the only flags that are right. */
  readonly flags: number;
  /** Table 2-1: who may receive it. */
  readonly roles: readonly Role[];
  /** Bodies that would be right behind the right flags. */
  readonly v4: string;
  readonly v5: string;
}

const FRAMINGS: readonly Framing[] = [
  { name: "CONNACK", type: 2, flags: 0, roles: ["client"], v4: "[ 00 00 ]", v5: "[ 00 00 [] ]" },
  { name: "PUBACK", type: 4, flags: 0, roles: BOTH, v4: "[ 00 0a ]", v5: "[ 00 0a ]" },
  { name: "PUBREC", type: 5, flags: 0, roles: BOTH, v4: "[ 00 0a ]", v5: "[ 00 0a ]" },
  { name: "PUBREL", type: 6, flags: 2, roles: BOTH, v4: "[ 00 0a ]", v5: "[ 00 0a ]" },
  { name: "PUBCOMP", type: 7, flags: 0, roles: BOTH, v4: "[ 00 0a ]", v5: "[ 00 0a ]" },
  { name: "SUBSCRIBE", type: 8, flags: 2, roles: ["server"], v4: '[ 00 0a <"a"> 00 ]', v5: '[ 00 0a [] <"a"> 00 ]' },
  { name: "SUBACK", type: 9, flags: 0, roles: ["client"], v4: "[ 00 0a 00 ]", v5: "[ 00 0a [] 00 ]" },
  { name: "UNSUBSCRIBE", type: 10, flags: 2, roles: ["server"], v4: '[ 00 0a <"a"> ]', v5: '[ 00 0a [] <"a"> ]' },
  { name: "UNSUBACK", type: 11, flags: 0, roles: ["client"], v4: "[ 00 0a ]", v5: "[ 00 0a [] 00 ]" },
  { name: "PINGREQ", type: 12, flags: 0, roles: ["server"], v4: "[]", v5: "[]" },
  { name: "PINGRESP", type: 13, flags: 0, roles: ["client"], v4: "[]", v5: "[]" },
];

const V5_FRAMINGS: readonly Framing[] = [
  { name: "DISCONNECT", type: 14, flags: 0, roles: BOTH, v4: "", v5: "[]" },
  { name: "AUTH", type: 15, flags: 0, roles: BOTH, v4: "", v5: '[ 18 [ 15 <"SCRAM"> ] ]' },
];

function header(type: number, flags: number): string {
  return hex(Buffer.of((type << 4) | flags));
}

const WRONG_FLAGS = (right: number) =>
  Array.from({ length: 16 }, (_, flags) => flags).filter((flags) => flags !== right);

const reservedFlags: WireCase[] = [
  ...[...FRAMINGS, ...V5_FRAMINGS].flatMap(({ name, type, flags, roles, v5 }) =>
    WRONG_FLAGS(flags).flatMap((wrong) =>
      refuses(5, roles, `[MQTT-2.1.3-1] ${name}: flags ${wrong}`, `${header(type, wrong)} ${v5}`, MALFORMED_PACKET),
    ),
  ),
  ...FRAMINGS.flatMap(({ name, type, flags, roles, v4 }) =>
    [flags ^ 1, flags ^ 2, flags ^ 4, flags ^ 8].flatMap((wrong) =>
      refuses(4, roles, `[MQTT-2.2.2-2] ${name}: flags ${wrong}`, `${header(type, wrong)} ${v4}`, MALFORMED_PACKET),
    ),
  ),
  ...refuses(4, "server", "[MQTT-3.14.1-1] DISCONNECT: flags 1", "e1 00", MALFORMED_PACKET),
  ...WRONG_FLAGS(0).flatMap((wrong) => [
    ...refuses(
      5,
      "server",
      `[MQTT-2.1.3-1] CONNECT: flags ${wrong}`,
      `${header(1, wrong)} [ <"MQTT"> 05 02 00 3c [] <"c"> ]`,
      MALFORMED_PACKET,
      { opensConnection: true },
    ),
    ...refuses(
      4,
      "server",
      `[MQTT-2.2.2-2] CONNECT: flags ${wrong}`,
      `${header(1, wrong)} [ <"MQTT"> 04 02 00 3c <"c"> ]`,
      MALFORMED_PACKET,
      { opensConnection: true },
    ),
  ]),
  ...accepts(3, BOTH, "PUBREL: 3.1 has a DUP flag here", "6a 02 00 0a", pubrel(), { encodes: false }),
];

/** Table 2-1: packets that the other side never sends. */
const direction: WireCase[] = [
  ...FRAMINGS.filter(({ roles }) => roles.length === 1).flatMap(({ name, type, flags, roles, v4, v5 }) => {
    const wrong: Role = roles[0] === "server" ? "client" : "server";
    const title = `MP-06 ${name} comes from the wrong side`;
    return [
      ...refuses([3, 4], wrong, title, `${header(type, flags)} ${v4}`, PROTOCOL_ERROR),
      ...refuses(5, wrong, title, `${header(type, flags)} ${v5}`, PROTOCOL_ERROR),
    ];
  }),
  ...refuses(
    4,
    "client",
    "MP-06 CONNECT comes from the wrong side",
    '10 [ <"MQTT"> 04 02 00 3c <"c"> ]',
    PROTOCOL_ERROR,
  ),
  ...refuses(
    5,
    "client",
    "MP-06 CONNECT comes from the wrong side",
    '10 [ <"MQTT"> 05 02 00 3c [] <"c"> ]',
    PROTOCOL_ERROR,
  ),
  ...refuses([3, 4, 5], BOTH, "packet type 0", "00 00", MALFORMED_PACKET),
];

/** [MQTT-1.5.5-1] is new in 5.0; before, a longer form than necessary is odd but legal. */
const remainingLength: WireCase[] = [
  ...["80 00", "80 80 00", "80 80 80 00"].flatMap((length) => [
    ...accepts([3, 4], "server", `PINGREQ: remaining length ${length}`, `c0 ${length}`, PINGREQ, { encodes: false }),
    ...accepts([3, 4], "client", `PINGRESP: remaining length ${length}`, `d0 ${length}`, PINGRESP, { encodes: false }),
  ]),
  ...["84 00", "84 80 00", "84 80 80 00"].flatMap((length) =>
    accepts(
      [3, 4],
      BOTH,
      `PUBLISH: remaining length ${length}`,
      `30 ${length} <"a"> "x"`,
      publish({ payload: Buffer.from("x") }),
      {
        encodes: false,
      },
    ),
  ),
  ...accepts(
    4,
    "server",
    "CONNECT: remaining length 8d 00",
    '10 8d 00 <"MQTT"> 04 02 00 3c <"c">',
    connect({ protocolVersion: 4 }),
    { opensConnection: true, encodes: false },
  ),
  ...refuses(
    5,
    "server",
    "[MQTT-1.5.5-1] MP-23 CONNECT: remaining length 8e 00",
    '10 8e 00 <"MQTT"> 05 02 00 3c [] <"c">',
    MALFORMED_PACKET,
    { opensConnection: true },
  ),
  ...["ff ff ff ff 01", "80 80 80 80 01", "80 80 80 80 00", "ff ff ff ff ff"].flatMap((length) => [
    ...refuses([3, 4, 5], "server", `MP-01 PINGREQ: remaining length ${length}`, `c0 ${length}`, MALFORMED_PACKET),
    ...refuses([3, 4, 5], "client", `MP-31 PUBLISH: remaining length ${length}`, `30 ${length}`, MALFORMED_PACKET),
  ]),
  ...["80 00", "80 80 00", "80 80 80 00"].flatMap((length) => [
    ...refuses(
      5,
      "server",
      `[MQTT-1.5.5-1] MP-23 PINGREQ: remaining length ${length}`,
      `c0 ${length}`,
      MALFORMED_PACKET,
    ),
    ...refuses(
      5,
      "client",
      `[MQTT-1.5.5-1] MP-23 PINGRESP: remaining length ${length}`,
      `d0 ${length}`,
      MALFORMED_PACKET,
    ),
  ]),
  ...["84 00", "84 80 00", "84 80 80 00"].flatMap((length) =>
    refuses(
      5,
      BOTH,
      `[MQTT-1.5.5-1] MP-23 PUBLISH: remaining length ${length}`,
      `30 ${length} <"a"> []`,
      MALFORMED_PACKET,
    ),
  ),
];

export const fixedHeaderCases: readonly WireCase[] = [...reservedFlags, ...direction, ...remainingLength];
