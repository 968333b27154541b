import { describe, expect, test } from "vitest";
import { compileExpression } from "../../../../src/cli/expression/expression.ts";
import { type FactsMessage, MessageFacts } from "../../../../src/cli/expression/message-facts.ts";

function facts(payload: string | Buffer, more: Partial<FactsMessage> = {}): MessageFacts {
  const envelope = { topic: "plant/1/state", qos: 1, retain: true, dup: false, packetId: 7, properties: {} } as const;
  return new MessageFacts({ ...envelope, payload: Buffer.from(payload), ...more });
}
const judge = (text: string, payload: string | Buffer, more?: Partial<FactsMessage>) =>
  compileExpression(text, "--until").judge(facts(payload, more));
const problem = (text: string, payload: string | Buffer) => judge(text, payload).problem;

describe("what expressions see", () => {
  const json = '{"temperature":31.5,"n":3,"tags":["a","b"],"state":"on","ok":true,"none":null,"o":{"x":1}}';
  test.each([
    'payload.temperature > 30 && topic.startsWith("plant/")',
    "payload.n == 3",
    "payload.n + 1 == 4.0 && 1 + payload.n > 3 && payload.n % 2 == 1",
    "payload.temperature in [1, 31.5]",
    "payload.tags.exists(tag, tag == 'a')",
    "payload.tags[1] == 'b' && payload.tags.size() == 2",
    "has(payload.o.x) && !has(payload.o.y)",
    "payload.none == null && payload.ok",
    'topic.matches("^plant/[0-9]+/state$")',
    'topic.split("/")[1] == "1"',
    "qos == 1 && retain && !dup && packetId == 7",
    'text.contains("31.5")',
    "raw.size() > 10",
    "payload.missing == 1 || true",
    'properties.contentType == "json" && properties.userProperties.by == "first"',
    'properties.correlationData == b"\\xff\\x00" && properties.messageExpiryInterval > 5',
  ])("%s", (text) => {
    const properties = {
      contentType: "json",
      messageExpiryInterval: 6,
      correlationData: Buffer.from([0xff, 0]),
      userProperties: [
        ["by", "first"],
        ["by", "second"],
      ],
    } as const;
    expect(judge(text, json, { properties })).toEqual({ isMet: true, problem: undefined });
  });

  test("a payload that is no JSON is its text", () => {
    expect(judge('payload == "on"', "on").isMet).toBe(true);
    expect(judge("payload == 21", "21").isMet).toBe(true);
    expect(judge('text == "21"', "21").isMet).toBe(true);
    expect(judge('payload == ""', "").isMet).toBe(true);
    expect(judge('raw == b"\\xff"', Buffer.from([0xff])).isMet).toBe(true);
  });

  test("what cannot be evaluated is not met, and says why", () => {
    expect(judge("payload.temperature > 30", "{}")).toEqual({ isMet: false, problem: "No such key: temperature" });
    expect(problem("payload.temperature > 30", '{"temperature":"hot"}')).toMatch(/no such overload/);
    expect(problem("payload.temperature > 30", "hot")).toBeDefined();
    expect(problem("payload", "1")).toBe("it is neither true nor false");
  });
});

