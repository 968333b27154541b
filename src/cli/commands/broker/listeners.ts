import { UsageError } from "../../../errors.ts";
import { DEFAULT_PORTS, isEncrypted, type ListenAt, type TlsCredentials } from "../../../transport/index.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import type { BrokerValues } from "./definition.ts";
import { type ListenWish, parseListenUrl } from "./listen-url.ts";
import { tlsServerOptionsFrom } from "./tls.ts";

/** A listener, ready to be opened. */
export interface ReadyListener {
  readonly at: ListenAt;
  readonly wish: ListenWish;
  readonly tls: TlsCredentials | undefined;
}

/** What is to be listened on: every --listen, and what --port, --bind and --unix say beside them or alone. */
function wishesFrom(values: BrokerValues): readonly ListenWish[] {
  const { listen, port, bind, unix, unixMode } = values;
  const nothing = parseListenUrl("mqtt://127.0.0.1");
  const wishes = [...listen];
  if (unix !== undefined) wishes.push({ ...nothing, scheme: "unix", host: "", port: 0, path: unix, mode: unixMode });
  else if (unixMode !== undefined) throw new UsageError("--unix-mode needs --unix");
  if (port !== undefined || bind !== undefined || wishes.length === 0) {
    const { cert, pkcs12, pskFile, tlsDev } = values;
    const hasTls = listen.length === 0 && (tlsDev || [cert, pkcs12, pskFile].some((file) => file !== undefined));
    const scheme = hasTls ? "mqtts" : "mqtt";
    wishes.push({ ...nothing, scheme, host: bind ?? "127.0.0.1", port: port ?? DEFAULT_PORTS[scheme] });
  }
  return wishes;
}

/** Reads what the listeners need. Throws UsageError where one of them cannot work, before any is opened. */
export async function readyListenersFrom(values: BrokerValues, terminal: Terminal): Promise<readonly ReadyListener[]> {
  const ready: ReadyListener[] = [];
  for (const wish of wishesFrom(values)) ready.push(await readyListener(wish, values, terminal));
  const namesTls = [values.cert, values.pkcs12, values.pskFile, values.clientCa].some((file) => file !== undefined);
  if ((namesTls || values.tlsDev) && ready.every(({ tls }) => tls === undefined)) {
    throw new UsageError("there are options of TLS, but no listener has TLS", "write --listen mqtts://127.0.0.1");
  }
  return ready;
}

async function readyListener(wish: ListenWish, values: BrokerValues, terminal: Terminal): Promise<ReadyListener> {
  const { scheme, maximumConnections } = wish;
  if (scheme === "unix") {
    return { wish, tls: undefined, at: { path: wish.path, mode: wish.mode, maximumConnections } };
  }
  let tls: TlsCredentials | undefined;
  if (isEncrypted(scheme)) {
    const { TlsCredentials } = await import("../../../transport/tls-server.ts");
    tls = new TlsCredentials(await tlsServerOptionsFrom(wish.tls, values, terminal));
  }
  const origins = [...values.wsOrigins, ...wish.origins];
  const trusted = [...values.trustedProxies, ...wish.trustedProxies];
  const at: ListenAt = {
    host: wish.host,
    port: wish.port,
    scheme,
    tls,
    webSocket: { path: wish.path === "" ? undefined : wish.path, origins: origins.length === 0 ? undefined : origins },
    trustedProxies: trusted.length === 0 ? undefined : trusted,
    maximumConnections,
  };
  return { wish, tls, at };
}

/**
 * Nobody beyond this machine comes in unknown, unless that is said: each listener that others reach needs passwords,
 * client certificates or keys.
 */
export function refuseStrangers(ready: readonly ReadyListener[], values: BrokerValues): void {
  const hasUsers = values.users.length > 0 || values.passwordFile !== undefined;
  const closed = ready.find((listener) => isClosed(listener) && !hasUsers);
  if (closed !== undefined) {
    throw new UsageError(
      "allow-anonymous=no: nobody could come in",
      "name users with --user or --password-file, or ask for certificates with client-ca=FILE",
    );
  }
  if (values.allowAnonymous || hasUsers) return;
  const open = ready.find(
    ({ wish, ...listener }) =>
      wish.limits.allowsAnonymous === undefined && isOpenToOthers(wish) && !knowsItsClients(listener),
  );
  if (open === undefined) return;
  throw new UsageError(
    `whoever reaches ${open.wish.host} could connect, publish and subscribe`,
    "name users with --user or --password-file, ask for certificates with --client-ca, or say --allow-anonymous",
  );
}

function isOpenToOthers({ scheme, host }: Pick<ListenWish, "scheme" | "host">): boolean {
  return scheme !== "unix" && host !== "localhost" && !/^(127\.|::1$|::ffff:127\.)/.test(host);
}

/** Clients come in that do not say who they are, from other machines too. */
export function isOpenToStrangers(listener: ReadyListener, values: BrokerValues): boolean {
  const { wish } = listener;
  return (wish.limits.allowsAnonymous ?? values.allowAnonymous) && isOpenToOthers(wish) && !knowsItsClients(listener);
}

/** Nobody comes in here unknown, and nobody can be known by a certificate or a key. */
function isClosed({ wish, tls }: ReadyListener): boolean {
  const isAsked = tls !== undefined && (tls.options.clientCa !== undefined || tls.options.psk !== undefined);
  return wish.limits.allowsAnonymous === false && !isAsked;
}

/** True where nobody gets through TLS without showing who it is. */
function knowsItsClients({ tls }: Pick<ReadyListener, "tls">): boolean {
  if (tls === undefined) return false;
  const { clientCertificate, certificate, pkcs12, psk } = tls.options;
  return clientCertificate === "required" || (psk !== undefined && certificate === undefined && pkcs12 === undefined);
}
