import { describe, expect, test } from "vitest";
import { ConnectionLostError, RefusedError } from "../../../src/client/index.ts";
import { isWorthRetrying, reconnectDelay } from "../../../src/client/reconnect-policy.ts";
import { ProtocolError, ReasonCode } from "../../../src/codec/index.ts";
import { UsageError } from "../../../src/errors.ts";
import { UnreachableError } from "../../../src/transport/index.ts";

describe("the delay before an attempt", () => {
  test("has full jitter: anything from nothing to a ceiling that doubles from 0.5 to 30 s", () => {
    const ceilings = Array.from({ length: 10 }, (_, attempt) =>
      reconnectDelay({ random: () => 1 - 2 ** -53 }, attempt),
    );
    expect(ceilings.map((delay) => Math.round(delay as number))).toEqual([
      500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000,
    ]);
    expect(reconnectDelay({ random: () => 0 }, 5)).toBe(0);
  });

  test("is spread over the whole range", () => {
    const delays = Array.from({ length: 1000 }, () => reconnectDelay({}, 0) as number);
    expect(Math.min(...delays)).toBeLessThan(50);
    expect(Math.max(...delays)).toBeGreaterThan(450);
    expect(Math.max(...delays)).toBeLessThan(500);
  });

  test("stays within its limit however often it was tried", () => {
    expect(reconnectDelay({ random: () => 0.5 }, 5000)).toBe(15_000);
  });

  test("ends when too much time has gone by", () => {
    expect(reconnectDelay({ giveUpAfter: 1000, random: () => 0.5 }, 0, 999)).toBe(250);
    expect(reconnectDelay({ giveUpAfter: 1000 }, 0, 1000)).toBe(undefined);
  });

  test("follows the policy, and ends with it", () => {
    const policy = { minimumDelay: 10, maximumDelay: 20, attempts: 2, random: () => 0.5 };
    expect([0, 1, 2, 3].map((attempt) => reconnectDelay(policy, attempt))).toEqual([5, 10, undefined, undefined]);
  });
});

describe("another attempt", () => {
  const refused = (reasonCode: ReasonCode) => new RefusedError({ summary: "no", packet: "CONNACK", reasonCode });

  test.each([
    new ConnectionLostError("gone"),
    new UnreachableError("connect", "nobody there"),
    refused(ReasonCode.SERVER_BUSY),
    refused(ReasonCode.SERVER_UNAVAILABLE),
    refused(ReasonCode.CONNECTION_RATE_EXCEEDED),
  ])("may end differently after: %s", (cause) => {
    expect(isWorthRetrying(cause)).toBe(true);
  });

  test.each([
    new UsageError("cannot be"),
    new ProtocolError(ReasonCode.MALFORMED_PACKET, "broken"),
    refused(ReasonCode.BAD_USER_NAME_OR_PASSWORD),
    refused(ReasonCode.SESSION_TAKEN_OVER),
    refused(ReasonCode.SERVER_MOVED),
  ])("would end like this one after: %s", (cause) => {
    expect(isWorthRetrying(cause)).toBe(false);
  });
});
