import { describe, expect, test } from "vitest";
import { brokerUrl, mqttVersion, qos, retainHandling, topicFilter, topicName } from "../../../src/cli/mqtt-types.ts";
import type { ValueType } from "../../../src/cli/option.ts";
import { connectionOptions } from "../../../src/cli/options/connection.ts";
import { alternatives, choice, duration, file, host, integer, text } from "../../../src/cli/value-types.ts";

const sessionExpiry = connectionOptions.options.sessionExpiryInterval.type;

const cases: readonly (readonly [string, ValueType<unknown>, Readonly<Record<string, unknown>>])[] = [
  ["text", text, { "": "", " a ": " a " }],
  ["file", file, { "a b": "a b", "-": "-", "": undefined, "a\0b": undefined }],
  [
    "host",
    host,
    {
      localhost: "localhost",
      "10.0.0.1": "10.0.0.1",
      "::1": "::1",
      "[::1]": "::1",
      "[fe80::1%eth0]": "fe80::1%eth0",
      "": undefined,
      "a b": undefined,
      "mqtt://a": undefined,
      "user@a": undefined,
      "a\u001b[2J": undefined,
    },
  ],
  [
    "integer(0, 65535)",
    integer(0, 65_535),
    {
      "0": 0,
      "65535": 65_535,
      "007": 7,
      "+1": 1,
      "65536": undefined,
      "-1": undefined,
      "1.5": undefined,
      "": undefined,
      "1e3": undefined,
      "0x10": undefined,
      " 1": undefined,
    },
  ],
  [
    "duration",
    duration(1),
    {
      "2": 2000,
      "0.5": 500,
      ".5": 500,
      "500ms": 500,
      "30s": 30_000,
      "5m": 300_000,
      "2h": 7_200_000,
      "0": undefined,
      "-1": undefined,
      "5 s": undefined,
      s: undefined,
      "": undefined,
      "99999h": undefined,
    },
  ],
  ["choice", choice({ a: 1, b: 2 }), { a: 1, b: 2, A: undefined, "": undefined, toString: undefined }],
  ["qos", qos, { "0": 0, "1": 1, "2": 2, "3": undefined, "01": undefined }],
  [
    "mqttVersion",
    mqttVersion,
    {
      "5": 5,
      "5.0": 5,
      mqttv5: 5,
      "3.1.1": 4,
      "311": 4,
      mqttv311: 4,
      "4": 4,
      "3.1": 3,
      "31": 3,
      mqttv31: 3,
      "3": 3,
      "6": undefined,
    },
  ],
  [
    "topicName",
    topicName,
    { "a/b": "a/b", $SYS: "$SYS", "": undefined, "a/+": undefined, "#": undefined, "a\0": undefined },
  ],
  [
    "topicFilter",
    topicFilter,
    {
      "a/+/#": "a/+/#",
      "#": "#",
      "$share/g/a": "$share/g/a",
      "": undefined,
      "a#": undefined,
      "#/a": undefined,
      "a+": undefined,
      "$share/g": undefined,
    },
  ],
  ["retainHandling", retainHandling, { always: 0, new: 1, never: 2, "2": 2, sometimes: undefined }],
  [
    "sessionExpiryInterval",
    sessionExpiry,
    { "0": 0, "60": 60, never: 0xffff_ffff, "-1": 0xffff_ffff, "∞": 0xffff_ffff, "4294967296": undefined },
  ],
];

describe.each(cases)("%s", (_name, type, values) => {
  test.each(Object.entries(values))("%j → %j", (typed, expected) => {
    expect(type.parse(typed)).toEqual(expected);
  });
});

test("a broker's URL may hold everything at once", () => {
  expect(brokerUrl.parse("mqtt://me:se%2Fcret@broker.example:1884/plant/1")).toEqual({
    address: { scheme: "mqtt", host: "broker.example", port: 1884, path: "" },
    userName: "me",
    password: "se/cret",
    topic: "plant/1",
  });
});

test("what is expected is said in words", () => {
  expect(alternatives(["a"])).toBe("a");
  expect(qos.expected).toBe("0, 1 or 2");
  expect(integer(1).expected).toBe("a whole number, at least 1");
  expect(mqttVersion.expected).toBe("auto, 5, 3.1.1 or 3.1");
});
