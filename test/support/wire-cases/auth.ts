import { ReasonCode } from "../../../src/codec/index.ts";
import { hex } from "./notation.ts";
import { auth } from "./packets.ts";
import { accepts, type Role, refuses, type WireCase } from "./wire-case.ts";

const { MALFORMED_PACKET, PROTOCOL_ERROR, SUCCESS, RE_AUTHENTICATE } = ReasonCode;

const BOTH: readonly Role[] = ["server", "client"];

const METHOD = '15 <"SCRAM">';

const accepted: WireCase[] = [
  accepts(5, BOTH, "AUTH: continue authentication", `f0 [ 18 [ ${METHOD} ] ]`, auth()),
  accepts(
    5,
    "server",
    "AUTH: a client re-authenticates",
    `f0 [ 19 [ ${METHOD} ] ]`,
    auth({ reasonCode: RE_AUTHENTICATE }),
  ),
  accepts(5, "client", "AUTH: a server reports success", `f0 [ 00 [ ${METHOD} ] ]`, auth({ reasonCode: SUCCESS })),
  // 3.15.2.1 allows this form, although 3.15.2.2.2 asks for a method: the state machine knows whether one is missing.
  accepts(5, "client", "AUTH: success in its shortest form", "f0 00", auth({ reasonCode: SUCCESS, properties: {} })),
  accepts(5, BOTH, "AUTH: all properties", `f0 [ 18 [ ${METHOD} 16 < 00 ff > 1f <"r"> 26 <"k"> <"v"> ] ]`, {
    ...auth({
      properties: {
        authenticationMethod: "SCRAM",
        authenticationData: Buffer.from("00ff", "hex"),
        reasonString: "r",
        userProperties: [["k", "v"]],
      },
    }),
  }),
].flat();

const refused: WireCase[] = [
  refuses(5, "server", "[MQTT-3.15.2-1] AUTH: a client reports success", `f0 [ 00 [ ${METHOD} ] ]`, PROTOCOL_ERROR),
  refuses(5, "server", "[MQTT-3.15.2-1] AUTH: a client reports success in the shortest form", "f0 00", PROTOCOL_ERROR),
  refuses(5, "client", "[MQTT-3.15.2-1] AUTH: a server re-authenticates", `f0 [ 19 [ ${METHOD} ] ]`, PROTOCOL_ERROR),
  ...[0x01, 0x04, 0x10, 0x17, 0x1a, 0x80, 0x82, 0x87, 0x8c, 0xff].map((reasonCode) => {
    const code = hex(Buffer.of(reasonCode));
    return refuses(
      5,
      BOTH,
      `[MQTT-3.15.2-1] AUTH: reason code 0x${code}`,
      `f0 [ ${code} [ ${METHOD} ] ]`,
      PROTOCOL_ERROR,
    );
  }),
  refuses(5, BOTH, "AUTH: no authentication method", "f0 [ 18 [] ]", PROTOCOL_ERROR),
  refuses(5, BOTH, "AUTH: authentication data without a method", "f0 [ 18 [ 16 < 00 > ] ]", PROTOCOL_ERROR),
  refuses(5, BOTH, "AUTH: a byte too many", `f0 [ 18 [ ${METHOD} ] 00 ]`, MALFORMED_PACKET),
  refuses(5, BOTH, "AUTH: the properties are longer than the packet", `f0 [ 18 09 ${METHOD} ]`, MALFORMED_PACKET),
  refuses([3, 4], BOTH, "[MQTT-2.2.2-2] AUTH: packet type 15 is reserved before 5.0", "f0 00", MALFORMED_PACKET),
].flat();

export const authCases: readonly WireCase[] = [...accepted, ...refused];
