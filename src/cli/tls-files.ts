import { readdirSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../errors.ts";
import { readBinaryFile, readTextFile } from "./read-file.ts";
import { warnIfOthersRead } from "./secret-file.ts";
import { reasonOf } from "./system-reason.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** Our certificate, as options of clients and brokers name it. */
export interface CertificateFiles {
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly pkcs12: string | undefined;
  readonly keyPassword: string | undefined;
  readonly keyPasswordFile: string | undefined;
}

/** The same, read. */
export interface CertificateTexts {
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  readonly pkcs12?: Uint8Array | undefined;
  readonly passphrase?: string | undefined;
}

/** Reads certificate and key; asks for the passphrase where the key has one and nobody said it. */
export async function readCertificate(files: CertificateFiles, terminal: Terminal): Promise<CertificateTexts> {
  const { cert, key, pkcs12, keyPasswordFile } = files;
  if (pkcs12 !== undefined) {
    if (cert !== undefined || key !== undefined) {
      throw new UsageError("--pkcs12 and --cert or --key contradict each other", "give one of them");
    }
    const passphrase = passphraseFrom(files, terminal);
    if (passphrase === undefined) warnIfOthersRead("--pkcs12", pkcs12, terminal);
    return { pkcs12: readBinaryFile("--pkcs12", pkcs12), passphrase: passphrase ?? "" };
  }
  if (cert === undefined) {
    if (key !== undefined) throw new UsageError("--key needs --cert", "give the certificate of the key as well");
    if (keyPasswordFile !== undefined) throw new UsageError("--key-password-file needs --key");
    return {};
  }
  const certificate = readPem("--cert", cert, "CERTIFICATE");
  // Some keep both in one file.
  const keyText = key === undefined ? certificate : readTextFile("--key", key);
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(keyText)) {
    throw key === undefined
      ? new UsageError("--cert needs --key", "give the private key of the certificate as well")
      : new UsageError(`--key: ${key} holds no private key in PEM (-----BEGIN PRIVATE KEY-----)`);
  }
  if (!isEncrypted(keyText)) {
    warnIfOthersRead(key === undefined ? "--cert" : "--key", key ?? cert, terminal);
    return { certificate, key: keyText };
  }
  const passphrase = passphraseFrom(files, terminal) ?? (await askFor(`passphrase of ${key ?? cert}: `, terminal));
  return { certificate, key: keyText, passphrase };
}

/** All certificates that options name as trusted; undefined where they name none. */
export function readTrust(values: {
  readonly cafile: string | undefined;
  readonly capath: string | undefined;
  readonly tlsUseOsCerts: boolean;
}): string[] | undefined {
  const { cafile, capath, tlsUseOsCerts } = values;
  const trusted = [
    ...(cafile === undefined ? [] : [readPem("--cafile", cafile, "(TRUSTED |X509 )?CERTIFICATE")]),
    ...(capath === undefined ? [] : readFolder(capath)),
    ...(tlsUseOsCerts ? [readSystemBundle()] : []),
  ];
  return trusted.length === 0 ? undefined : trusted;
}

export function readCrl(file: string | undefined): string[] | undefined {
  return file === undefined ? undefined : [readPem("--crl", file, "X509 CRL")];
}

/** A text file that must hold something of this kind in PEM. An empty CA file must not come to mean "trust the others". */
export function readPem(option: string, file: string, kind: string): string {
  const text = readTextFile(option, file);
  if (!new RegExp(`-----BEGIN ${kind}-----`).test(text)) {
    const what = kind === "X509 CRL" ? "list of revoked certificates" : "certificate";
    throw new UsageError(`${option}: ${file} holds no ${what} in PEM`, "DER is read by: openssl x509 -inform der");
  }
  return text;
}

function readFolder(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    throw new UsageError(`--capath: cannot read ${folder}: ${reasonOf(error)}`);
  }
  // Also the hashed names (9d66eef0.0) that openssl rehash makes; each certificate once.
  const texts = names
    .filter((name) => /\.(pem|crt|cer|\d+)$/.test(name))
    .map((name) => readTextFile("--capath", path.join(folder, name)))
    .filter((text) => text.includes("-----BEGIN CERTIFICATE-----"));
  if (texts.length === 0) throw new UsageError(`--capath: there are no certificates (*.pem, *.crt) in ${folder}`);
  return [...new Set(texts)];
}

/** Where systems keep the CAs that they trust. */
const SYSTEM_BUNDLES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
  "/usr/local/etc/ssl/cert.pem",
];

function readSystemBundle(): string {
  for (const file of SYSTEM_BUNDLES) {
    try {
      const text = readTextFile("--tls-use-os-certs", file);
      if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
    } catch {
      // The next one.
    }
  }
  throw new UsageError(
    "--tls-use-os-certs: there is no file with the CAs of this system",
    "install ca-certificates, or name a file with --cafile",
  );
}

/** A private key in PEM that has a passphrase. */
export function isEncrypted(key: string): boolean {
  return /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(key);
}

/** The passphrase of a key as options give it. */
export function passphraseFrom(
  { keyPassword, keyPasswordFile }: Pick<CertificateFiles, "keyPassword" | "keyPasswordFile">,
  terminal: Pick<Terminal, "warn">,
): string | undefined {
  if (keyPassword !== undefined && keyPasswordFile !== undefined) {
    throw new UsageError("--key-password and --key-password-file contradict each other", "give one of them");
  }
  if (keyPasswordFile === undefined) return keyPassword;
  const text = readTextFile("--key-password-file", keyPasswordFile);
  warnIfOthersRead("--key-password-file", keyPasswordFile, terminal);
  return text.replace(/\r?\n.*$/s, "");
}

/** Asks for a passphrase; throws UsageError where there is nobody to ask. */
export async function askFor(question: string, terminal: Terminal): Promise<string> {
  const { askSecret } = await import("./terminal/ask-secret.ts");
  const answer = await askSecret(question, terminal);
  if (answer !== undefined) return answer;
  throw new UsageError(
    "the key has a passphrase",
    "give it with --key-password-file, MQTK_KEY_PASSWORD or --key-password",
  );
}
