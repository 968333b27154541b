import fc from "fast-check";
import { expect, test } from "vitest";
import { messageFromJson, messageToJson } from "../../../src/cli/message-json.ts";

const defaults = { topic: undefined, qos: 0, retain: false } as const;
const read = (line: string) => messageFromJson(line, defaults);
const message = (payload: string | Buffer) =>
  ({
    topic: "a",
    payload: Buffer.from(payload),
    qos: 0,
    retain: false,
    dup: false,
    packetId: 0,
    properties: {},
  }) as const;

test("any payload comes back as the same bytes", () => {
  const payloads = fc.oneof(
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    fc.string({ unit: "binary" }).map((text) => Buffer.from(text)),
    fc.json().map((text) => Buffer.from(text)),
    fc
      .constantFrom("1.50", "-0", "1e3", '{"b":1,"1":2}', '{"a":1,"a":2}', "null", "[1, 2]", '"x"')
      .map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(payloads, (payload) => {
      const line = messageToJson(message(payload), "now");
      expect(line).not.toContain("\n");
      expect(Buffer.from(read(line).payload).toString("hex")).toBe(payload.toString("hex"));
    }),
  );
});

test.each([
  ["text", '"encoding":"text","payload":"text"'],
  ['{"a":1}', '"encoding":"json","payload":{"a":1}'],
  ["21.5", '"encoding":"json","payload":21.5'],
  ["", '"encoding":"text","payload":""'],
  [Buffer.from([0xff, 0]), '"encoding":"base64","payload":"/wA="'],
])("a payload for people: %s", (payload, expected) => {
  expect(messageToJson(message(payload), "now")).toBe(`{"time":"now","topic":"a","qos":0,"retain":false,${expected}}`);
});

test("everything that belongs to a message, but for what only this server knew", () => {
  const properties = {
    contentType: "ct",
    correlationData: Buffer.from([0xff]),
    userProperties: [["a", "b"]] as const,
    subscriptionIdentifiers: [3],
  };
  const line = messageToJson({ ...message("x"), qos: 2, retain: true, dup: true, packetId: 5, properties }, "now");
  expect(JSON.parse(line)).toMatchObject({ dup: true, packetId: 5, properties: { correlationData: "/w==" } });
  const { subscriptionIdentifiers: _, ...others } = properties;
  expect(read(line)).toEqual({ topic: "a", qos: 2, retain: true, payload: Buffer.from("x"), properties: others });
});

test("by hand: what is missing has defaults", () => {
  expect(read('{"topic":"a"}')).toEqual({ topic: "a", qos: 0, retain: false, payload: Buffer.alloc(0) });
  expect(Buffer.from(read('{"topic":"a","payload":{"b":1}}').payload).toString()).toBe('{"b":1}');
});

test.each([
  ["{", "not JSON: "],
  ["[]", "not a JSON object"],
  ["{}", "topic: expected a topic without + and #"],
  ['{"topic":"+"}', "topic: expected"],
  ['{"topic":"a","qos":3}', "qos: expected 0, 1 or 2"],
  ['{"topic":"a","retain":1}', "retain: expected true or false"],
  ['{"topic":"a","payload":"?","encoding":"base64"}', "payload: it is not what encoding says (base64)"],
  ['{"topic":"a","encoding":"hex"}', "encoding: expected text, json or base64"],
  ['{"topic":"a","properties":{"maximumQoS":1}}', "properties: a message has no maximumQoS"],
  ['{"topic":"a","properties":{"contentType":1}}', "properties: contentType is no string"],
  ['{"topic":"a","properties":{"userProperties":{}}}', "properties: userProperties is no list of [name, value]"],
])("refused: %s", (line, reason) => {
  expect(() => read(line)).toThrow(reason);
});
