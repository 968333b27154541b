import { X509Certificate } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { hostname, networkInterfaces } from "node:os";
import path from "node:path";
import { UsageError } from "../../errors.ts";
import { reasonOf } from "../system-reason.ts";
import { type Issued, issueCa, issueServer } from "./issue.ts";

/** Ten years: whoever trusts it does not want to be asked again. */
const CA_DAYS = 3650;
const SERVER_DAYS = 90;
/** A certificate that ends sooner than this is renewed. */
const RENEW_DAYS = 30;
const DAY = 24 * 3600 * 1000;

/**
 * The development CA of this user, made at the first call, and a certificate of it for this machine: for localhost, its
 * name and its addresses. Both are kept in `folder` and renewed before they expire or when names were added.
 */
export async function devCertificate(folder: string, now = new Date(), names = namesOfThisMachine()): Promise<Issued> {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    let ca = read(folder, "ca");
    if (ca === undefined || remainingDays(ca, now) < RENEW_DAYS) {
      ca = await issueCa({
        commonName: `mqtk development CA of ${names[1] ?? "this machine"}`,
        days: CA_DAYS,
        from: now,
      });
      keep(folder, "ca", ca);
    }
    const server = read(folder, "server");
    if (server !== undefined && isGood(server, ca, names, now)) return server;
    const issued = await issueServer(ca, { commonName: "mqtk broker", days: SERVER_DAYS, from: now, names });
    keep(folder, "server", issued);
    return issued;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`--tls-dev: cannot keep certificates in ${folder}: ${reasonOf(error)}`);
  }
}

/** localhost and the loopback addresses, the host name, and the addresses of all networks. */
function namesOfThisMachine(): string[] {
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .map(({ address }) => address.replace(/%.*$/, ""))
    .filter((address) => !address.startsWith("fe80:"));
  const name = hostname().toLowerCase();
  const isName = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name);
  return [...new Set(["localhost", ...(isName ? [name] : []), "127.0.0.1", "::1", ...addresses])];
}

function isGood(server: Issued, ca: Issued, names: readonly string[], now: Date): boolean {
  const certificate = new X509Certificate(server.certificate);
  return (
    certificate.verify(new X509Certificate(ca.certificate).publicKey) &&
    remainingDays(server, now) >= RENEW_DAYS &&
    names.every((name) => (/[:]|^[\d.]+$/.test(name) ? certificate.checkIP(name) : certificate.checkHost(name)))
  );
}

function remainingDays({ certificate }: Issued, now: Date): number {
  return (Date.parse(new X509Certificate(certificate).validTo) - now.getTime()) / DAY;
}

/** Undefined where it is not there, or no longer what it was. */
function read(folder: string, name: string): Issued | undefined {
  try {
    const certificate = readFileSync(path.join(folder, `${name}.pem`), "utf8");
    const key = readFileSync(path.join(folder, `${name}.key`), "utf8");
    new X509Certificate(certificate);
    return { certificate, key };
  } catch {
    return undefined;
  }
}

/** Written beside and renamed: a broker that starts meanwhile never reads half a file. */
function keep(folder: string, name: string, issued: Issued): void {
  for (const [extension, text, mode] of [
    ["key", issued.key, 0o600],
    ["pem", issued.certificate, 0o644],
  ] as const) {
    const file = path.join(folder, `${name}.${extension}`);
    writeFileSync(`${file}.${process.pid}.tmp`, text, { mode });
    renameSync(`${file}.${process.pid}.tmp`, file);
  }
}
