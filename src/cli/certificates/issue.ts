import "reflect-metadata"; // @peculiar/x509 needs it, and before itself
import { createPrivateKey, randomBytes, webcrypto } from "node:crypto";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  type JsonGeneralName,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { UsageError } from "../../errors.ts";

/** A certificate and its private key, as PEM. */
export interface Issued {
  readonly certificate: string;
  readonly key: string;
}

export interface Wish {
  /** CN of the subject. */
  readonly commonName: string;
  readonly days: number;
  /** Now, unless a test says otherwise. */
  readonly from?: Date;
}

const EC = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DAY = 24 * 3600 * 1000;
/** Clocks differ: a new certificate is also good for machines that are a little behind. */
const TOLERANCE = 5 * 60 * 1000;

/** A CA: its certificate signs others, and itself. */
export async function issueCa(wish: Wish): Promise<Issued> {
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      ...subjectOf(wish),
      keys,
      signingAlgorithm: EC,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    },
    webcrypto,
  );
  return { certificate: pemOf(certificate), key: await exportKey(keys.privateKey) };
}

/** A certificate for a server: `names` are host names and IP addresses. */
export function issueServer(ca: Issued, wish: Wish & { readonly names: readonly string[] }): Promise<Issued> {
  const names = wish.names.map((value): JsonGeneralName => ({ type: isIpAddress(value) ? "ip" : "dns", value }));
  return issue(ca, wish, [
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    new SubjectAlternativeNameExtension(names),
  ]);
}

/** A certificate for a client, whose user name is the CN. */
export function issueClient(ca: Issued, wish: Wish): Promise<Issued> {
  return issue(ca, wish, [new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth])]);
}

/** IPv4 or IPv6, not a host name. */
function isIpAddress(text: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(text) || text.includes(":");
}

async function issue(ca: Issued, wish: Wish, extensions: readonly Extension[]): Promise<Issued> {
  const issuer = new X509Certificate(ca.certificate);
  const signingKey = await importKey(ca.key);
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.create(
    {
      ...subjectOf(wish),
      issuer: issuer.subjectName,
      publicKey: keys.publicKey,
      signingKey: signingKey.key,
      signingAlgorithm: signingKey.algorithm,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        ...extensions,
        await SubjectKeyIdentifierExtension.create(keys.publicKey),
        await AuthorityKeyIdentifierExtension.create(issuer),
      ],
    },
    webcrypto,
  );
  return { certificate: pemOf(certificate), key: await exportKey(keys.privateKey) };
}

function subjectOf({ commonName, days, from = new Date() }: Wish) {
  return {
    // Positive, and never the same twice.
    serialNumber: `01${randomBytes(15).toString("hex")}`,
    subject: new Name([{ CN: [{ utf8String: commonName }] }]),
    name: new Name([{ CN: [{ utf8String: commonName }] }]),
    notBefore: new Date(from.getTime() - TOLERANCE),
    notAfter: new Date(from.getTime() + days * DAY),
  };
}

interface SigningAlgorithm {
  readonly name: string;
  readonly hash: string;
  readonly namedCurve: string;
}

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(EC, true, ["sign", "verify"]);
}

/** The key of a CA, ours or another's: elliptic curve or RSA, in any form that OpenSSL writes without passphrase. */
async function importKey(pem: string): Promise<{ key: webcrypto.CryptoKey; algorithm: SigningAlgorithm }> {
  let key: ReturnType<typeof createPrivateKey>;
  try {
    key = createPrivateKey(pem);
  } catch (error) {
    throw new UsageError(`the CA's key cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  const curve = { prime256v1: "P-256", secp384r1: "P-384", secp521r1: "P-521" }[
    key.asymmetricKeyDetails?.namedCurve ?? ""
  ];
  const algorithm =
    key.asymmetricKeyType === "rsa"
      ? { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", namedCurve: "" }
      : { name: "ECDSA", namedCurve: curve ?? "", hash: curve === "P-384" ? "SHA-384" : "SHA-256" };
  if (key.asymmetricKeyType !== "rsa" && curve === undefined) {
    throw new UsageError("the CA's key is neither RSA nor on the curves P-256, P-384 or P-521");
  }
  const der = key.export({ type: "pkcs8", format: "der" });
  return { key: await webcrypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]), algorithm };
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = await webcrypto.subtle.exportKey("pkcs8", key);
  return `${PemConverter.encode(der, "PRIVATE KEY").trim()}\n`;
}

function pemOf(certificate: X509Certificate): string {
  return `${certificate.toString("pem").trim()}\n`;
}
