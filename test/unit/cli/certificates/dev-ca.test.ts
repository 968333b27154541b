import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { devCertificate } from "../../../../src/cli/certificates/dev-ca.ts";

const DAY = 24 * 3600 * 1000;
const now = new Date();
const later = (days: number) => new Date(now.getTime() + days * DAY);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "mqtk-"));
});
afterEach(() => rmSync(folder, { recursive: true }));
const caOf = () => readFileSync(path.join(folder, "ca.pem"), "utf8");

test("a CA and a certificate for this machine, whose keys are for this user alone", async () => {
  const server = new X509Certificate((await devCertificate(folder)).certificate);
  const ca = new X509Certificate(caOf());
  expect(server.checkIssued(ca) && server.verify(ca.publicKey)).toBe(true);
  expect(server.checkHost("localhost")).toBe("localhost");
  expect(server.checkIP("127.0.0.1")).toBe("127.0.0.1");
  expect(server.checkIP("::1")).toBe("::1");
  for (const name of ["ca.key", "server.key"]) expect(statSync(path.join(folder, name)).mode & 0o777).toBe(0o600);
});

test("both are kept while they are good", async () => {
  const first = await devCertificate(folder, now, ["localhost"]);
  expect(await devCertificate(folder, later(59), ["localhost"])).toEqual(first);
});

test("the certificate is renewed before it expires, the CA stays", async () => {
  const first = await devCertificate(folder, now, ["localhost"]);
  const ca = caOf();
  const second = await devCertificate(folder, later(61), ["localhost"]);
  expect(second.certificate).not.toBe(first.certificate);
  expect(caOf()).toBe(ca);
});

test("a machine with another address gets another certificate", async () => {
  const first = await devCertificate(folder, now, ["localhost"]);
  const second = await devCertificate(folder, now, ["localhost", "10.1.2.3"]);
  expect(second.certificate).not.toBe(first.certificate);
  expect(new X509Certificate(second.certificate).checkIP("10.1.2.3")).toBe("10.1.2.3");
});

test("a CA that expires is renewed, and what it issued with it", async () => {
  const first = await devCertificate(folder, now, ["localhost"]);
  const ca = caOf();
  const second = await devCertificate(folder, later(3625), ["localhost"]);
  expect(caOf()).not.toBe(ca);
  expect(second.certificate).not.toBe(first.certificate);
});

test("files that were damaged are made anew", async () => {
  await devCertificate(folder, now, ["localhost"]);
  writeFileSync(path.join(folder, "server.pem"), "damaged");
  const { certificate } = await devCertificate(folder, now, ["localhost"]);
  expect(new X509Certificate(certificate).checkHost("localhost")).toBe("localhost");
});

test("a folder that cannot be had says so", async () => {
  writeFileSync(path.join(folder, "file"), "");
  await expect(devCertificate(path.join(folder, "file", "x"))).rejects.toMatchObject({
    code: "usage",
    message: expect.stringMatching(/^--tls-dev: cannot keep certificates in /),
  });
});
