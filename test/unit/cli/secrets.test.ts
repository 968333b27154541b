// No secret reaches a screen, a log or a result, wherever it comes from and whatever becomes of it.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { PacketType } from "../../../src/codec/index.ts";
import { mqtk, startBrokerInProcess, temporaryFolder } from "../../support/in-process.ts";
import { startScriptedServer } from "../../support/scripted-server.ts";

const SECRET = "pLaNtEd";
/** The same in digits, for keys. */
const HEX = Buffer.from(SECRET).toString("hex");
const traces = new RegExp([SECRET, HEX, Buffer.from(SECRET).toString("base64").replaceAll("=", "")].join("|"), "i");

interface Place {
  readonly words?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Contents of a profile, which is taken then. */
  readonly profile?: string;
}

/** Where a secret may be; each works, so that what is printed then is seen as well. */
const places: Readonly<Record<string, (port: number, folder: string) => Place>> = {
  "--password": () => ({ words: ["-u", "u", "-P", SECRET] }),
  "--url": (port) => ({ words: ["-L", `mqtt://u:${SECRET}@127.0.0.1:${port}`] }),
  MQTK_PASSWORD: () => ({ words: ["-u", "u"], env: { MQTK_PASSWORD: SECRET } }),
  MQTK_URL: (port) => ({ env: { MQTK_URL: `mqtt://u:${SECRET}@127.0.0.1:${port}` } }),
  "--password-file": (_port, folder) => ({ words: ["-u", "u", "--password-file", path.join(folder, "secret")] }),
  "--password-command": (_port, folder) => ({ words: ["--password-command", `cat ${path.join(folder, "secret")}`] }),
  "profile, password": () => ({ profile: `username = "u"\npassword = "${SECRET}"\n` }),
  "profile, url": (port) => ({ profile: `url = "mqtt://u:${SECRET}@127.0.0.1:${port}"\n` }),
  "proxy of the environment": () => ({
    words: ["-h", "broker.invalid"],
    env: { ALL_PROXY: `socks5h://u:${SECRET}@127.0.0.1:1` },
  }),
  "--ws-header": () => ({ words: ["--ws", "--ws-header", `Authorization: Bearer ${SECRET}`] }),
};

/** For what only clients of one connection know. */
const placesOfClients: typeof places = {
  "--property": () => ({
    words: ["-D", "connect", "authentication-method", "m", "-D", "connect", "authentication-data", SECRET],
  }),
  "profile, property": () => ({
    profile: `property = ["connect authentication-method m", "connect authentication-data ${SECRET}"]\n`,
  }),
  "--options-file": (_port, folder) => ({ words: ["-o", path.join(folder, "options")] }),
};

/** What cannot be used, and is said so. */
const unusable: Readonly<Record<string, Place>> = {
  "a URL": { words: ["-L", `mqtt://u:${SECRET}@h:0`] },
  "a URL with a slash in its password": { words: ["-L", `mqtt://u:x/${SECRET}@h:1883`] },
  "a URL with a query": { words: ["-L", `wss://h/mqtt#?token=${SECRET}`] },
  MQTK_URL: { env: { MQTK_URL: `http://u:${SECRET}@h` } },
  "a proxy": { words: ["--proxy", `ftp://u:${SECRET}@h`] },
  ALL_PROXY: { words: ["-h", "broker.invalid", "-p", "8883"], env: { ALL_PROXY: `socks5h://u:${SECRET}@h:0` } },
  "a header": { words: ["--ws-header", SECRET] },
  "a pre-shared key": { words: ["--psk", SECRET, "--psk-identity", "me"] },
  MQTK_PSK: { env: { MQTK_PSK: SECRET } },
  "a key's password": { words: ["--cert", "none", "--key", "none", "--key-password", SECRET] },
  "profile, psk": { profile: `psk = "${SECRET}"` },
  "profile, url": { profile: `url = "mqtt://u:${SECRET}@h:0"` },
  "profile, no TOML": { profile: `password = "${SECRET}` },
  "profile, no option": { profile: `passwort = "${SECRET}"` },
  "a misspelt option": { words: [`--pasword=${SECRET}`] },
  "a URL in the wrong place": { words: [`mqtt://u:${SECRET}@h:0`, `mqtt://u:${SECRET}@h/x`] },
  "two passwords": { words: ["-P", SECRET, "--password-command", `echo ${SECRET}`] },
};

