import fc from "fast-check";
import { expect, test } from "vitest";
import { JsonMessageReader } from "../../../src/cli/message-from-json.ts";
import { MessageJson } from "../../../src/cli/message-to-json.ts";

const nothing = { topic: undefined, qos: undefined, retain: false, properties: undefined };
const reading = (reader: JsonMessageReader) => (line: string) => {
  const bytes = Buffer.from(`before${line}}behind`);
  const message = reader.read(bytes, "before".length, bytes.length - "}behind".length);
  const { bytes: owner, payloadStart, payloadEnd, ...envelope } = message;
  return { ...envelope, payload: Buffer.from(owner.subarray(payloadStart, payloadEnd)) };
};
const read = reading(new JsonMessageReader(nothing));
const NOON = Date.UTC(2026, 10, 22, 12);
const json = new MessageJson();
const write = (message: Parameters<MessageJson["line"]>[0]): string => json.line(message, NOON).toString();
/** As it arrives: somewhere in bytes that hold other things, too. */
const message = (payload: string | Buffer) => {
  const bytes = Buffer.concat([Buffer.from("before"), Buffer.from(payload), Buffer.from("behind")]);
  const payloadStart = "before".length;
  const payloadEnd = bytes.length - "behind".length;
  return {
    topic: "a",
    bytes,
    payloadStart,
    payloadEnd,
    payload: bytes.subarray(payloadStart, payloadEnd),
    qos: 0,
    retain: false,
    dup: false,
    packetId: 0,
    properties: {},
  } as const;
};

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
      const line = write(message(payload));
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
  expect(write(message(payload))).toBe(
    `{"time":"2026-11-22T12:00:00.000Z","topic":"a","qos":0,"retain":false,${expected}}`,
  );
});

test("everything that belongs to a message, but for what only this server knew", () => {
  const properties = {
    contentType: "ct",
    correlationData: Buffer.from([0xff]),
    userProperties: [["a", "b"]] as const,
    subscriptionIdentifiers: [3],
  };
  const line = write({ ...message("x"), qos: 2, retain: true, dup: true, packetId: 5, properties });
  expect(JSON.parse(line)).toMatchObject({ dup: true, packetId: 5, properties: { correlationData: "/w==" } });
  const { subscriptionIdentifiers: _, ...others } = properties;
  expect(read(line)).toEqual({ topic: "a", qos: 2, retain: true, payload: Buffer.from("x"), properties: others });
});

test("by hand: what is missing has defaults", () => {
  expect(read('{"topic":"a"}')).toEqual({ topic: "a", qos: 0, retain: false, payload: Buffer.alloc(0) });
  expect(Buffer.from(read('{"topic":"a","payload":{"b":1}}').payload).toString()).toBe('{"b":1}');
});

test("bytes that are not UTF-8 are refused, not replaced", () => {
  const reader = new JsonMessageReader(nothing);
  for (const line of ['{"topic":"a","payload":"\xff"}', '{"topic":"a","payload":["\xff"]}', '{"topic":"\xff"}']) {
    const bytes = Buffer.from(line, "latin1");
    expect(() => reader.read(bytes, 0, bytes.length)).toThrow("not UTF-8");
  }
});

test("what the command line says goes before", () => {
  const readOver = reading(
    new JsonMessageReader({ topic: "b", qos: 2, retain: true, properties: { contentType: "said" } }),
  );
  const line = '{"topic":"a","qos":1,"retain":false,"properties":{"contentType":"written","responseTopic":"r"}}';
  const properties = { contentType: "said", responseTopic: "r" };
  expect(readOver(line)).toEqual({ topic: "b", qos: 2, retain: true, payload: Buffer.alloc(0), properties });
  expect(readOver("{}")).toMatchObject({ topic: "b", qos: 2, retain: true, properties: { contentType: "said" } });
});

test("each line has its own topic", () => {
  const topics = ["a", "a", "b", "a"];
  expect(topics.map((topic) => read(JSON.stringify({ topic })).topic)).toEqual(topics);
  for (const line of ["{}", '{"topic":""}', '{"topic":null}']) {
    expect(() => read(line)).toThrow("topic: expected");
    expect(() => reading(new JsonMessageReader(nothing))(line)).toThrow("topic: expected");
  }
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
