import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type Issued, issueCa, issueClient, issueServer } from "../../src/cli/certificates/issue.ts";
import { certificateFolder } from "../support/certificate-folder.ts";
import { crlOf } from "../support/crl.ts";
import { peer } from "../support/peers.ts";
import { mqtkBin, runMqtk, startListening } from "../support/run-mqtk.ts";

const openssl = peer("openssl");
const script = peer("script");
const { folder, file, save, shown, remove } = certificateFolder();
let ca: Issued;

beforeAll(async () => {
  ca = await issueCa({ commonName: "CA", days: 30 });
  const server = await issueServer(ca, { commonName: "localhost", days: 5, names: ["localhost", "127.0.0.1"] });
  const client = await issueClient(ca, { commonName: "ann", days: 5 });
  save("ca", ca);
  save("server", server);
  save("client", client);
  writeFileSync(file("none.crl"), await crlOf(ca, []));
  writeFileSync(file("server.crl"), await crlOf(ca, [server]));
  writeFileSync(file("client.crl"), await crlOf(ca, [client]));
  if (openssl === undefined) return;
  const run = (...words: string[]) => execFileSync(openssl, words, { cwd: folder, stdio: "ignore" });
  run(
    "pkcs12",
    "-export",
    "-in",
    "client.pem",
    "-inkey",
    "client.key",
    "-out",
    "client.p12",
    "-passout",
    "pass:sesame",
  );
  run("pkcs12", "-export", "-in", "server.pem", "-inkey", "server.key", "-out", "server.p12", "-passout", "pass:");
  run("pkcs8", "-topk8", "-in", "client.key", "-out", "locked.key", "-passout", "pass:sesame");
});
afterAll(remove);

const startSecure = (...words: string[]) => startListening(["--listen", "mqtts://127.0.0.1:0", ...words]);
const start = async (...words: string[]): Promise<string> => (await startSecure(...words)).url;
const serverFiles = () => shown("server");
const mutual = () => start(...serverFiles(), "--client-ca", file("ca.pem"));
const message = ["-t", "a", "-m", "x", "-q", "1"];
const trust = () => ["--cafile", file("ca.pem")];
const pub = (url: string, ...words: string[]) => runMqtk(["pub", "-L", url, ...message, ...trust(), ...words]);

describe.skipIf(openssl === undefined)("PKCS#12", () => {
  test("of a client", async () => {
    const url = await mutual();
    const p12 = ["--pkcs12", file("client.p12")];
    expect(await pub(url, ...p12, "--key-password", "sesame")).toMatchObject({ code: 0, stderr: "" });
    const wrong = await pub(url, ...p12, "--key-password", "open");
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringMatching(/passphrase of the PKCS#12 file is wrong/) });
    const none = await pub(url, "--pkcs12", file("client.pem"));
    expect(none).toMatchObject({ code: 2, stderr: expect.stringMatching(/not a PKCS#12 file/) });
  });
  test("of a broker", async () => {
    expect(await pub(await start("--pkcs12", file("server.p12")))).toMatchObject({ code: 0, stderr: "" });
  });
  test("with a cipher that OpenSSL 3 has given up", async () => {
    const words = [
      "-in",
      file("client.pem"),
      "-inkey",
      file("client.key"),
      "-out",
      file("old.p12"),
      "-passout",
      "pass:x",
    ];
    execFileSync(openssl as string, ["pkcs12", "-export", "-legacy", "-certpbe", "PBE-SHA1-RC2-40", ...words]);
    const run = await pub("mqtts://127.0.0.1:1", "--pkcs12", file("old.p12"), "--key-password", "x");
    expect(run).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/cipher that OpenSSL 3 has given up.*\n.*openssl pkcs12 -legacy/),
    });
  });
});

describe.skipIf(openssl === undefined)("a key with a passphrase", () => {
  const locked = () => ["--cert", file("client.pem"), "--key", file("locked.key")];
  test("from an option, the environment and a file", async () => {
    const url = await mutual();
    writeFileSync(file("passphrase"), "sesame\n");
    expect(await pub(url, ...locked(), "--key-password", "sesame")).toMatchObject({ code: 0 });
    expect(await pub(url, ...locked(), "--key-password-file", file("passphrase"))).toMatchObject({ code: 0 });
    const env = { MQTK_KEY_PASSWORD: "sesame" };
    expect(await runMqtk(["pub", "-L", url, ...message, ...trust(), ...locked()], { env })).toMatchObject({ code: 0 });
    const wrong = await pub(url, ...locked(), "--key-password", "open");
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringMatching(/passphrase of the key is wrong/) });
  });

  test.skipIf(script === undefined)("is asked for on the terminal, and not shown", async () => {
    const url = await mutual();
    const words = [process.execPath, mqtkBin, "pub", "-L", url, ...message, ...trust(), ...locked()];
    const terminal = spawn(script as string, ["-qec", words.map((word) => `'${word}'`).join(" "), "/dev/null"]);
    onTestFinished(() => void terminal.kill("SIGKILL"));
    let shown = "";
    const code = await new Promise<number | null>((resolve) => {
      terminal.stdout.on("data", (chunk: Buffer) => {
        if (shown.includes("passphrase of ")) shown += chunk;
        else {
          shown += chunk;
          if (shown.includes("passphrase of ")) terminal.stdin.write("sesamx\x7fe\r");
        }
      });
      terminal.on("exit", resolve);
    });
    expect(shown).toMatch(/^passphrase of .*locked\.key: \r?\n/);
    expect(shown).not.toMatch(/sesam/);
    expect(code).toBe(0);
  });
});

