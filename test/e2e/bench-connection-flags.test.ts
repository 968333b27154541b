import { execFileSync } from "node:child_process";
import { mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BenchResult } from "../../src/bench/index.ts";
import { issueCa, issueClient, issueServer } from "../../src/cli/certificates/issue.ts";
import { benchDefinition } from "../../src/cli/commands/bench/definition.ts";
import { BenchMosquitto, type MosquittoPorts, PRE_SHARED_KEY } from "../support/bench-mosquitto.ts";
import { certificateFolder } from "../support/certificate-folder.ts";
import { crlOf } from "../support/crl.ts";
import { type FlagRow, failed, flagsLeftOut, runRow, type SeenRun } from "../support/flag-rows.ts";
import { peer } from "../support/peers.ts";
import { startHttpProxy, type TestProxy } from "../support/proxies.ts";
import { startOnTerminal } from "../support/pty.ts";
import { startTap, type Tap } from "../support/tap.ts";

// Each flag of `mqtk bench` that says how to get to a broker, against Debian's mosquitto: what came of it, as mosquitto,
// the result or the network tells. bench-flags.test.ts has the others.

const GROUPS = ["Connection", "Password", "TLS", "Network", "Configuration"];

const program = peer("mosquitto");
const openssl = peer("openssl");
const script = peer("script");
const { folder, file, save, shown, remove } = certificateFolder();

/** At 200 messages per second for 100 ms. */
const LOAD = ["--rate", "200", "--duration", "100ms", "--warmup", "0", "-q", "0", "--pairs", "1"];
const MESSAGES = 20;

let mosquitto: BenchMosquitto;
let at: MosquittoPorts;
let proxy: TestProxy;
let tlsTap: Tap;
let wsTap: Tap;
/** Takes connections and says nothing. */
let silent: Server;

beforeAll(async () => {
  if (program === undefined) return;
  const ca = await issueCa({ commonName: "CA", days: 30 });
  const server = await issueServer(ca, { commonName: "localhost", days: 5, names: ["localhost", "127.0.0.1"] });
  save("ca", ca);
  save("server", server);
  save("client", await issueClient(ca, { commonName: "client", days: 5 }));
  writeFileSync(file("server.crl"), await crlOf(ca, [server]));
  for (const one of ["cas", "data/mqtk/tls-dev", "config/mqtk/profiles"]) mkdirSync(file(one), { recursive: true });
  for (const copy of ["cas/ca.pem", "data/mqtk/tls-dev/ca.pem"]) writeFileSync(file(copy), ca.certificate);
  writeFileSync(file("password"), "sesame\n");
  if (openssl !== undefined) {
    const run = (...words: string[]) => execFileSync(openssl, words, { cwd: folder, stdio: "ignore" });
    run(..."pkcs12 -export -in client.pem -inkey client.key -out client.p12 -passout pass:sesame".split(" "));
    run(..."pkcs8 -topk8 -in client.key -out locked.key -passout pass:sesame".split(" "));
  }
  mosquitto = await BenchMosquitto.start(program, folder);
  at = mosquitto.ports;
  writeFileSync(file("config/mqtk/profiles/local.toml"), `port = ${at.plain}\n`, { mode: 0o600 });
  proxy = await startHttpProxy();
  tlsTap = await startTap(at.tls);
  wsTap = await startTap(at.ws);
  silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  mosquitto?.stop();
  proxy?.close();
  tlsTap?.close();
  wsTap?.close();
  silent?.close();
  remove();
});

const json = () => ["-p", `${at.plain}`, ...LOAD, "--json", "--quiet"];
const secure = (port: () => number) => () => ["-L", `mqtts://127.0.0.1:${port()}`, ...LOAD, "--json", "--quiet"];
const trusting = (port: () => number) => () => ["--cafile", file("ca.pem"), ...secure(port)()];
const tls = secure(() => at.tls);
const mutual = trusting(() => at.mutual);
const asAnn = () => ["-p", `${at.password}`, "-u", "ann", ...LOAD, "--json", "--quiet"];

/** Resolves once mosquitto has said this of a client of that run. */
const said = ({ result }: SeenRun, pattern: RegExp) => mosquitto.said(pattern, `mqtk${result.run}-`);
const isWell: FlagRow["shows"] = ({ code, stderr, sample }) => {
  expect(code, stderr).toBe(0);
  expect(sample.counts).toMatchObject({ sent: MESSAGES, received: MESSAGES, lost: 0 });
};
/** mosquitto has said this of our clients, and all messages arrived. */
const isWellAnd =
  (pattern: RegExp): FlagRow["shows"] =>
  async (seen) => {
    await isWell(seen);
    await said(seen, pattern);
  };
