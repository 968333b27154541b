import { ReasonCode } from "../../../src/codec/index.ts";
import { connack } from "./packets.ts";
import { accepts, refuses, type WireCase } from "./wire-case.ts";

const { MALFORMED_PACKET, PROTOCOL_ERROR } = ReasonCode;

/** 3.1.1, table 3.1: what a return code is among the reason codes of 5.0. */
const RETURN_CODES = [
  ["00", ReasonCode.SUCCESS],
  ["01", ReasonCode.UNSUPPORTED_PROTOCOL_VERSION],
  ["02", ReasonCode.CLIENT_IDENTIFIER_NOT_VALID],
  ["03", ReasonCode.SERVER_UNAVAILABLE],
  ["04", ReasonCode.BAD_USER_NAME_OR_PASSWORD],
  ["05", ReasonCode.NOT_AUTHORIZED],
] as const;

const accepted: WireCase[] = [
  ...RETURN_CODES.map(([code, reasonCode]) =>
    accepts([3, 4], "client", `CONNACK: return code ${code}`, `20 [ 00 ${code} ]`, connack({ reasonCode })),
  ),
  ...RETURN_CODES.slice(1).map(([code, reasonCode]) =>
    accepts(
      5,
      "client",
      `CONNACK: return code ${code} of an older server`,
      `20 [ 00 ${code} ]`,
      connack({ reasonCode }),
      {
        encodes: false,
      },
    ),
  ),
  accepts(4, "client", "CONNACK: session present", "20 02 01 00", connack({ sessionPresent: true })),
  accepts(5, "client", "CONNACK: session present", "20 03 01 00 00", connack({ sessionPresent: true })),
  accepts(
    5,
    "client",
    "CONNACK: all properties",
    `20 [ 00 00 [ 11 00 00 00 00  12 <"id"> 13 00 1e  15 <"SCRAM"> 16 < 03 > 1a <"info"> 1c <"other"> 1f <"well">
      21 00 01  22 ff ff  24 01  25 00  26 <"k"> <"v"> 27 00 00 00 01  28 00  29 00  2a 00 ] ]`,
    connack({
      properties: {
        sessionExpiryInterval: 0,
        assignedClientIdentifier: "id",
        serverKeepAlive: 30,
        authenticationMethod: "SCRAM",
        authenticationData: Buffer.from([3]),
        responseInformation: "info",
        serverReference: "other",
        reasonString: "well",
        receiveMaximum: 1,
        topicAliasMaximum: 65_535,
        maximumQoS: 1,
        retainAvailable: false,
        userProperties: [["k", "v"]],
        maximumPacketSize: 1,
        wildcardSubscriptionAvailable: false,
        subscriptionIdentifierAvailable: false,
        sharedSubscriptionAvailable: false,
      },
    }),
  ),
].flat();

const refused: WireCase[] = [
  ...["02", "03", "80", "ff"].map((flags) =>
    refuses(
      5,
      "client",
      `[MQTT-3.2.2-1] CONNACK: reserved flags 0x${flags}`,
      `20 [ ${flags} 00 00 ]`,
      MALFORMED_PACKET,
    ),
  ),
  refuses(4, "client", "[MQTT-2.2.2-2] CONNACK: reserved acknowledge flags", "20 [ 02 00 ]", MALFORMED_PACKET),
  refuses(5, "client", "[MQTT-3.2.2-6] CONNACK: session present although refused", "20 [ 01 87 00 ]", PROTOCOL_ERROR),
  refuses(4, "client", "[MQTT-3.2.2-4] CONNACK: session present although refused", "20 [ 01 05 ]", PROTOCOL_ERROR),
  ...["06", "80", "ff"].map((code) =>
    refuses([3, 4], "client", `CONNACK: reserved return code 0x${code}`, `20 [ 00 ${code} ]`, PROTOCOL_ERROR),
  ),
  refuses([3, 4], "client", "CONNACK: a byte too many", "20 [ 00 00 00 ]", MALFORMED_PACKET),
  refuses([3, 4], "client", "CONNACK: no return code", "20 [ 00 ]", MALFORMED_PACKET),
  refuses([3, 4, 5], "client", "CONNACK: nothing at all", "20 00", MALFORMED_PACKET),
  refuses(5, "client", "[MQTT-2.2.2-1] CONNACK: no property length", "20 [ 00 00 ]", MALFORMED_PACKET),
  refuses(5, "client", "CONNACK: no reason code", "20 [ 00 ]", MALFORMED_PACKET),
  refuses(5, "client", "CONNACK: a byte too many", "20 [ 00 00 [] 00 ]", MALFORMED_PACKET),
].flat();

export const connackCases: readonly WireCase[] = [...accepted, ...refused];
