import { describe, expect, test } from "vitest";
import { addressFrom, clientOptionsFrom } from "../../../src/cli/client-options.ts";
import { defineCommand, type ValuesOf } from "../../../src/cli/command.ts";
import { connectionOptions } from "../../../src/cli/options/connection.ts";
import { willOptions } from "../../../src/cli/options/will.ts";
import { valuesFrom } from "../../../src/cli/values.ts";

const definition = defineCommand({
  name: "try",
  summary: "",
  description: "",
  groups: [connectionOptions, willOptions],
  examples: [],
});
type Values = ValuesOf<typeof definition>;

const values = (options: Record<string, string | true> = {}, environment: Record<string, string> = {}): Values =>
  valuesFrom(definition, { options, operands: [] }, environment) as Values;
const from = (options: Record<string, string | true> = {}, environment: Record<string, string> = {}) =>
  clientOptionsFrom(values(options, environment), values(options, environment));

describe("where the broker is", () => {
  const at = (host: string, port: number) => ({ scheme: "mqtt", host, port, path: "" });
  const socket = { scheme: "unix", host: "", port: 0, path: "/run/mqtt" };
  test.each<[string, Record<string, string>, Record<string, string>, unknown]>([
    ["nothing said", {}, {}, at("localhost", 1883)],
    ["host and port", { host: "a", port: "1884" }, {}, at("a", 1884)],
    ["a URL", { url: "mqtt://a:1884" }, {}, at("a", 1884)],
    ["a URL, with the port beside it", { url: "mqtt://a", port: "1884" }, {}, at("a", 1884)],
    ["a URL of a socket", { url: "unix:/run/mqtt" }, {}, socket],
    ["a socket", { unix: "/run/mqtt" }, {}, socket],
    ["MQTK_URL", {}, { MQTK_URL: "mqtt://a:1884" }, at("a", 1884)],
    ["the flag hides MQTK_URL", { host: "b" }, { MQTK_URL: "mqtt://a:1884" }, at("b", 1883)],
    ["a port beside MQTK_URL", { port: "1" }, { MQTK_URL: "mqtt://a:1884" }, at("a", 1)],
    ["the URL hides MQTK_HOST", { url: "mqtt://a" }, { MQTK_HOST: "b", MQTK_PORT: "1" }, at("a", 1883)],
    ["the flag hides MQTK_UNIX", { port: "1" }, { MQTK_UNIX: "/run/mqtt" }, at("localhost", 1)],
  ])("%s", (_name, options, environment, address) => {
    expect(addressFrom(values(options, environment))).toEqual(address);
  });
  test.each([
    [{ unix: "/run/mqtt", host: "a" }],
    [{ unix: "/run/mqtt", url: "mqtt://a" }],
    [{ url: "unix:/run/mqtt", port: "1" }],
  ])("%j contradicts itself", (options) => {
    expect(() => addressFrom(values(options))).toThrow(expect.objectContaining({ code: "usage" }));
  });
});

describe("who we are", () => {
  test("a client id is made up: short enough for MQTT 3.1, another each time", () => {
    const { clientId } = from();
    expect(clientId).toMatch(/^mqtk-[0-9a-z]{10}$/);
    expect(from().clientId).not.toBe(clientId);
  });
  test("with a prefix", () => expect(from({ idPrefix: "lab-" }).clientId).toMatch(/^lab-[0-9a-z]{10}$/));
  test("as given, also empty", () => {
    expect(from({ id: "x" }).clientId).toBe("x");
    expect(from({ id: "" }).clientId).toBe("");
  });
  test("user and password: beside the URL or in it", () => {
    expect(from({ url: "mqtt://me:secret@a" })).toMatchObject({ userName: "me", password: Buffer.from("secret") });
    expect(from({ url: "mqtt://me:secret@a", username: "you" })).toMatchObject({ userName: "you" });
    expect(from({}, { MQTK_USERNAME: "me", MQTK_PASSWORD: "pä" })).toMatchObject({
      userName: "me",
      password: Buffer.from("pä"),
    });
  });
  test("MQTT 5 knows a password without a user", () => {
    expect(from({ password: "token" })).toMatchObject({ password: Buffer.from("token") });
  });
});

describe("the session", () => {
  test("none is kept", () => expect(from()).toMatchObject({ cleanStart: true, properties: {}, keepAlive: 60 }));
  test("-c keeps it for ever, in MQTT 5 too", () => {
    const kept = { cleanStart: false, properties: { sessionExpiryInterval: 0xffff_ffff } };
    expect(from({ disableCleanSession: true, id: "x" })).toMatchObject(kept);
    expect(from({ disableCleanSession: true, id: "x", mqttVersion: "311" })).toMatchObject({
      ...kept,
      protocolVersion: 4,
    });
  });
  test("-x says how long", () => {
    expect(from({ sessionExpiryInterval: "60" })).toMatchObject({
      cleanStart: true,
      properties: { sessionExpiryInterval: 60 },
    });
  });
});

test("the will", () => {
  expect(from()).not.toHaveProperty("will");
  expect(from({ willTopic: "gone", willPayload: "bye", willQos: "1", willRetain: true }).will).toEqual({
    topic: "gone",
    payload: Buffer.from("bye"),
    qos: 1,
    retain: true,
    properties: {},
  });
  expect(from({ willTopic: "gone" }).will).toMatchObject({ payload: Buffer.alloc(0), qos: 0, retain: false });
});

describe("what contradicts itself", () => {
  test.each<[Record<string, string | true>, string]>([
    [{ id: "a", idPrefix: "b" }, "--id and --id-prefix contradict each other"],
    [{ disableCleanSession: true }, "--disable-clean-session needs --id"],
    [{ sessionExpiryInterval: "never", idPrefix: "a" }, "a session that never expires needs --id"],
    [{ sessionExpiryInterval: "1", mqttVersion: "311" }, "--session-expiry-interval needs MQTT 5"],
    [{ password: "secret", mqttVersion: "311" }, "a password needs a user name in MQTT 3.1 and 3.1.1"],
    [{ willPayload: "x" }, "a will needs --will-topic"],
    [{ willRetain: true }, "a will needs --will-topic"],
  ])("%j", (options, message) => {
    expect(() => from(options)).toThrow(expect.objectContaining({ code: "usage", message }));
  });
});
