import { connect as connectTls, type DetailedPeerCertificate, type TLSSocket } from "node:tls";
import { type Address, placeOf } from "./address.ts";
import { explainConnectError, explainTimeout } from "./connect-error.ts";
import type { UnreachableError } from "./errors.ts";
import { openSocket } from "./open-socket.ts";
import { secureContextOf } from "./tls-context.ts";
import { explainTlsError } from "./tls-error.ts";
import type { TlsClientOptions } from "./tls-options.ts";

/** What a server showed during a TLS handshake. */
export interface TlsInspection {
  /** Its certificates, the server's own first, as DER. */
  readonly chain: readonly Buffer[];
  readonly protocol: string;
  readonly cipher: string;
  /** Why a client with these options would not trust it; undefined: it would. */
  readonly problem: UnreachableError | undefined;
}

/** Shakes hands with whoever listens there, whatever its certificate, and says goodbye. Rejects where there is no TLS. */
export async function inspectTls(address: Address, options: TlsClientOptions, timeout: number): Promise<TlsInspection> {
  const secureContext = secureContextOf(options, options.ca);
  let secure: TLSSocket | undefined;
  const timer = setTimeout(() => secure?.destroy(explainTimeout(address, "tls", timeout)), timeout);
  try {
    const socket = await openSocket(
      { host: address.host, port: address.port },
      {
        onSocket: (one) =>
          one.on("error", () => {}).setTimeout(timeout, () => one.destroy(explainTimeout(address, "connect", timeout))),
        onLookup: () => {},
      },
    ).catch((error: Error) => {
      throw explainConnectError(address, "connect", error);
    });
    const name = options.serverName ?? address.host;
    return await new Promise<TlsInspection>((resolve, reject) => {
      const one = connectTls({
        socket,
        secureContext,
        host: name,
        servername: /^[\d.]+$|:/.test(name) ? "" : name,
        // Nothing is sent but the handshake; whether it would be trusted is part of the answer.
        rejectUnauthorized: false,
        ...(options.alpn && { ALPNProtocols: [...options.alpn] }),
      });
      secure = one;
      const fail = (error: Error): void => reject(explainTlsError(error, { address, options }));
      one.once("error", fail).once("close", () => fail(new Error("closed")));
      one.once("secureConnect", () => {
        const certificate = one.getPeerCertificate(true);
        const reason = one.authorizationError as Error | string | null;
        const error =
          reason === null || reason === undefined ? undefined : errorFrom(reason, certificate, address, options);
        resolve({
          chain: chainOf(certificate),
          protocol: one.getProtocol() ?? "",
          cipher: one.getCipher().name,
          problem: error,
        });
        one.destroy();
      });
    });
  } finally {
    clearTimeout(timer);
  }
}

function errorFrom(
  reason: Error | string,
  certificate: DetailedPeerCertificate,
  address: Address,
  options: TlsClientOptions,
): UnreachableError {
  // Node.js gives the code alone, or the error of the name.
  const error =
    typeof reason === "string" ? Object.assign(new Error(`${placeOf(address)}: ${reason}`), { code: reason }) : reason;
  return explainTlsError(error, { address, options, certificate });
}

function chainOf(certificate: DetailedPeerCertificate): Buffer[] {
  const chain: Buffer[] = [];
  const seen = new Set<string>();
  let one: DetailedPeerCertificate | undefined = certificate;
  while (one?.raw !== undefined && !seen.has(one.fingerprint256)) {
    seen.add(one.fingerprint256);
    chain.push(one.raw);
    one = one.issuerCertificate;
  }
  return chain;
}
