import protobuf from "protobufjs";
import { expect, test } from "vitest";
import { type Codec, codecFrom, tryDecode } from "../../../src/payload/index.ts";

const FILES = {
  proto: undefined,
  protoMessage: undefined,
  protoPath: [],
  avroSchema: undefined,
  read: () => undefined,
};

// The fields that these tests use, as Eclipse Tahu's implementation of the specification numbers them: a peer for ours.
const peer = protobuf.parse(`syntax = "proto2"; message Payload {
  optional uint64 timestamp = 1; repeated Metric metrics = 2; optional uint64 seq = 3; optional string uuid = 4;
  message Metric { optional string name = 1; optional uint64 alias = 2; optional uint64 timestamp = 3; optional uint32 datatype = 4;
    optional bool is_null = 7; optional PropertySet properties = 9; optional uint32 int_value = 10; optional uint64 long_value = 11; optional float float_value = 12;
    optional double double_value = 13; optional bool boolean_value = 14; optional string string_value = 15;
    optional bytes bytes_value = 16; optional DataSet dataset_value = 17; optional Template template_value = 18; }
  message PropertyValue { optional uint32 type = 1; optional uint32 int_value = 3; optional string string_value = 8; optional PropertySet propertyset_value = 9; }
  message PropertySet { repeated string keys = 1; repeated PropertyValue values = 2; }
  message DataSet { optional uint64 num_of_columns = 1; repeated string columns = 2; repeated uint32 types = 3; repeated Row rows = 4; }
  message Row { repeated Cell elements = 1; } message Cell { optional uint32 int_value = 1; optional string string_value = 6; }
  message Template { optional string version = 1; repeated Metric metrics = 2; optional string template_ref = 4; }
}`, { keepCase: true }).root.lookupType("Payload"); // biome-ignore format: a schema

const bytesOf = (json: object): Buffer => Buffer.from(peer.encode(peer.fromObject(json)).finish());

async function sparkplug(name = "sparkplug"): Promise<(topic: string, payload: Buffer) => unknown> {
  const codec: Codec = await codecFrom([name], FILES);
  return (topic, payload) => {
    const result = tryDecode(codec, payload, topic);
    return "problem" in result ? result.problem : JSON.parse(result.payload.toString());
  };
}

test("a birth certificate names the aliases of the node and its devices; a new one makes them void", async () => {
  const decode = await sparkplug("auto");
  const birth = {
    timestamp: 1,
    seq: 0,
    metrics: [
      { name: "bdSeq", datatype: 8, long_value: 0 },
      { name: "t", alias: 1, datatype: 3, int_value: 4294967291 },
    ],
  };
  expect(decode("spBv1.0/g/NBIRTH/n", bytesOf(birth))).toEqual({
    timestamp: 1,
    seq: 0,
    metrics: [
      { name: "bdSeq", datatype: "UInt64", value: 0 },
      { name: "t", alias: 1, datatype: "Int32", value: -5 },
    ],
  });
  decode("spBv1.0/g/DBIRTH/n/d", bytesOf({ metrics: [{ name: "on", alias: 2, datatype: 11, boolean_value: true }] }));
  const data = bytesOf({
    seq: 1,
    metrics: [
      { alias: 1, int_value: 4294967290 },
      { alias: 2, boolean_value: false },
    ],
  });
  const resolved = {
    seq: 1,
    metrics: [
      { name: "t", alias: 1, datatype: "Int32", value: -6 },
      { name: "on", alias: 2, datatype: "Boolean", value: false },
    ],
  };
  expect(decode("spBv1.0/g/NDATA/n", data)).toEqual(resolved);
  expect(decode("spBv1.0/g/DDATA/n/d", data)).toEqual(resolved);
  const unknown = {
    seq: 1,
    metrics: [
      { alias: 1, value: 4294967290 },
      { alias: 2, value: false },
    ],
  };
  expect(decode("spBv1.0/g/NDATA/other", data)).toEqual(unknown);
  expect(decode("spBv1.0/other/NDATA/n", data)).toEqual(unknown);
  decode("spBv1.0/g/NBIRTH/n", bytesOf({ seq: 0 }));
  expect(decode("spBv1.0/g/NDATA/n", data)).toEqual(unknown);
});

