import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Codec, codecFrom, tryDecode } from "../../../src/payload/index.ts";
import { indented, jsonText } from "../../../src/payload/json-text.ts";

const NO_FILES = {
  proto: undefined,
  protoMessage: undefined,
  protoPath: [],
  avroSchema: undefined,
  read: () => undefined,
};

function codecOf(names: string): Promise<Codec> {
  return codecFrom(names.split(","), NO_FILES);
}

/** The decoded text, or the problem in brackets. */
async function decoded(names: string, hex: string, topic = "t"): Promise<string> {
  const result = tryDecode(await codecOf(names), Buffer.from(hex.replaceAll(" ", ""), "hex"), topic);
  return "problem" in result ? `[${result.problem}]` : result.payload.toString("utf8");
}

async function encoded(names: string, written: string): Promise<string> {
  return (await codecOf(names)).encode(Buffer.from(written)).toString("hex");
}

describe("CBOR", () => {
  // RFC 8949, appendix A, in its order.
  // biome-ignore format: a table
  test.each([
    ["00", "0"], ["01", "1"], ["0a", "10"], ["17", "23"], ["1818", "24"], ["1819", "25"], ["1864", "100"],
    ["1903e8", "1000"], ["1a000f4240", "1000000"], ["1b000000e8d4a51000", "1000000000000"],
    ["1bffffffffffffffff", '"18446744073709551615"'], ["c249010000000000000000", '"18446744073709551616"'],
    ["3bffffffffffffffff", '"-18446744073709551616"'], ["c349010000000000000000", '"-18446744073709551617"'],
    ["20", "-1"], ["29", "-10"], ["3863", "-100"], ["3903e7", "-1000"],
    ["f90000", "0"], ["f98000", "-0"], ["f93c00", "1"], ["fb3ff199999999999a", "1.1"], ["f93e00", "1.5"],
    ["f97bff", "65504"], ["fa47c35000", "100000"], ["fa7f7fffff", "3.4028234663852886e+38"],
    ["fb7e37e43c8800759c", "1e+300"], ["f90001", "5.960464477539063e-8"], ["f90400", "0.00006103515625"],
    ["f9c400", "-4"], ["fbc010666666666666", "-4.1"],
    ["f97c00", '"Infinity"'], ["f97e00", '"NaN"'], ["f9fc00", '"-Infinity"'],
    ["fa7f800000", '"Infinity"'], ["fa7fc00000", '"NaN"'], ["faff800000", '"-Infinity"'],
    ["fb7ff0000000000000", '"Infinity"'], ["fb7ff8000000000000", '"NaN"'], ["fbfff0000000000000", '"-Infinity"'],
    ["f4", "false"], ["f5", "true"], ["f6", "null"], ["f7", "null"], ["f0", '"simple(16)"'], ["f8ff", '"simple(255)"'],
    ["c074323031332d30332d32315432303a30343a30305a", '"2013-03-21T20:04:00Z"'],
    ["c11a514b67b0", '"2013-03-21T20:04:00.000Z"'], ["c1fb41d452d9ec200000", '"2013-03-21T20:04:00.500Z"'],
    ["d74401020304", '"AQIDBA=="'], ["d818456449455446", '"ZElFVEY="'],
    ["d82076687474703a2f2f7777772e6578616d706c652e636f6d", '"http://www.example.com"'],
    ["40", '""'], ["4401020304", '"AQIDBA=="'], ["60", '""'], ["6161", '"a"'], ["6449455446", '"IETF"'],
    ["62225c", '"\\"\\\\"'], ["62c3bc", '"ü"'], ["63e6b0b4", '"水"'], ["64f0908591", '"𐅑"'],
    ["80", "[]"], ["83010203", "[1,2,3]"], ["8301820203820405", "[1,[2,3],[4,5]]"],
    ["98190102030405060708090a0b0c0d0e0f101112131415161718181819", `[${Array.from({ length: 25 }, (_, n) => n + 1)}]`],
    ["a0", "{}"], ["a201020304", '{"1":2,"3":4}'], ["a26161016162820203", '{"a":1,"b":[2,3]}'],
    ["826161a161626163", '["a",{"b":"c"}]'],
    ["a56161614161626142616361436164614461656145", '{"a":"A","b":"B","c":"C","d":"D","e":"E"}'],
    ["5f42010243030405ff", '"AQIDBAU="'], ["7f657374726561646d696e67ff", '"streaming"'], ["9fff", "[]"],
    ["9f018202039f0405ffff", "[1,[2,3],[4,5]]"], ["9f01820203820405ff", "[1,[2,3],[4,5]]"],
    ["83018202039f0405ff", "[1,[2,3],[4,5]]"], ["83019f0203ff820405", "[1,[2,3],[4,5]]"],
    ["9f0102030405060708090a0b0c0d0e0f101112131415161718181819ff", `[${Array.from({ length: 25 }, (_, n) => n + 1)}]`],
    ["bf61610161629f0203ffff", '{"a":1,"b":[2,3]}'], ["826161bf61626163ff", '["a",{"b":"c"}]'],
    ["bf6346756ef563416d7421ff", '{"Fun":true,"Amt":-2}'],
  ])("appendix A: %s is %s", async (hex, json) => {
    expect(await decoded("cbor", hex)).toBe(json);
  });

  test.each([
    ["", "it ends too early"],
    ["18", "it ends too early"],
    ["62", "it ends too early"],
    ["8201", "it ends too early"],
    ["ff", "Unexpected BREAK"],
    ["bf6161ffff", "Missing map value"],
    ["9fc0ff", "Unexpected BREAK"],
    ["0000", "Extra data"],
    ["a1", "it ends too early"],
    ["5bffffffffffffffff", "it ends too early"],
    ["9b0000ffffffffffff00", "it ends too early"],
    ["1c", "28"],
    ["f818", "simple"],
    ["a16161", "it ends too early"],
    ["61ff", "text that is no UTF-8"],
    ["7f61ffff", "text that is no UTF-8"],
    ["5f6161ff", "major type"],
    [`${"81".repeat(200)}00`, "nested deeper than 100"],
    [`9a00090000${"00".repeat(0x90000)}`, "more than 500000 values"],
  ])("a broken payload is shown as it is, with a reason (%#)", async (hex, reason) => {
    expect(await decoded("cbor", hex)).toMatch(new RegExp(`^\\[not cbor: .*${reason}`));
  });
});

