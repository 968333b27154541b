import { describe, expect, test } from "vitest";
import { type Codec, codecFrom, tryDecode } from "../../../src/payload/index.ts";

function codecOf(schema: unknown): Promise<Codec> {
  const text = typeof schema === "string" && schema.startsWith("{") ? schema : JSON.stringify(schema);
  return codecFrom(["avro"], {
    proto: undefined,
    protoMessage: undefined,
    protoPath: [],
    avroSchema: "s.avsc",
    read: () => text,
  });
}

function shown(codec: Codec, hex: string): string {
  const result = tryDecode(codec, Buffer.from(hex.replaceAll(" ", ""), "hex"), "t");
  return "problem" in result ? `[${result.problem}]` : result.payload.toString();
}

const test_record = {
  type: "record",
  name: "test",
  fields: [
    { name: "a", type: "long" },
    { name: "b", type: "string" },
  ],
};
const list = {
  type: "record",
  name: "LongList",
  namespace: "org",
  fields: [
    { name: "value", type: "long" },
    { name: "next", type: ["null", "LongList"], default: null },
  ],
};

const tree = { type: "record", name: "Tree", fields: [{ name: "twigs", type: { type: "array", items: "Tree" } }] };

describe("the examples of Avro's specification", () => {
  test.each([
    ["long", "00", "0"],
    ["long", "01", "-1"],
    ["long", "02", "1"],
    ["long", "03", "-2"],
    ["long", "04", "2"],
    ["long", "7f", "-64"],
    ["long", "8001", "64"],
    ["string", "06666f6f", '"foo"'],
    [test_record, "36 06 66 6f 6f", '{"a":27,"b":"foo"}'],
    [{ type: "array", items: "long" }, "04 06 36 00", "[3,27]"],
    [["null", "string"], "00", "null"],
    [["null", "string"], "02 02 61", '"a"'],
    [list, "02 02 04 00", '{"value":1,"next":{"value":2,"next":null}}'],
    ["null", "", "null"],
    ["boolean", "01", "true"],
    ["int", "ff ff ff ff 0f", "-2147483648"],
    ["long", "fe ff ff ff ff ff ff ff ff 01", '"9223372036854775807"'],
    ["float", "cdcc4c3e", "0.2"],
    ["double", "9a9999999999f13f", "1.1"],
    ["bytes", "02ff", '"/w=="'],
    [{ type: "fixed", name: "f", size: 2 }, "0102", '"AQI="'],
    [{ type: "enum", name: "e", symbols: ["A", "B"] }, "02", '"B"'],
    [{ type: "map", values: "int" }, "02 02 61 02 00", '{"a":1}'],
    [{ type: "int", logicalType: "date" }, "bca302", '"2021-01-01"'],
    [{ type: "long", logicalType: "timestamp-millis" }, "80e48783f32f", '"1996-05-12T00:00:00.000Z"'],
    [{ type: "long", logicalType: "timestamp-micros" }, "02", '"1970-01-01T00:00:00.000001Z"'],
    [{ type: "int", logicalType: "time-millis" }, "d00f", '"00:00:01.000"'],
    [{ type: "bytes", logicalType: "decimal", precision: 5, scale: 2 }, "0404d2", '"12.34"'],
    [{ type: "bytes", logicalType: "decimal", precision: 5, scale: 2 }, "02ff", '"-0.01"'],
    [{ type: "fixed", name: "d", size: 3, logicalType: "decimal", precision: 5, scale: 1 }, "fffb2e", '"-123.4"'],
    [{ type: "string", logicalType: "uuid" }, "0261", '"a"'],
  ])("%j: %s is %s, both ways", async (schema, hex, json) => {
    const codec = await codecOf(schema);
    if (!hex.startsWith("80e4") && !hex.startsWith("bca3")) expect(shown(codec, hex)).toBe(json);
    const encoded = codec.encode(Buffer.from(json)).toString("hex");
    expect(shown(codec, encoded)).toBe(json);
    if (!hex.startsWith("80e4") && !hex.startsWith("bca3")) expect(encoded).toBe(hex.replaceAll(" ", ""));
  });

  test("arrays in blocks with their sizes, single-object encoding, the frame of a schema registry", async () => {
    expect(shown(await codecOf({ type: "array", items: "long" }), "03 04 06 36 02 02 00")).toBe("[3,27,1]");
    const codec = await codecOf(test_record);
    expect(shown(codec, "c301 0011223344556677 36 06 66 6f 6f")).toBe('{"a":27,"b":"foo"}');
    expect(shown(codec, "00 00000007 36 06 66 6f 6f")).toBe('{"a":27,"b":"foo"}');
  });

  test("fields have defaults, unions take Avro's own JSON, and the first branch that fits", async () => {
    const codec = await codecOf(list);
    expect(codec.encode(Buffer.from('{"value":1}')).toString("hex")).toBe("0200");
    expect(codec.encode(Buffer.from('{"value":1,"next":{"org.LongList":{"value":2}}}')).toString("hex")).toBe(
      "02020400",
    );
    const union = await codecOf(["null", "int", "string"]);
    expect(union.encode(Buffer.from('{"string":"1"}')).toString("hex")).toBe("040231");
    expect(union.encode(Buffer.from("1")).toString("hex")).toBe("0202");
  });
});