test("what is remembered is bounded: the node that was not heard of for longest is forgotten first", async () => {
  const decode = await sparkplug();
  const name = "n".repeat(1_000_000);
  const birth = bytesOf({ metrics: [{ name, alias: 1, datatype: 3, int_value: 1 }] });
  for (let node = 0; node < 40; node++) decode(`spBv1.0/g/NBIRTH/n${node}`, birth);
  const data = bytesOf({ metrics: [{ alias: 1, int_value: 2 }] });
  expect(decode("spBv1.0/g/NDATA/n0", data)).toEqual({ metrics: [{ alias: 1, value: 2 }] });
  expect(decode("spBv1.0/g/NDATA/n39", data)).toMatchObject({ metrics: [{ alias: 1, datatype: "Int32", value: 2 }] });
  for (let again = 0; again < 40; again++) decode("spBv1.0/g/NBIRTH/n39", birth);
  expect(decode("spBv1.0/g/NDATA/n38", data)).toMatchObject({ metrics: [{ datatype: "Int32" }] }); // the same node costs once
});

test("all kinds of values", async () => {
  const decode = await sparkplug();
  const metrics = [
    [{ datatype: 1, int_value: 255 }, "Int8", -1], [{ datatype: 2, int_value: 65535 }, "Int16", -1],
    [{ datatype: 4, long_value: "18446744073709551615" }, "Int64", -1], [{ datatype: 5, int_value: 255 }, "UInt8", 255],
    [{ datatype: 7, int_value: 4294967295 }, "UInt32", 4294967295], [{ datatype: 7, long_value: 4294967295 }, "UInt32", 4294967295],
    [{ datatype: 8, long_value: "18446744073709551615" }, "UInt64", "18446744073709551615"],
    [{ datatype: 9, float_value: 0.2 }, "Float", 0.2], [{ datatype: 10, double_value: 1.1 }, "Double", 1.1],
    [{ datatype: 12, string_value: "x" }, "String", "x"], [{ datatype: 13, long_value: 1700000000000 }, "DateTime", 1700000000000],
    [{ datatype: 3, is_null: true }, "Int32", null], [{ datatype: 17, bytes_value: Buffer.from([255]) }, "Bytes", "/w=="],
    [{ datatype: 22, bytes_value: Buffer.from([0xef, 0x7b]) }, "Int8Array", [-17, 123]],
    [{ datatype: 24, bytes_value: Buffer.from([0xff, 0xff, 0xff, 0xff]) }, "Int32Array", [-1]],
    [{ datatype: 32, bytes_value: Buffer.from([0x0c, 0, 0, 0, 0x34, 0xd0]) }, "BooleanArray",
      [false, false, true, true, false, true, false, false, true, true, false, true]],
    [{ datatype: 33, bytes_value: Buffer.from("ABC\0hello\0") }, "StringArray", ["ABC", "hello"]],
    [{ datatype: 99, int_value: 1 }, 99, 1],
  ] as const; // biome-ignore format: a table
  for (const [metric, datatype, value] of metrics) {
    expect(decode("spBv1.0/g/NDATA/n", bytesOf({ metrics: [{ name: "m", ...metric }] }))).toEqual({
      metrics: [{ name: "m", datatype, value }],
    });
  }
});

