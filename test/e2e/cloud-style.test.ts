import { afterAll, beforeAll, expect, test } from "vitest";
import { certificateFolder } from "../support/certificate-folder.ts";
import { testCertificates } from "../support/certificates.ts";
import { runMqtk, startListening } from "../support/run-mqtk.ts";

// The commands of README, "Connecting", against brokers that demand the same as the cloud's.
const { file, save, shown, remove } = certificateFolder();
beforeAll(async () => {
  for (const [name, issued] of Object.entries(await testCertificates())) save(name, issued);
});
afterAll(remove);

const start = async (...words: string[]) => (await startListening([...shown("server"), ...words])).port;
const message = ["-q", "1", "-t", "plant/1/temperature", "-m", "21.5"];
/** Instead of a CA that everybody trusts. */
const trust = () => ({ env: { MQTK_CAFILE: file("ca.pem") } });

test("as HiveMQ Cloud: TLS, user and password", async () => {
  const port = await start("-p", "0", "--user", "ann:s3cret");
  const at = ["pub", "-L", `mqtts://localhost:${port}`, ...message];
  expect(await runMqtk([...at, "-u", "ann", "-P", "s3cret"], trust())).toMatchObject({ code: 0, stderr: "" });
  expect(await runMqtk([...at, "-u", "ann", "-P", "wrong"], trust())).toMatchObject({ code: 4 });
});

test("as AWS IoT Core: mutual TLS, SNI, and ALPN where it shares a port", async () => {
  const clientCa = `client-ca=${encodeURIComponent(file("ca.pem"))}`;
  const port = await start("--listen", `mqtts://127.0.0.1:0?${clientCa}&alpn=x-amzn-mqtt-ca`);
  const device = [...shown("client"), "-i", "device-1"];
  const at = ["pub", "-h", "localhost", "-p", String(port), ...message];
  const alpn = ["--tls-alpn", "x-amzn-mqtt-ca"];
  expect(await runMqtk([...at, ...alpn, ...device], trust())).toMatchObject({ code: 0, stderr: "" });
  expect(await runMqtk([...at, ...device], trust())).toMatchObject({ code: 3 });
  expect(await runMqtk([...at, ...alpn], trust())).toMatchObject({ code: 3 });
});

test("as a browser: wss with a path, a token in the query and an origin", async () => {
  const port = await start("--listen", "wss://127.0.0.1:0/mqtt?origin=https://app.example");
  const url = `wss://localhost:${port}/mqtt?token=s3cret`;
  const at = ["pub", "-L", url, ...message, "--ws-header", "Origin: https://app.example"];
  expect(await runMqtk(at, trust())).toMatchObject({ code: 0, stderr: "" });
  const evil = await runMqtk(["pub", "-L", url, ...message, "--ws-header", "Origin: https://evil.example"], trust());
  expect(evil).toMatchObject({ code: 3, stderr: expect.stringMatching(/403 Forbidden/) });
  expect(evil.stderr).not.toMatch(/s3cret/);
});
