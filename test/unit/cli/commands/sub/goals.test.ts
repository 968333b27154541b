import { describe, expect, test } from "vitest";
import { Goals } from "../../../../../src/cli/commands/sub/goals.ts";
import type { ReceivedMessage } from "../../../../../src/client/index.ts";

function message(topic: string, payload: string): ReceivedMessage {
  const bytes = Buffer.from(payload);
  const place = { bytes, payloadStart: 0, payloadEnd: bytes.length };
  return { topic, payload: bytes, qos: 0, retain: false, dup: false, packetId: 0, properties: {}, ...place };
}

describe("goals of a run", () => {
  test("--until is reached by the first message that satisfies it", () => {
    const goals = new Goals({ until: "payload > 2", expect: [] });
    expect([1, 2, 3].map((number) => goals.take(message("a", `${number}`)))).toEqual([false, false, true]);
    expect(goals.isOpen).toBe(false);
  });

  test("each --expect needs a message, in any order", () => {
    const goals = new Goals({ until: undefined, expect: ["payload == 1", "payload == 2"] });
    expect(goals.take(message("a", "2"))).toBe(false);
    expect(goals.isOpen).toBe(true);
    expect(goals.take(message("a", "2"))).toBe(false);
    expect(goals.take(message("a", "1"))).toBe(true);
    expect(goals.isOpen).toBe(false);
  });

  test("what was seen: how many, what came nearest and why it was not it, what came last", () => {
    const text = 'payload.temperature > 30 && topic.startsWith("plant/")';
    const goals = new Goals({ until: undefined, expect: [text] });
    goals.take(message("plant/1", '{"temperature":12}'));
    goals.take(message("plant/2", '{"temperature":29.5}'));
    goals.take(message("house", '{"temperature":31}'));
    goals.take(message("plant/3", '{"temperature":20}'));
    goals.take(message("other", "\x1b[2J"));
    const failure = goals.failure("--within");
    expect(failure).toMatchObject({
      code: "delivery",
      message: `not met before the end (--within): ${text}`,
      details: [
        "5 messages came",
        "nearest:",
        '  plant/2 {"temperature":29.5}',
        "    payload.temperature > 30: it is 29.5",
        '  plant/3 {"temperature":20}',
        "    payload.temperature > 30: it is 20",
        '  plant/1 {"temperature":12}',
        "    payload.temperature > 30: it is 12",
        "last 3:",
        '  house {"temperature":31}',
        '  plant/3 {"temperature":20}',
        "  other \\x1b[2J",
      ],
      facts: {
        ending: "--within",
        seen: 5,
        unmet: [
          { expect: text, nearest: [{ topic: "plant/2", size: 20, satisfied: 1, reason: "it is 29.5" }, {}, {}] },
        ],
      },
    });
  });

  test("without a message, it says so; with several expectations, which are open", () => {
    const goals = new Goals({ until: undefined, expect: ["qos == 1", "qos == 2"] });
    expect(goals.failure("--timeout").details).toEqual(["  qos == 1", "  qos == 2", "no message came"]);
  });

  test("long payloads are cut", () => {
    const goals = new Goals({ until: undefined, expect: ["retain"] });
    goals.take(message("t".repeat(500), "x".repeat(1_000_000)));
    expect(Math.max(...goals.failure("--idle").details.map((line) => line.length))).toBeLessThan(250);
  });
});
