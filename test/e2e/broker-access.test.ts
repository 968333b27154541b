import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { connect as connectTls } from "node:tls";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type Issued, issueCa, issueClient, issueServer } from "../../src/cli/certificates/issue.ts";
import { certificateFolder } from "../support/certificate-folder.ts";
import { peer } from "../support/peers.ts";
import { runMqtk, startListening, startMqtk } from "../support/run-mqtk.ts";

const { folder, file, save, shown, remove } = certificateFolder();
let ca: Issued;
const names = ["localhost", "127.0.0.1"];

beforeAll(async () => {
  ca = await issueCa({ commonName: "CA", days: 30 });
  save("ca", ca);
  save("server", await issueServer(ca, { commonName: "first", days: 5, names }));
  save("ann", await issueClient(ca, { commonName: "ann", days: 5 }));
  save("bob", await issueClient(ca, { commonName: "bob", days: 5 }));
  save("all", await issueClient(ca, { commonName: "#", days: 5 }));
});
afterAll(remove);

const start = (words: readonly string[], env: Record<string, string> = {}) => startListening(words, { env });
const serverFiles = () => shown("server");
const pub = (url: string, ...words: string[]) => runMqtk(["pub", "-L", url, "-t", "a", "-m", "x", "-q", "1", ...words]);

describe("[AZ-20] nobody beyond this machine comes in unknown", () => {
  test.each([
    [["--bind", "0.0.0.0"]],
    [["--listen", "mqtt://127.0.0.1:0", "--listen", "ws://0.0.0.0:0"]],
    [["--bind", "::"]],
  ])("%j is refused", async (words) => {
    expect(await runMqtk(["broker", "-p", "0", ...words])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/whoever reaches .* could connect, publish and subscribe\n.*--allow-anonymous/),
    });
  });
  test("TLS alone does not change that, nor an optional certificate", async () => {
    const optional = ["--client-ca", file("ca.pem"), "--client-cert", "optional"];
    for (const words of [[], optional]) {
      const run = await runMqtk(["broker", "-p", "0", "--bind", "0.0.0.0", ...serverFiles(), ...words]);
      expect(run).toMatchObject({ code: 2, stderr: expect.stringMatching(/whoever reaches/) });
    }
  });
  test("--allow-anonymous does, and is warned of", async () => {
    const broker = await start(["-p", "0", "--bind", "0.0.0.0", "--allow-anonymous"]);
    expect(broker.stderr).toMatch(/warning: whoever reaches mqtt:\/\/0\.0\.0\.0:\d+ may connect/);
    expect(await pub(broker.url)).toMatchObject({ code: 0 });
  });
  test("users, required certificates or keys do", async () => {
    await start(["-p", "0", "--bind", "0.0.0.0", "--user", "ann:x"]);
    await start(["-p", "0", "--bind", "0.0.0.0", ...serverFiles(), "--client-ca", file("ca.pem")]);
  });
});