test("data sets, templates and properties", async () => {
  const decode = await sparkplug();
  const dataset_value = {
    num_of_columns: 2,
    columns: ["a", "b"],
    types: [2, 12],
    rows: [{ elements: [{ int_value: 65535 }, { string_value: "x" }] }],
  };
  const template_value = { version: "1", metrics: [{ name: "in", datatype: 3, int_value: 1 }] };
  const properties = {
    keys: ["unit", "range"],
    values: [
      { type: 12, string_value: "K" },
      { type: 20, propertyset_value: { keys: ["low"], values: [{ type: 3, int_value: 4294967295 }] } },
    ],
  };
  const payload = bytesOf({
    metrics: [
      { name: "d", datatype: 16, dataset_value },
      { name: "t", datatype: 19, template_value, properties },
    ],
  });
  expect(decode("spBv1.0/g/NBIRTH/n", payload)).toEqual({
    metrics: [
      {
        name: "d",
        datatype: "DataSet",
        value: { num_of_columns: 2, columns: ["a", "b"], types: ["Int16", "String"], rows: [[-1, "x"]] },
      },
      {
        name: "t",
        datatype: "Template",
        properties: {
          unit: { type: "String", value: "K" },
          range: { type: "PropertySet", value: { low: { type: "Int32", value: -1 } } },
        },
        value: { version: "1", metrics: [{ name: "in", datatype: "Int32", value: 1 }] },
      },
    ],
  });
});

test("what is encoded is what the peer reads, and comes back", async () => {
  const codec = await codecFrom(["sparkplug"], FILES);
  const json = {
    timestamp: 1700000000000,
    metrics: [
      { name: "t", alias: 1, timestamp: 2, datatype: "Int8", value: -2 },
      { name: "l", datatype: "Int64", value: -3 },
      { name: "f", datatype: "Float", value: 21.5 },
      { name: "s", datatype: "String", value: "x" },
      { name: "n", datatype: "Int32", value: null },
      { name: "b", datatype: "BooleanArray", value: [true, false, true] },
      { name: "a", datatype: "Int16Array", value: [-1, 2] },
      { name: "w", datatype: "StringArray", value: ["a", "b"] },
    ],
    seq: 5,
  };
  const payload = codec.encode(Buffer.from(JSON.stringify(json)));
  const seen = peer.toObject(peer.decode(payload), { longs: String }) as {
    metrics: { int_value?: number; long_value?: string }[];
  };
  expect(seen.metrics[0]?.int_value).toBe(4294967294);
  expect(seen.metrics[1]?.long_value).toBe("18446744073709551613");
  expect(JSON.parse(codec.decode(payload, "spBv1.0/g/NDATA/n").payload.toString())).toEqual(json);
  expect(
    JSON.parse(
      codec
        .decode(codec.encode(Buffer.from('{"metrics":[{"name":"x","value":1},{"name":"y","value":true}]}')), "x")
        .payload.toString(),
    ),
  ).toEqual({
    metrics: [
      { name: "x", datatype: "Int64", value: 1 },
      { name: "y", datatype: "Boolean", value: true },
    ],
  });
});

