import { expect, test } from "vitest";
import { encodePacket, PacketType, ReasonCode } from "../../../src/codec/index.ts";
import { mayCarry } from "../../../src/codec/reason-code.ts";
import { hex } from "../../support/wire-cases/notation.ts";
import { connack } from "../../support/wire-cases/packets.ts";

const SAME = new Map<ReasonCode, number>([
  [ReasonCode.SUCCESS, 0],
  [ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, 1],
  [ReasonCode.CLIENT_IDENTIFIER_NOT_VALID, 2],
  [ReasonCode.SERVER_UNAVAILABLE, 3],
  [ReasonCode.BAD_USER_NAME_OR_PASSWORD, 4],
  [ReasonCode.NOT_AUTHORIZED, 5],
]);
const NOT_ALLOWED = new Set<ReasonCode>([
  ReasonCode.BANNED,
  ReasonCode.BAD_AUTHENTICATION_METHOD,
  ReasonCode.TOPIC_NAME_INVALID,
  ReasonCode.RETAIN_NOT_SUPPORTED,
  ReasonCode.QOS_NOT_SUPPORTED,
]);

test.each(Object.values(ReasonCode).filter((code) => mayCarry(PacketType.CONNACK, code)))(
  "reason code %i becomes the return code that comes closest",
  (reasonCode) => {
    const returnCode = SAME.get(reasonCode) ?? (NOT_ALLOWED.has(reasonCode) ? 5 : 3);
    expect(hex(encodePacket(connack({ reasonCode }), 4))).toBe(`2002000${returnCode}`);
    expect(hex(encodePacket(connack({ reasonCode }), 3))).toBe(`2002000${returnCode}`);
  },
);

test("3.1 does not know whether a session is present", () => {
  expect(hex(encodePacket(connack({ sessionPresent: true }), 3))).toBe("20020000");
  expect(hex(encodePacket(connack({ sessionPresent: true }), 4))).toBe("20020100");
});
