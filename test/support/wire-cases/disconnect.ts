import { ReasonCode } from "../../../src/codec/index.ts";
import { hex } from "./notation.ts";
import { disconnect } from "./packets.ts";
import { accepts, type Role, refuses, type WireCase } from "./wire-case.ts";

const { MALFORMED_PACKET, PROTOCOL_ERROR } = ReasonCode;

const BOTH: readonly Role[] = ["server", "client"];

/** Table 3-10 of the standard: who sends which reason code. (0x8C stands only in table 2-6, without a direction.) */
const SENT_BY_BOTH = [0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99] as const;
const SENT_BY_SERVERS = [
  0x87, 0x89, 0x8b, 0x8d, 0x8e, 0x8f, 0x9a, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xa1, 0xa2,
] as const;
const SENT_BY_CLIENTS = [0x04] as const;
const FOREIGN = [0x01, 0x02, 0x03, 0x10, 0x11, 0x18, 0x19, 0x7f, 0x84, 0x85, 0x86, 0x88, 0x8a, 0x91, 0x92, 0xa3, 0xff];

function withReasonCode(roles: readonly Role[], reasonCode: ReasonCode): WireCase[] {
  const code = hex(Buffer.of(reasonCode));
  const packet = disconnect({ reasonCode });
  return [
    ...accepts(5, roles, `DISCONNECT: reason code 0x${code}`, `e0 01 ${code}`, packet),
    ...accepts(5, roles, `DISCONNECT: reason code 0x${code}, property length 0`, `e0 02 ${code} 00`, packet, {
      encodes: false,
    }),
  ];
}

function refuseReasonCode(roles: readonly Role[], name: string, reasonCode: number): WireCase[] {
  const code = hex(Buffer.of(reasonCode));
  return refuses(5, roles, `[MQTT-3.14.2-1] DISCONNECT: ${name} 0x${code}`, `e0 01 ${code}`, PROTOCOL_ERROR);
}

const accepted: WireCase[] = [
  accepts([3, 4], "server", "DISCONNECT", "e0 00", disconnect()),
  accepts(5, BOTH, "DISCONNECT: no reason code is a normal disconnection", "e0 00", disconnect()),
  accepts(5, BOTH, "DISCONNECT: normal disconnection, said", "e0 01 00", disconnect(), { encodes: false }),
  accepts(5, BOTH, "DISCONNECT: normal disconnection without properties, said", "e0 02 00 00", disconnect(), {
    encodes: false,
  }),
  ...SENT_BY_BOTH.map((reasonCode) => withReasonCode(BOTH, reasonCode)),
  ...SENT_BY_SERVERS.map((reasonCode) => withReasonCode(["client"], reasonCode)),
  ...SENT_BY_CLIENTS.map((reasonCode) => withReasonCode(["server"], reasonCode)),
  accepts(5, "server", "DISCONNECT: figure 3-24, a session expiry interval", "e0 07 00 05 11 00 00 00 00", {
    ...disconnect({ properties: { sessionExpiryInterval: 0 } }),
  }),
  accepts(
    5,
    "server",
    "DISCONNECT: all properties of a client",
    'e0 [ 04 [ 11 ff ff ff ff 1f <"r"> 26 <"k"> <"v"> ] ]',
    {
      ...disconnect({
        reasonCode: ReasonCode.DISCONNECT_WITH_WILL_MESSAGE,
        properties: { sessionExpiryInterval: 0xffff_ffff, reasonString: "r", userProperties: [["k", "v"]] },
      }),
    },
  ),
  accepts(5, "client", "DISCONNECT: all properties of a server", 'e0 [ 9d [ 1c <"other"> 1f <"r"> 26 <"k"> <"v"> ] ]', {
    ...disconnect({
      reasonCode: ReasonCode.SERVER_MOVED,
      properties: { serverReference: "other", reasonString: "r", userProperties: [["k", "v"]] },
    }),
  }),
].flat();

const refused: WireCase[] = [
  ...SENT_BY_SERVERS.map((reasonCode) =>
    refuseReasonCode(["server"], "a client sends the server's reason code", reasonCode),
  ),
  ...SENT_BY_CLIENTS.map((reasonCode) =>
    refuseReasonCode(["client"], "a server sends the client's reason code", reasonCode),
  ),
  ...FOREIGN.map((reasonCode) => refuseReasonCode(BOTH, "reason code", reasonCode)),
  refuses(
    5,
    "client",
    "[MQTT-3.14.2-2] DISCONNECT: a server sends a session expiry interval",
    "e0 07 00 05 11 00 00 00 00",
    PROTOCOL_ERROR,
  ),
  refuses([3, 4], "client", "DISCONNECT: servers have none before 5.0", "e0 00", PROTOCOL_ERROR),
  refuses([3, 4], "server", "DISCONNECT: a byte too many", "e0 01 00", MALFORMED_PACKET),
  refuses(5, BOTH, "DISCONNECT: a byte too many", "e0 03 00 00 00", MALFORMED_PACKET),
  refuses(5, BOTH, "DISCONNECT: the properties are longer than the packet", "e0 02 00 05", MALFORMED_PACKET),
  refuses(5, BOTH, "[MQTT-1.5.5-1] DISCONNECT: non-minimal property length", "e0 03 00 80 00", MALFORMED_PACKET),
].flat();

export const disconnectCases: readonly WireCase[] = [...accepted, ...refused];
