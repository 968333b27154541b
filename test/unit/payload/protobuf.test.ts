import fc from "fast-check";
import protobuf from "protobufjs";
import { describe, expect, test } from "vitest";
import { type Codec, codecFrom, tryDecode } from "../../../src/payload/index.ts";

function codecOf(
  files: Readonly<Record<string, string>>,
  protoMessage?: string,
  proto = "/p/main.proto",
): Promise<Codec> {
  return codecFrom(["protobuf"], {
    proto,
    protoMessage,
    protoPath: ["/inc"],
    avroSchema: undefined,
    read: (file) => files[file],
  });
}

function shown(codec: Codec, hex: string): string {
  const result = tryDecode(codec, Buffer.from(hex.replaceAll(" ", ""), "hex"), "t");
  return "problem" in result ? `[${result.problem}]` : result.payload.toString();
}

const hexOf = (codec: Codec, json: string): string => codec.encode(Buffer.from(json)).toString("hex");

const MAIN = `syntax = "proto3"; package plant;
import "google/protobuf/timestamp.proto"; import "google/protobuf/duration.proto"; import "google/protobuf/wrappers.proto";
message Reading {
  int32 a = 1; string b = 2; Inner c = 3; repeated int32 d = 4; repeated int32 f = 6;
  sint32 s = 7; optional int32 o = 8; map<string, Inner> by_name = 9; Kind kind = 10; bytes raw = 11; int64 big = 12;
  fixed32 f32 = 13; sfixed64 f64 = 14; float fl = 15; double db = 16; bool ok = 17; repeated string texts = 18;
  google.protobuf.Timestamp at = 19; google.protobuf.Duration lasted = 20; google.protobuf.Int32Value wrapped = 21;
  oneof choice { string left = 22; Reading right = 23; } uint64 u64 = 24; sint64 s64 = 25; map<int32, bool> flags = 26;
  enum Kind { NONE = 0; SOME = 1; }
  message Inner { int32 a = 1; }
}`;