/** One run of each command that connects: what it says, with every packet where it can. */
const runs: Readonly<Record<string, readonly string[]>> = {
  pub: ["pub", "-t", "t", "-m", "x", "-q", "1", "-d"],
  sub: ["sub", "-t", "t", "-C", "1", "-W", "5", "-v", "-d"],
  "sub --json": ["sub", "-t", "t", "-C", "1", "-W", "5", "--json"],
  rr: ["rr", "-t", "t", "-n", "-W", "5", "-d"],
  reply: ["reply", "-t", "t", "--echo", "-d"],
  "bench --dry-run": ["bench", "--dry-run"],
};
const bench = ["bench", "--json", "--max", "-q", "0", "--pairs", "1", "--duration", "20ms", "--warmup", "0"];

function setUp({ words = [], env = {}, profile }: Place, folder: string) {
  const profiles = path.join(folder, "mqtk", "profiles");
  mkdirSync(profiles, { recursive: true });
  if (profile !== undefined) writeFileSync(path.join(profiles, "p.toml"), profile, { mode: 0o600 });
  const named = profile === undefined ? [] : ["--profile", "p"];
  return { words: [...words, ...named], env: { ...env, XDG_CONFIG_HOME: folder } };
}

function folderWithSecrets(): string {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, "secret"), `${SECRET}\n`);
  writeFileSync(path.join(folder, "options"), `-u u\n-P ${SECRET}\n`);
  return folder;
}

/** Takes what a client sends, and answers as each command wants it; QoS 1 is refused. */
const answering = () =>
  startScriptedServer((packet, { send }) => {
    if (packet.type === PacketType.SUBSCRIBE) {
      send({ type: PacketType.SUBACK, packetId: packet.packetId, reasonCodes: [0x80], properties: {} });
    }
    if (packet.type === PacketType.PUBLISH) {
      send({ type: PacketType.PUBACK, packetId: packet.packetId ?? 1, reasonCode: 0x87, properties: {} });
    }
  });

function expectSilence(name: string, ended: { readonly stdout: string; readonly stderr: string }): void {
  expect({ name, found: traces.exec(ended.stdout + ended.stderr)?.[0], ...ended }).toMatchObject({ found: undefined });
}

describe("a secret that is used", () => {
  const all = [
    ...Object.entries(places).flatMap(([name, place]) => Object.keys(runs).map((run) => [run, name, place] as const)),
    ...Object.entries(placesOfClients).flatMap(([name, place]) =>
      ["pub", "sub", "rr", "reply"].map((run) => [run, name, place] as const),
    ),
  ];
  test.each(all)("%s, %s: to a broker that refuses, at a terminal, and to nobody", async (run, name, place) => {
    const folder = folderWithSecrets();
    const server = await answering();
    const { words, env } = setUp(place(server.port, folder), folder);
    const line = runs[run] as readonly string[];
    const at = ["-h", "127.0.0.1", "-p", String(server.port)];
    const isWhole = name.includes("url") || name === "MQTK_URL";
    for (const options of [{ env }, { env, tty: true }]) {
      expectSilence(name, await mqtk([...line, ...(isWhole ? [] : at), ...words], options));
    }
    expectSilence(name, await mqtk([...line, ...(isWhole ? ["-p", "1"] : [...at, "-p", "1"]), ...words], { env }));
    const isSent = /password|url|PASSWORD|URL|property|options/.test(name) && !run.startsWith("bench");
    if (isSent) expect(JSON.stringify(server.packets)).toContain(JSON.stringify(Buffer.from(SECRET)));
  });

  test.each(["--password", "--url", "MQTK_PASSWORD", "profile, password"])("bench, %s: in no result", async (name) => {
    const folder = folderWithSecrets();
    const broker = await startBrokerInProcess(["--user", `u:${SECRET}`, "-v"]);
    const { words, env } = setUp((places[name] as (typeof places)[string])(broker.port, folder), folder);
    const at = name === "--url" ? [] : ["-h", "127.0.0.1", "-p", String(broker.port)];
    const ended = await mqtk([...bench, ...words, ...at], { env });
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining('"userName": "u"') });
    expectSilence(name, ended);
    expectSilence("broker", await broker.stop());
  });
});