test("defaults of every kind; numbers of 64 bits and logical types wherever a schema may name them", async () => {
  const codec = await codecOf({
    type: "record",
    name: "D",
    fields: [
      { name: "l", type: { type: "long" }, default: -1 },
      { name: "d", type: { type: "int", logicalType: "date" }, default: 18628 },
      { name: "b", type: "bytes", default: "\u00ff" },
      { name: "u", type: [{ type: "long", logicalType: "timestamp-millis" }, "null"], default: 0 },
      { name: "a", type: { type: { type: "array", items: { type: "long" } } }, default: [] },
      { name: "n", type: { type: "bytes", logicalType: "decimal", precision: 4, scale: 2 }, default: "\u0001" },
      { name: "w", type: { type: "string", logicalType: "date" }, default: "x" },
    ],
  });
  const defaults = '{"l":-1,"d":"2021-01-01","b":"/w==","u":"1970-01-01T00:00:00.000Z","a":[],"n":"0.01","w":"x"}';
  expect(shown(codec, codec.encode(Buffer.from("{}")).toString("hex"))).toBe(defaults);
  const given =
    '{"l":"-9223372036854775808","d":1,"b":"","u":{"null":null},"a":["9223372036854775807",1],"n":"-12.34","w":"y"}';
  const back =
    '{"l":"-9223372036854775808","d":"1970-01-02","b":"","u":null,"a":["9223372036854775807",1],"n":"-12.34","w":"y"}';
  expect(shown(codec, codec.encode(Buffer.from(given)).toString("hex"))).toBe(back);
});

test.each([
  ["string", "06 66", "it ends too early"],
  ["string", "01", "it ends too early"],
  ["string", "02 ff", "a string that is no UTF-8"],
  ["boolean", "02", "the boolean 2"],
  ["int", "ff".repeat(11), "a number of more than ten bytes"],
  ["int", "02 02", "1 bytes behind its end"],
  [["null", "int"], "04", "invalid union index"],
  [{ type: "enum", name: "e", symbols: ["A"] }, "01", "invalid e enum index: -1"],
  [{ type: "array", items: "null" }, "feffffffffffffffff01", "more than 500000 values"],
  [{ type: "array", items: "null" }, "80897a".repeat(3), "more than 500000 values"],
  ["int", "80808080 80808001", "an int of more than 32 bits"],
  ["double", "00", "it ends too early"],
  ["bytes", "ffffffffffffffffff01", "it ends too early"],
  [{ type: "map", values: "null" }, "80ea30", "it ends too early"],
  // Every level announces 400,000 elements: room for them is not made.
  [tree, "80ea30".repeat(3000), "more than 500000 values"],
  [list, `${"0202".repeat(150)}0000`, "nested deeper than 100"],
])("%j: %.12s is shown as it is: %s", async (schema, hex, reason) => {
  expect(shown(await codecOf(schema), hex)).toBe(`[not avro: ${reason}]`);
});

test.each([
  [test_record, "{}", "a is missing"],
  [test_record, '{"a":1,"b":"x","c":1}', "test has no field c"],
  [test_record, '{"a":"x","b":"x"}', "a: expected a whole number of 64 bits"],
  [test_record, "[]", "the payload: expected an object"],
  ["int", "2147483648", "expected a whole number of 32 bits"],
  [["null", "int"], '"x"', "expected null or int"],
  [{ type: "array", items: "int" }, "[1,null]", "[1]: expected a whole number"],
  [{ type: "enum", name: "e", symbols: ["A"] }, '"B"', "expected one of A"],
  [{ type: "fixed", name: "f", size: 2 }, '"AQ=="', "expected 2 bytes in base64"],
  [{ type: "bytes", logicalType: "decimal", precision: 4, scale: 1 }, '"1.23"', "no decimal with 1 digits"],
  [{ type: "int", logicalType: "date" }, '"soon"', '"soon" is no date'],
])("%j: %s cannot be encoded: %s", async (schema, json, reason) => {
  const codec = await codecOf(schema);
  expect(() => codec.encode(Buffer.from(json))).toThrow(reason);
});

test.each([
  ["{", "s.avsc: "],
  ["nope", "s.avsc: undefined type name: nope"],
  [{ type: "record", name: "r" }, "s.avsc: non-array record fields"],
  [{ type: "record", name: "0", fields: [] }, 'invalid name: "0"'],
  [{ type: "enum", name: "e" }, "invalid enum symbols"],
  [{ type: "fixed", name: "f" }, "invalid f size"],
  [["int", "int"], 'duplicate union branch name: "int"'],
  [[], "empty union"],
  [{ name: "x" }, "unknown type"],
  [
    ["null", { type: "fixed", name: "f", size: 1 }, { type: "array", items: { type: "fixed", name: "f", size: 1 } }],
    "duplicate type name: f",
  ],
])("a schema that cannot be used: %j", async (schema, reason) => {
  await expect(codecOf(schema)).rejects.toThrow(reason);
});
