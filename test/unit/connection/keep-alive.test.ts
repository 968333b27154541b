import { describe, expect, test } from "vitest";
import { KeepAlive } from "../../../src/connection/keep-alive.ts";

describe("KeepAlive", () => {
  test("[MQTT-3.1.2-22] one and a half intervals without a packet are too long", () => {
    const keepAlive = new KeepAlive(10);
    expect(keepAlive.isExpired(1000)).toBe(false);
    expect(keepAlive.isExpired(15_999)).toBe(false);
    expect(keepAlive.isExpired(16_000)).toBe(true);
  });

  test("every packet counts, and the time begins anew with it", () => {
    const keepAlive = new KeepAlive(10);
    for (let now = 0; now < 200_000; now += 12_000) {
      keepAlive.received();
      expect(keepAlive.isExpired(now)).toBe(false);
      expect(keepAlive.isExpired(now + 11_999)).toBe(false);
    }
  });

  test("time in which nobody could be heard is no silence", () => {
    const keepAlive = new KeepAlive(10);
    expect(keepAlive.isExpired(0)).toBe(false);
    expect(keepAlive.isExpired(60_000, 50_000)).toBe(false);
    expect(keepAlive.isExpired(64_999)).toBe(false);
    expect(keepAlive.isExpired(65_000)).toBe(true);
  });

  test("keep alive 0 turns it off", () => {
    const keepAlive = new KeepAlive(0);
    expect(keepAlive.isExpired(0)).toBe(false);
    expect(keepAlive.isExpired(Number.MAX_SAFE_INTEGER)).toBe(false);
  });
});
