// What goes wrong, and what a script and a person are told of it: stage, line, exit code.
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { encodePacket, type Packet, PacketParser, PacketType, type ReasonCode } from "../../src/codec/index.ts";
import { mqtk } from "../support/in-process.ts";
import { runMqtk } from "../support/run-mqtk.ts";

type Answer = (packet: Packet, socket: Socket, send: (packet: Packet) => void) => void;

/** A server that does what the script says to each packet, CONNECT too; with a text, it says that and nothing else. */
async function startServer(answer: Answer | string): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    if (typeof answer === "string") {
      socket.on("data", () => socket.write(answer, "latin1"));
      return;
    }
    const take = (packet: Packet): void =>
      answer(packet, socket, (reply) => socket.write(encodePacket(reply, parser.version)));
    const parser: PacketParser = new PacketParser({
      role: "server",
      maximumPacketSize: 1_000_000,
      onPacket: take,
      onPublish: (frame) => take(frame.decode()),
    });
    socket.on("data", (chunk: Buffer) => parser.push(chunk));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const connack = (reasonCode: ReasonCode = 0, properties = {}): Packet => ({
  type: PacketType.CONNACK,
  sessionPresent: false,
  reasonCode,
  properties,
});
const refusing = (reasonCode: ReasonCode, reasonString?: string): Answer => {
  return (packet, _socket, send) => {
    if (packet.type === PacketType.CONNECT)
      send(connack(reasonCode, reasonString === undefined ? {} : { reasonString }));
  };
};
/** Accepts the connection and then does this. */
const accepting = (then: Answer, properties = {}): Answer => {
  return (packet, socket, send) => {
    if (packet.type === PacketType.CONNECT) send(connack(0, properties));
    else then(packet, socket, send);
  };
};
const granting = (codes: readonly ReasonCode[], then: Answer = () => {}): Answer =>
  accepting((packet, socket, send) => {
    if (packet.type !== PacketType.SUBSCRIBE) return;
    send({ type: PacketType.SUBACK, packetId: packet.packetId, properties: {}, reasonCodes: codes });
    then(packet, socket, send);
  });
const acknowledging = (type: typeof PacketType.PUBACK | typeof PacketType.PUBREC, reasonCode: ReasonCode): Answer =>
  accepting((packet, _socket, send) => {
    if (packet.type === PacketType.PUBLISH && packet.packetId !== undefined) {
      send({ type, packetId: packet.packetId, reasonCode, properties: {} });
    }
  });

const pub = ["pub", "-t", "a", "-m", "x"];
const sub = ["sub", "-t", "a"];
interface Case {
  readonly name: string;
  readonly words: readonly string[];
  readonly server?: Answer | string;
  readonly code: number;
  readonly line: RegExp;
}