describe("the examples of protobuf's encoding guide", async () => {
  const codec = await codecOf({ "/p/main.proto": MAIN }, "Reading");
  test.each([
    ["08 96 01", '{"a":150}'],
    ["12 07 74 65 73 74 69 6e 67", '{"b":"testing"}'],
    ["1a 03 08 96 01", '{"c":{"a":150}}'],
    ["32 06 03 8e 02 9e a7 05", '{"f":[3,270,86942]}'],
    ["38 01", '{"s":-1}'],
    ["38 fe ff ff ff 0f", '{"s":2147483647}'],
    ["38 ff ff ff ff 0f", '{"s":-2147483648}'],
    ["08 fe ff ff ff ff ff ff ff ff 01", '{"a":-2}'],
    ["40 00", '{"o":0}'],
    ["4a 07 0a 01 6b 12 02 08 01", '{"byName":{"k":{"a":1}}}'],
    ["50 01", '{"kind":"SOME"}'],
    ["5a 01 ff", '{"raw":"/w=="}'],
    ["60 ff ff ff ff ff ff ff ff 7f", '{"big":"9223372036854775807"}'],
    ["6d 01 00 00 00 71 ff ff ff ff ff ff ff ff", '{"f32":1,"f64":"-1"}'],
    ["7d cd cc 4c 3e 81 01 9a 99 99 99 99 99 f1 3f", '{"fl":0.2,"db":1.1}'],
    ["88 01 01 92 01 01 61 92 01 00", '{"ok":true,"texts":["a",""]}'],
    ["9a 01 0c 08 b0 cf ad 8a 05 10 80 ca b5 ee 01", '{"at":"2013-03-21T20:04:00.500Z"}'],
    ["a2 01 08 08 01 10 80 ca b5 ee 01", '{"lasted":"1.500s"}'],
    ["aa 01 02 08 05", '{"wrapped":5}'],
    ["ba 01 02 08 01", '{"right":{"a":1}}'],
    ["c0 01 ff ff ff ff ff ff ff ff ff 01", '{"u64":"18446744073709551615"}'],
    ["c8 01 ff ff ff ff ff ff ff ff ff 01", '{"s64":"-9223372036854775808"}'],
    ["d2 01 04 08 01 10 01", '{"flags":{"1":true}}'],
    ["", "{}"],
  ])("%s is %s, both ways", (hex, json) => {
    expect(shown(codec, hex)).toBe(json);
    // Times are written with their fraction as it comes: the bytes of these examples have the same.
    const again = hexOf(codec, json);
    expect(shown(codec, again)).toBe(json);
    if (!/lasted|at"/.test(json)) expect(again).toBe(hex.replaceAll(" ", ""));
  });

  test("what the schema does not know has its number; lists are read packed and not, maps without key and value", () => {
    expect(shown(codec, "f0 06 05 f8 06 01 f8 06 02")).toBe('{"110":5,"111":[1,2]}');
    expect(shown(codec, "f2 06 01 61")).toBe('{"110":"YQ=="}');
    expect(shown(codec, "f3 06 08 01 f4 06")).toBe('{"110":"CAE="}');
    expect(shown(codec, "30 03 30 04 32 01 05")).toBe('{"f":[3,4,5]}');
    expect(shown(codec, "4a 00")).toBe('{"byName":{"":{}}}');
    expect(shown(codec, "50 63")).toBe('{"kind":99}');
    // of another wire type than the schema says: a field that it does not know (as the encoding guide has it)
    expect(shown(codec, "0a 00 1a 04 f8 06 01 00")).toBe("[not protobuf: illegal tag: field number 0]");
    expect(shown(codec, "0a 00 1a 03 f8 06 01")).toBe('{"1":"","c":{"111":1}}');
    expect(shown(codec, "4a 09 0a 01 6b 12 04 f0 06 ac 02")).toBe('{"byName":{"k":{"110":300}}}');
    expect(shown(codec, "9a 01 03 f0 06 01")).toBe('{"at":"1970-01-01T00:00:00Z"}');
  });

  test.each([
    ["08", "it ends too early"],
    ["08 ff ff ff ff ff ff ff ff ff ff 01", "invalid varint encoding"],
    ["12 05 61", "it ends too early"],
    ["00", "illegal tag: field number 0"],
    ["12 01 ff", "a string that is no UTF-8"],
    ["0c", "invalid wire type 4 at offset 1"],
    ["f3 06", "it ends too early"],
    ["0f", "invalid wire type 7 at offset 1"],
    ["ba01".repeat(1), "it ends too early"],
  ])("%s is shown as it is: %s", (hex, reason) => {
    expect(shown(codec, hex)).toBe(`[not protobuf: ${reason}]`);
  });

  test("nesting and the number of values are bounded", () => {
    let nested = Buffer.alloc(0);
    for (let depth = 0; depth < 150; depth++) {
      const right = protobuf.Writer.create()
        .uint32((23 << 3) | 2)
        .bytes(nested)
        .finish();
      nested = Buffer.from(right);
    }
    expect(shown(codec, nested.toString("hex"))).toBe("[not protobuf: nested deeper than 100]");
    expect(shown(codec, "f306".repeat(300))).toBe("[not protobuf: nested deeper than 100]");
    const many = Buffer.concat([Buffer.from("32c0c43d", "hex"), Buffer.alloc(1_008_192)]);
    expect(shown(codec, many.toString("hex"))).toBe("[not protobuf: more than 500000 values]");
  });

  test.each([
    ["[]", "plant.Reading: expected object: []"],
    ["{", "protobuf is made of JSON"],
    ['{"z":1}', "plant.Reading has no field z"],
    ['{"c":{"z":1}}', "plant.Reading.Inner has no field z"],
    ['{"a":1.5}', "plant.Reading.a: not an integer: 1.5"],
    ['{"u64":-1}', "plant.Reading.u64: out of range for uint64: -1"],
    ['{"a":2147483648}', "plant.Reading.a: out of range for int32: 2147483648"],
    ['{"d":[1,"x"]}', 'plant.Reading.d: invalid integer: "x"'],
    ['{"d":1}', "plant.Reading.d: expected array: 1"],
    ['{"kind":"OTHER"}', 'plant.Reading.kind: unknown enum value: "OTHER"'],
    ['{"raw":"ü"}', "a field of bytes that is no base64"],
    ['{"b":1}', "plant.Reading.b: expected string: 1"],
    ['{"ok":"yes"}', 'plant.Reading.ok: expected boolean: "yes"'],
    ['{"at":"yesterday"}', 'google.protobuf.Timestamp: invalid timestamp: "yesterday"'],
    ['{"byName":[]}', "plant.Reading.byName: expected object for map: []"],
  ])("%s cannot be encoded: %s", (json, reason) => {
    expect(() => codec.encode(Buffer.from(json))).toThrow(reason);
  });
});

test("what the schema does not know is told with what it knows", async () => {
  const codec = await codecOf({ "/p/main.proto": MAIN }, "Reading");
  const hintOf = (json: string): unknown => {
    try {
      return codec.encode(Buffer.from(json));
    } catch (error) {
      return (error as { readonly hint?: string }).hint;
    }
  };
  expect(hintOf('{"c":{"z":1}}')).toBe("there are a");
  expect(hintOf('{"kind":"OTHER"}')).toBe("there are NONE, SOME");
  expect(hintOf('{"a":"x"}')).toBeUndefined();
});

test("what JSON says comes back, but for defaults", async () => {
  const source = `syntax = "proto3"; message M { int32 a = 1; sint64 b = 2; string c = 3; bytes d = 4; repeated uint32 e = 5;
    double f = 6; M g = 7; repeated string h = 8; map<string, sint32> i = 9; bool j = 10; fixed64 k = 11; float l = 12;
    map<int64, bool> m = 13; }`;
  const codec = await codecOf({ "/p/main.proto": source });
  const long = fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }).map(String);
  const leaf = {
    a: fc.integer(),
    b: long,
    c: fc.string({ unit: "binary" }),
    d: fc.uint8Array().map((bytes) => Buffer.from(bytes).toString("base64")),
    e: fc.array(fc.nat()),
    f: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    h: fc.array(fc.string()),
    i: fc.dictionary(fc.string(), fc.integer()),
    j: fc.boolean(),
    k: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map(String),
    l: fc.integer({ min: -1e6, max: 1e6 }).map((value) => value / 10),
    m: fc.dictionary(long, fc.boolean()),
  };
  const some = { requiredKeys: [] };
  const isDefault = (value: unknown): boolean => [0, "", "0", false].includes(value as never) || isEmpty(value);
  const isEmpty = (value: unknown): boolean => typeof value === "object" && Object.keys(value as object).length === 0;
  const withoutDefaults = (message: object): object =>
    Object.fromEntries(Object.entries(message).filter(([name, value]) => name === "g" || !isDefault(value)));
  fc.assert(
    fc.property(fc.record({ ...leaf, g: fc.record(leaf, some).map(withoutDefaults) }, some), (message) => {
      const bytes = codec.encode(Buffer.from(JSON.stringify(message)));
      expect(JSON.parse(shown(codec, bytes.toString("hex")))).toEqual(
        JSON.parse(JSON.stringify(withoutDefaults(message))),
      );
    }),
    { numRuns: 100 },
  );
});

