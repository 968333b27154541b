// Every option of mosquitto_pub, mosquitto_sub and mosquitto_rr 2.1, by each of its names, means the same here.
import { describe, expect, test } from "vitest";
import { readCommandLine } from "../../../src/cli/command-line.ts";
import { commands } from "../../../src/cli/commands.ts";
import { valuesFrom } from "../../../src/cli/values.ts";
import { mqtk } from "../../support/in-process.ts";

const ALL = ["pub", "sub", "rr"] as const;
const PUB = ["pub"] as const;
const SUB = ["sub"] as const;
const RECEIVING = ["sub", "rr"] as const;
const SENDING = ["pub", "rr"] as const;

type Row = readonly [
  names: string,
  words: readonly string[],
  value: string,
  expected: unknown,
  commands: readonly string[],
];

const rows: readonly Row[] = [
  ["-A", ["127.0.0.1"], "bindAddress", "127.0.0.1", ALL],
  ["-c --disable-clean-session", [], "disableCleanSession", true, ALL],
  ["-C", ["3"], "count", 3, SUB],
  ["--cafile", ["f"], "cafile", "f", ALL],
  ["--capath", ["f"], "capath", "f", ALL],
  ["--cert", ["f"], "cert", "f", ALL],
  ["--ciphers", ["c"], "ciphers", "c", ALL],
  ["-d --debug", [], "debug", true, ALL],
  [
    "-D --property",
    ["connect", "receive-maximum", "5"],
    "properties",
    [{ command: "connect", property: "receive-maximum", values: ["5"] }],
    ALL,
  ],
  [
    "-D --property",
    ["connect", "user-property", "a", "-q"],
    "properties",
    [{ command: "connect", property: "user-property", values: ["a", "-q"] }],
    ALL,
  ],
  ["-e", ["t"], "responseTopic", "t", ["rr"]],
  ["-E", [], "exitAfterSubscribing", true, SUB],
  ["-f --file", ["f"], "file", "f", SENDING],
  ["-F", ["%p"], "format", "%p", RECEIVING],
  ["-h --host", ["h"], "host", "h", ALL],
  ["-i --id", ["me"], "id", "me", ALL],
  ["-I --id-prefix", ["me"], "idPrefix", "me", ALL],
  ["--insecure", [], "insecure", true, ALL],
  ["-k --keepalive", ["30"], "keepAlive", 30, ALL],
  ["--key", ["f"], "key", "f", ALL],
  ["--keyform", ["pem"], "keyform", "pem", ALL],
  ["-l --stdin-line", [], "stdinLine", true, PUB],
  ["--latency", [], "latency", true, ["rr"]],
  ["-L --url", ["mqtt://h/t"], "url", expect.objectContaining({ topic: "t" }), ALL],
  ["-m --message", ["-x"], "message", "-x", SENDING],
  ["-M --max-inflight", ["7"], "maximumInFlight", 7, ALL],
  ["--message-rate", [], "messageRate", true, SUB],
  ["-n --null-message", [], "nullMessage", true, SENDING],
  ["-N", [], "noNewline", true, RECEIVING],
  ["--no-tls", [], "noTls", true, ALL],
  ["--nodelay", [], "nodelay", true, ALL],
  ["-o", ["f"], "optionsFile", "f", ALL],
  ["-p --port", ["1884"], "port", 1884, ALL],
  ["-P --pw", ["pw"], "password", "pw", ALL],
  ["--pretty", [], "pretty", true, RECEIVING],
  ["--proxy", ["socks5h://h"], "proxy", expect.objectContaining({ kind: "socks5", port: 1080 }), ALL],
  ["--psk", ["ab"], "psk", Buffer.from([0xab]), ALL],
  ["--psk-identity", ["me"], "pskIdentity", "me", ALL],
  ["-q --qos", ["2"], "qos", 2, ALL],
  ["--quiet", [], "quiet", true, ALL],
  ["-r --retain", [], "retain", true, PUB],
  ["-R", [], "noRetained", true, RECEIVING],
  ["--random-filter", ["50"], "randomFilter", 50, SUB],
  ["--remove-retained", [], "removeRetained", true, SUB],
  ["--repeat", ["3"], "repeat", 3, PUB],
  ["--repeat-delay", ["0.5"], "repeatDelay", 500, PUB],
  ["--retain-as-published", [], "retainAsPublished", true, RECEIVING],
  ["--retain-handling", ["new"], "retainHandling", 1, SUB],
  ["--retained-only", [], "retainedOnly", true, SUB],
  ["-s --stdin-file", [], "stdinFile", true, SENDING],
  ["-S", [], "srv", true, ALL],
  ["-t --topic", ["a/b"], "topics", ["a/b"], ["pub", "sub"]],
  ["-t --topic", ["a/b"], "topic", "a/b", ["rr"]],
  ["-T --filter-out", ["a/#"], "filterOut", ["a/#"], SUB],
  ["--tls-alpn", ["mqtt"], "tlsAlpn", ["mqtt"], ALL],
  ["--tls-keylog", ["f"], "tlsKeylog", "f", ALL],
  ["--tls-use-os-certs", [], "tlsUseOsCerts", true, ALL],
  ["--tls-version", ["tlsv1.3"], "tlsVersion", "TLSv1.3", ALL],
  ["-u --username", ["u"], "username", "u", ALL],
  ["-U --unsubscribe", ["a"], "unsubscribe", ["a"], SUB],
  ["--unix", ["f"], "unix", "f", ALL],
  ["-v --verbose", [], "verbose", true, RECEIVING],
  ["-V --protocol-version", ["mqttv31"], "mqttVersion", 3, ALL],
  ["-V --protocol-version", ["mqttv311"], "mqttVersion", 4, ALL],
  ["-V --protocol-version", ["311"], "mqttVersion", 4, ALL],
  ["-V --protocol-version", ["5"], "mqttVersion", 5, ALL],
  ["-w --watch", [], "watch", true, SUB],
  ["-W", ["2"], "timeout", 2000, RECEIVING],
  ["--will-payload", ["x"], "willPayload", "x", ALL],
  ["--will-qos", ["1"], "willQos", 1, ALL],
  ["--will-retain", [], "willRetain", true, ALL],
  ["--will-topic", ["t"], "willTopic", "t", ALL],
  ["--ws", [], "ws", true, ALL],
  ["-x --session-expiry-interval", ["60"], "sessionExpiryInterval", 60, ALL],
  ["-x --session-expiry-interval", ["∞"], "sessionExpiryInterval", 0xffff_ffff, ALL],
];

