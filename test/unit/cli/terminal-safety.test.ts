// TE-01 … TE-03: nothing that comes from elsewhere acts on a terminal, or looks like a line of ours; a pipe gets data as it is.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { issueCa } from "../../../src/cli/certificates/issue.ts";
import {
  type ConnackPacket,
  type Packet,
  PacketType,
  type PublishPacket,
  type ReasonCode,
} from "../../../src/codec/index.ts";
import { mqtk, startBrokerInProcess, temporaryFolder } from "../../support/in-process.ts";
import { PacketClient } from "../../support/packet-client.ts";
import { type ScriptedServer, startScriptedServer } from "../../support/scripted-server.ts";

/** A title, a cleared screen, the clipboard, a device control string, C1, bidi, what cannot be seen, stacked marks. */
const ATTACK = `\x1b]0;pwn\x07\x1b[2J\x1b]52;c;AAAA\x07\x1bPq\x1b\\\x9b31m\x7f\u202e\u200b\u2028${"\u0301".repeat(50)}`;
const FORGED = "\n[INFO] admin logged in";
const HOSTILE = `<${ATTACK}\r${FORGED}>`;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
const ACTS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u2028\u202e]|\u0301{9}/;
const FORGERY = /^\[INFO\]/m;

/** What `sub --watch` and the spinner of `bench` do themselves. */
const OWN = new RegExp(
  ["\\[\\d+;1H", "\\[\\?7l\x1b\\[2J", "\\[2K", "\\[\\?(7|25|1049)[lh]", "\\[(1|2|22|32|36|39)?m", "\\[1?[GK]"]
    .map((code) => `\x1b${code}`)
    .join("|"),
  "g",
);

function expectHarmless(text: string, { mayHaveLines = false } = {}): void {
  const left = text.replace(OWN, "");
  expect(ACTS.exec(left)?.[0]).toBeUndefined();
  if (!mayHaveLines) expect(FORGERY.exec(left)?.[0]).toBeUndefined();
}

const message: Omit<PublishPacket, "type"> = {
  topic: `t/${HOSTILE}`,
  payload: Buffer.from(HOSTILE),
  qos: 0,
  retain: false,
  dup: false,
  packetId: undefined,
  properties: {
    contentType: HOSTILE,
    responseTopic: `r/${HOSTILE}`,
    correlationData: Buffer.from(HOSTILE),
    userProperties: [[`k${HOSTILE}`, HOSTILE]],
  },
};

/** A server that means ill in every text that it can send. */
function hostileServer(codes: { suback?: ReasonCode; puback?: ReasonCode; bye?: ReasonCode } = {}, connack = {}) {
  const properties = { reasonString: HOSTILE, userProperties: [[HOSTILE, HOSTILE]] } as const;
  return startScriptedServer(
    (packet: Packet, { send }) => {
      if (packet.type === PacketType.SUBSCRIBE) {
        const { packetId, subscriptions } = packet;
        send({
          type: PacketType.SUBACK,
          packetId,
          reasonCodes: subscriptions.map(() => codes.suback ?? 0),
          properties,
        });
        if (codes.suback !== undefined) return;
        if (codes.bye !== undefined) return send({ type: PacketType.DISCONNECT, reasonCode: codes.bye, properties });
        send({ ...message, type: PacketType.PUBLISH } as PublishPacket);
      }
      if (packet.type === PacketType.PUBLISH && packet.qos > 0) {
        send({
          type: PacketType.PUBACK,
          packetId: packet.packetId as number,
          reasonCode: codes.puback ?? 0,
          properties,
        });
      }
    },
    connack as Partial<ConnackPacket>,
  );
}

const at = ({ port }: ScriptedServer): string[] => ["-h", "127.0.0.1", "-p", String(port)];
const tty = { tty: true, env: { TERM: "xterm" } };