describe("users", () => {
  test("come in with their password alone, and nobody else does", async () => {
    const { url } = await start(["-p", "0", "--user", "ann:s:cret", "--user", "bob:other"]);
    expect(await pub(url, "-u", "ann", "-P", "s:cret")).toMatchObject({ code: 0 });
    expect(await pub(url.replace("//", "//bob:other@"))).toMatchObject({ code: 0 });
    for (const words of [
      ["-u", "ann", "-P", "other"],
      ["-u", "eve", "-P", "s:cret"],
      ["-u", "ann"],
    ]) {
      const run = await pub(url, ...words);
      expect(run).toMatchObject({ code: 4, stderr: expect.stringMatching(/bad user name or password/i) });
    }
    expect(await pub(url)).toMatchObject({ code: 4, stderr: expect.stringMatching(/not authorized/i) });
    expect(await pub(url, "-V", "3.1.1", "-u", "ann", "-P", "x")).toMatchObject({ code: 4 });
  });
  test("from the environment, and beside anonymous clients", async () => {
    const { url } = await start(["-p", "0", "--allow-anonymous"], { MQTK_USER: "ann:x\nbob:y" });
    expect(await pub(url)).toMatchObject({ code: 0 });
    expect(await pub(url, "-u", "bob", "-P", "y")).toMatchObject({ code: 0 });
    expect(await pub(url, "-u", "bob", "-P", "x")).toMatchObject({ code: 4 });
  });
  test("a broken password is not shown", async () => {
    const run = await runMqtk(["broker", "--user", ":secret"]);
    expect(run).toMatchObject({ code: 2, stderr: expect.not.stringMatching(/secret/) });
  });
  test.skipIf(peer("mosquitto_passwd") === undefined)(
    "[AZ-14] a file of mosquitto_passwd; SIGHUP reads it again, unless it is broken",
    async () => {
      const passwords = file("passwords");
      spawnSync(peer("mosquitto_passwd") as string, ["-c", "-b", passwords, "ann", "secret"]);
      expect(readFileSync(passwords, "utf8")).toMatch(/^ann:\$7\$/);
      const broker = await start(["-p", "0", "--password-file", passwords]);
      const login = (name: string, password: string) => pub(broker.url, "-u", name, "-P", password);
      expect(await login("ann", "secret")).toMatchObject({ code: 0 });
      expect(await login("ann", "Secret")).toMatchObject({ code: 4 });
      const there = startMqtk([
        ..."sub -u ann -P secret -i there -V 5 -t # --will-topic gone".split(" "),
        "-L",
        broker.url,
      ]);
      await broker.waitFor(/there subscribed/, "stderr");

      writeFileSync(passwords, "bob:new\n");
      broker.child.kill("SIGHUP");
      await broker.waitFor(/passwords read again/, "stderr");
      // [AZ-06] Whose password is gone is gone, and the Will too.
      const { code, stderr } = await there.ended;
      expect(code).toBe(4);
      expect(stderr).toMatch(/ended the connection: Administrative action \(0x98\): its user is gone/);
      await broker.waitFor(/there disconnected: its user is gone, or has another password/, "stderr");
      await broker.waitFor(/there is gone; its Will to gone is not published/, "stderr");
      expect(await login("bob", "new")).toMatchObject({ code: 0 });
      expect(await login("ann", "secret")).toMatchObject({ code: 4 });

      writeFileSync(passwords, "bob:new\nwhat is this\n");
      broker.child.kill("SIGHUP");
      await broker.waitFor(/passwords could not be read again, the old ones stay: .*line 2/, "stderr");
      expect(await login("bob", "new")).toMatchObject({ code: 0 });
    },
  );
  test.each([
    ["missing", undefined],
    ["broken", "ann\n"],
  ])("[AZ-14] a password file that is %s stops the start", async (_name, text) => {
    const passwords = file(`passwords-${_name}`);
    if (text !== undefined) writeFileSync(passwords, text);
    expect(await runMqtk(["broker", "-p", "0", "--password-file", passwords])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--password-file: /),
    });
  });
  test("[AZ-03] [AZ-04] [AZ-07] a wrong password, or another user, does not touch a session", async () => {
    const { url } = await start(["-p", "0", "--user", "ann:a", "--user", "bob:b"]);
    const hear = (topic: string) =>
      runMqtk(["sub", ..."-u ann -P a -i mine -c -q 1 -C 1".split(" "), "-L", url, "-t", topic]);
    const publish = async (): Promise<void> => {
      const words = ["pub", ..."-u bob -P b -t news -q 1 -r".split(" "), "-L", url, "-m", "still here"];
      expect(await runMqtk(words)).toMatchObject({ code: 0 });
    };
    await publish();
    await hear("news");
    expect(await pub(url, "-u", "ann", "-P", "wrong", "-i", "mine")).toMatchObject({ code: 4 });
    expect(await pub(url, "-u", "bob", "-P", "b", "-i", "mine")).toMatchObject({ code: 4 });
    await publish();
    expect(await hear("other")).toMatchObject({ stdout: "still here\n" });
  });
});