describe("a secret that cannot be used", () => {
  const all = Object.keys(unusable).flatMap((name) => ["pub", "sub", "bench"].map((run) => [run, name] as const));
  test.each(all)("%s: %s", async (run, name) => {
    const folder = folderWithSecrets();
    const { words, env } = setUp(unusable[name] as Place, folder);
    const line = run === "bench" ? ["bench", "mqtts://127.0.0.1:1", "--max"] : [...(runs[run] as readonly string[])];
    const isElsewhere = /URL|url|PROXY/.test(name);
    const typed = isElsewhere && run === "bench" ? ["bench", "--max"] : line;
    const target = isElsewhere || run === "bench" ? [] : ["-L", "mqtts://127.0.0.1:1"];
    for (const asJson of run === "bench" ? [[], ["--json"]] : [[]]) {
      const ended = await mqtk([...typed, ...target, ...words, ...asJson], { env });
      expect(ended.code).toBe(name === "a key's password" || ended.code === 2 ? ended.code : 2);
      expectSilence(name, ended);
    }
  });
});

describe("commands that connect to nothing", () => {
  test("broker: users in its settings, right and wrong passwords in its log", async () => {
    const words = ["--user", `u:${SECRET}`, "--key-password", SECRET];
    for (const format of [[], ["--json"]]) {
      expectSilence("--print-config", await mqtk(["broker", ...words, "--print-config", ...format]));
    }
    const env = { MQTK_USER: `u:${SECRET}\nv:${SECRET}2` };
    const broker = await startBrokerInProcess(["-v"], { env });
    const at = ["-h", "127.0.0.1", "-p", String(broker.port), "-t", "t", "-m", "x"];
    expect(await mqtk(["pub", ...at, "-u", "u", "-P", SECRET])).toMatchObject({ code: 0 });
    for (const wrong of [`${SECRET}2`, `not ${SECRET}`]) {
      const ended = await mqtk(["pub", ...at, "-d", "-u", "u", "-P", wrong]);
      expect(ended.code).toBe(4);
      expectSilence("pub", ended);
    }
    expectSilence("log", await broker.stop());
    expectSilence("--user", await mqtk(["broker", "--user", SECRET, "-p", "0"]));
    expectSilence("--listen", await mqtk(["broker", "--listen", `mqtt://u:${SECRET}@127.0.0.1:0`]));
  });

  test.each([
    ["cert", "show", `mqtt://u:${SECRET}@127.0.0.1:1`],
    ["cert", "show", `mqtts://u:${SECRET}@127.0.0.1:1`],
    ["cert", "show", "127.0.0.1:1", "--key-password", SECRET],
    ["bench", `mqtt://u:${SECRET}@127.0.0.1:1`],
    ["bench", `mqtt://u:${SECRET}@127.0.0.1:0`],
    ["completion", "csh", `--x=${SECRET}`],
    [`--password=${SECRET}`],
  ])("%s %s", async (...words) => expectSilence(words.join(" "), await mqtk(words)));

  test("profile: adding, showing, listing and taking away", async () => {
    const env = { XDG_CONFIG_HOME: temporaryFolder() };
    const words = ["-L", `wss://u:${SECRET}@h/?t=${SECRET}`, "-P", SECRET, "--psk", HEX, "--psk-identity", "me"];
    const more = ["--proxy", `http://u:${SECRET}@h`, "--ws-header", `X: ${SECRET}`, "--key-password", SECRET];
    const property = ["-D", "connect", "authentication-data", SECRET, "-D", "connect", "authentication-method", "m"];
    const added = await mqtk(["profile", "add", "p", ...words, ...more, ...property], { env });
    expect(added.code).toBe(0);
    expectSilence("add", added);
    for (const line of [["show", "p"], ["show", "p", "--json"], ["list"], ["list", "--json"], ["remove", "p"]]) {
      const ended = await mqtk(["profile", ...line], { env });
      expect(ended.code).toBe(0);
      expectSilence(line.join(" "), ended);
    }
  });
});
