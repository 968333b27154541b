import { createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls";
import { UsageError } from "../errors.ts";
import { errorCodeOf } from "./errors.ts";
import type { TlsClientOptions, TlsServerOptions } from "./tls-options.ts";

/**
 * Suites with a pre-shared key, which OpenSSL does not offer by itself: those with forward secrecy first. In TLS 1.3 a
 * key of this kind goes with SHA-256, so that suite leads.
 */
export const PSK_CIPHERS = [
  "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256",
  "ECDHE-PSK-CHACHA20-POLY1305:ECDHE-PSK-AES256-CBC-SHA384:ECDHE-PSK-AES128-CBC-SHA256",
  "DHE-PSK-AES256-GCM-SHA384:DHE-PSK-AES128-GCM-SHA256",
  "PSK-AES256-GCM-SHA384:PSK-AES128-GCM-SHA256:PSK-AES256-CBC-SHA:PSK-AES128-CBC-SHA",
].join(":");

/** What OpenSSL makes of the options. Throws UsageError where files, versions or ciphers cannot be used. */
export function secureContextOf(
  options: TlsClientOptions | TlsServerOptions,
  ca: readonly string[] | undefined,
): SecureContext {
  const { certificate, key, pkcs12, passphrase, crl, minimumVersion, maximumVersion } = options;
  const ciphers = options.ciphers ?? (options.psk === undefined ? undefined : PSK_CIPHERS);
  const context: SecureContextOptions = {
    ...(ca && { ca: [...ca] }),
    ...(certificate !== undefined && { cert: certificate }),
    ...(key !== undefined && { key }),
    ...(pkcs12 !== undefined && { pfx: Buffer.from(pkcs12) }),
    ...(passphrase !== undefined && { passphrase }),
    ...(crl && { crl: [...crl] }),
    minVersion: minimumVersion ?? "TLSv1.2",
    ...(maximumVersion && { maxVersion: maximumVersion }),
    ...(ciphers !== undefined && { ciphers }),
  };
  try {
    return createSecureContext(context);
  } catch (error) {
    throw explainContext(error as Error, options);
  }
}

function explainContext(
  error: Error,
  { pkcs12, passphrase }: Pick<TlsClientOptions, "pkcs12" | "passphrase">,
): UsageError {
  const code = errorCodeOf(error) ?? "";
  const reason = error.message;
  if (/KEY_VALUES_MISMATCH/.test(code)) {
    return new UsageError(
      "TLS: the key does not belong to the certificate",
      "give the key that the certificate was made for",
    );
  }
  if (/NO_CIPHER_MATCH|NO_CIPHERS_AVAILABLE/i.test(`${code} ${reason}`)) {
    return new UsageError("TLS: none of these ciphers is known", "openssl ciphers -v lists the names");
  }
  if (pkcs12 !== undefined) {
    if (/unsupported/i.test(reason)) {
      return new UsageError(
        "TLS: the PKCS#12 file is encrypted with a cipher that OpenSSL 3 has given up (RC2 or 3DES)",
        "write it anew: openssl pkcs12 -legacy -in old.p12 -nodes | openssl pkcs12 -export -out new.p12",
      );
    }
    if (/mac verify failure/i.test(reason)) {
      return new UsageError(
        passphrase === undefined
          ? "TLS: the PKCS#12 file needs a passphrase"
          : "TLS: the passphrase of the PKCS#12 file is wrong",
      );
    }
    return new UsageError(`TLS: this is not a PKCS#12 file that can be read: ${reason}`);
  }
  if (/INTERRUPTED_OR_CANCELLED|bad password read|PASSPHRASE_REQUIRED/i.test(`${code} ${reason}`)) {
    return new UsageError("TLS: the key is encrypted and needs a passphrase");
  }
  if (/bad decrypt|BAD_DECRYPT/.test(`${code} ${reason}`))
    return new UsageError("TLS: the passphrase of the key is wrong");
  if (/no start line|NO_START_LINE/i.test(`${code} ${reason}`)) {
    return new UsageError("TLS: a file does not hold what it should in PEM (-----BEGIN …)");
  }
  return new UsageError(`TLS: certificate or key cannot be used: ${reason}`);
}