describe("certificates of clients", () => {
  test("are who they are: another certificate does not get the session", async () => {
    const { url } = await start(["-p", "0", ...serverFiles(), "--client-ca", file("ca.pem")]);
    const as = (name: string) => [
      "--cafile",
      file("ca.pem"),
      "--cert",
      file(`${name}.pem`),
      "--key",
      file(`${name}.key`),
    ];
    const mine = ["-i", "mine", "-c", "-x", "60"];
    expect(await pub(url, ...as("ann"), ...mine)).toMatchObject({ code: 0 });
    expect(await pub(url, ...as("bob"), ...mine)).toMatchObject({ code: 4 });
    expect(await pub(url, ...as("ann"), ...mine)).toMatchObject({ code: 0 });
    expect(await pub(url, ...as("all"))).toMatchObject({ code: 4 }); // [AZ-01]
  });
});

test("[TL-06] SIGHUP: new connections see the new certificate, a broken file keeps the old one", async () => {
  const first = await issueServer(ca, { commonName: "first", days: 5, names });
  save("server", first);
  onTestFinished(() => save("server", first));
  const broker = await start(["-p", "0", ...serverFiles()]);
  expect(await shownBy(broker.port)).toBe("first");
  save("server", await issueServer(ca, { commonName: "second", days: 5, names }));
  broker.child.kill("SIGHUP");
  await broker.waitFor(/certificates of mqtts:\/\/127\.0\.0\.1:0 read again/, "stderr");
  expect(await shownBy(broker.port)).toBe("second");

  writeFileSync(file("server.key"), "broken");
  broker.child.kill("SIGHUP");
  await broker.waitFor(/could not be read again, the old ones stay: --key: /, "stderr");
  expect(await shownBy(broker.port)).toBe("second");
  expect((await broker.stop()).code).toBe(0);
});

test("each listener has limits of its own", async () => {
  const narrow = "mqtt://127.0.0.1:0?max-connections=1&max-packet-size=100&allow-anonymous=yes";
  const broker = await start(["--listen", narrow, "--listen", "mqtt://127.0.0.1:0", "--user", "ann:x"]);
  const [here = "", there = ""] = broker.listeners;
  const large = ["-m", "x".repeat(200)];
  expect(await pub(here, ...large)).toMatchObject({ code: 4, stderr: expect.stringMatching(/the server takes 100/) });
  expect(await pub(there, ...large)).toMatchObject({ code: 4, stderr: expect.stringMatching(/0x87/) });
  expect(await pub(there, ...large, "-u", "ann", "-P", "x")).toMatchObject({ code: 0 });
  const sub = startMqtk(["sub", "-L", here, "-t", "a", "-v"]);
  await broker.waitFor(/subscribed to a/, "stderr");
  expect(await pub(here)).toMatchObject({ code: 3 });
  await broker.waitFor(/refused: there are too many connections on this listener/, "stderr");
  await sub.stop();
});

test.each([
  [["--cert", "x.pem"], /--cert: cannot read x\.pem: no such file/],
  [["--listen", "mqtts://127.0.0.1:0"], /TLS needs a certificate\n.*--tls-dev/],
  [["--listen", "mqtt://127.0.0.1:0?cert=x"], /cert has no meaning with mqtt:\/\//],
  [["--listen", "mqtts://127.0.0.1:0?crt=x"], /crt is nothing that a listener has/],
  [["--listen", "http://127.0.0.1"], /unknown scheme http:\/\/\n.*ws:\/\//],
  [["--listen", "mqtt://127.0.0.1", "--tls-dev"], /no listener has TLS/],
  [["--client-cert", "required", "--tls-dev"], /--client-cert needs --client-ca/],
  [["--trusted-proxy", "proxy.example"], /proxy\.example is not an IP address or network/],
  [["--psk-file", "/dev/null"], /there is no key in the file/],
  [["--listen", "mqtt://127.0.0.1:0?max-qos=7"], /max-qos=7: expected 0, 1 or 2/],
  [["--listen", "mqtt://127.0.0.1:0?allow-anonymous=no"], /nobody could come in\n.*--user/],
])("%j says what is wrong", async (words, reason) => {
  const run = await runMqtk(["broker", ...words], { env: { XDG_DATA_HOME: folder } });
  expect(run.stderr).toMatch(reason);
  expect(run.code).toBe(2);
});

/** The common name of the certificate that the broker shows now. */
function shownBy(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: "127.0.0.1", port, ca: ca.certificate }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.on("error", reject);
  });
}
