import { ReasonCode } from "../../../src/codec/index.ts";
import { hex } from "./notation.ts";
import { unsuback } from "./packets.ts";
import { accepts, refuses, type WireCase } from "./wire-case.ts";

const { MALFORMED_PACKET, PROTOCOL_ERROR } = ReasonCode;

/** Table 3-9 of the standard. */
const REASON_CODES = [0x00, 0x11, 0x80, 0x83, 0x87, 0x8f, 0x91] as const;

const accepted: WireCase[] = [
  accepts([3, 4], "client", "UNSUBACK: two bytes", "b0 02 00 0a", unsuback({ reasonCodes: [] })),
  ...REASON_CODES.map((reasonCode) => {
    const code = hex(Buffer.of(reasonCode));
    return accepts(5, "client", `UNSUBACK: reason code 0x${code}`, `b0 [ 00 0a [] ${code} ]`, {
      ...unsuback({ reasonCodes: [reasonCode] }),
    });
  }),
  accepts(5, "client", "[MQTT-3.11.3-1] UNSUBACK: several reason codes in order", "b0 [ ff ff [] 11 00 87 ]", {
    ...unsuback({
      packetId: 65_535,
      reasonCodes: [ReasonCode.NO_SUBSCRIPTION_EXISTED, ReasonCode.SUCCESS, ReasonCode.NOT_AUTHORIZED],
    }),
  }),
  accepts(5, "client", "UNSUBACK: all properties", 'b0 [ 00 0a [ 1f <"because"> 26 <"k"> <"v"> ] 00 ]', {
    ...unsuback({ properties: { reasonString: "because", userProperties: [["k", "v"]] } }),
  }),
].flat();

const refused: WireCase[] = [
  ...[0x01, 0x02, 0x04, 0x10, 0x18, 0x7f, 0x81, 0x90, 0x92, 0x97, 0x9e, 0xa2, 0xff].map((reasonCode) => {
    const code = hex(Buffer.of(reasonCode));
    return refuses(
      5,
      "client",
      `[MQTT-3.11.3-2] UNSUBACK: reason code 0x${code}`,
      `b0 [ 00 0a [] ${code} ]`,
      PROTOCOL_ERROR,
    );
  }),
  refuses(5, "client", "UNSUBACK: no reason code", "b0 [ 00 0a [] ]", PROTOCOL_ERROR),
  refuses(5, "client", "UNSUBACK: no property length", "b0 [ 00 0a ]", MALFORMED_PACKET),
  refuses([3, 4], "client", "UNSUBACK: a byte too many", "b0 [ 00 0a 00 ]", MALFORMED_PACKET),
  refuses([3, 4], "client", "[MQTT-2.3.1-7] UNSUBACK: packet identifier 0", "b0 [ 00 00 ]", MALFORMED_PACKET),
  refuses(5, "client", "[MQTT-2.2.1-6] UNSUBACK: packet identifier 0", "b0 [ 00 00 [] 00 ]", MALFORMED_PACKET),
  refuses([3, 4, 5], "client", "UNSUBACK: nothing at all", "b0 00", MALFORMED_PACKET),
  refuses([3, 4, 5], "client", "UNSUBACK: half a packet identifier", "b0 01 00", MALFORMED_PACKET),
].flat();

export const unsubackCases: readonly WireCase[] = [...accepted, ...refused];
