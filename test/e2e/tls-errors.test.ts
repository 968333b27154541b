import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type Issued, issueCa, issueClient, issueServer } from "../../src/cli/certificates/issue.ts";
import { certificateFolder } from "../support/certificate-folder.ts";
import { runMqtk, startBroker, startListening } from "../support/run-mqtk.ts";

const DAY = 24 * 3600 * 1000;
const { file, save, shown, remove } = certificateFolder();
let ca: Issued;
let other: Issued;

beforeAll(async () => {
  ca = await issueCa({ commonName: "Right CA", days: 30 });
  other = await issueCa({ commonName: "Other CA", days: 30 });
  const names = ["localhost", "127.0.0.1"];
  const past = new Date(Date.now() - 30 * DAY);
  const future = new Date(Date.now() + 30 * DAY);
  save("ca", ca);
  save("other", other);
  save("server", await issueServer(ca, { commonName: "localhost", days: 5, names }));
  save("expired", await issueServer(ca, { commonName: "old broker", days: 1, names, from: past }));
  save("future", await issueServer(ca, { commonName: "new broker", days: 9, names, from: future }));
  save("elsewhere", await issueServer(ca, { commonName: "x", days: 5, names: ["broker.example", "10.0.0.1"] }));
  save("client", await issueClient(ca, { commonName: "ann", days: 5 }));
  save("old-client", await issueClient(ca, { commonName: "ann", days: 1, from: past }));
  save("stranger", await issueClient(other, { commonName: "ann", days: 5 }));
  writeFileSync(file("psk"), "ann:00112233\n");
});
afterAll(remove);

/** A broker with TLS; with "" it shows no certificate. */
function startSecure(certificate: string, ...words: string[]) {
  const files = certificate === "" ? [] : shown(certificate);
  const place = words.includes("--listen") ? [] : ["--listen", "mqtts://127.0.0.1:0"];
  return startListening([...place, ...files, ...words]);
}

const pub = (url: string, ...words: string[]) => runMqtk(["pub", "-L", url, "-t", "a", "-m", "x", "-q", "1", ...words]);
const trusting = () => ["--cafile", file("ca.pem")];

async function expectFailure(attempt: ReturnType<typeof pub>, code: number, lines: RegExp): Promise<void> {
  const { stderr, ...rest } = await attempt;
  expect(stderr).toMatch(lines);
  expect(rest).toMatchObject({ code, stdout: "" });
}

