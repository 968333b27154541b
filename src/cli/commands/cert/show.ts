import { X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { UsageError } from "../../../errors.ts";
import {
  type Address,
  DEFAULT_PORTS,
  isEncrypted,
  parseAddress,
  placeOf,
  withoutCredentials,
} from "../../../transport/index.ts";
import { ExitCode } from "../../exit-code.ts";
import { readTextFile } from "../../read-file.ts";
import { safeLine } from "../../terminal/safe-text.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { readCertificate } from "../../tls-files.ts";
import { trustFrom } from "../../transport-options.ts";
import type { CertValues } from "./definition.ts";

const DAY = 24 * 3600 * 1000;
const TIMEOUT = 10_000;

/** Explains the certificates of a file, or those that a server shows. Ends with 3 where the server would not be trusted. */
export async function show(subject: string, values: CertValues, terminal: Terminal): Promise<number> {
  if (existsSync(subject)) {
    const chain = certificatesOf(readTextFile("show", subject), subject);
    terminal.write(describeAll(chain, new Date()));
    return ExitCode.SUCCESS;
  }
  return showHost(addressFrom(subject), values, terminal);
}

async function showHost(address: Address, values: CertValues, terminal: Terminal): Promise<number> {
  const { inspectTls } = await import("../../../transport/inspect-tls.ts");
  const options = {
    ca: trustFrom(values, terminal),
    ...(await readCertificate({ ...values, pkcs12: undefined }, terminal)),
    serverName: values.tlsServerName,
    alpn: values.tlsAlpn,
  };
  const { chain, protocol, cipher, problem } = await inspectTls(address, options, TIMEOUT);
  terminal.write(`${placeOf(address)}: ${protocol}, ${cipher}\n`);
  terminal.write(
    describeAll(
      chain.map((raw) => new X509Certificate(raw)),
      new Date(),
    ),
  );
  if (problem !== undefined) throw problem;
  terminal.write("trusted: yes\n");
  return ExitCode.SUCCESS;
}

function addressFrom(text: string): Address {
  const isBare = !text.includes("://");
  // What looks like a path is a file that is not there.
  if (isBare && (/[/\\]/.test(text) || /\.(pem|crt|cer|key|p12|pfx|der)$/i.test(text))) {
    throw new UsageError(`${text}: no such file`);
  }
  const { address } = parseAddress(text);
  if (isBare) return { ...address, scheme: "mqtts", port: /:\d+$/.test(text) ? address.port : DEFAULT_PORTS.mqtts };
  if (!isEncrypted(address.scheme))
    throw new UsageError(`${withoutCredentials(text)} has no TLS`, "write mqtts:// or wss://, or HOST:PORT");
  return address;
}

function certificatesOf(text: string, file: string): X509Certificate[] {
  const parts = text.match(/-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----[^-]+-----END \1CERTIFICATE-----/g) ?? [];
  if (parts.length === 0) {
    const isKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text);
    throw new UsageError(`${file} holds no certificate in PEM${isKey ? ", but a private key" : ""}`);
  }
  return parts.map((part) => {
    try {
      return new X509Certificate(part);
    } catch {
      throw new UsageError(`${file} holds a certificate that cannot be read`);
    }
  });
}

/** One block for each certificate, the server's own first. */
function describeAll(chain: readonly X509Certificate[], now: Date): string {
  return chain.map((certificate, index) => describe(certificate, index + 1, now)).join("");
}

function describe(certificate: X509Certificate, number: number, now: Date): string {
  const names = (certificate.subjectAltName ?? "").split(", ").map((name) => name.replace(/^(DNS|IP Address):/, ""));
  const isOwn = certificate.checkIssued(certificate);
  const rows: readonly (readonly [string, string])[] = [
    ["for", names.filter((name) => name !== "").join(", ")],
    ["issued by", isOwn ? "itself" : nameOf(certificate.issuer)],
    ["valid", validity(certificate, now)],
    ["use", uses(certificate)],
    ["key", keyOf(certificate)],
    ["sha-256", certificate.fingerprint256],
  ];
  const lines = rows
    .filter(([, text]) => text !== "")
    .map(([name, text]) => `   ${name.padEnd(10)}${safeLine(text)}\n`);
  return `${number}. ${safeLine(nameOf(certificate.subject))}\n${lines.join("")}`;
}

/** The common name, or all of it where there is none. */
function nameOf(name: string | undefined): string {
  return /^CN=(.*)$/m.exec(name ?? "")?.[1] ?? (name ?? "").replaceAll("\n", ", ");
}

function validity({ validFrom, validTo }: X509Certificate, now: Date): string {
  const [from, to] = [new Date(validFrom), new Date(validTo)];
  const days = Math.floor((to.getTime() - now.getTime()) / DAY);
  const state =
    now < from ? "NOT YET VALID" : now > to ? `EXPIRED ${-days} days ago` : `${days} day${days === 1 ? "" : "s"} left`;
  return `${dateOf(from)} to ${dateOf(to)} (${state})`;
}

function dateOf(date: Date): string {
  return date.toISOString().slice(0, 16).replace("T", " ");
}

function uses(certificate: X509Certificate): string {
  const words: Readonly<Record<string, string>> = { "1.3.6.1.5.5.7.3.1": "servers", "1.3.6.1.5.5.7.3.2": "clients" };
  const extended = ((certificate.keyUsage as readonly string[] | undefined) ?? []).map((oid) => words[oid] ?? oid);
  return [...(certificate.ca ? ["CA"] : []), ...extended].join(", ");
}

function keyOf({ publicKey }: X509Certificate): string {
  const { asymmetricKeyType: type = "", asymmetricKeyDetails: details } = publicKey;
  const curve = details?.namedCurve === "prime256v1" ? "P-256" : details?.namedCurve;
  return [type.toUpperCase(), curve ?? details?.modulusLength].filter((part) => part !== undefined).join(" ");
}
