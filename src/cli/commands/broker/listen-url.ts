import type { ListenerOptions } from "../../../broker/index.ts";
import { UsageError } from "../../../errors.ts";
import { isEncrypted, parseAddress, type Scheme } from "../../../transport/index.ts";
import { mainName, type ValueType } from "../../option.ts";
import { LISTENER_LIMITS, limitOptions } from "./limits.ts";

/** What a listener shows and trusts, by the names of files. */
export interface TlsWish {
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly pkcs12?: string | undefined;
  readonly keyPasswordFile?: string | undefined;
  readonly clientCa?: string | undefined;
  readonly clientCert?: "required" | "optional" | undefined;
  readonly crl?: string | undefined;
  readonly pskFile?: string | undefined;
  readonly tlsVersion?: "TLSv1.2" | "TLSv1.3" | undefined;
  readonly ciphers?: string | undefined;
  readonly alpn?: readonly string[] | undefined;
}

/** A listener as `--listen` describes it; what it leaves out, other options say. */
export interface ListenWish {
  readonly scheme: Scheme;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** The socket's file for `unix`, the only path for WebSockets; empty: the usual ones. */
  readonly path: string;
  readonly tls: TlsWish;
  readonly origins: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly maximumConnections: number | undefined;
  /** What its clients may, where that is not what the options of all say. */
  readonly limits: ListenerOptions;
  /** Permissions of the socket's file. */
  readonly mode: number | undefined;
}

const HINT =
  "such as mqtts://0.0.0.0:8883?cert=server.pem&key=server.key, ws://127.0.0.1:8080/mqtt or unix:/run/mqtt.sock";
type Use = "all" | "tls" | "ws" | "unix" | "network";
const OWN: Readonly<Record<string, Use>> = {
  "max-connections": "all",
  "allow-anonymous": "all",
  "trusted-proxy": "network",
  origin: "ws",
  mode: "unix",
  cert: "tls",
  key: "tls",
  pkcs12: "tls",
  "key-password-file": "tls",
  "client-ca": "tls",
  "client-cert": "tls",
  crl: "tls",
  "psk-file": "tls",
  "tls-version": "tls",
  ciphers: "tls",
  alpn: "tls",
};

/** A limit that a listener may have, by its parameter: `max-packet-size`, as the option is called. */
const limitNames = new Map(
  LISTENER_LIMITS.map((name) => [mainName(limitOptions.options[name]).slice(2), name] as const),
);

export const listenUrl: ValueType<ListenWish> = {
  expected: "mqtt://, mqtts://, ws:// or wss://host[:port][?cert=…], or unix:/path/to/socket",
  parse: parseListenUrl,
  completion: { kind: "none" },
};

/** Reads `SCHEME://HOST[:PORT][/PATH][?NAME=VALUE&…]`, or only a port. Throws UsageError where that cannot be listened on. */
export function parseListenUrl(text: string): ListenWish {
  if (/^\d{1,5}$/.test(text)) return parseListenUrl(`mqtt://127.0.0.1:${text}`);
  const [, base = "", query = ""] = /^([^?]*)(?:\?(.*))?$/s.exec(text) ?? [];
  // Brokers may take any free port; clients cannot connect to 0.
  const takesAny = /:0(?=\/|$)/.test(base);
  const { address, userName, topic } = parseAddress(takesAny ? base.replace(/:0(?=\/|$)/, ":1") : base);
  if (userName !== undefined) throw new UsageError("a listener has no user name", "users are named with --user");
  if (topic !== undefined) throw new UsageError(`${address.scheme}:// has no path to listen on`, HINT);
  const { scheme, host } = address;
  const hasPath = scheme === "unix" || /^wss?:\/\/[^/]+\//i.test(base);
  const parameters = new URLSearchParams(query);
  check(parameters, scheme);
  return {
    scheme,
    host,
    port: takesAny ? 0 : address.port,
    path: hasPath ? address.path : "",
    tls: tlsFrom(parameters),
    origins: parameters.getAll("origin"),
    trustedProxies: parameters.getAll("trusted-proxy").flatMap((part) => part.split(",")),
    maximumConnections: numberFrom(parameters, "max-connections", /^[1-9]\d{0,8}$/, 10),
    limits: limitsFrom(parameters),
    mode: numberFrom(parameters, "mode", /^0?[0-7]{3}$/, 8),
  };
}

