import { describe, expect, test } from "vitest";
import { type Address, formatAddress, parseAddress } from "../../../src/transport/index.ts";

const mqtt = (host: string, port = 1883): Address => ({ scheme: "mqtt", host, port, path: "" });
const mqtts = (host: string, port = 8883): Address => ({ scheme: "mqtts", host, port, path: "" });
const ws = (host: string, port = 80, path = "/mqtt"): Address => ({ scheme: "ws", host, port, path });
const wss = (host: string, port = 443, path = "/mqtt"): Address => ({ scheme: "wss", host, port, path });
const unix = (path: string): Address => ({ scheme: "unix", host: "", port: 0, path });

describe("an address is read", () => {
  test.each<[string, Address]>([
    ["mqtt://broker.example", mqtt("broker.example")],
    ["mqtt://broker.example:1884", mqtt("broker.example", 1884)],
    ["MQTT://broker.example", mqtt("broker.example")],
    ["mqtt://broker.example/", mqtt("broker.example")],
    ["mqtt://127.0.0.1:65535", mqtt("127.0.0.1", 65_535)],
    ["mqtt://[::1]", mqtt("::1")],
    ["mqtt://[fe80::1%eth0]:1", mqtt("fe80::1%eth0", 1)],
    ["mqtts://broker.example", mqtts("broker.example")],
    ["MQTTS://[::1]:8884", mqtts("::1", 8884)],
    ["ws://broker.example", ws("broker.example")],
    ["ws://broker.example/", ws("broker.example", 80, "/")],
    ["ws://[::1]:9001/a/b%20c", ws("::1", 9001, "/a/b%20c")],
    ["wss://broker.example", wss("broker.example")],
    ["wss://broker.example:8084/mqtt", wss("broker.example", 8084)],
    ["localhost", mqtt("localhost")],
    ["localhost:1884", mqtt("localhost", 1884)],
    ["::1", mqtt("::1")],
    ["[2001:db8::1]:1884", mqtt("2001:db8::1", 1884)],
    ["unix:/run/mqtt.sock", unix("/run/mqtt.sock")],
    ["unix:///run/mqtt.sock", unix("/run/mqtt.sock")],
    ["unix:mqtt.sock", unix("mqtt.sock")],
    ["unix:/run/100% mine.sock", unix("/run/100% mine.sock")],
  ])("%s", (text, address) => {
    const nothingElse = { userName: undefined, password: undefined, topic: undefined, query: undefined };
    expect(parseAddress(text)).toEqual({ address, ...nothingElse });
  });
});

test("user name, password and topic are returned beside the address, decoded", () => {
  expect(parseAddress("mqtt://ann:p%40ss:word@host:1884/plant/%C3%A4/1")).toEqual({
    address: mqtt("host", 1884),
    userName: "ann",
    password: "p@ss:word",
    topic: "plant/ä/1",
    query: undefined,
  });
});

test("the path of a WebSocket is a path, and its query no part of the address", () => {
  expect(parseAddress("wss://ann:pw@host/a/b?X-Amz-Signature=abc&x=/@y")).toEqual({
    address: wss("host", 443, "/a/b"),
    userName: "ann",
    password: "pw",
    topic: undefined,
    query: "X-Amz-Signature=abc&x=/@y",
  });
  expect(parseAddress("ws://host:8080?token=x")).toMatchObject({ address: ws("host", 8080), query: "token=x" });
  expect(parseAddress("ws://host/?").query).toBe(undefined);
});

test("a user name without password, and an empty password, are different things", () => {
  expect(parseAddress("mqtt://ann@host").password).toBe(undefined);
  expect(parseAddress("mqtt://ann:@host").password).toBe("");
});

test("an @ in a topic does not make the host a user name", () => {
  expect(parseAddress("mqtt://host/a@b")).toMatchObject({ address: mqtt("host"), userName: undefined, topic: "a@b" });
});

describe("what cannot be an address says why", () => {
  test.each<[string, RegExp]>([
    ["", /empty/],
    ["   ", /empty/],
    ["mqtt://", /host is missing/],
    ["mqtt://:1883", /host is missing/],
    ["mqtt://user@", /host is missing/],
    ["mqtt://host:", /port behind the colon is missing/],
    ["mqtt://host:0", /0 is not a port/],
    ["mqtt://host:65536", /65536 is not a port/],
    ["mqtt://host:18x3", /18x3 is not a port/],
    ["mqtt://host:-1", /-1 is not a port/],
    ["mqtt://::1:1883", /brackets/],
    ["mqtt://[::1", /] behind the IPv6 address is missing/],
    ["mqtt://[::1]1883", /not a port/],
    ["mqtt://[host]", /not an IPv6 address/],
    ["mqtt://ho st", /spaces/],
    ["mqtt://host?x=1", /mqtt:\/\/ has no query/],
    ["mqtts://host:8883?x=1", /mqtts:\/\/ has no query/],
    ["wss://", /host is missing/],
    ["wss:///mqtt", /host is missing/],
    ["ws://host:0/mqtt", /0 is not a port/],
    ["ws://host/mqtt#a", /the # is for browsers/],
    ["ws://host/mätt", /written with %/],
    ["mqtt://host/a%zz", /topic has a %/],
    ["host/topic", /slash/],
    ["http://host", /unknown scheme http/],
    ["tcp://host", /unknown scheme tcp/],
    ["unix:", /file is missing/],
    ["unix://", /file is missing/],
    ["unix:/a\0b", /NUL/],
  ])("%j", (text, reason) => {
    expect(() => parseAddress(text)).toThrow(
      expect.objectContaining({ code: "usage", message: expect.stringMatching(reason) }),
    );
  });

  test.each([
    ["tcp", "mqtt://"],
    ["ssl", "mqtts://"],
    ["https", "wss://"],
    ["mqtt+unix", "unix:"],
  ])("with a hint where others say it differently: %s", (theirs, ours) => {
    expect(() => parseAddress(`${theirs}://host`)).toThrow(expect.objectContaining({ hint: `write ${ours} instead` }));
  });

  test.each([
    "mqtt://ann:secret@host:99999",
    "http://ann:secret@host",
    "mqtt://ann:secret@",
    "mqtt://ann:secret%zz@host",
    "ann:secret@host:x",
    "mqtt://ann:sec ret@host",
    "mqtt://ann:se@secret@host:x",
    "mqtts://ann:secret@host:0",
    "wss://ann:secret@host:0/mqtt",
    "wss://host:0/mqtt?token=secret",
    "wss://host/mqtt?token=secret#x",
    "mqtt://ann?x:secret@host?x",
  ])("without showing credentials: %s", (text) => {
    try {
      parseAddress(text);
      expect.unreachable();
    } catch (error) {
      expect(JSON.stringify([(error as Error).message, (error as { hint?: string }).hint])).not.toMatch(/sec ?ret|ann/);
    }
  });
});

test.each(["mqtt://127.0.0.1:1883", "mqtts://[::1]:1884", "wss://host:443/a", "unix:/run/mqtt.sock"])(
  "%s is written as it is read",
  (text) => {
    expect(formatAddress(parseAddress(text).address)).toBe(text);
  },
);
