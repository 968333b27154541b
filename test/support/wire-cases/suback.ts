import { ReasonCode } from "../../../src/codec/index.ts";
import { hex } from "./notation.ts";
import { suback } from "./packets.ts";
import { accepts, refuses, type WireCase } from "./wire-case.ts";

const { MALFORMED_PACKET, PROTOCOL_ERROR, UNSPECIFIED_ERROR } = ReasonCode;

/** Table 3-8 of the standard. */
const REASON_CODES = [0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2] as const;

const accepted: WireCase[] = [
  ...([0, 1, 2, UNSPECIFIED_ERROR] as const).map((reasonCode) => {
    const code = hex(Buffer.of(reasonCode));
    return accepts([3, 4], "client", `SUBACK: return code 0x${code}`, `90 [ 00 0a ${code} ]`, {
      ...suback({ reasonCodes: [reasonCode] }),
    });
  }),
  ...REASON_CODES.map((reasonCode) => {
    const code = hex(Buffer.of(reasonCode));
    return accepts(5, "client", `SUBACK: reason code 0x${code}`, `90 [ 00 0a [] ${code} ]`, {
      ...suback({ reasonCodes: [reasonCode] }),
    });
  }),
  accepts(4, "client", "[MQTT-3.9.3-1] SUBACK: several return codes in order", "90 06 ff ff 02 80 00 01", {
    ...suback({ packetId: 65_535, reasonCodes: [2, UNSPECIFIED_ERROR, 0, 1] }),
  }),
  accepts(5, "client", "[MQTT-3.9.3-1] SUBACK: several reason codes in order", "90 07 ff ff 00 02 87 00 01", {
    ...suback({ packetId: 65_535, reasonCodes: [2, ReasonCode.NOT_AUTHORIZED, 0, 1] }),
  }),
  accepts(
    5,
    "client",
    "SUBACK: all properties",
    '90 [ 00 0a [ 1f <"because"> 26 <"k"> <"v"> ] 00 ]',
    suback({ properties: { reasonString: "because", userProperties: [["k", "v"]] } }),
  ),
].flat();

const refused: WireCase[] = [
  ...[0x03, 0x04, 0x7f, 0x83, 0x87, 0xff].map((reasonCode) => {
    const code = hex(Buffer.of(reasonCode));
    return refuses(4, "client", `[MQTT-3.9.3-2] SUBACK: return code 0x${code}`, `90 [ 00 0a ${code} ]`, PROTOCOL_ERROR);
  }),
  ...[0x03, 0x04, 0x10, 0x11, 0x18, 0x7f, 0x81, 0x82, 0x90, 0x92, 0x99, 0x9b, 0xff].map((reasonCode) => {
    const code = hex(Buffer.of(reasonCode));
    return refuses(
      5,
      "client",
      `[MQTT-3.9.3-2] SUBACK: reason code 0x${code}`,
      `90 [ 00 0a [] ${code} ]`,
      PROTOCOL_ERROR,
    );
  }),
  refuses(
    5,
    "client",
    "[MQTT-3.9.3-2] SUBACK: a bad reason code behind a good one",
    "90 [ 00 0a [] 00 03 ]",
    PROTOCOL_ERROR,
  ),
  refuses([3, 4], "client", "MP-31 SUBACK: no return code", "90 [ 00 0a ]", PROTOCOL_ERROR),
  refuses(5, "client", "MP-31 SUBACK: no reason code", "90 [ 00 0a [] ]", PROTOCOL_ERROR),
  refuses(5, "client", "SUBACK: no property length", "90 [ 00 0a ]", MALFORMED_PACKET),
  refuses([3, 4], "client", "[MQTT-2.3.1-7] SUBACK: packet identifier 0", "90 [ 00 00 00 ]", MALFORMED_PACKET),
  refuses(5, "client", "[MQTT-2.2.1-6] SUBACK: packet identifier 0", "90 [ 00 00 [] 00 ]", MALFORMED_PACKET),
  refuses([3, 4, 5], "client", "SUBACK: nothing at all", "90 00", MALFORMED_PACKET),
  refuses([3, 4, 5], "client", "SUBACK: half a packet identifier", "90 01 00", MALFORMED_PACKET),
].flat();

export const subackCases: readonly WireCase[] = [...accepted, ...refused];