test("lists of revoked certificates, on both sides", async () => {
  const url = await mutual();
  const client = ["--cert", file("client.pem"), "--key", file("client.key")];
  expect(await pub(url, ...client, "--crl", file("none.crl"))).toMatchObject({ code: 0, stderr: "" });
  const revoked = await pub(url, ...client, "--crl", file("server.crl"));
  expect(revoked).toMatchObject({ code: 3, stderr: expect.stringMatching(/\(localhost\) has been revoked/) });

  const strict = await startSecure(...serverFiles(), "--client-ca", file("ca.pem"), "--crl", file("client.crl"));
  expect(await pub(strict.url, ...client)).toMatchObject({ code: 3 });
  await strict.waitFor(/refused: client certificate: revoked/, "stderr");
});

test("[TL-07] a key that others can read is warned of, on both sides", async () => {
  save("open", await issueClient(ca, { commonName: "ann", days: 5 }));
  chmodSync(file("open.key"), 0o644);
  const broker = await startSecure(...shown("open"), "--client-ca", file("ca.pem"));
  expect(broker.stderr).toMatch(/warning: --key: others can read .*open\.key .*: chmod 600/);
  const run = await pub(await mutual(), ...shown("open"));
  expect(run).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^mqtk: warning: --key: others can read [^\n]*\n$/),
  });
});

test("--tls-keylog writes what Wireshark wants, for this user alone, and warns", async () => {
  const url = await start(...serverFiles());
  const run = await pub(url, "--tls-keylog", file("keys"));
  expect(run).toMatchObject({ code: 0, stderr: expect.stringMatching(/warning: --tls-keylog/) });
  expect(readFileSync(file("keys"), "utf8")).toMatch(/^CLIENT_TRAFFIC_SECRET_0 [0-9a-f]{64} [0-9a-f]+$/m);
  expect(statSync(file("keys")).mode & 0o777).toBe(0o600);
});

test("--capath: a folder of CAs", async () => {
  mkdirSync(file("cas"));
  writeFileSync(file("cas/readme.txt"), "no CA");
  writeFileSync(file("cas/ours.pem"), ca.certificate);
  const url = await start(...serverFiles());
  expect(await runMqtk(["pub", "-L", url, ...message, "--capath", file("cas")])).toMatchObject({ code: 0, stderr: "" });
});

test("--ciphers, on both sides", async () => {
  const url = await start(...serverFiles(), "--ciphers", "ECDHE-ECDSA-AES256-GCM-SHA384");
  const only = (...ciphers: string[]) => pub(url, "--tls-version", "1.2", "--ciphers", ...ciphers);
  expect(await only("ECDHE-ECDSA-AES256-GCM-SHA384")).toMatchObject({ code: 0, stderr: "" });
  expect(await only("ECDHE-ECDSA-AES128-GCM-SHA256")).toMatchObject({ code: 3 });
  expect(await only("NO-SUCH")).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/none of these ciphers is known/),
  });
});

test("[WS-07] an empty user name and password over WebSocket are as over TCP", async () => {
  const places = ["ws://127.0.0.1:0", "mqtt://127.0.0.1:0"].flatMap((place) => ["--listen", place]);
  const { listeners } = await startListening([...places, "--user", "ann:x"]);
  for (const url of listeners) {
    const run = await runMqtk(["pub", "-L", url, ...message, "-u", "", "-P", ""]);
    expect(run).toMatchObject({ code: 4, stderr: expect.stringMatching(/0x86/) });
  }
});