/** The listener understands TLS alone. */
const isSecure: FlagRow["shows"] = (seen) => {
  isWell(seen);
  expect(seen.result.targets[0]?.address?.scheme).toBe("mqtts");
};

const connecting: FlagRow[] = [
  {
    of: "-h -p -k",
    words: () => ["-h", "127.0.0.1", "-p", `${at.plain}`, "-k", "17"],
    with: json,
    shows: isWellAnd(/\(p5, c1, k17\)/),
  },
  { of: "-L", words: () => ["-L", `mqtt://127.0.0.1:${at.plain}`], with: () => json().slice(2), shows: isWell },
  {
    of: "--unix",
    words: () => ["--unix", at.unix],
    with: () => json().slice(2),
    shows: async (seen) => {
      await isWell(seen);
      expect(seen.result.targets[0]?.address).toMatchObject({ scheme: "unix" });
    },
  },
  { of: "-u -P", words: () => ["-u", "ann", "-P", "sesame"], with: asAnn, shows: isWellAnd(/u'ann'/) },
  { of: "-P", words: () => ["-P", "wrong"], with: asAnn, shows: failed(4, /not authorized|bad user name/i) },
  {
    of: "--connect-timeout",
    words: () => ["--connect-timeout", "150ms"],
    with: () => ["-p", `${(silent.address() as AddressInfo).port}`, ...LOAD, "--quiet"],
    shows: failed(3, /150 ms|0\.15 s/),
  },
  {
    of: "--password-file",
    words: () => ["--password-file", file("password")],
    with: asAnn,
    shows: isWellAnd(/u'ann'/),
  },
  {
    of: "--password-fd",
    words: () => ["--password-fd", `${openSync(file("password"), "r")}`],
    with: asAnn,
    shows: isWellAnd(/u'ann'/),
  },
  {
    of: "--password-command",
    words: () => ["--password-command", "echo sesame"],
    with: asAnn,
    shows: isWellAnd(/u'ann'/),
  },
];

const securing: FlagRow[] = [
  { of: "--cafile", words: () => ["--cafile", file("ca.pem")], with: tls, shows: isSecure },
  { of: "--capath", words: () => ["--capath", file("cas")], with: tls, shows: isSecure },
  {
    of: "--tls-use-os-certs",
    words: () => ["--tls-use-os-certs"],
    with: tls,
    shows: failed(3, /issued by “CA”, which is not trusted/),
  },
  {
    of: "--tls-dev",
    words: () => ["--tls-dev"],
    with: tls,
    env: () => ({ XDG_DATA_HOME: file("data") }),
    shows: isSecure,
  },
  { of: "--cert --key", words: () => shown("client"), with: mutual, shows: isWellAnd(/u'client'/) },
  {
    of: "--pkcs12 --key-password",
    words: () => ["--pkcs12", file("client.p12"), "--key-password", "sesame"],
    with: mutual,
    shows: isWellAnd(/u'client'/),
    skip: openssl === undefined,
  },
  {
    of: "--key-password-file",
    words: () => ["--key-password-file", file("password")],
    with: () => ["--cert", file("client.pem"), "--key", file("locked.key"), ...mutual()],
    shows: isWellAnd(/u'client'/),
    skip: openssl === undefined,
  },
  {
    of: "--keyform",
    words: () => ["--keyform", "pem"],
    with: () => [...shown("client"), ...mutual()],
    shows: isWellAnd(/u'client'/),
  },
  {
    of: "--crl",
    words: () => ["--crl", file("server.crl")],
    with: trusting(() => at.tls),
    shows: failed(3, /revoked/),
  },
  {
    of: "--tls-server-name",
    words: () => ["--tls-server-name", "elsewhere.example"],
    with: trusting(() => at.tls),
    shows: failed(3, /elsewhere\.example/),
  },
  {
    of: "--tls-alpn",
    words: () => ["--tls-alpn", "mqtt-of-this-test"],
    with: trusting(() => tlsTap.port),
    shows: async (seen) => {
      await isWell(seen);
      expect(Buffer.concat(tlsTap.seen).includes("\x11mqtt-of-this-test")).toBe(true);
    },
  },
  {
    of: "--tls-version",
    words: () => ["--tls-version", "1.2"],
    with: trusting(() => at.tls),
    shows: failed(3, /version/i),
  },
  {
    of: "--tls-version --ciphers",
    words: () => ["--tls-version", "1.2", "--ciphers", "ECDHE-ECDSA-AES256-GCM-SHA384"],
    with: () => [...shown("client"), ...mutual()],
    shows: isSecure,
  },
  {
    of: "--ciphers", // for certificates of another kind
    words: () => ["--ciphers", "ECDHE-RSA-AES256-GCM-SHA384"],
    with: () => ["--tls-version", "1.2", ...shown("client"), ...mutual()],
    shows: failed(3, /handshake/),
  },
  {
    of: "--psk --psk-identity",
    words: () => ["--psk", PRE_SHARED_KEY.key, "--psk-identity", PRE_SHARED_KEY.identity],
    with: secure(() => at.psk),
    shows: isWellAnd(/u'eve'/),
  },
  { of: "--insecure", words: () => ["--insecure"], with: tls, shows: isSecure },
  {
    of: "--tls-keylog",
    words: () => ["--tls-keylog", file("keylog")],
    with: trusting(() => at.tls),
    shows: async (seen) => {
      await isWell(seen);
      expect(readFileSync(file("keylog"), "utf8")).toMatch(/^CLIENT_TRAFFIC_SECRET_0 /m);
    },
  },
  ...["--tls-engine", "--tls-engine-kpass-sha1"].map(
    (flag): FlagRow => ({ of: flag, words: () => [flag, "x"], with: json, shows: failed(2, /no OpenSSL engines/) }),
  ),
];

