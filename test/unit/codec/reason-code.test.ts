import { describe, expect, test } from "vitest";
import { PacketType, ReasonCode, reasonCodeHex, reasonCodeMeaning, reasonCodeName } from "../../../src/codec/index.ts";
import { mayCarry } from "../../../src/codec/reason-code.ts";

const { CONNACK, PUBACK, PUBREL, SUBACK, DISCONNECT, AUTH } = PacketType;

describe("names", () => {
  test("every constant is the name of its code", () => {
    const odd = { NORMAL_DISCONNECTION: DISCONNECT, GRANTED_QOS_0: SUBACK } as const;
    for (const [constant, code] of Object.entries(ReasonCode)) {
      const name = reasonCodeName(code, constant in odd ? odd[constant as keyof typeof odd] : undefined);
      expect(name.toUpperCase().replaceAll(/[ -]/g, "_")).toBe(constant);
      expect(reasonCodeMeaning(code)).toMatch(/^[A-Z].*\.$/);
    }
  });

  test("a code that does not exist is named by its number", () => {
    expect(reasonCodeName(0x42)).toBe("Unknown reason code 0x42");
    expect(reasonCodeName(0xff)).toBe("Unknown reason code 0xFF");
    expect(reasonCodeMeaning(0x42)).toBe(undefined);
    expect(reasonCodeHex(4)).toBe("0x04");
  });
});

describe("who may send what", () => {
  test("the columns of table 2-6 have as many codes as the standard lists", () => {
    const counts = Object.values(PacketType).map((packet) => {
      let codes = 0;
      for (let code = 0; code <= 0xff; code++) if (mayCarry(packet, code)) codes += 1;
      return codes;
    });
    //                     CONNACK  PUBACK PUBREC PUBREL PUBCOMP  SUBACK  UNSUBACK     DISCONNECT AUTH
    expect(counts).toEqual([0, 22, 0, 9, 9, 2, 2, 0, 12, 0, 7, 0, 0, 30, 3]);
  });

  test.each([
    [DISCONNECT, ReasonCode.DISCONNECT_WITH_WILL_MESSAGE, "client"],
    [DISCONNECT, ReasonCode.SESSION_TAKEN_OVER, "server"],
    [DISCONNECT, ReasonCode.NOT_AUTHORIZED, "server"],
    [AUTH, ReasonCode.RE_AUTHENTICATE, "client"],
    [AUTH, ReasonCode.SUCCESS, "server"],
    [PUBACK, ReasonCode.NO_MATCHING_SUBSCRIBERS, "server"],
    [CONNACK, ReasonCode.BANNED, "server"],
  ] as const)("packet type %i carries code %i from a %s only", (packet, code, sender) => {
    expect(mayCarry(packet, code, sender)).toBe(true);
    expect(mayCarry(packet, code, sender === "client" ? "server" : "client")).toBe(false);
    expect(mayCarry(packet, code)).toBe(true);
  });

  test.each([
    [AUTH, ReasonCode.CONTINUE_AUTHENTICATION],
    [DISCONNECT, ReasonCode.PROTOCOL_ERROR],
    [PUBREL, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND],
  ] as const)("packet type %i carries code %i from both sides", (packet, code) => {
    expect(mayCarry(packet, code, "client")).toBe(true);
    expect(mayCarry(packet, code, "server")).toBe(true);
  });

  test("no packet carries what is not a code", () => {
    for (const packet of Object.values(PacketType)) {
      for (const code of [-1, 0x03, 0x42, 0xa3, 0xff, 256, 0.5]) expect(mayCarry(packet, code)).toBe(false);
    }
  });
});