describe("TE-01: messages on a terminal", () => {
  const everything = "%t|%C|%R|%P|%D|%c|%h|%x|%b|%l|%q|%[k]|%A|%E|%F|%S";
  test.each([
    ["sub", ["-v"], true],
    ["sub", ["-F", everything], true],
    ["sub", ["-F", "%t|%C|%R|%P|%c"], false],
    ["sub", ["-F", "%j"], false],
    ["sub", ["-F", "%j", "--pretty"], false],
    ["sub", ["--json"], false],
    ["sub", ["-w", "-v"], true],
    ["sub", ["-d", "--json"], false],
  ] as const)("mqtk %s %j", async (command, words, mayHaveLines) => {
    const server = await hostileServer();
    const { code, stdout, stderr } = await mqtk(
      [command, ...at(server), "-t", "#", "-C", "1", "-W", "10", ...words],
      tty,
    );
    expect({ code, isThere: /pwn/.test(stdout) }).toEqual({ code: 0, isThere: true });
    expectHarmless(stdout, { mayHaveLines });
    expectHarmless(stderr);
  });

  test.each([["--json"], ["-F", "%j"], ["-F", "%j", "--pretty"]])(
    "%s %s %s is still the same JSON",
    async (...words) => {
      const server = await hostileServer();
      const line = ["sub", ...at(server), "-t", "#", "-C", "1", "-W", "10", ...words];
      const [shown, piped] = [await mqtk(line, tty), await mqtk(line)].map(({ stdout }) => JSON.parse(stdout));
      for (const one of [shown, piped]) for (const moment of ["time", "tst"]) delete one[moment];
      expect(shown).toEqual(piped);
      expect(shown.topic).toBe(message.topic);
    },
  );

  test.each([
    ["-v", `${message.topic} ${HOSTILE}\n`],
    ["-N", HOSTILE],
    ["-F", `${HOSTILE}|${message.topic}\n`, "%p|%t"],
  ])("a pipe gets the exact bytes: sub %s", async (option, expected, ...more) => {
    const server = await hostileServer();
    const line = ["sub", ...at(server), "-t", "#", "-C", "1", "-W", "10", option, ...more];
    expect(await mqtk(line)).toEqual({ code: 0, stdout: expected, stderr: "" });
  });

  test("rr: a response, from an inbox that a server made up", async () => {
    const server = await startScriptedServer(
      (packet, { send }) => {
        if (packet.type === PacketType.SUBSCRIBE) {
          send({ type: PacketType.SUBACK, packetId: packet.packetId, reasonCodes: [0], properties: {} });
        }
        if (packet.type === PacketType.PUBLISH)
          send({ ...message, type: PacketType.PUBLISH, properties: {} } as PublishPacket);
      },
      { properties: { responseInformation: "inbox", assignedClientIdentifier: HOSTILE } },
    );
    const line = ["rr", ...at(server), "-t", "t", "-n", "-W", "10", "-d"];
    const { code, stdout, stderr } = await mqtk([...line, "-F", "%c %t"], tty);
    expect({ code, isThere: /pwn/.test(stdout) }).toEqual({ code: 0, isThere: true });
    expectHarmless(stdout);
    expectHarmless(stderr);
  });
});