describe("a server's certificate that is wrong", () => {
  test("nobody trusts its issuer", async () => {
    const { url, port } = await startSecure("server");
    const words =
      /^mqtk: the certificate of 127\.0\.0\.1:\d+ was issued by “Right CA”, which is not trusted\n.*--cafile FILE, --tls-use-os-certs.*--tls-dev/;
    await expectFailure(pub(url), 3, words);
    await expectFailure(pub(url, "--cafile", file("other.pem")), 3, words);
    await expectFailure(pub(url, "--tls-use-os-certs"), 3, words);
    expect(port).toBeGreaterThan(0);
  });
  test("it is for other names, and they are told", async () => {
    const { url } = await startSecure("elsewhere");
    const words = /is not for 127\.0\.0\.1, but for broker\.example, 10\.0\.0\.1\n.*--tls-server-name/;
    await expectFailure(pub(url, ...trusting()), 3, words);
    expect(await pub(url, ...trusting(), "--tls-server-name", "broker.example")).toMatchObject({ code: 0, stderr: "" });
  });
  test("it has expired, and when", async () => {
    const { url } = await startSecure("expired");
    await expectFailure(pub(url, ...trusting()), 3, /\(old broker\) expired on \d{4}-\d\d-\d\d \d\d:\d\d\n/);
  });
  test("it is not yet valid", async () => {
    const { url } = await startSecure("future");
    await expectFailure(pub(url, ...trusting()), 3, /\(new broker\) is valid only from \d{4}-.* on\n.*clock/);
  });
  test("with --json the stage and the problem are told as words", async () => {
    const { url } = await startSecure("server");
    const { stderr } = await runMqtk(["bench", url, "--json", "--duration", "100ms"]);
    expect(stderr).toMatch(/“Right CA”/);
  });
  test("[TL-01] --insecure accepts all of them, and warns every time", async () => {
    const { url } = await startSecure("expired");
    for (const words of [[], ["--quiet"]]) {
      const { code, stderr } = await pub(url, "--insecure", ...words);
      expect(stderr).toMatch(/^mqtk: warning: --insecure: the broker's certificate is not checked/);
      expect(code).toBe(0);
    }
  });
});

describe("TLS where there is none, and the reverse", () => {
  test("TLS spoken to a plain port", async () => {
    const broker = await startBroker();
    await expectFailure(
      pub(`mqtts://127.0.0.1:${broker.port}`),
      3,
      /closed the connection during the TLS handshake\n.*is this the port for TLS.*mqtt:\/\//,
    );
    await broker.waitFor(/refused: it speaks TLS, and this listener plain MQTT/, "stderr");
  });
  test("plain MQTT spoken to a TLS port", async () => {
    const broker = await startSecure("server");
    const { code, stderr } = await pub(`mqtt://127.0.0.1:${broker.port}`);
    expect(stderr).toMatch(/without TLS\?|mqtts:\/\//);
    expect(code).toBe(3);
    await broker.waitFor(/refused: it does not speak TLS, and this listener does/, "stderr");
  });
  test("a server that answers with a TLS alert", async () => {
    const port = await answering(Buffer.from([0x15, 0x03, 0x01, 0, 2, 2, 0x46]));
    await expectFailure(pub(`mqtt://127.0.0.1:${port}`), 3, /speaks TLS, not plain MQTT\n.*write mqtts:\/\//);
  });
  test("plain MQTT spoken to a web server", async () => {
    const { port } = await webServer((server) => server);
    await expectFailure(pub(`mqtt://127.0.0.1:${port}`), 3, /speaks HTTP, not plain MQTT\n.*write ws:\/\//);
  });
  test("TLS spoken to a web server", async () => {
    const { port } = await webServer((server) => server);
    await expectFailure(pub(`wss://127.0.0.1:${port}`), 3, /does not speak TLS\n/);
  });
});

describe("client certificates", () => {
  const mutual = () => startSecure("server", "--client-ca", file("ca.pem"));
  test("one is required", async () => {
    const broker = await mutual();
    await expectFailure(
      pub(broker.url, ...trusting()),
      3,
      /demands a client certificate\n.*--cert FILE and --key FILE/,
    );
    await expectFailure(
      pub(broker.url, ...trusting(), "--tls-version", "1.2"),
      3,
      /broke off the TLS handshake.*\n.*may want a client certificate: give one with --cert FILE and --key FILE/,
    );
    await broker.waitFor(/refused: it has no client certificate/, "stderr");
  });
  test.each([
    ["of another CA", "stranger", /client certificate: issued by a CA that is not trusted/],
    ["that has expired", "old-client", /client certificate: expired/],
    ["that is for servers", "server", /client certificate: not one for clients/],
  ])("[TL-03] one %s is refused, and the broker says why", async (_name, name, words) => {
    const broker = await mutual();
    for (const version of ["1.2", "1.3"]) {
      const attempt = pub(broker.url, ...trusting(), ...shown(name), "--tls-version", version);
      await expectFailure(
        attempt,
        3,
        /(closed the connection|broke before it was accepted).*\n.*our client certificate \(--cert\)/,
      );
    }
    await broker.waitFor(words, "stderr");
  });
  test("an optional one may be missing, but not wrong", async () => {
    const broker = await startSecure("server", "--client-ca", file("ca.pem"), "--client-cert", "optional");
    expect(await pub(broker.url, ...trusting())).toMatchObject({ code: 0 });
    expect(await pub(broker.url, ...trusting(), ...shown("client"))).toMatchObject({ code: 0 });
    expect(await pub(broker.url, ...trusting(), ...shown("stranger"))).toMatchObject({ code: 3 });
  });
  test("[TL-02] over wss it is required before HTTP", async () => {
    const { url } = await startSecure("server", "--listen", `wss://127.0.0.1:0?client-ca=${file("ca.pem")}`);
    await expectFailure(pub(url, ...trusting()), 3, /demands a client certificate/);
  });
});

describe("pre-shared keys", () => {
  test.each(["1.2", "1.3"])("TLS %s", async (version) => {
    const { url } = await startSecure("", "--psk-file", file("psk"));
    const psk = ["--tls-version", version, "--psk-identity", "ann", "--psk"];
    expect(await pub(url, ...psk, "00112233")).toMatchObject({ code: 0, stderr: "" });
    await expectFailure(pub(url, ...psk, "44556677"), 3, /mqtk: /);
    await expectFailure(pub(url, "--psk-identity", "eve", "--psk", "00112233"), 3, /mqtk: /);
    const other = await startSecure("server");
    await expectFailure(pub(other.url, ...psk, "00112233"), 3, /shows a certificate instead of|nothing in common/);
  });
});

describe("other options of TLS", () => {
  test("ALPN: a listener that demands it", async () => {
    const listener = "mqtts://127.0.0.1:0?alpn=x-amzn-mqtt-ca,mqtt";
    const broker = await startSecure("server", "--listen", listener);
    const { url: at } = broker;
    expect(await pub(at, ...trusting(), "--tls-alpn", "x-amzn-mqtt-ca")).toMatchObject({ code: 0, stderr: "" });
    await expectFailure(
      pub(at, ...trusting(), "--tls-alpn", "h2"),
      3,
      /none of the protocols that were offered \(ALPN h2\)/,
    );
    expect(await pub(at, ...trusting())).toMatchObject({ code: 3 });
    await broker.waitFor(/it asks for none of the protocols x-amzn-mqtt-ca, mqtt \(ALPN\)/, "stderr");
  });
  test("versions that have nothing in common", async () => {
    const { url } = await startSecure("server", "--tls-version", "1.3");
    await expectFailure(pub(url, ...trusting(), "--tls-version", "1.2"), 3, /does not speak the version of TLS/);
  });
  test("[TL-04] TLS 1.1 cannot be asked for", async () => {
    expect(await pub("mqtts://127.0.0.1:1", "--tls-version", "1.1")).toMatchObject({ code: 2 });
  });
});

/** Answers the first bytes with these. */
async function answering(bytes: Buffer): Promise<number> {
  const server = createTcpServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.write(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function webServer(prepare: (server: Server) => Server): Promise<{ port: number }> {
  const server = prepare(createServer((_request, response) => response.end("hello")));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port };
}
