import { UsageError } from "../../../errors.ts";
import type { TlsServerOptions } from "../../../transport/index.ts";
import { devFolder } from "../../certificates/folder.ts";
import type { ListenerTlsValues } from "../../options/listener.ts";
import { readTextFile } from "../../read-file.ts";
import { warnIfOthersRead } from "../../secret-file.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { readCertificate, readCrl, readPem } from "../../tls-files.ts";
import type { TlsWish } from "./listen-url.ts";

/** Reads what a listener shows and trusts: what it says itself, and else what the options of all say. */
export async function tlsServerOptionsFrom(
  wish: TlsWish,
  values: ListenerTlsValues,
  terminal: Terminal,
): Promise<TlsServerOptions> {
  const hasOwn = wish.cert !== undefined || wish.pkcs12 !== undefined;
  const files = hasOwn
    ? { cert: wish.cert, key: wish.key, pkcs12: wish.pkcs12 }
    : { cert: values.cert, key: values.key, pkcs12: values.pkcs12 };
  const pskFile = wish.pskFile ?? values.pskFile;
  const clientCa = wish.clientCa ?? values.clientCa;
  const clientCertificate = wish.clientCert ?? values.clientCert ?? (clientCa === undefined ? undefined : "required");
  if (clientCertificate !== undefined && clientCa === undefined) {
    throw new UsageError("--client-cert needs --client-ca", "name the CA that issues the certificates of clients");
  }
  const needsDev = values.tlsDev && files.cert === undefined && files.pkcs12 === undefined;
  const certificate = needsDev
    ? await devCertificateFor(terminal)
    : await readCertificate(
        {
          ...files,
          keyPassword: wish.keyPasswordFile === undefined ? values.keyPassword : undefined,
          keyPasswordFile: wish.keyPasswordFile ?? values.keyPasswordFile,
        },
        terminal,
      );
  if (Object.keys(certificate).length === 0 && pskFile === undefined) {
    throw new UsageError(
      "TLS needs a certificate",
      "give --cert and --key, --pkcs12, --psk-file, or --tls-dev for trying things out",
    );
  }
  return {
    ...certificate,
    clientCa: clientCa === undefined ? undefined : [readPem("--client-ca", clientCa, "CERTIFICATE")],
    clientCertificate,
    crl: readCrl(wish.crl ?? values.crl),
    psk: pskFile === undefined ? undefined : readPskFile(pskFile, terminal),
    minimumVersion: wish.tlsVersion ?? values.tlsVersion,
    ciphers: wish.ciphers ?? values.ciphers,
    alpn: wish.alpn,
  };
}

async function devCertificateFor(terminal: Terminal) {
  // The library for certificates is large, and needed for nothing else here.
  const { devCertificate } = await import("../../certificates/dev-ca.ts");
  return devCertificate(devFolder(terminal.environment));
}

function readPskFile(file: string, terminal: Terminal): ReadonlyMap<string, Uint8Array> {
  const keys = parsePskFile(readTextFile("--psk-file", file));
  warnIfOthersRead("--psk-file", file, terminal);
  return keys;
}

/** A line `IDENTITY:HEX` for each key, as mosquitto's; empty lines and comments aside. */
export function parsePskFile(text: string): ReadonlyMap<string, Uint8Array> {
  const keys = new Map<string, Uint8Array>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line === "" || line.startsWith("#")) continue;
    const [, identity, hex] = /^(.+):((?:[0-9a-f]{2}){1,64})$/i.exec(line) ?? [];
    if (identity === undefined || hex === undefined) {
      throw new UsageError(`--psk-file: line ${index + 1} is not IDENTITY:HEX`, "the key is in hexadecimal digits");
    }
    if (keys.has(identity)) throw new UsageError(`--psk-file: line ${index + 1}: ${identity} stands there twice`);
    keys.set(identity, Buffer.from(hex, "hex"));
  }
  if (keys.size === 0) throw new UsageError("--psk-file: there is no key in the file");
  return keys;
}