const cases: readonly Case[] = [
  {
    name: "nobody listens",
    words: [...pub, "-p", "1"],
    code: 3,
    line: /^mqtk: cannot connect to localhost:1: connection refused$/m,
  },
  { name: "no such host", words: [...pub, "-h", "nowhere.invalid"], code: 3, line: /^mqtk: .*nowhere\.invalid/m },
  {
    name: "no such socket",
    words: [...pub, "--unix", "/nonexistent/socket"],
    code: 3,
    line: /^mqtk: cannot connect to \/nonexistent\/socket: /m,
  },
  {
    name: "nobody came while it waited",
    words: [...pub, "-p", "1", "--wait-for-broker", "300ms"],
    code: 3,
    line: /connection refused/,
  },
  {
    name: "a server that says nothing",
    words: [...pub, "--connect-timeout", "300ms"],
    server: () => {},
    code: 3,
    line: /^mqtk: 127\.0\.0\.1:\d+ was reached, but did not accept the connection within 0\.3 s$/m,
  },
  {
    name: "a server that closes at once",
    words: pub,
    server: (_packet, socket) => socket.destroy(),
    code: 3,
    line: /before it was accepted|closed the connection instead of accepting it/,
  },
  {
    name: "a server of something else",
    words: pub,
    server: "HTTP/1.1 400 Bad Request\r\n\r\n",
    code: 3,
    line: /^mqtk: /,
  },
  {
    name: "garbage instead of CONNACK",
    words: pub,
    server: "\x20\x03\x07\x07\x07",
    code: 5,
    line: /^mqtk: 127\.0\.0\.1:\d+ broke the protocol: CONNACK/,
  },
  {
    name: "wrong password",
    words: [...pub, "-u", "me", "-P", "wrong"],
    server: refusing(0x86),
    code: 4,
    line: /^mqtk: 127\.0\.0\.1:\d+ refused the connection: Bad User Name or Password \(0x86\)$/m,
  },
  {
    name: "wrong password, 3.1.1",
    words: [...pub, "-u", "me", "-P", "wrong", "-V", "3.1.1"],
    server: refusing(0x86),
    code: 4,
    line: /Bad User Name or Password \(0x86\)/,
  },
  {
    name: "banned, with words that would act on a terminal",
    words: pub,
    server: refusing(0x8a, "go\x1b[2J away"),
    code: 4,
    line: /Banned \(0x8A\): go\\x1b\[2J away$/m,
  },
  {
    name: "no version that it speaks",
    words: pub,
    server: refusing(0x84),
    code: 4,
    line: /Unsupported Protocol Version \(0x84\)/,
  },
  {
    name: "every subscription refused",
    words: sub,
    server: granting([0x80]),
    code: 4,
    line: /^mqtk: the broker refused a: Unspecified error \(0x80\)$/m,
  },
  {
    name: "one subscription refused, with --strict",
    words: [...sub, "-t", "b", "--strict"],
    server: granting([0, 0x87]),
    code: 4,
    line: /^mqtk: the broker refused b: Not authorized \(0x87\)$/m,
  },
  {
    name: "a message refused, QoS 1",
    words: [...pub, "-q", "1"],
    server: acknowledging(PacketType.PUBACK, 0x97),
    code: 4,
    line: /Quota exceeded \(0x97\)$/m,
  },
  {
    name: "a message refused, QoS 2",
    words: [...pub, "-q", "2"],
    server: acknowledging(PacketType.PUBREC, 0x87),
    code: 4,
    line: /Not authorized \(0x87\)$/m,
  },
  {
    name: "a QoS that the server does not take",
    words: [...pub, "-q", "2"],
    server: accepting(() => {}, { maximumQoS: 1 }),
    code: 4,
    line: /QoS not supported \(0x9B\)$/m,
  },
  {
    name: "DISCONNECT while it listens",
    words: sub,
    server: granting([0], (_packet, _socket, send) =>
      send({ type: PacketType.DISCONNECT, reasonCode: 0x8b, properties: {} }),
    ),
    code: 4,
    line: /^mqtk: 127\.0\.0\.1:\d+ ended the connection: Server shutting down \(0x8B\)$/m,
  },
  {
    name: "the connection breaks while it listens",
    words: sub,
    server: granting([0], (_packet, socket) => setImmediate(() => socket.destroy())),
    code: 3,
    line: /^mqtk: 127\.0\.0\.1:\d+ closed the connection$|lost/m,
  },
  {
    name: "garbage in the middle",
    words: sub,
    server: granting([0], (_packet, socket) => socket.write(Buffer.from([0x36, 1, 0]))),
    code: 5,
    line: /^mqtk: 127\.0\.0\.1:\d+ broke the protocol: PUBLISH/m,
  },
  {
    name: "a half-open link: pings are not answered",
    words: [...sub, "-k", "1"],
    server: granting([0]),
    code: 3,
    line: /lost: the server does not answer any more$/m,
  },
  {
    name: "PUBACK never comes, and nothing else either",
    words: [...pub, "-q", "1", "-k", "1"],
    server: accepting(() => {}),
    code: 3,
    line: /does not answer any more$/m,
  },
  {
    name: "-W is over without an answer to SUBSCRIBE",
    words: [...sub, "-W", "300ms"],
    server: accepting(() => {}),
    code: 27,
    line: /^mqtk: --timeout is over after 0 messages$/m,
  },
  {
    name: "-C not reached before --idle",
    words: [...sub, "-C", "2", "--idle", "200ms"],
    server: granting([0]),
    code: 27,
    line: /^mqtk: --idle is over after 0 messages$/m,
  },
  { name: "an option that does not exist", words: [...pub, "--nope"], code: 2, line: /^mqtk: unknown option --nope$/m },
  { name: "an option of another build", words: [...pub, "--tls-engine", "pkcs11"], code: 2, line: /OpenSSL engines/ },
];

test.each(cases)("$name: exit code $code", async ({ words, server, code, line }) => {
  const at = server === undefined ? [] : ["-h", "127.0.0.1", "-p", String(await startServer(server))];
  const result = await runMqtk([...words, ...at]);
  expect(result.stderr).toMatch(line);
  expect(result.code).toBe(code);
  expect(result.stdout).toBe("");
});

test("-V auto: a server that knows only 3.1.1 is spoken to in 3.1.1, unless MQTT 5 is needed", async () => {
  const port = await startServer((packet, _socket, send) => {
    if (packet.type === PacketType.CONNECT) send(connack(packet.protocolVersion === 5 ? 0x84 : 0));
  });
  const at = ["-h", "127.0.0.1", "-p", String(port)];
  expect(await runMqtk([...pub, ...at])).toMatchObject({ code: 0, stderr: "" });
  expect(await runMqtk([...pub, ...at, "-V", "5"])).toMatchObject({ code: 4 });
  expect(await runMqtk([...pub, ...at, "-D", "publish", "content-type", "x"])).toMatchObject({ code: 4 });
});

test.each([
  ["return code 1 of a 3.1.1 server", (socket: Socket) => socket.write(Buffer.from([0x20, 2, 0, 1])), 4],
  ["a server that only closes", (socket: Socket) => socket.end(), 3],
  ["a server that resets", (socket: Socket) => socket.resetAndDestroy(), 3],
  ["a server that closes with DISCONNECT of 3.1.1", (socket: Socket) => socket.end(Buffer.from([0xe0, 0])), 5],
] as const)("-V auto: %s is an answer to MQTT 5", async (_name, refuse, codeOf5) => {
  const port = await startServer((packet, socket, send) => {
    if (packet.type !== PacketType.CONNECT) return;
    if (packet.protocolVersion === 5) refuse(socket);
    else send(connack());
  });
  const at = ["-h", "127.0.0.1", "-p", String(port)];
  expect(await runMqtk([...pub, ...at])).toMatchObject({ code: 0, stderr: "" });
  expect(await runMqtk([...pub, ...at, "-V", "5"])).toMatchObject({ code: codeOf5 });
});

test.each<{ name: string; stage: string; words: readonly string[]; server?: Answer | string }>([
  { name: "the name is not known", stage: "lookup", words: ["-h", "nowhere.invalid"] },
  { name: "nobody listens", stage: "connect", words: ["-h", "127.0.0.1", "-p", "1"] },
  { name: "no such socket", stage: "connect", words: ["--unix", "/nonexistent/socket"] },
  {
    name: "no proxy",
    stage: "proxy",
    words: ["-h", "127.0.0.1", "-p", "1", "--proxy", "socks5h://127.0.0.1:1"],
  },
  { name: "no TLS", stage: "tls", words: ["--insecure"], server: "HTTP/1.1 400 Bad Request\r\n\r\n" },
  { name: "no WebSocket", stage: "websocket", words: ["--ws"], server: "HTTP/1.1 400 Bad Request\r\n\r\n" },
  { name: "no answer", stage: "connack", words: ["--connect-timeout", "200ms"], server: () => {} },
  { name: "closed at once", stage: "connack", words: [], server: (_packet, socket) => socket.destroy() },
])("$name: the stage is $stage", async ({ stage, words, server }) => {
  const at = server === undefined ? [] : ["-h", "127.0.0.1", "-p", String(await startServer(server))];
  const { code, stderr } = await mqtk([...sub, "--json", ...words, ...at]);
  expect({ code, ...JSON.parse(stderr.trim().split("\n").at(-1) ?? "") }).toMatchObject({
    code: 3,
    error: { code: "unreachable", exitCode: 3, stage },
  });
});

test("with --json the same is an object", async () => {
  const port = await startServer(refusing(0x87));
  const { code, stderr } = await runMqtk(["sub", "-t", "a", "--json", "-h", "127.0.0.1", "-p", String(port)]);
  expect(code).toBe(4);
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: "refused", exitCode: 4, reasonCode: 0x87 } });
});

