import { appendFileSync } from "node:fs";
import { isIP, type Socket } from "node:net";
import { connect, type PeerCertificate, type SecureContext, type TLSSocket } from "node:tls";
import { UsageError } from "../errors.ts";
import type { Address } from "./address.ts";
import { errorCodeOf, type Problem, type UnreachableError } from "./errors.ts";
import { secureContextOf } from "./tls-context.ts";
import { explainTlsError } from "./tls-error.ts";
import { suspicionOf, type TlsClientOptions } from "./tls-options.ts";

/** The client's side of TLS towards one address. */
export interface TlsClient {
  /** Makes the connected socket a secure one. Rejects with UnreachableError, stage "tls". */
  start(socket: Socket): Promise<TLSSocket>;
  /** What went wrong on a connection that was there. */
  explain(error: Error): Error;
  /** What may be behind it when the server closes without a word. */
  readonly suspicion: Problem | undefined;
}

/** Reading certificates takes milliseconds, and a benchmark connects thousands of times with the same. */
const contexts = new WeakMap<TlsClientOptions, SecureContext>();

/** Throws UsageError where the options cannot be used; nothing is sent yet. */
export function tlsClient(address: Address, options: TlsClientOptions): TlsClient {
  let context = contexts.get(options);
  if (context === undefined) {
    context = secureContextOf(options, options.ca);
    contexts.set(options, context);
  }
  const secureContext = context;
  return {
    start: (socket) => start(socket, address, options, secureContext),
    suspicion: suspicionOf(options),
    // An alert may come late: with TLS 1.3 the server looks at our certificate when we already send.
    explain: (error) =>
      /ALERT_/.test(errorCodeOf(error) ?? "") ? explainTlsError(error, { address, options }) : error,
  };
}

function start(
  socket: Socket,
  address: Address,
  options: TlsClientOptions,
  secureContext: SecureContext,
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const { psk, serverName } = options;
    const name = serverName ?? address.host;
    const secure = connect({
      socket,
      secureContext,
      // Whose certificate it has to be; SNI has no IP addresses.
      host: name,
      servername: isIP(name) === 0 ? name.replace(/\.$/, "") : "",
      rejectUnauthorized: options.insecure !== true,
      ...(options.alpn && { ALPNProtocols: [...options.alpn] }),
      // Who has the key is the server: there is no certificate whose name could be looked at.
      ...(psk && {
        pskCallback: () => ({ psk: psk.key, identity: psk.identity }),
        checkServerIdentity: () => undefined,
      }),
    });
    let certificate: PeerCertificate | undefined;
    // Node.js forgets the certificate when it refuses it; this is only for the words of the error.
    secure.prependOnceListener("secure", () => {
      certificate = secure.getPeerCertificate();
    });
    if (options.keyLogFile !== undefined) logKeys(secure, options.keyLogFile);
    const fail = (error: Error): void => reject(explain(error));
    const explain = (error: Error): UnreachableError =>
      explainTlsError(error, { address, options, certificate, hasAnswered: socket.bytesRead > 0 });
    const onClose = (): void => fail(new Error("closed"));
    secure.once("error", fail).once("close", onClose);
    secure.once("secureConnect", () => {
      secure.off("error", fail).off("close", onClose);
      resolve(secure);
    });
  });
}

function logKeys(secure: TLSSocket, file: string): void {
  secure.on("keylog", (line: Buffer) => {
    try {
      appendFileSync(file, line, { mode: 0o600 });
    } catch (error) {
      secure.destroy(new UsageError(`cannot write ${file}: ${error instanceof Error ? error.message : error}`));
    }
  });
}