const cases = rows.flatMap(([names, words, value, expected, takers]) =>
  takers.flatMap((taker) => names.split(" ").map((name) => [taker, name, words, value, expected] as const)),
);

test.each(cases)("mqtk %s %s %j", (taker, name, words, value, expected) => {
  const { definition } = commands.find((command) => command.definition.name === taker) as (typeof commands)[number];
  const line = readCommandLine(definition, [name, ...words]);
  if (line.kind !== "run") throw new Error(`${name} is read as a question for ${line.kind}`);
  expect(valuesFrom(definition, line.typed, {})[value]).toEqual(expected);
});

describe("what cannot be had is refused by name", () => {
  test.each([
    [["--tls-engine", "pkcs11"], "--tls-engine: mqtk has no OpenSSL engines"],
    [["--tls-engine-kpass-sha1", "x"], "--tls-engine-kpass-sha1: mqtk has no OpenSSL engines"],
    [["--keyform", "engine"], "--keyform: mqtk has no OpenSSL engines"],
    [["--tls-version", "tlsv1.1"], "--tls-version tlsv1.1: expected 1.2 or 1.3"],
    [["--proxy", "socks4://h"], "--proxy: a proxy cannot be socks4://"],
    [["-D", "publish", "topic-aliases", "1"], "--property publish topic-aliases: there is no such property"],
    [["-D", "publish", "subscription-identifier", "1"], "--property publish subscription-identifier: only servers"],
    [["-D", "auth", "reason-string", "x"], "--property auth: mqtk answers by itself"],
    [["-D", "puback", "reason-string", "x"], "--property puback: mqtk answers by itself"],
    [["-D", "subscribe", "user-property", "a", "b"], "--property subscribe: this command sends no SUBSCRIBE"],
    [["-C", "1"], "unknown option -C"],
    [["-v"], "unknown option -v"],
  ])("mqtk pub %j: %s", async (words, reason) => {
    const { code, stderr } = await mqtk(["pub", "-p", "1", "-t", "a", "-m", "x", ...words]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(`mqtk: ${reason}`) });
  });
  test("mqtk sub sends no PUBLISH of its own", async () => {
    const { code, stderr } = await mqtk(["sub", "-p", "1", "-t", "a", "-D", "publish", "content-type", "x"]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: "mqtk: --property publish: this command sends no PUBLISH of its own\n",
    });
  });
});

test.each([...ALL, "broker", "bench"])("mqtk %s --version, --help and a lone -h", async (name) => {
  expect(await mqtk([name, "--version"])).toEqual({ code: 0, stdout: `mqtk ${MQTK_VERSION}\n`, stderr: "" });
  for (const question of ["--help", "-h"]) {
    expect(await mqtk([name, question])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("Usage:"),
      stderr: "",
    });
  }
});