describe("MessagePack", () => {
  // The formats of the specification, in its order.
  // biome-ignore format: a table
  test.each([
    ["c0", "null"], ["c2", "false"], ["c3", "true"], ["00", "0"], ["7f", "127"], ["ff", "-1"], ["e0", "-32"],
    ["ccff", "255"], ["cdffff", "65535"], ["ceffffffff", "4294967295"], ["cfffffffffffffffff", '"18446744073709551615"'],
    ["d080", "-128"], ["d18000", "-32768"], ["d280000000", "-2147483648"], ["d38000000000000000", '"-9223372036854775808"'],
    ["ca3fc00000", "1.5"], ["cb3ff199999999999a", "1.1"], ["cb7ff8000000000000", '"NaN"'],
    ["a0", '""'], ["a3c3bc61", '"üa"'], ["d90161", '"a"'], ["da000161", '"a"'], ["db0000000161", '"a"'],
    ["c401ff", '"/w=="'], ["c50001ff", '"/w=="'], ["c600000001ff", '"/w=="'],
    ["90", "[]"], ["920102", "[1,2]"], ["dc000101", "[1]"], ["dd0000000101", "[1]"],
    ["80", "{}"], ["81a16101", '{"a":1}'], ["de0001a16101", '{"a":1}'], ["df00000001a16101", '{"a":1}'], ["810102", '{"1":2}'],
    ["d40001", '{"type":0,"data":"AQ=="}'], ["c7020501ff", '{"type":5,"data":"Af8="}'],
    ["d6ff00000000", '"1970-01-01T00:00:00.000Z"'], ["d7ff77359400514b67b0", '"2013-03-21T20:04:00.500Z"'],
    ["c70cff1dcd6500ffffffffffffffff", '"1969-12-31T23:59:59.500Z"'],
  ])("%s is %s", async (hex, json) => {
    expect(await decoded("msgpack", hex)).toBe(json);
  });

  test.each([
    "",
    "c1",
    "cc",
    "92",
    "9201",
    "81a161",
    "0101",
    "dd7fffffff",
    "dfffffffff00",
    "c4ff00",
    "c8ffff05",
    "dd00000800".repeat(2000),
    `${"91".repeat(200)}00`,
    `dd00090000${"00".repeat(0x90000)}`,
    "81a95f5f70726f746f5f5f01",
  ])("a broken payload is shown as it is, with a reason (%#)", async (hex) => {
    expect(await decoded("msgpack", hex)).toMatch(/^\[not msgpack: .+/);
  });
});

describe("numbers", () => {
  test.each([
    ["int8", "ff", "-1"],
    ["uint8", "ff00", "[255,0]"],
    ["int16le", "fe ff", "-2"],
    ["int16be", "fffe", "-2"],
    ["int16", "0100", "1"],
    ["uint16be", "0100", "256"],
    ["int32le", "ffffff7f", "2147483647"],
    ["uint32be", "ffffffff", "4294967295"],
    ["int64le", "ffffffffffffffff", "-1"],
    ["uint64be", "ffffffffffffffff", '"18446744073709551615"'],
    ["float", "0000ac41", "21.5"],
    ["floatbe", "41ac0000", "21.5"],
    ["floatle", "cdcc4c3e", "0.2"],
    ["floatbe", "7fc00000", '"NaN"'],
    ["double", "9a9999999999f13f", "1.1"],
    ["doublebe", "3ff199999999999a3ff199999999999a", "[1.1,1.1]"],
  ])("%s %s is %s, both ways", async (name, hex, json) => {
    expect(await decoded(name, hex)).toBe(json);
    expect(await encoded(name, json)).toBe(hex.replaceAll(" ", ""));
  });

  test("what is no number, or does not fit", async () => {
    expect(await decoded("int32le", "010203")).toBe("[not int32le: 3 bytes, not a multiple of 4]");
    expect(await decoded("double", "")).toBe("[not double: 0 bytes, not a multiple of 8]");
    await expect(encoded("int8", "128")).rejects.toThrow("128 does not fit into int8: it takes -128 to 127");
    await expect(encoded("uint8", "-1")).rejects.toThrow("does not fit");
    await expect(encoded("uint8", "1.5")).rejects.toThrow('"1.5" is no whole number');
    await expect(encoded("float", "x")).rejects.toThrow('"x" is no number');
    await expect(encoded("float", " ")).rejects.toThrow("made of numbers");
    expect(await encoded("uint16be", "0x10 1,2")).toBe("001000010002");
  });
});

describe("text, hex, base64, gzip, zlib", () => {
  test("round trips, and what does not fit", async () => {
    expect(await encoded("hex", "0A ff:00\n")).toBe("0aff00");
    expect(await decoded("hex", "0aff00")).toBe("0aff00");
    await expect(encoded("hex", "0af")).rejects.toThrow("this is no hex");
    expect(await encoded("base64", "AQID\n")).toBe("010203");
    expect(await decoded("base64", "010203")).toBe("AQID");
    await expect(encoded("base64", "A")).rejects.toThrow("this is no base64");
    await expect(encoded("json", "{a}")).rejects.toThrow("this is no JSON");
    expect(await decoded("json", "7b7d")).toBe("{}");
    expect(await decoded("json", "7b")).toMatch(/^\[not json: /);
    expect(await decoded("json", "22ff22")).toBe("[not json: no UTF-8]");
    expect(await decoded("json", "31323334353637383930313233343536373839302e30")).toBe("12345678901234567890.0");
    expect(await decoded("text", "c3bc")).toBe("ü");
    expect(await decoded("text", "ff")).toBe("[not text: no UTF-8]");
  });

  test("one in another: gzip,cbor and zlib,json", async () => {
    const packed = await encoded("gzip,cbor", '{"a":[1,2]}');
    expect(packed).toMatch(/^1f8b/);
    expect(await decoded("gzip,cbor", packed)).toBe('{"a":[1,2]}');
    expect(await decoded("zlib,json", await encoded("zlib,json", "[1]"))).toBe("[1]");
  });

  test("a decompression bomb is not unpacked", async () => {
    const bomb = gzipSync(Buffer.alloc(80 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(100_000);
    expect(await decoded("gzip", bomb.toString("hex"))).toBe("[not gzip: it would become more than 67108864 bytes]");
    expect(await decoded("auto", bomb.toString("hex"))).toBe("[gzip: it would become more than 67108864 bytes]");
    expect(await decoded("gzip", "1f8b0800")).toMatch(/^\[not gzip: /);
    expect(await decoded("zlib", "789c00")).toMatch(/^\[not zlib: /);
  });
});

describe("auto", () => {
  test.each([
    ["21.5", "21.5", "text"],
    ['{"a": 1}', '{"a": 1}', "text"],
    ["", "", "text"],
    ["\u001b[0m", "\u001b[0m", "text"],
  ])("text stays: %j", async (text, shown, format) => {
    const result = tryDecode(await codecOf("auto"), Buffer.from(text), "t");
    expect(result).toMatchObject({ format });
    expect("payload" in result && result.payload.toString()).toBe(shown);
  });

  test("CBOR, MessagePack, compressed JSON and CBOR are found; the rest is told", async () => {
    const auto = await codecOf("auto");
    const shown = async (names: string, json: string): Promise<unknown> => {
      const result = tryDecode(auto, (await codecOf(names)).encode(Buffer.from(json)), "t");
      return "problem" in result ? result.problem : [result.format, result.payload.toString()];
    };
    expect(await shown("cbor", '{"a":1}')).toEqual(["cbor", '{"a":1}']);
    expect(await shown("cbor", "[1,2]")).toEqual(["cbor", "[1,2]"]);
    expect(await shown("msgpack", '{"a":1}')).toEqual(["msgpack", '{"a":1}']);
    expect(await shown("gzip,json", '{"a":1}')).toEqual(["gzip", '{"a":1}']);
    expect(await shown("zlib,cbor", '{"a":1}')).toEqual(["zlib,cbor", '{"a":1}']);
    expect(await shown("doublebe", "1.1")).toBe("nothing that is known");
    expect(await decoded("auto", "1f8b08000000")).toBe("[gzip: unexpected end of file]");
    expect(await decoded("auto", "d9d9f7a1616101")).toBe('{"a":1}');
    // Numbers and bytes are not: any few bytes could be these.
    for (const hex of ["80", "a0", "42ff02", "c482ff01", "c11a514b67b0"]) {
      expect(await decoded("auto", hex)).toBe("[nothing that is known]");
    }
  });
});

/** Whole numbers that many readers of JSON would take digits from are shown as text. */
const shownNumber = (value: unknown): unknown =>
  Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value as number) < 1e21 ? String(value) : value;

test("whatever JSON goes in comes out, through CBOR and MessagePack", async () => {
  const codecs = [await codecOf("cbor"), await codecOf("msgpack")];
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const written = JSON.stringify(value);
      // the first is refused by the library, and more than 64 bits by MessagePack
      if (written.includes("__proto__") || /\d{19,}/.test(written)) return;
      for (const codec of codecs) {
        const back = codec.decode(codec.encode(Buffer.from(written)), "t").payload.toString();
        // -0 is a number of its own in CBOR, and JSON.parse of what we write keeps it
        expect(JSON.parse(back)).toEqual(JSON.parse(written, (_, member: unknown) => shownNumber(member)));
      }
    }),
    { numRuns: 300 },
  );
});

// RFC 8949, section 4.1: as short as it can be.
test.each([
  ["0", "00"],
  ["-0", "f98000"],
  ["23", "17"],
  ["24", "1818"],
  ["-500", "3901f3"],
  ["4294967296", "1b0000000100000000"],
  ["1.5", "f93e00"],
  ["100000.5", "fa47c35040"],
  ["0.2", "fb3fc999999999999a"],
  ["5.960464477539063e-8", "f90001"],
  ["1e300", "fb7e37e43c8800759c"],
  ['{"b":[true,false,null],"a":"ü"}', "a2616283f5f4f6616162c3bc"],
])("%s is written as short as it can be: %s", async (json, hex) => {
  expect(await encoded("cbor", json)).toBe(hex);
});

test.each([
  ["cbor", '{"a":18446744073709551615}', "a161611bffffffffffffffff"],
  ["cbor", "-9223372036854775809", "3b8000000000000000"],
  ["cbor", "18446744073709551616", "c249010000000000000000"],
  ["cbor", "9007199254740991", "1b001fffffffffffff"],
  ["msgpack", "18446744073709551615", "cfffffffffffffffff"],
  ["msgpack", "-9223372036854775808", "d38000000000000000"],
  ["cbor", '"1234567890123456789"', "7331323334353637383930313233343536373839"],
  ["cbor", '["\\"",1234567890123456789,"\\\\"]', "8361221b112210f47de98115615c"],
  ["cbor", "0.12345678901234567", "fb3fbf9add3746f65e"],
])("%s %s: no digit of a whole number is lost", async (name, json, hex) => {
  expect(await encoded(name, json)).toBe(hex);
});

test("what has more than 64 bits is no MessagePack", async () => {
  await expect(encoded("msgpack", "18446744073709551616")).rejects.toThrow(/^msgpack: /);
});

test.each([
  ["cbor", '{"a":1e400}'],
  ["msgpack", "-2E+308"],
  ["cbor", `[1${"0".repeat(309)}.5]`],
  ["float", "1e39"],
  ["double", "21 -1e400"],
])("%s %s: a number that would become infinite is refused", async (name, written) => {
  await expect(encoded(name, written)).rejects.toThrow(/beyond 1\.8e308|does not fit into/);
});

test("numbers that only look too large, and infinity itself, are fine", async () => {
  expect(await encoded("cbor", '["1e400",1e300,1e-400]')).toMatch(/^83/);
  expect(await encoded("float", "Infinity 3.4e38")).toMatch(/^0000807f/);
});

test("what follows a value of MessagePack is told in plain words", async () => {
  expect(await decoded("msgpack", "01".repeat(11))).toMatch(/^\[not msgpack: it ends after 1 of 11 bytes\]/);
});

test("arbitrary bytes never do more than fail to be decoded", async () => {
  const names = ["cbor", "msgpack", "json", "gzip", "zlib", "auto", "sparkplug", "int32le", "text"];
  const codecs = await Promise.all(names.map(codecOf));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      for (const codec of codecs) {
        const result = tryDecode(codec, Buffer.from(bytes), "spBv1.0/g/NDATA/n");
        if ("problem" in result) expect(result.problem).not.toBe("");
        else if (result.isJson) JSON.parse(result.payload.toString());
      }
    }),
    { numRuns: 500 },
  );
});

