import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runMqtk, startListening } from "../support/run-mqtk.ts";

function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "mqtk-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function startSecure(words: readonly string[], env: Record<string, string> = {}) {
  const broker = await startListening(words, { env });
  return { broker, url: broker.url, port: broker.port };
}

test("a CA, a server and a client that work together", async () => {
  const out = temporaryFolder();
  const cert = (...words: string[]) => runMqtk(["cert", ...words, "--out", out]);
  expect(await cert("ca", "Plant CA")).toMatchObject({ code: 0, stdout: `${out}/ca.pem\n${out}/ca.key\n` });
  expect(await cert("server", "localhost", "--san", "127.0.0.1", "--days", "7")).toMatchObject({ code: 0 });
  expect(await cert("client", "press 7")).toMatchObject({
    code: 0,
    stdout: `${out}/press_7.pem\n${out}/press_7.key\n`,
  });
  expect(statSync(`${out}/ca.key`).mode & 0o777).toBe(0o600);
  expect(new X509Certificate(readFileSync(`${out}/press_7.pem`)).subject).toBe("CN=press 7");

  const files = ["--cert", `${out}/server.pem`, "--key", `${out}/server.key`, "--client-ca", `${out}/ca.pem`];
  const { broker, port } = await startSecure(["-p", "0", "--bind", "0.0.0.0", ...files]);
  const client = ["--cafile", `${out}/ca.pem`, "--cert", `${out}/press_7.pem`, "--key", `${out}/press_7.key`];
  const there = ["-h", "127.0.0.1", "-p", String(port), "-t", "a", "-m", "x", "-q", "1"];
  expect(await runMqtk(["pub", ...there, ...client])).toMatchObject({ code: 0, stderr: "" });

  const shown = await runMqtk(["cert", "show", `localhost:${port}`, "--cafile", `${out}/ca.pem`, ...client.slice(2)]);
  expect(shown).toMatchObject({ code: 0, stderr: "" });
  expect(shown.stdout).toMatch(/TLSv1\.3, .*\n1\. localhost\n.*for +localhost, 127\.0\.0\.1\n.*issued by Plant CA\n/s);
  expect(shown.stdout).toMatch(/\(6 days left\).*trusted: yes\n$/s);
  await broker.stop();
});

test("a CA whose key has a passphrase", async () => {
  const out = temporaryFolder();
  writeFileSync(`${out}/secret`, "sesame\n", { mode: 0o600 });
  const cert = (...words: string[]) => runMqtk(["cert", ...words, "--out", out]);
  const right = ["--key-password-file", `${out}/secret`];
  expect(await cert("ca", "Plant CA", ...right)).toMatchObject({ code: 0, stderr: "" });
  expect(readFileSync(`${out}/ca.key`, "utf8")).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
  expect(await cert("server", "localhost")).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/the key has a passphrase\n.*--key-password-file/),
  });
  expect(await cert("server", "localhost", "--key-password", "open")).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/--ca-key: the passphrase of .*ca\.key is wrong/),
  });
  expect(await cert("server", "localhost", ...right)).toMatchObject({ code: 0, stderr: "" });
  const issued = new X509Certificate(readFileSync(`${out}/server.pem`));
  expect(issued.verify(new X509Certificate(readFileSync(`${out}/ca.pem`)).publicKey)).toBe(true);
});

test("show tells why a server would not be trusted", async () => {
  const { url, port } = await startSecure(["-p", "0", "--tls-dev"], { XDG_DATA_HOME: temporaryFolder() });
  expect(url).toBe(`mqtts://127.0.0.1:${port}`);
  const { code, stdout, stderr } = await runMqtk(["cert", "show", url]);
  expect(code).toBe(3);
  expect(stdout).toMatch(/issued by mqtk development CA/);
  expect(stderr).toMatch(/was issued by “mqtk development CA of [^”]*”, which is not trusted\n.*--tls-dev/);
});

test("show explains a file, and says what is none", async () => {
  const out = temporaryFolder();
  await runMqtk(["cert", "ca", "--out", out]);
  const { stdout } = await runMqtk(["cert", "show", `${out}/ca.pem`]);
  expect(stdout).toMatch(/^1\. mqtk CA\n {3}issued by itself\n {3}valid .*\n {3}use {7}CA\n {3}key {7}EC P-256\n/);
  const key = await runMqtk(["cert", "show", `${out}/ca.key`]);
  expect(key).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/holds no certificate in PEM, but a private key/),
  });
  const none = await runMqtk(["cert", "show", `${out}/none.pem`]);
  expect(none).toMatchObject({ code: 2, stderr: expect.stringMatching(/no such file/) });
});

test("nothing is overwritten unless that is said", async () => {
  const out = temporaryFolder();
  await runMqtk(["cert", "ca", "--out", out]);
  const before = readFileSync(`${out}/ca.key`, "utf8");
  expect(await runMqtk(["cert", "ca", "--out", out])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/there already/),
  });
  expect(readFileSync(`${out}/ca.key`, "utf8")).toBe(before);
  expect(await runMqtk(["cert", "ca", "--out", out, "--force"])).toMatchObject({ code: 0 });
  expect(readFileSync(`${out}/ca.key`, "utf8")).not.toBe(before);
});

test("a name that is none is refused", async () => {
  const out = temporaryFolder();
  await runMqtk(["cert", "ca", "--out", out]);
  expect(await runMqtk(["cert", "server", "a b", "--out", out])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/a b is neither a host name nor an IP address/),
  });
});

test("--tls-dev on both sides is all that it takes", async () => {
  const env = { XDG_DATA_HOME: temporaryFolder() };
  const before = await runMqtk(["pub", "--tls-dev", "-t", "a", "-m", "x"], { env });
  expect(before).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/no development CA.*\n.*mqtk broker --tls-dev/),
  });
  const { broker, port } = await startSecure(["-p", "0", "--tls-dev"], env);
  await broker.waitFor(new RegExp(`try: mqtk sub --tls-dev -L mqtts://localhost:${port} -t '#' -v`), "stderr");
  const words = ["pub", "--tls-dev", "-p", String(port), "-t", "a", "-m", "x", "-q", "1"];
  expect(await runMqtk(words, { env })).toMatchObject({ code: 0, stderr: "" });
});