test("Struct, ListValue, FieldMask and Any are JSON as protobuf writes it", async () => {
  const source = `syntax = "proto3"; import "google/protobuf/struct.proto"; import "google/protobuf/any.proto";
    import "google/protobuf/field_mask.proto"; import "google/protobuf/empty.proto";
    message M { google.protobuf.Struct s = 1; google.protobuf.ListValue l = 2; google.protobuf.Any a = 3;
      google.protobuf.FieldMask m = 4; google.protobuf.Empty e = 5; } message T { int32 my_x = 1; }`;
  const codec = await codecOf({ "/p/main.proto": source }, "M");
  const json = '{"s":{"a":1.5,"b":[null,true,{"c":"x"}]},"l":[1,"2"],"a":{"@type":"type/T","myX":3},"m":"aB,c","e":{}}';
  expect(shown(codec, hexOf(codec, json))).toBe(json);
});

test("imports are looked for beside the file and in --proto-path; proto2 with groups and packed lists", async () => {
  const files = {
    "/p/main.proto":
      'syntax = "proto2"; import "a.proto"; import "b/c.proto"; message M { required A a = 1; optional C c = 2; repeated int32 n = 3; repeated int32 m = 4 [packed = true]; optional group G = 5 { optional bool x = 1; } }',
    "/p/a.proto": 'syntax = "proto3"; message A { string my_name = 1; }',
    "/inc/b/c.proto": 'syntax = "proto3"; message C { int32 x = 1 [json_name = "X!"]; }',
  };
  const codec = await codecOf(files);
  const json = '{"a":{"myName":"n"},"c":{"X!":1},"n":[1,2],"m":[1,2],"g":{"x":true}}';
  const hex = hexOf(codec, json);
  expect(hex).toBe("0a030a016e1202080118011802220201022b08012c");
  expect(shown(codec, hex)).toBe(json);
  expect(hexOf(codec, '{"a":{"my_name":"n"}}')).toBe("0a030a016e");
});

test.each([
  [{}, undefined, "cannot read /p/main.proto"],
  [{ "/p/main.proto": "message {" }, undefined, "/p/main.proto: "],
  [{ "/p/main.proto": 'syntax="proto3"; message A{} message B{}' }, undefined, "/p/main.proto has 2 messages"],
  [{ "/p/main.proto": 'syntax="proto3";' }, undefined, "/p/main.proto has no message"],
  [{ "/p/main.proto": 'syntax="proto3"; message A{}' }, "B", "/p/main.proto has no message B"],
  [
    { "/p/main.proto": 'syntax="proto3"; import "no.proto"; message A{}' },
    undefined,
    "imports no.proto, which is not there",
  ],
  [{ "/p/main.proto": 'syntax="proto3"; message A{ B b = 1; }' }, undefined, "no such"],
])("a .proto file that cannot be used: %j %s", async (files, message, reason) => {
  await expect(codecOf(files, message)).rejects.toThrow(reason);
});
