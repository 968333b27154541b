import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addressFrom, transportFrom } from "../../../src/cli/client-options.ts";
import { defineCommand } from "../../../src/cli/command.ts";
import { connectionOptions } from "../../../src/cli/options/connection.ts";
import { networkOptions } from "../../../src/cli/options/proxy.ts";
import { tlsOptions } from "../../../src/cli/options/tls.ts";
import type { TransportValues } from "../../../src/cli/transport-options.ts";
import { valuesFrom } from "../../../src/cli/values.ts";
import { memoryTerminal } from "../../support/memory-terminal.ts";

const definition = defineCommand({
  name: "try",
  summary: "",
  description: "",
  groups: [connectionOptions, tlsOptions, networkOptions],
  examples: [],
});
type Options = Record<string, string | true | readonly string[]>;
const values = (options: Options): TransportValues =>
  valuesFrom(definition, { options, operands: [] }, {}) as unknown as TransportValues;
const transport = (options: Options, env: Record<string, string> = {}) =>
  transportFrom(values(options), addressFrom(values(options)), memoryTerminal({ env }).terminal);

let folder: string;
const file = (name: string): string => path.join(folder, name);
const PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
const KEY = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "mqtk-"));
  writeFileSync(file("ca.pem"), PEM);
  writeFileSync(file("key.pem"), KEY);
  writeFileSync(file("both.pem"), PEM + KEY);
  writeFileSync(file("locked.pem"), KEY.replaceAll("PRIVATE", "ENCRYPTED PRIVATE"));
  writeFileSync(file("passphrase"), "sesame\nnot this\n");
  writeFileSync(file("empty.pem"), "");
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("what is asked for decides what is spoken", () => {
  test.each<[Options, object]>([
    [{}, { scheme: "mqtt", port: 1883 }],
    [{ cafile: "x" }, { scheme: "mqtts", port: 8883 }],
    [
      { cafile: "x", port: "1" },
      { scheme: "mqtts", port: 1 },
    ],
    [
      { host: "h", port: "8883" },
      { scheme: "mqtts", host: "h", port: 8883 },
    ],
    [{ tlsUseOsCerts: true }, { scheme: "mqtts" }],
    [{ psk: "aa", pskIdentity: "x" }, { scheme: "mqtts" }],
    [{ ws: true }, { scheme: "ws", port: 80, path: "/mqtt" }],
    [
      { ws: true, tlsDev: true, port: "8443" },
      { scheme: "wss", port: 8443, path: "/mqtt" },
    ],
    [
      { url: "wss://h/x", cafile: "x" },
      { scheme: "wss", port: 443, path: "/x" },
    ],
    [{ url: "mqtt://h:8883" }, { scheme: "mqtt", port: 8883 }],
  ])("%j", (options, address) => {
    expect(addressFrom(values(options))).toMatchObject(address);
  });
  test.each<[Options, RegExp]>([
    [{ url: "mqtt://h", cafile: "x" }, /--cafile has no meaning with mqtt:\/\//],
    [{ url: "ws://h", insecure: true }, /--insecure has no meaning with ws:\/\//],
    [{ unix: "/x", cert: "x" }, /--cert has no meaning on a Unix socket/],
    [{ url: "mqtt://h", ws: true }, /--ws and the URL/],
  ])("%j contradicts itself", (options, reason) => {
    expect(() => addressFrom(values(options))).toThrow(
      expect.objectContaining({ code: "usage", message: expect.stringMatching(reason) }),
    );
  });
});

test("plain connections need nothing more", async () => {
  expect(await transport({})).toBe(undefined);
  expect(await transport({ unix: "/x" })).toBe(undefined);
});

describe("files of TLS", () => {
  test("are read", async () => {
    const options = { cafile: file("ca.pem"), cert: file("ca.pem"), key: file("key.pem"), tlsVersion: "1.3" };
    expect((await transport(options))?.tls).toMatchObject({
      ca: [PEM],
      certificate: PEM,
      key: KEY,
      minimumVersion: "TLSv1.3",
      maximumVersion: "TLSv1.3",
    });
    expect((await transport({ cert: file("both.pem") }))?.tls).toMatchObject({ key: PEM + KEY, ca: undefined });
  });
  test("with the passphrase from a file, of which the first line counts", async () => {
    const options = { cert: file("ca.pem"), key: file("locked.pem"), keyPasswordFile: file("passphrase") };
    expect((await transport(options))?.tls).toMatchObject({ passphrase: "sesame" });
  });
  test.each<[string, Options, RegExp]>([
    ["a CA file that is missing", { cafile: "/none/x.pem" }, /--cafile: cannot read .*: no such file/],
    ["[TL-01] a CA file that is empty", { cafile: "empty.pem" }, /holds no certificate/],
    ["a certificate without key", { cert: "ca.pem" }, /--cert needs --key/],
    ["a key without certificate", { key: "key.pem", tlsUseOsCerts: true }, /--key needs --cert/],
    ["a key that is none", { cert: "ca.pem", key: "ca.pem" }, /holds no private key/],
    ["a folder without certificates", { capath: "/proc/self/fd" }, /--capath: /],
    ["half of a pre-shared key", { psk: "aa" }, /belong together/],
    ["two kinds of identity", { psk: "aa", pskIdentity: "x", cert: "both.pem" }, /stands for certificates/],
    ["PKCS#12 and PEM", { pkcs12: "x", cert: "both.pem" }, /contradict each other/],
    ["a CRL that is none", { crl: "ca.pem", tlsUseOsCerts: true }, /holds no list of revoked/],
  ])("%s says so", async (_name, options, reason) => {
    const there = Object.fromEntries(
      Object.entries(options).map(([name, text]) => [
        name,
        typeof text === "string" && /^[a-z]+\.pem$/.test(text) ? file(text) : text,
      ]),
    );
    await expect(transport(there)).rejects.toMatchObject({
      code: "usage",
      message: expect.stringMatching(reason),
    });
  });
});

describe("a proxy of the environment", () => {
  const all = { ALL_PROXY: "socks5h://all:1", HTTPS_PROXY: "http://secure:2", http_proxy: "http://web:3" };
  test.each<[string, Options, Record<string, string>, string | undefined]>([
    ["plain MQTT: ALL_PROXY alone", { host: "h" }, all, "all"],
    ["TLS: HTTPS_PROXY first", { url: "mqtts://h" }, all, "secure"],
    ["wss: HTTPS_PROXY first", { url: "wss://h" }, all, "secure"],
    ["ws: http_proxy first", { url: "ws://h" }, all, "web"],
    ["ws: never HTTP_PROXY, which a web request may set", { url: "ws://h" }, { HTTP_PROXY: "http://web" }, undefined],
    ["small letters come first", { host: "h" }, { ...all, all_proxy: "http://small" }, "small"],
    ["not for this machine", { host: "localhost" }, all, undefined],
    ["not for what NO_PROXY lists", { host: "h" }, { ...all, NO_PROXY: "h" }, undefined],
    ["not beside --proxy", { host: "h", proxy: "http://mine" }, all, "mine"],
    ["not for a Unix socket", { unix: "/x" }, all, undefined],
  ])("%s", async (_name, options, env, host) => {
    expect((await transport(options, env))?.proxy?.host).toBe(host);
  });
  test("that is none says so, without its password", async () => {
    const attempt = transport({ host: "h" }, { ALL_PROXY: "ftp://ann:secret@x" });
    await expect(attempt).rejects.toMatchObject({
      message: expect.stringMatching(/^ALL_PROXY: (?!.*secret)/),
    });
  });
});

test("a WebSocket takes the query, the headers and the name of the version", async () => {
  const headers = ["Authorization: Bearer x", "X-Empty:"];
  expect((await transport({ url: "ws://h/p?a=b", wsHeaders: headers, mqttVersion: "3.1" }))?.webSocket).toEqual({
    query: "a=b",
    headers: [
      ["Authorization", "Bearer x"],
      ["X-Empty", ""],
    ],
    subprotocol: "mqttv3.1",
  });
});