describe("an expression that is wrong points to the place", () => {
  test.each([
    ["tpic == 'a'", "--until: Unknown variable: tpic", "^", /^there are topic, payload, /],
    ["payload.n > 1 && tpic == 'a'", "--until: Unknown variable: tpic", "                 ^", /topic/],
    ["payload.t >", "--until: Unexpected token: EOF", "           ^", undefined],
    ["payload.t = 3", "--until: Unexpected character: =", "          ^", /== compares/],
    ["retain and dup", "--until: Unexpected character: 'd'", "       ^", /&&/],
    ["retain + 1 == 2", "--until: no such overload: bool + int", "^", undefined],
    ['topic == "a', "--until: Unterminated string", "         ^", undefined],
    ["__proto__ == 1", "--until: Reserved identifier: __proto__", "^", undefined],
    ["constructor == 1", "--until: Unknown variable: constructor", "^", /topic/],
    ["process.exit()", "--until: Unknown variable: process", "^", /topic/],
    ["", "--until: Unexpected token: EOF", "^", undefined],
  ])("%s", (text, message, caret, hint) => {
    const error = errorOf(text);
    expect(error).toMatchObject({ code: "usage", message, details: [text, caret] });
    if (hint === undefined) expect(error.hint).toBeUndefined();
    else expect(error.hint).toMatch(hint);
  });

  test("only the line with the place is shown", () => {
    expect(errorOf("retain &&\n\ttpic == 'a' &&\nqos > 0")).toMatchObject({ details: [" tpic == 'a' &&", " ^"] });
  });

  test("a text is no condition", () => {
    expect(errorOf("topic")).toMatchObject({
      code: "usage",
      message: "--until: the expression gives string, not true or false",
    });
  });

  test("depth and size are limited", () => {
    expect(errorOf(`${"(".repeat(5000)}true${")".repeat(5000)}`)).toMatchObject({ code: "usage" });
    expect(errorOf(Array(3000).fill("retain").join(" && "))).toMatchObject({ code: "usage" });
  });

  function errorOf(text: string): { readonly hint?: string } {
    try {
      compileExpression(text, "--until");
    } catch (error) {
      return error as { readonly hint?: string };
    }
    throw new Error("it was taken");
  }
});

describe("hostile payloads and patterns (RX-23)", () => {
  test("prototypes are out of reach", () => {
    for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
      expect(problem(`payload["${name}"] == 1`, '{"a":1}')).toBe(`No such key: ${name}`);
      expect(judge(`"${name}" in payload`, '{"a":1}').isMet).toBe(false);
      expect(judge(`has(properties.${name === "__proto__" ? "x" : name})`, "{}").isMet).toBe(false);
    }
  });

  test("a key that is called constructor or __proto__ is a key like others, however it is written", () => {
    for (const key of ["constructor", "\\u0063onstructor", "__proto__"]) {
      const payload = `{"${key}":{"x":1},"state":"on","in":[{"${key}":null,"y":2}]}`;
      expect(judge('payload.state == "on" && payload["in"][0].y == 2', payload)).toMatchObject({ isMet: true });
    }
    expect(judge("payload.constructor.x == 1", '{"constructor":{"x":1}}').isMet).toBe(true);
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  test("very deep JSON is a problem of its message only", () => {
    const deep = `${"[".repeat(30_000)}${"]".repeat(30_000)}`;
    expect(judge("payload == payload[0]", deep).isMet).toBe(false);
    expect(judge('payload.a == "constructor"', `{"constructor":${deep}}`).isMet).toBe(false);
    expect(judge("payload.size() == 1", deep)).toEqual({ isMet: false, problem: "it is nested too deep" });
    expect(judge("payload.size() == 1", "[[]]").isMet).toBe(true);
  });

  test.each([
    ["backtracking in a regular expression", 'text.matches("^(a+)+$")', `${"a".repeat(50)}!`],
    [
      "a pattern from outside",
      "payload.text.matches(payload.pattern)",
      `{"text":"${"a".repeat(50)}!","pattern":"^(a+)+$"}`,
    ],
    [
      "loops in loops",
      "payload.all(a, payload.all(b, payload.all(c, a + b + c >= 0)))",
      JSON.stringify(Array(2000).fill(1)),
    ],
  ])("%s is stopped", (_name, text, payload) => {
    const started = performance.now();
    expect(problem(text, payload)).toBe("not done within 100 ms");
    expect(performance.now() - started).toBeLessThan(5000);
    // And the next message is looked at as if nothing had been.
    expect(judge("payload.all(x, x > 0)", "[1, 2]")).toMatchObject({ isMet: true });
  });

  test("a huge payload is not looked into", () => {
    expect(problem("payload == 1", Buffer.alloc(9 * 1024 * 1024, 0x20))).toBe(
      "a payload of 9437184 bytes is not looked into",
    );
    expect(judge('topic == "plant/1/state"', Buffer.alloc(9 * 1024 * 1024, 0x20)).isMet).toBe(true);
  });
});
