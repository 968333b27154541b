import path from "node:path";
import { UsageError } from "../errors.ts";
import { type Address, isExempt, type ProxyServer, parseProxy, type TransportOptions } from "../transport/index.ts";
import { devFolder } from "./certificates/folder.ts";
import type { ConnectionValues } from "./options/connection.ts";
import type { NetworkValues } from "./options/proxy.ts";
import type { TlsValues } from "./options/tls.ts";
import { reasonOf } from "./system-reason.ts";
import type { Terminal } from "./terminal/terminal.ts";
import { readCertificate, readCrl, readPem, readTrust } from "./tls-files.ts";

/** All values that have to do with the way to the broker. */
export type TransportValues = ConnectionValues & TlsValues & NetworkValues;

/** What was typed → how bytes get to the broker: files are read, passphrases asked for. */
export async function transportOptionsFrom(
  values: TransportValues,
  { scheme, host, port }: Address,
  terminal: Terminal,
): Promise<TransportOptions> {
  if (values.proxy !== undefined && scheme === "unix") throw new UsageError("--proxy does not lead to a Unix socket");
  const proxy = values.proxy ?? proxyFromEnvironment(scheme, host, port, terminal.environment);
  return {
    tls: scheme === "mqtts" || scheme === "wss" ? await tlsFrom(values, terminal) : undefined,
    webSocket:
      scheme === "ws" || scheme === "wss"
        ? {
            query: values.url?.query,
            headers: values.wsHeaders,
            subprotocol: values.mqttVersion === 3 ? "mqttv3.1" : "mqtt",
          }
        : undefined,
    proxy,
    localAddress: values.bindAddress,
  };
}

async function tlsFrom(values: TlsValues, terminal: Terminal): Promise<TransportOptions["tls"]> {
  const { psk, pskIdentity, tlsVersion, insecure } = values;
  if ((psk === undefined) !== (pskIdentity === undefined)) {
    throw new UsageError("--psk and --psk-identity belong together", "give both of them");
  }
  if (psk !== undefined && (values.cert !== undefined || values.pkcs12 !== undefined)) {
    throw new UsageError("--psk stands for certificates: --cert and --pkcs12 have no meaning beside it");
  }
  if (insecure) {
    // Also with --quiet: nobody should forget it in a script.
    terminal.writeError(
      "mqtk: warning: --insecure: the broker's certificate is not checked; whoever answers can read and change everything\n",
    );
  }
  if (values.tlsKeylog !== undefined) {
    terminal.warn(`--tls-keylog: whoever reads ${values.tlsKeylog} can read what is said on this connection`);
  }
  return {
    ca: trustFrom(values, terminal),
    ...(await readCertificate(values, terminal)),
    crl: readCrl(values.crl),
    alpn: values.tlsAlpn,
    serverName: values.tlsServerName,
    minimumVersion: tlsVersion,
    maximumVersion: tlsVersion,
    ciphers: values.ciphers,
    psk: psk === undefined ? undefined : { identity: pskIdentity as string, key: psk },
    insecure,
    keyLogFile: values.tlsKeylog,
  };
}

/** Whom options name as trusted; undefined: nobody in particular. */
export function trustFrom(
  values: Pick<TlsValues, "cafile" | "capath" | "tlsUseOsCerts" | "tlsDev">,
  terminal: Terminal,
): readonly string[] | undefined {
  const trusted = readTrust(values);
  if (!values.tlsDev) return trusted;
  const file = path.join(devFolder(terminal.environment), "ca.pem");
  try {
    return [...(trusted ?? []), readPem("--tls-dev", file, "CERTIFICATE")];
  } catch (error) {
    throw new UsageError(
      `--tls-dev: there is no development CA of this user (${reasonOf(error)})`,
      "mqtk broker --tls-dev makes one",
    );
  }
}

/**
 * The proxy that the environment names: HTTPS_PROXY for encrypted connections, http_proxy for ws:// (in capitals it may
 * come from a web request), ALL_PROXY for all; each also in small letters, which come first.
 */
function proxyFromEnvironment(
  scheme: Address["scheme"],
  host: string,
  port: number,
  environment: Terminal["environment"],
): ProxyServer | undefined {
  const names: Readonly<Record<Address["scheme"], readonly string[]>> = {
    mqtt: [],
    ws: ["http_proxy"],
    mqtts: ["https_proxy", "HTTPS_PROXY"],
    wss: ["https_proxy", "HTTPS_PROXY"],
    unix: [],
  };
  const found = [...names[scheme], "all_proxy", "ALL_PROXY"].find((name) => (environment[name] ?? "") !== "");
  if (scheme === "unix" || found === undefined) return undefined;
  if (isExempt(environment["no_proxy"] ?? environment["NO_PROXY"] ?? "", host, port)) return undefined;
  try {
    return parseProxy(environment[found] as string);
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`${found}: ${error.message}`, error.hint) : error;
  }
}
