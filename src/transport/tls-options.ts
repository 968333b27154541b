import type { Problem } from "./errors.ts";

/** TLS 1.0 and 1.1 are broken; nobody offers them any more. */
export type TlsVersion = "TLSv1.2" | "TLSv1.3";

/** What both sides of TLS may set. Certificates and keys are PEM texts. */
interface TlsCommonOptions {
  readonly minimumVersion?: TlsVersion | undefined;
  readonly maximumVersion?: TlsVersion | undefined;
  /** As OpenSSL writes them: `ECDHE-RSA-AES128-GCM-SHA256:…`, also names of TLS 1.3. */
  readonly ciphers?: string | undefined;
  /** Our own certificate with those between it and the CA, and its key. */
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  /** Both in one PKCS#12 file. */
  readonly pkcs12?: Uint8Array | undefined;
  /** Of the key, or of the PKCS#12 file. */
  readonly passphrase?: string | undefined;
  /** Certificates that were revoked. */
  readonly crl?: readonly string[] | undefined;
}

export interface TlsClientOptions extends TlsCommonOptions {
  /** Whom to trust; absent: what Node.js trusts. */
  readonly ca?: readonly string[] | undefined;
  /** Protocols to offer (ALPN). */
  readonly alpn?: readonly string[] | undefined;
  /** The name to ask for (SNI) and to expect in the certificate; absent: the host of the address. */
  readonly serverName?: string | undefined;
  readonly psk?: { readonly identity: string; readonly key: Uint8Array } | undefined;
  /** Accepts any certificate. */
  readonly insecure?: boolean | undefined;
  /** Session keys are appended to this file, for Wireshark. */
  readonly keyLogFile?: string | undefined;
}

export interface TlsServerOptions extends TlsCommonOptions {
  /** Whose client certificates are taken. */
  readonly clientCa?: readonly string[] | undefined;
  /** Absent: nobody is asked for one. */
  readonly clientCertificate?: "required" | "optional" | undefined;
  /** Only clients that ask for one of these protocols (ALPN) are taken; absent: nobody is asked. */
  readonly alpn?: readonly string[] | undefined;
  /** Keys by identity. */
  readonly psk?: ReadonlyMap<string, Uint8Array> | undefined;
}

/**
 * What may be behind a server that closes without a word where certificates have just been shown: not all tell what they
 * think of a client's (Node.js does not), and with TLS 1.3 they look at it when the client takes the handshake for done.
 */
export function suspicionOf({ certificate, pkcs12, psk }: TlsClientOptions): Problem | undefined {
  if (psk !== undefined) return undefined;
  const isShown = certificate !== undefined || pkcs12 !== undefined;
  return isShown ? "client-certificate-disliked" : "client-certificate-missing";
}
