import type { Socket } from "node:net";
import { createServer, DEFAULT_CIPHERS, type Server, type TLSSocket, type TlsOptions } from "node:tls";
import { UsageError } from "../errors.ts";
import type { Arrival, OnProblem, Step } from "./accept.ts";
import type { PeerIdentity } from "./byte-stream.ts";
import { describeNetworkError, errorCodeOf } from "./errors.ts";
import { paced } from "./paced.ts";
import { PSK_CIPHERS, secureContextOf } from "./tls-context.ts";
import type { TlsServerOptions } from "./tls-options.ts";

/** What listeners show and trust; may be replaced while they listen, for the connections to come. */
export class TlsCredentials {
  #options: TlsServerOptions;
  readonly #onReplaced = new Set<() => void>();

  /** Throws UsageError where the options cannot be used. */
  constructor(options: TlsServerOptions) {
    check(options);
    this.#options = options;
  }

  get options(): TlsServerOptions {
    return this.#options;
  }

  /** Throws UsageError where the options cannot be used; then the old ones stay. */
  replace(options: TlsServerOptions): void {
    check(options);
    this.#options = options;
    for (const tell of this.#onReplaced) tell();
  }

  onReplaced(callback: () => void): void {
    this.#onReplaced.add(callback);
  }
}

function check(options: TlsServerOptions): void {
  const { certificate, pkcs12, psk, clientCertificate, clientCa } = options;
  if (certificate === undefined && pkcs12 === undefined && psk === undefined) {
    throw new UsageError("TLS needs a certificate, or pre-shared keys");
  }
  if (clientCertificate !== undefined && clientCa === undefined) {
    throw new UsageError("client certificates need the CA that issues them");
  }
  secureContextOf(options, clientCa);
}

/**
 * Handshakes whose first bytes are looked at in one turn of the event loop. Each costs about a millisecond: when everybody
 * comes back at once, the clients that are there are served in between [TL-04]. Who says nothing holds up nobody.
 */
const HANDSHAKES_A_TURN = 16;

/** The step of accepting in which the connection becomes a secure one. */
export function tlsStep(credentials: TlsCredentials, next: Step, onProblem: OnProblem): Step {
  const arrivals = new WeakMap<Socket, Arrival>();
  const identities = new WeakMap<TLSSocket, string>();
  let server = create();
  credentials.onReplaced(() => {
    server = create();
  });

  function create(): Server {
    const tlsServer = createServer(serverOptionsFrom(credentials.options, identities));
    tlsServer.on("secureConnection", (secure) => secured(secure, arrivalOf(secure)));
    tlsServer.on("tlsClientError", (error, secure) => {
      secure.destroy();
      const arrival = arrivalOf(secure);
      if (arrival?.gate.isLate !== true) onProblem(reasonOf(error, secure), arrival?.remote);
    });
    return tlsServer;
  }

  function secured(secure: TLSSocket, arrival: Arrival | undefined): void {
    const problem = problemOf(secure, credentials.options);
    if (arrival === undefined || problem !== undefined) {
      secure.on("error", () => {});
      secure.destroy();
      onProblem(problem ?? "nobody knows it", arrival?.remote);
      return;
    }
    secure.allowHalfOpen = true;
    next({ ...arrival, socket: secure, identity: identityOf(secure, identities.get(secure)) ?? arrival.identity });
  }

  /** Node.js makes the secure socket by itself, and remembers of which. */
  function arrivalOf(secure: TLSSocket): Arrival | undefined {
    const parent = (secure as TLSSocket & { readonly _parent?: Socket })._parent;
    return parent && arrivals.get(parent);
  }

  const begin = paced<Arrival>(HANDSHAKES_A_TURN, (arrival) => {
    if (arrival.socket.destroyed) return;
    arrivals.set(arrival.socket, arrival);
    // Who leaves during the handshake is gone at once; half an end means something only behind it.
    arrival.socket.allowHalfOpen = false;
    server.emit("connection", arrival.socket);
  });
  return (arrival) => {
    arrival.gate.waitsFor = "the TLS handshake";
    arrival.socket.once("readable", () => begin(arrival));
  };
}

function serverOptionsFrom(options: TlsServerOptions, identities: WeakMap<TLSSocket, string>): TlsOptions {
  const { certificate, key, pkcs12, passphrase, crl, clientCa, clientCertificate, alpn, psk } = options;
  const ciphers = options.ciphers ?? (psk && PSK_CIPHERS + (certificate === undefined ? "" : `:${DEFAULT_CIPHERS}`));
  return {
    minVersion: options.minimumVersion ?? "TLSv1.2",
    ...(options.maximumVersion && { maxVersion: options.maximumVersion }),
    ...(ciphers !== undefined && { ciphers }),
    ...(certificate !== undefined && { cert: certificate }),
    ...(key !== undefined && { key }),
    ...(pkcs12 !== undefined && { pfx: Buffer.from(pkcs12) }),
    ...(passphrase !== undefined && { passphrase }),
    ...(crl && { crl: [...crl] }),
    ...(clientCa && { ca: [...clientCa] }),
    requestCert: clientCertificate !== undefined,
    rejectUnauthorized: clientCertificate === "required",
    ...(alpn && { ALPNProtocols: [...alpn] }),
    ...(psk && {
      pskCallback: (secure: TLSSocket, identity: string) => {
        const secret = psk.get(identity);
        if (secret === undefined) return null;
        identities.set(secure, identity);
        return secret;
      },
    }),
    // The listener has a deadline of its own for all that comes before MQTT.
    handshakeTimeout: 0x7fff_ffff,
  };
}

/** Why a connection that is secure is not taken all the same. */
function problemOf(secure: TLSSocket, { alpn, clientCertificate }: TlsServerOptions): string | undefined {
  if (alpn !== undefined && !secure.alpnProtocol) return `it asks for none of the protocols ${alpn.join(", ")} (ALPN)`;
  const hasOne = Object.keys(secure.getPeerCertificate() ?? {}).length > 0;
  if (clientCertificate === "optional" && hasOne && !secure.authorized)
    return `client certificate: ${wordsFor(secure)}`;
  return undefined;
}

function identityOf(secure: TLSSocket, psk: string | undefined): PeerIdentity | undefined {
  if (psk !== undefined) return { psk };
  if (!secure.authorized) return undefined;
  const { subject, fingerprint256 } = secure.getPeerCertificate();
  const name = subject?.CN;
  // Several names, or none, are no name that could be relied on.
  return { certificate: { commonName: typeof name === "string" ? name : "", fingerprint: fingerprint256 } };
}

function reasonOf(error: Error, secure: TLSSocket): string {
  const code = errorCodeOf(error) ?? "";
  if (secure.authorizationError) return `client certificate: ${wordsFor(secure)}`;
  if (/PEER_DID_NOT_RETURN_A_CERTIFICATE/.test(code)) return "it has no client certificate";
  if (/HTTP_REQUEST/.test(code)) return "it speaks HTTP, and this listener TLS";
  if (/WRONG_VERSION_NUMBER|UNKNOWN_PROTOCOL|PACKET_LENGTH_TOO_LONG|UNEXPECTED_MESSAGE/.test(code)) {
    return "it does not speak TLS, and this listener does";
  }
  if (/NO_SHARED_CIPHER/.test(code)) return "TLS: no cipher in common";
  if (/UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW/.test(code)) return "TLS: no version in common";
  if (/NO_APPLICATION_PROTOCOL/.test(code)) return "TLS: it asks for none of our protocols (ALPN)";
  if (/ALERT_(UNKNOWN_CA|CERTIFICATE_UNKNOWN|BAD_CERTIFICATE)/.test(code)) return "it does not trust our certificate";
  if (/PSK_IDENTITY_NOT_FOUND|BINDER_DOES_NOT_VERIFY|DECRYPTION_FAILED_OR_BAD_RECORD_MAC/.test(code)) {
    return "TLS: pre-shared key or its identity are not known";
  }
  if (code === "ECONNRESET") return "it left during the TLS handshake";
  return `TLS: ${describeNetworkError(error)}`;
}

function wordsFor(secure: TLSSocket): string {
  const code = String(secure.authorizationError);
  const words: Readonly<Record<string, string>> = {
    CERT_HAS_EXPIRED: "expired",
    CERT_NOT_YET_VALID: "not yet valid",
    CERT_REVOKED: "revoked",
    CRL_HAS_EXPIRED: "the list of revoked certificates has expired",
    UNABLE_TO_GET_CRL: "there is no list of revoked certificates of its CA",
    DEPTH_ZERO_SELF_SIGNED_CERT: "signed by itself",
    SELF_SIGNED_CERT_IN_CHAIN: "issued by a CA that is not trusted",
    UNABLE_TO_GET_ISSUER_CERT: "issued by a CA that is not trusted",
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "issued by a CA that is not trusted",
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: "issued by a CA that is not trusted",
    INVALID_PURPOSE: "not one for clients",
  };
  return words[code] ?? code;
}