test("data sets, templates, properties, and every data type come back as they were", async () => {
  const codec = await codecFrom(["sparkplug"], FILES);
  const scalars = [
    ["Int8", -128], ["Int16", -32768], ["Int32", -2147483648], ["Int64", "-9223372036854775808"],
    ["UInt8", 255], ["UInt16", 65535], ["UInt32", 4294967295], ["UInt64", "18446744073709551615"],
    ["Float", 0.2], ["Double", 1.1], ["Boolean", false], ["String", ""], ["DateTime", 1700000000000], ["Text", "x"],
    ["UUID", "6f1c0d3e-0000-4000-8000-000000000000"],
  ] as const; // biome-ignore format: a table
  const arrays = [
    ["Int8Array", [-1]], ["Int16Array", [-1, 2]], ["Int32Array", [-1]], ["Int64Array", ["-9223372036854775808"]],
    ["UInt8Array", [255]], ["UInt16Array", [65535]], ["UInt32Array", [4294967295]],
    ["UInt64Array", ["18446744073709551615"]], ["FloatArray", [0.2, 21.5]], ["DoubleArray", [1.1]],
    ["BooleanArray", [true, false, true, true, true, true, true, true, false]], ["StringArray", ["a", "", "ü"]],
    ["DateTimeArray", [1700000000000]], ["Int32Array", []], ["BooleanArray", []],
  ] as const; // biome-ignore format: a table
  const typed = Object.fromEntries(scalars.map(([type, value]) => [type, { type, value }]));
  const properties = {
    ...typed,
    none: { type: "Int32", value: null },
    set: { type: "PropertySet", value: { inner: { type: "PropertySet", value: typed } } },
    list: { type: "PropertySetList", value: [typed, {}] },
  };
  const dataset = {
    num_of_columns: scalars.length,
    columns: scalars.map(([type]) => `of ${type}`),
    types: scalars.map(([type]) => type),
    rows: [scalars.map(([, value]) => value), scalars.map(() => null)],
  };
  const metrics: object[] = [
    ...scalars.map(([datatype, value]) => ({ name: datatype, datatype, value })),
    ...arrays.map(([datatype, value]) => ({ name: datatype, datatype, value })),
    { name: "b", datatype: "Bytes", metadata: { content_type: "x", size: 2, md5: "0" }, value: "AQI=" },
    { name: "f", datatype: "File", is_historical: true, is_transient: false, value: "" },
    { name: "p", alias: 3, datatype: "Int32", properties, value: null },
    { name: "d", datatype: "DataSet", value: dataset },
  ];
  const template = {
    version: "1.0",
    metrics: [...metrics, { name: "t", datatype: "Template", value: { template_ref: "other", is_definition: false } }],
    parameters: scalars.map(([type, value]) => ({ name: type, type, value })),
    template_ref: "motor",
    is_definition: true,
  };
  const json = {
    timestamp: 1700000000000,
    metrics: [...metrics, { name: "motor", datatype: "Template", value: template }],
    seq: 0,
    uuid: "u",
    body: "AQ==",
  };
  const payload = codec.encode(Buffer.from(JSON.stringify(json)));
  expect(JSON.parse(codec.decode(payload, "spBv1.0/g/NBIRTH/n").payload.toString())).toEqual(json);
  // The peer has field numbers of its own, so that a mistake in ours does not cancel itself out.
  const seen = peer.toObject(peer.decode(payload), { longs: String }) as { metrics: Record<string, unknown>[] };
  const theirs = new Map(seen.metrics.map((metric) => [metric["name"], metric]));
  expect(theirs.get("d")).toMatchObject({
    dataset_value: { num_of_columns: "15", types: Array.from({ length: 15 }, (_, n) => n + 1) },
  });
  expect(theirs.get("motor")).toMatchObject({ template_value: { version: "1.0", template_ref: "motor" } });
  expect(theirs.get("p")).toMatchObject({ is_null: true, alias: "3" });
});

test("properties and data sets in short: types and the number of columns follow", async () => {
  const codec = await codecFrom(["sparkplug"], FILES);
  const json = {
    metrics: [
      { name: "x", value: 1, properties: { unit: "K", low: -1, deep: { on: true }, list: [{ a: 1.5 }] } },
      { name: "d", datatype: "DataSet", value: { columns: ["a"], types: [3], rows: [[-1]] } },
    ],
  };
  const back = JSON.parse(codec.decode(codec.encode(Buffer.from(JSON.stringify(json))), "t").payload.toString());
  expect(back).toEqual({
    metrics: [
      {
        name: "x",
        datatype: "Int64",
        properties: {
          unit: { type: "String", value: "K" },
          low: { type: "Int64", value: -1 },
          deep: { type: "PropertySet", value: { on: { type: "Boolean", value: true } } },
          list: { type: "PropertySetList", value: [{ a: { type: "Double", value: 1.5 } }] },
        },
        value: 1,
      },
      {
        name: "d",
        datatype: "DataSet",
        value: { num_of_columns: 1, columns: ["a"], types: ["Int32"], rows: [[-1]] },
      },
    ],
  });
});