test("__proto__ is a member like any other", async () => {
  const cbor = await encoded("cbor", '{"__proto__":{"polluted":true}}');
  expect(cbor).toBe("a1695f5f70726f746f5f5fa168706f6c6c75746564f5");
  expect(await decoded("cbor", cbor)).toBe('{"__proto__":{"polluted":true}}');
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test("a payload of more than 16 MiB is not looked into; an unknown format is a usage error", async () => {
  const large = Buffer.alloc(16 * 1024 * 1024 + 1);
  expect(tryDecode(await codecOf("cbor"), large, "t")).toEqual({ problem: "not cbor: more than 16777216 bytes" });
  await expect(codecOf("xml")).rejects.toThrow("xml is no format of payloads");
  await expect(codecOf("protobuf")).rejects.toThrow("protobuf needs --proto");
  await expect(codecOf("avro")).rejects.toThrow("avro needs --avro-schema");
});

test("JSON over several lines keeps every digit and every text", () => {
  const json = '{"a":12345678901234567890,"b":[],"c":{},"d":[1,{"e":"{,:[\\" "}],"f":{"g":-0}}';
  const shown = indented(json);
  expect(shown).toBe(
    '{\n  "a": 12345678901234567890,\n  "b": [],\n  "c": {},\n  "d": [\n    1,\n    {\n      "e": "{,:[\\" "\n    }\n  ],\n  "f": {\n    "g": -0\n  }\n}',
  );
  expect(indented(shown)).toBe(shown);
  const deepest = `${"[".repeat(100)}${"]".repeat(100)}`;
  expect(indented(deepest).split("\n").length).toBeGreaterThan(190);
  expect(indented(`[${deepest}]`)).toBe(`[${deepest}]`);
  const tooDeep = "[".repeat(50_000) + "]".repeat(50_000);
  expect(indented(tooDeep)).toBe(tooDeep);
  expect(jsonText({ a: undefined, b: new Date(Number.NaN) })).toBe('{"a":null,"b":"Invalid Date"}');
});
