import { describe, expect, test } from "vitest";
import { parseListenUrl } from "../../../../../src/cli/commands/broker/listen-url.ts";
import { parsePskFile } from "../../../../../src/cli/commands/broker/tls.ts";

describe("a listener's URL", () => {
  test.each<[string, object]>([
    ["1884", { scheme: "mqtt", host: "127.0.0.1", port: 1884 }],
    ["mqtt://0.0.0.0", { scheme: "mqtt", host: "0.0.0.0", port: 1883 }],
    ["mqtt://127.0.0.1:0", { port: 0 }],
    [
      "mqtts://[::]:0?cert=a%20b.pem&key=k",
      { host: "::", port: 0, tls: expect.objectContaining({ cert: "a b.pem", key: "k" }) },
    ],
    ["ws://127.0.0.1:0", { scheme: "ws", port: 0, path: "" }],
    ["wss://127.0.0.1:8443/a/b", { scheme: "wss", port: 8443, path: "/a/b" }],
    ["ws://h?origin=https://a&origin=https://b", { origins: ["https://a", "https://b"] }],
    [
      "mqtt://h?trusted-proxy=10.0.0.1,10.1.0.0/16&max-connections=5",
      { trustedProxies: ["10.0.0.1", "10.1.0.0/16"], maximumConnections: 5 },
    ],
    [
      "mqtts://h?client-ca=c&client-cert=optional&tls-version=1.3&alpn=a,b",
      {
        tls: expect.objectContaining({
          clientCa: "c",
          clientCert: "optional",
          tlsVersion: "TLSv1.3",
          alpn: ["a", "b"],
        }),
      },
    ],
    [
      "ws://h?max-packet-size=64k&max-keepalive=1m&connect-timeout=500ms&receive-maximum=none&allow-anonymous=no",
      {
        limits: {
          maximumPacketSize: 65_536,
          maximumKeepAlive: 60,
          connectTimeout: 500,
          receiveMaximum: 65_535,
          allowsAnonymous: false,
        },
      },
    ],
    ["unix:/x?max-topic-alias=0&max-qos=1", { limits: { topicAliasMaximum: 0, maximumQoS: 1 } }],
    ["mqtt://h", { limits: {} }],
    ["unix:/run/a b.sock?mode=660", { scheme: "unix", path: "/run/a b.sock", mode: 0o660 }],
  ])("%s", (text, wish) => {
    expect(parseListenUrl(text)).toMatchObject(wish);
  });

  test.each<[string, RegExp]>([
    ["", /empty/],
    ["70000", /not a port/],
    ["tcp://h", /unknown scheme/],
    ["mqtt://ann:x@h", /no user name/],
    ["mqtt://h/topic", /no path/],
    ["mqtt://h?cert=x", /cert has no meaning with mqtt/],
    ["mqtts://h?origin=x", /origin has no meaning with mqtts/],
    ["mqtt://h?mode=660", /mode has no meaning/],
    ["unix:/x?mode=999", /mode=999/],
    ["unix:/x?trusted-proxy=10.0.0.1", /no meaning/],
    ["mqtts://h?cert=a&cert=b", /twice/],
    ["mqtts://h?client-cert=maybe", /required or optional/],
    ["mqtts://h?tls-version=1.1", /1\.2 or 1\.3/],
    ["mqtt://h?max-connections=0", /max-connections=0/],
    ["mqtt://h?max-packet-size=10", /max-packet-size=10: expected a size/],
    ["mqtt://h?max-qos=3", /max-qos=3: expected 0, 1 or 2/],
    ["mqtt://h?max-qos=1&max-qos=2", /twice/],
    ["mqtt://h?allow-anonymous=maybe", /allow-anonymous=maybe: expected yes or no/],
    ["mqtt://h?max-sessions=5", /max-sessions is nothing that a listener has/],
    ["mqtt://h?constructor=x", /nothing that a listener has/],
  ])("%j says what is wrong", (text, reason) => {
    expect(() => parseListenUrl(text)).toThrow(
      expect.objectContaining({ code: "usage", message: expect.stringMatching(reason) }),
    );
  });
});

describe("a file of pre-shared keys", () => {
  test("identities and keys", () => {
    expect([...parsePskFile("# devices\nann:00ff\n\na:b:Ab12\r\n")]).toEqual([
      ["ann", Buffer.from([0, 255])],
      ["a:b", Buffer.from([0xab, 0x12])],
    ]);
  });
  test.each([
    ["ann", /line 1/],
    ["# x\nann:xyz", /line 2/],
    ["ann:00\nann:01", /twice/],
    ["", /no key/],
  ])("%j is refused, and no key is shown", (text, reason) => {
    expect(() => parsePskFile(text)).toThrow(
      expect.objectContaining({ code: "usage", message: expect.stringMatching(reason) }),
    );
  });
});