function check(parameters: URLSearchParams, scheme: Scheme): void {
  const isWebSocket = scheme === "ws" || scheme === "wss";
  for (const name of parameters.keys()) {
    const use = limitNames.has(name) ? "all" : Object.hasOwn(OWN, name) ? OWN[name] : undefined;
    if (use === undefined) {
      throw new UsageError(
        `${name} is nothing that a listener has`,
        `it may have ${[...Object.keys(OWN), ...limitNames.keys()].join(", ")}`,
      );
    }
    const fits =
      use === "all" ||
      (use === "network" && scheme !== "unix") ||
      (use === "unix" && scheme === "unix") ||
      (use === "tls" && isEncrypted(scheme)) ||
      (use === "ws" && isWebSocket);
    if (!fits) throw new UsageError(`${name} has no meaning with ${scheme === "unix" ? "unix:" : `${scheme}://`}`);
    if (name !== "origin" && name !== "trusted-proxy" && parameters.getAll(name).length > 1) {
      throw new UsageError(`${name} stands there twice`);
    }
  }
}

function tlsFrom(parameters: URLSearchParams): TlsWish {
  const text = (name: string): string | undefined => parameters.get(name) ?? undefined;
  const version = text("tls-version");
  const clientCert = text("client-cert");
  if (version !== undefined && version !== "1.2" && version !== "1.3") {
    throw new UsageError(`tls-version=${version}: expected 1.2 or 1.3`);
  }
  if (clientCert !== undefined && clientCert !== "required" && clientCert !== "optional") {
    throw new UsageError(`client-cert=${clientCert}: expected required or optional`);
  }
  return {
    cert: text("cert"),
    key: text("key"),
    pkcs12: text("pkcs12"),
    keyPasswordFile: text("key-password-file"),
    clientCa: text("client-ca"),
    clientCert,
    crl: text("crl"),
    pskFile: text("psk-file"),
    tlsVersion: version === undefined ? undefined : `TLSv${version}`,
    ciphers: text("ciphers"),
    alpn: text("alpn")?.split(","),
  };
}

function limitsFrom(parameters: URLSearchParams): ListenerOptions {
  const limits: Record<string, unknown> = {};
  for (const [parameter, text] of parameters) {
    const name = limitNames.get(parameter);
    if (name === undefined) continue;
    const { type } = limitOptions.options[name];
    const value = type.parse(text);
    if (value === undefined) throw new UsageError(`${parameter}=${text}: expected ${type.expected}`);
    limits[name] = value;
  }
  const allowsAnonymous = yesOrNoFrom(parameters, "allow-anonymous");
  return { ...limits, ...(allowsAnonymous === undefined ? {} : { allowsAnonymous }) };
}

function yesOrNoFrom(parameters: URLSearchParams, name: string): boolean | undefined {
  const text = parameters.get(name);
  if (text === null) return undefined;
  const answer = ["yes", "true", "1", ""].includes(text)
    ? true
    : ["no", "false", "0"].includes(text)
      ? false
      : undefined;
  if (answer === undefined) throw new UsageError(`${name}=${text}: expected yes or no`);
  return answer;
}

function numberFrom(parameters: URLSearchParams, name: string, form: RegExp, radix: number): number | undefined {
  const text = parameters.get(name);
  if (text === null) return undefined;
  if (!form.test(text))
    throw new UsageError(`${name}=${text}: expected ${radix === 8 ? "permissions such as 660" : "a number from 1"}`);
  return Number.parseInt(text, radix);
}
