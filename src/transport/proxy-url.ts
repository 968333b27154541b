import { UsageError } from "../errors.ts";
import { parseAddress } from "./address.ts";

/** A proxy that opens connections for its clients. Whatever the kind, it looks up the broker's name itself. */
export interface ProxyServer {
  readonly kind: "socks5" | "http";
  readonly host: string;
  readonly port: number;
  readonly userName?: string | undefined;
  readonly password?: string | undefined;
}

const SUPPORTED = "socks5h://[user:password@]host[:port] or http://[user:password@]host[:port]";

/** Reads the URL of a proxy. Throws UsageError, without showing credentials. */
export function parseProxy(text: string): ProxyServer {
  const [, schemeText, rest = ""] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*?)\/?$/is.exec(text) ?? [];
  const scheme = (schemeText ?? "http").toLowerCase();
  const kind = scheme === "http" ? "http" : scheme === "socks5h" || scheme === "socks5" ? "socks5" : undefined;
  if (kind === undefined) throw new UsageError(`a proxy cannot be ${scheme}://`, `write ${SUPPORTED}`);
  // The rest is written as for brokers; errors name it so, too.
  const { address, userName, password, topic } = parseAddress(`mqtt://${rest}`);
  if (topic !== undefined) throw new UsageError("a proxy has no path", `write ${SUPPORTED}`);
  if (kind === "socks5" && [userName ?? "", password ?? ""].some((part) => Buffer.byteLength(part) > 255)) {
    throw new UsageError("user name and password of a SOCKS proxy have at most 255 bytes");
  }
  const hasPort = /:\d+$/.test(rest);
  const port = hasPort ? address.port : kind === "http" ? 80 : 1080;
  return { kind, host: address.host, port, userName, password };
}

/**
 * Whether connections to `host` go around proxies of the environment: this machine always, and what NO_PROXY lists
 * (`*`, names with everything below them, addresses; each with a port or without).
 */
export function isExempt(noProxy: string, host: string, port: number): boolean {
  const name = host.toLowerCase();
  if (name === "localhost" || name.endsWith(".localhost") || name.startsWith("127.") || name === "::1") return true;
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => {
      const [, bracketed, plain = "", portText] =
        /^(?:\[([^\]]+)\]|([^:]+|[^[].*:.*:.*?))(?::(\d+))?$/.exec(entry) ?? [];
      if (portText !== undefined && Number(portText) !== port) return false;
      const suffix = (bracketed ?? plain).replace(/^\*?\./, "");
      return suffix === "*" || name === suffix || name.endsWith(`.${suffix}`);
    });
}
