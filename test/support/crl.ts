import "reflect-metadata"; // @peculiar/x509 needs it, and before itself
import { webcrypto } from "node:crypto";
import { X509Certificate, X509CrlGenerator } from "@peculiar/x509";
import type { Issued } from "../../src/cli/certificates/issue.ts";

/** The CA's list of revoked certificates, in PEM. */
export async function crlOf(ca: Issued, revoked: readonly Issued[]): Promise<string> {
  const der = Buffer.from(ca.key.replace(/-----.*-----|\s/g, ""), "base64");
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const crl = await X509CrlGenerator.create({
    issuer: new X509Certificate(ca.certificate).subjectName,
    thisUpdate: new Date(Date.now() - 3_600_000),
    nextUpdate: new Date(Date.now() + 86_400_000),
    entries: revoked.map(({ certificate }) => ({ serialNumber: new X509Certificate(certificate).serialNumber })),
    signingAlgorithm: algorithm,
    signingKey: await webcrypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]),
  });
  return `${crl.toString("pem").replaceAll(/(BEGIN|END) CRL/g, "$1 X509 CRL")}\n`; // as OpenSSL names it
}