test.each<[string, readonly string[], object, RegExp]>([
  ["retain", [...pub, "-r"], { retainAvailable: false }, /Retain not supported \(0x9A\)/],
  [
    "a message that is too large",
    [...pub, "-m", "x".repeat(50)],
    { maximumPacketSize: 40 },
    /Packet too large \(0x95\)/,
  ],
  [
    "wildcards",
    ["sub", "-t", "a/#"],
    { wildcardSubscriptionAvailable: false },
    /Wildcard Subscriptions not supp.* \(0xA2\)/,
  ],
  [
    "shares",
    ["sub", "-t", "$share/g/a"],
    { sharedSubscriptionAvailable: false },
    /Shared Subscriptions not supp.* \(0x9E\)/,
  ],
  ["so long a filter", ["sub", "-t", "a".repeat(50)], { maximumPacketSize: 40 }, /Packet too large \(0x95\)/],
])("what the server said it does not take is not sent: %s, exit code 4", async (_name, words, limits, line) => {
  const types: number[] = [];
  const port = await startServer((packet, _socket, send) => {
    types.push(packet.type);
    if (packet.type === PacketType.CONNECT) send(connack(0, limits));
  });
  const { code, stderr } = await mqtk([...words, "-h", "127.0.0.1", "-p", String(port)]);
  expect(stderr).toMatch(line);
  expect(code).toBe(4);
  expect(types.filter((type) => type !== PacketType.CONNECT && type !== PacketType.DISCONNECT)).toEqual([]);
});

test.each<[string, Answer, string]>([
  [
    "with CONNACK",
    (_packet, _socket, send) => send(connack(0x9c, { serverReference: "other.example:1884" })),
    "refused the connection: Use another server (0x9C), which is other.example:1884",
  ],
  [
    "with DISCONNECT",
    granting([0], (_packet, _socket, send) =>
      send({ type: PacketType.DISCONNECT, reasonCode: 0x9d, properties: { serverReference: "other.example:1884" } }),
    ),
    "ended the connection: Server moved (0x9D), which is other.example:1884",
  ],
])("another server to use %s: in words, and for programs", async (_name, answer, words) => {
  const at = ["-h", "127.0.0.1", "-p", String(await startServer(answer)), "--reconnect", "10s"];
  expect(await mqtk([...sub, ...at])).toMatchObject({ code: 4, stderr: expect.stringContaining(words) });
  const { stderr } = await mqtk([...sub, "--json", ...at]);
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: "refused", serverReference: "other.example:1884" } });
});