test.each([
  ['{"metrics":1}', "metrics: expected a list"],
  ['{"metrics":[1]}', "metrics[0]: expected an object"],
  ['{"metrics":[{"datatype":"Int9","value":1}]}', '"Int9" is no data type'],
  ['{"metrics":[{"datatype":"Int8","value":128}]}', "metrics[0].value: 128 is no Int8"],
  ['{"metrics":[{"datatype":"Float","value":"x"}]}', 'metrics[0].value: "x" is no Float'],
  ['{"metrics":[{"datatype":"DateTime","value":-1}]}', "-1 is no DateTime"],
  ['{"metrics":[{"datatype":"Bytes","value":"ü"}]}', "metrics[0].value: expected bytes in base64"],
  ['{"metrics":[{"datatype":"PropertySet","value":{}}]}', "a metric cannot be of the type PropertySet"],
  ['{"metrics":[{"datatype":"DataSet","value":1}]}', "expected an object with columns, types and rows"],
  ['{"metrics":[{"datatype":"DataSet","value":{"columns":["a"]}}]}', "1 columns and 0 types"],
  [
    '{"metrics":[{"datatype":"DataSet","value":{"columns":["a"],"types":["Int8"],"rows":[[1,2]]}}]}',
    "metrics[0].value.rows[0]: 2 values for 1 columns",
  ],
  [
    '{"metrics":[{"datatype":"DataSet","value":{"columns":["a"],"types":["Int8"],"rows":[[300]]}}]}',
    "metrics[0].value.rows[0][0]: 300 is no Int8",
  ],
  [
    '{"metrics":[{"datatype":"DataSet","value":{"columns":["a"],"types":["Bytes"],"rows":[["AQ=="]]}}]}',
    "the value of a data set cannot be of the type Bytes",
  ],
  [
    '{"metrics":[{"datatype":"Template","value":{"metrics":[{"datatype":"Int8","value":"x"}]}}]}',
    'metrics[0].value.metrics[0].value: "x" is no Int8',
  ],
  ['{"metrics":[{"datatype":"Template","value":{"no":1}}]}', "Template has no field no"],
  ['{"metrics":[{"value":1,"properties":[]}]}', "metrics[0].properties: expected an object"],
  ['{"metrics":[{"value":1,"properties":{"p":{"type":"Int8","value":200}}}]}', "properties.p: 200 is no Int8"],
  ['{"metrics":[{"datatype":"StringArray","value":[1]}]}', "expected texts"],
  ['{"metrics":[{"name":1}]}', "Metric.name: expected string: 1"],
  ['{"nothing":1}', "Payload has no field nothing"],
  ["1", "the payload: expected an object"],
])("%s cannot be encoded: %s", async (json, reason) => {
  const codec = await codecFrom(["sparkplug"], FILES);
  expect(() => codec.encode(Buffer.from(json))).toThrow(reason);
});

test("what the schema does not know is shown by its number; keys without values are an error", async () => {
  const decode = await sparkplug();
  // Field 100 in the payload, field 19 (an extension) in a metric.
  expect(decode("t", Buffer.from("a0060112060a01619a0100", "hex"))).toEqual({
    metrics: [{ name: "a", value: null, "19": "" }],
    "100": 1,
  });
  const properties = { keys: ["a", "b"], values: [{ type: 12, string_value: "K" }] };
  expect(decode("t", bytesOf({ metrics: [{ name: "a", properties }] }))).toBe(
    "not sparkplug: a property set with 2 keys and 1 values",
  );
});

test("broken payloads, and topics that are not Sparkplug's", async () => {
  const decode = await sparkplug();
  expect(decode("spBv1.0/g/NDATA/n", Buffer.from([0xff]))).toBe("not sparkplug: it ends too early");
  const lied = bytesOf({ metrics: [{ name: "b", datatype: 32, bytes_value: Buffer.from([255, 0, 0, 0, 1]) }] });
  expect(decode("spBv1.0/g/NDATA/n", lied)).toBe("not sparkplug: a BooleanArray with less bits than it says");
  const auto = await codecFrom(["auto"], FILES);
  expect(tryDecode(auto, Buffer.from('{"online":true}'), "spBv1.0/STATE/host")).toMatchObject({
    format: "text",
    isJson: true,
  });
});