describe("TE-02: what a server says", () => {
  const refusal = { reasonCode: 0x87, properties: { reasonString: HOSTILE, serverReference: HOSTILE } };
  test.each([
    ["CONNACK", ["pub", "-t", "a", "-m", "x"], {}, refusal],
    ["CONNACK", ["sub", "-t", "a"], {}, refusal],
    ["CONNACK", ["rr", "-t", "a", "-n"], {}, refusal],
    ["CONNACK", ["reply", "-t", "a", "--echo"], {}, refusal],
    ["SUBACK", ["reply", "-t", "a", "--echo", "-d"], { suback: 0x80 }, {}],
    ["CONNACK", ["bench", "--max", "-q", "0", "--pairs", "1"], {}, refusal],
    ["CONNACK", ["bench", "--max", "-q", "0", "--pairs", "1", "--json"], {}, refusal],
    ["CONNACK", ["pub", "-t", "a", "-m", "x", "-d"], {}, refusal],
    [
      "CONNACK with a client id",
      ["pub", "-t", "a", "-m", "x", "-d"],
      {},
      { properties: { assignedClientIdentifier: HOSTILE } },
    ],
    ["SUBACK", ["sub", "-t", "a"], { suback: 0x80 }, {}],
    ["SUBACK", ["sub", "-t", "a", "-t", "b", "--json"], { suback: 0x80 }, {}],
    ["SUBACK", ["rr", "-t", "a", "-n"], { suback: 0x80 }, {}],
    ["PUBACK", ["pub", "-t", "a", "-m", "x", "-q", "1", "-d"], { puback: 0x97 }, {}],
    ["PUBACK", ["pub", "-t", "a", "-l", "-q", "1"], { puback: 0x97 }, {}],
    ["DISCONNECT", ["sub", "-t", "a"], { bye: 0x8b }, {}],
    ["DISCONNECT", ["sub", "-t", "a", "--json"], { bye: 0x8b }, {}],
  ] as const)("%s: mqtk %j", async (_packet, [command, ...words], codes, connack) => {
    const server = await hostileServer(codes, connack);
    for (const options of [tty, {}]) {
      const { stdout, stderr } = await mqtk([command, ...at(server), ...words], { ...options, input: "x\n" });
      expectHarmless(stdout);
      expectHarmless(stderr);
      const last = stderr.trimEnd().split("\n").at(-1) ?? "";
      if ((words as readonly string[]).includes("--json")) expect(JSON.parse(last).error.message).toContain(ATTACK);
    }
  });
});

describe("TE-02: what clients say to a broker", () => {
  test("its log has a line for each of its own", async () => {
    const broker = await startBrokerInProcess(["-v", "--user", "u:p"], tty);
    const { port } = broker;
    const connect = (words: readonly string[]) => mqtk(["pub", "-h", "127.0.0.1", "-p", String(port), ...words]);
    for (const id of [HOSTILE, `-${HOSTILE}`])
      await connect(["-t", "a", "-m", HOSTILE, "-i", id, "-u", "u", "-P", "p"]);
    await connect(["-t", "a", "-m", "x", "-u", HOSTILE, "-P", HOSTILE]);
    await connect(["-t", `a/${HOSTILE}`, "-m", "x", "-u", "u", "-P", "p", "--will-topic", `w/${HOSTILE}`]);
    const client = await PacketClient.connect(
      { host: "127.0.0.1", port },
      { clientId: "c", userName: "u", password: Buffer.from("p") },
    );
    client.send({
      type: PacketType.DISCONNECT,
      reasonCode: 4,
      properties: { reasonString: HOSTILE, userProperties: [[HOSTILE, HOSTILE]] },
    });
    await broker.waitFor(/^\S+ \S+ c disconnected/m, "stderr");
    const { stdout, stderr } = await broker.stop();
    expectHarmless(stdout);
    expectHarmless(stderr);
    for (const line of stderr.trimEnd().split("\n")) expect(line).toMatch(/^\d{4}-|^mqtk: warning/);
  });
});