const networking: FlagRow[] = [
  {
    of: "--ws",
    words: () => ["--ws"],
    with: () => ["-p", `${at.ws}`, ...json().slice(2)],
    shows: isWellAnd(/\(p5, c1, k60\)/),
  },
  {
    of: "--ws-header",
    words: () => ["--ws-header", "X-Test: of bench"],
    with: () => ["--ws", "-p", `${wsTap.port}`, ...json().slice(2)],
    shows: async (seen) => {
      await isWell(seen);
      expect(Buffer.concat(wsTap.seen).includes("X-Test: of bench\r\n")).toBe(true);
    },
  },
  {
    of: "--proxy",
    words: () => ["--proxy", proxy.url],
    with: json,
    shows: async (seen) => {
      await isWell(seen);
      // The two clients, and who watches $SYS.
      expect(proxy.targets).toEqual(Array(3).fill(`localhost:${at.plain}`));
    },
  },
  { of: "-A", words: () => ["-A", "127.0.0.2"], with: json, shows: isWellAnd(/from 127\.0\.0\.2:/) },
  { of: "--nodelay", words: () => ["--nodelay"], with: json, shows: isWell },
  {
    of: "--no-tls",
    words: () => ["--no-tls"],
    with: () => ["-p", "8883", "--dry-run"],
    shows: ({ stdout }) => {
      expect(JSON.parse(stdout)).toMatchObject({ targets: [{ address: { scheme: "mqtt", port: 8883 } }] });
    },
  },
  {
    of: "--profile",
    words: () => ["--profile", "local"],
    with: () => json().slice(2),
    env: () => ({ XDG_CONFIG_HOME: file("config") }),
    shows: isWell,
  },
];

const rows = [...connecting, ...securing, ...networking];

describe.skipIf(program === undefined).concurrent("mqtk bench", { timeout: 60_000 }, () => {
  for (const row of rows) test.skipIf(row.skip)(row.of, async () => row.shows(await runRow("bench", row)));
});

test.skipIf(program === undefined || script === undefined)("--ask-password", async () => {
  const words = [...asAnn(), "--ask-password"].join(" ");
  const terminal = startOnTerminal(script as string, `"$NODE" "$MQTK" bench ${words} > ${file("asked.json")}`);
  await terminal.waitFor(/password/i);
  terminal.type("sesame\n");
  await terminal.ended;
  const { cells } = JSON.parse(readFileSync(file("asked.json"), "utf8")) as BenchResult;
  expect(cells[0]?.samples[0]?.counts).toMatchObject({ sent: MESSAGES, received: MESSAGES });
});

test("no flag is left out", () => {
  const groups = benchDefinition.groups.filter(({ heading }) => GROUPS.includes(heading));
  expect(groups.map(({ heading }) => heading)).toEqual(GROUPS);
  expect(flagsLeftOut(groups, rows)).toEqual(["--ask-password"]); // which has a test of its own
});