describe("TE-02: what was typed, or stands in files", () => {
  const profile = (text: string) => {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, "mqtk", "profiles"), { recursive: true });
    writeFileSync(path.join(folder, "mqtk", "profiles", "p.toml"), text, { mode: 0o600 });
    return { XDG_CONFIG_HOME: folder };
  };
  const toml = JSON.stringify(HOSTILE).replaceAll("\x7f", "\\u007f");

  test.each(
    [
      [["pub", "-L", `mqtt://${HOSTILE}`, "-t", "a", "-m", "x"]],
      [["pub", "-L", `mqtt://u:p@${ATTACK}`, "-t", "a", "-m", "x", "-d"]],
      [["pub", "-t", `+${HOSTILE}`, "-m", "x"]],
      [["pub", "-t", "a", "-m", "x", HOSTILE]],
      [["pub", `--${HOSTILE}`]],
      [["pub", "-q", HOSTILE]],
      [["pub", "-t", "a", "-f", HOSTILE]],
      [["pub", "-t", "a", "-m", "x", "-D", "publish", HOSTILE, "x"]],
      [["pub", "-t", "a", "-m", "x", "--profile", HOSTILE]],
      [["pub", "-t", "a", "-m", "x", "--cafile", HOSTILE]],
      [["pub", "-t", "a", "-m", "x", "--password-command", `${HOSTILE} x`]],
      [["sub", "-t", `a#${HOSTILE}`]],
      [["sub", "-t", "a", "-F", `%${HOSTILE}`]],
      [["rr", "-t", `#${HOSTILE}`]],
      [["bench", `mqtt://h${HOSTILE}`]],
      [["reply", "-t", `a#${HOSTILE}`, "--echo"]],
      [["bench", "--size", HOSTILE]],
      [["broker", "--listen", HOSTILE]],
      [["broker", "--user", HOSTILE]],
      [["broker", "--password-file", HOSTILE]],
      [["cert", "show", HOSTILE]],
      [["cert", "server", HOSTILE]],
      [["completion", HOSTILE]],
      [["profile", HOSTILE]],
      [["profile", "add", HOSTILE]],
      [[HOSTILE]],
      [["help", HOSTILE]],
    ].map(
      ([words]) => [(words as string[]).filter((word) => !word.includes("pwn")).join(" "), words as string[]] as const,
    ),
  )("mqtk %s …", async (_title, words) => {
    for (const line of words[0] === "completion" || words.length === 1 ? [words] : [words, [...words, "--json"]]) {
      const { code, stdout, stderr } = await mqtk(line, tty);
      expect(code).not.toBe(0);
      expect(code).not.toBe(1);
      expectHarmless(stdout);
      expectHarmless(stderr);
    }
  });

  test.each([
    ["a client id", `id = ${toml}`],
    ["a field", `${toml} = 1`],
    ["a number", `port = ${toml}`],
    ["a URL", `url = ${toml}`],
    ["no TOML", `id = "${HOSTILE}`],
    ["a property", `property = [${toml}]`],
  ])("a profile: %s", async (_title, text) => {
    const env = profile(text);
    const runs = [
      ["profile", "show", "p"],
      ["profile", "show", "p", "--json"],
      ["profile", "list"],
      ["profile", "list", "--json"],
    ];
    for (const words of [...runs, ["pub", "--profile", "p", "-p", "1", "-t", "a", "-m", "x"]]) {
      const { stdout, stderr } = await mqtk(words, { ...tty, env: { ...tty.env, ...env } });
      expectHarmless(stdout);
      expectHarmless(stderr);
    }
  });

  test("names in a certificate", async () => {
    const file = path.join(temporaryFolder(), "ca.pem");
    writeFileSync(file, (await issueCa({ commonName: HOSTILE, days: 1 })).certificate);
    const { code, stdout } = await mqtk(["cert", "show", file], tty);
    expect({ code, isThere: /pwn/.test(stdout) }).toEqual({ code: 0, isThere: true });
    expectHarmless(stdout);
  });
});

test("TE-03: a payload of 10 MB is cut on a terminal, with its size", async () => {
  const server = await startScriptedServer((packet, { send }) => {
    if (packet.type !== PacketType.SUBSCRIBE) return;
    send({ type: PacketType.SUBACK, packetId: packet.packetId, reasonCodes: [0], properties: {} });
    send({
      ...message,
      type: PacketType.PUBLISH,
      payload: Buffer.alloc(10_485_760, "x"),
      properties: {},
    } as PublishPacket);
  });
  for (const format of [["-v"], ["-F", "%p"]]) {
    const { stdout } = await mqtk(["sub", ...at(server), "-t", "#", "-C", "1", "-W", "10", ...format], tty);
    expect(stdout.length).toBeLessThan(100_000);
    expect(stdout).toMatch(/… \(10485760 B\)\n$/);
  }
});
