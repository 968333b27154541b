import { UsageError } from "../errors.ts";

/** How a broker is reached. */
export type Scheme = "mqtt" | "mqtts" | "ws" | "wss" | "unix";

/** Where a broker is. Credentials are never part of it, so that it may be shown to anyone. */
export interface Address {
  readonly scheme: Scheme;
  /** Name or IP address, IPv6 without brackets; empty for `unix`. */
  readonly host: string;
  /** 0 for `unix`. */
  readonly port: number;
  /** The socket's file for `unix`, the path of the HTTP request for `ws` and `wss`; else empty. */
  readonly path: string;
}

/** What the text of an address may hold beside the address itself. */
export interface ParsedAddress {
  readonly address: Address;
  readonly userName: string | undefined;
  readonly password: string | undefined;
  /** `mqtt://host/plant/1`: the rest is a topic, as mosquitto's clients read it. */
  readonly topic: string | undefined;
  /** What stands behind the `?` of `ws` and `wss`, as it is. It may hold a signature, and so it is no part of the address. */
  readonly query: string | undefined;
}

export const DEFAULT_PORTS: Readonly<Record<Exclude<Scheme, "unix">, number>> = {
  mqtt: 1883,
  mqtts: 8883,
  ws: 80,
  wss: 443,
};
/** Where brokers take WebSockets, unless the address says otherwise. */
export const DEFAULT_WEBSOCKET_PATH = "/mqtt";

const SUPPORTED = "mqtt://, mqtts://, ws:// or wss://host:port, or unix:/path/to/socket";
/** What others call the same thing. */
const ALIASES: Readonly<Record<string, Scheme>> = {
  tcp: "mqtt",
  tls: "mqtts",
  ssl: "mqtts",
  http: "ws",
  https: "wss",
  "mqtt+tcp": "mqtt",
  "mqtt+tls": "mqtts",
  "mqtt+ssl": "mqtts",
  "mqtt+ws": "ws",
  "mqtt+unix": "unix",
};

/**
 * Reads `mqtt://` or `mqtts://[user[:password]@]host[:port][/topic]`, `ws://` or
 * `wss://[user[:password]@]host[:port][/path][?query]`, `unix:/path/to/socket` or a bare `host[:port]`.
 * Throws UsageError where the text cannot be an address; the message never shows credentials.
 */
export function parseAddress(text: string): ParsedAddress {
  const fail = (reason: string, hint?: string): never => {
    throw new UsageError(`${withoutCredentials(text)}: ${reason}`, hint);
  };
  if (text.trim() === "") throw new UsageError("the address is empty", `write ${SUPPORTED}`);
  if (/^unix:/i.test(text)) return parseUnix(text.replace(/^unix:(\/\/)?/i, ""), fail);
  if (/[\s\p{Cc}]/u.test(text)) fail("an address has no spaces or control characters");

  const [, schemeText, rest = ""] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text) ?? [];
  const scheme = schemeText?.toLowerCase();
  const [head = ""] = rest.split("/", 1);
  if (rest.includes("@") && !head.includes("@") && /^[^[:]*:(?!\d*$)/.test(head)) {
    fail("a / in a user name or password is written %2F");
  }
  if (scheme === undefined) return parseHost(text, fail);
  if (scheme === "mqtt" || scheme === "mqtts") return parseMqtt(scheme, rest, fail);
  if (scheme === "ws" || scheme === "wss") return parseWebSocket(scheme, rest, fail);

  const alias = ALIASES[scheme];
  return fail(
    `unknown scheme ${scheme}://`,
    alias === undefined
      ? `mqtk connects to ${SUPPORTED}`
      : `write ${alias === "unix" ? "unix:" : `${alias}://`} instead`,
  );
}

/** `mqtt://127.0.0.1:1883`, `wss://[::1]:443/mqtt`, `unix:/run/mqtt.sock`: what `parseAddress` reads again. */
export function formatAddress(address: Address): string {
  if (address.scheme === "unix") return `unix:${address.path}`;
  return `${address.scheme}://${formatHostAndPort(address.host, address.port)}${address.path}`;
}

/** The same for people, who know what they talk to: `127.0.0.1:1883`, `/run/mqtt.sock`. */
export function placeOf(address: Address): string {
  return address.scheme === "unix" ? address.path : formatHostAndPort(address.host, address.port);
}

/** `127.0.0.1:1883`, `[::1]:1883`. */
export function formatHostAndPort(host: string, port: number): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Whether what is said on the way is encrypted. */
export function isEncrypted(scheme: Scheme): scheme is "mqtts" | "wss" {
  return scheme === "mqtts" || scheme === "wss";
}

/** The system cuts longer paths silently, and would use another file. */
export function isTooLongForSocket(path: string): boolean {
  return Buffer.byteLength(path) > (process.platform === "linux" ? 107 : 103);
}

type Fail = (reason: string, hint?: string) => never;

function parseUnix(path: string, fail: Fail): ParsedAddress {
  if (path === "") fail("the socket's file is missing", "write unix:/path/to/socket");
  if (path.includes("\0")) fail("a path has no NUL character");
  // As it is, also with a % in it: it is a file's name, and shells complete it.
  return {
    address: { scheme: "unix", host: "", port: 0, path },
    userName: undefined,
    password: undefined,
    topic: undefined,
    query: undefined,
  };
}

function parseHost(text: string, fail: Fail): ParsedAddress {
  if (text.includes("/")) fail("a host has no slash in it", `write ${SUPPORTED}`);
  const isIpv6 = !text.startsWith("[") && !text.includes("@") && text.split(":").length > 2;
  return parseMqtt("mqtt", isIpv6 ? `[${text}]` : text, fail);
}

function parseMqtt(scheme: "mqtt" | "mqtts", text: string, fail: Fail): ParsedAddress {
  const [authority, topic = ""] = splitAtFirst(text, "/");
  if (authority.slice(authority.lastIndexOf("@") + 1).includes("?")) {
    fail(`${scheme}:// has no query`, "only ws:// and wss:// have; a ? in a user name is written %3F");
  }
  const { host, port = DEFAULT_PORTS[scheme], ...credentials } = parseAuthority(authority, fail);
  return {
    address: { scheme, host, port, path: "" },
    ...credentials,
    topic: topic === "" ? undefined : decode(topic, "topic", fail),
    query: undefined,
  };
}

function parseWebSocket(scheme: "ws" | "wss", text: string, fail: Fail): ParsedAddress {
  const end = text.search(/[/?#]/);
  const authority = end === -1 ? text : text.slice(0, end);
  const [target, fragment] = splitAtFirst(end === -1 ? "" : text.slice(end), "#");
  if (fragment !== undefined) fail("the # is for browsers: servers never see it", "a # in a path is written %23");
  const [path, query] = splitAtFirst(target, "?");
  const { host, port = DEFAULT_PORTS[scheme], ...credentials } = parseAuthority(authority, fail);
  if (/[^\x21-\x7e]/.test(target))
    fail("the path has a character that has to be written with %", "such as %C3%A4 for ä");
  return {
    address: { scheme, host, port, path: path === "" ? DEFAULT_WEBSOCKET_PATH : path },
    ...credentials,
    topic: undefined,
    query: query === "" ? undefined : query,
  };
}

interface Authority {
  readonly userName: string | undefined;
  readonly password: string | undefined;
  readonly host: string;
  readonly port?: number;
}

function parseAuthority(authority: string, fail: Fail): Authority {
  const at = authority.lastIndexOf("@");
  const [userText, passwordText] = at === -1 ? [] : splitAtFirst(authority.slice(0, at), ":");
  return {
    userName: userText === undefined ? undefined : decode(userText, "user name", fail),
    password: passwordText === undefined ? undefined : decode(passwordText, "password", fail),
    ...parseHostAndPort(authority.slice(at + 1), fail),
  };
}

function parseHostAndPort(text: string, fail: Fail): { host: string; port?: number } {
  if (text.startsWith("[")) {
    const close = text.indexOf("]");
    if (close === -1) fail("the ] behind the IPv6 address is missing");
    const behind = text.slice(close + 1);
    if (behind !== "" && !behind.startsWith(":")) fail(`${behind} behind the IPv6 address is not a port`);
    const host = checkIpv6(text.slice(1, close), fail);
    return behind === "" ? { host } : { host, port: parsePort(behind.slice(1), fail) };
  }
  const [host, portText] = splitAtFirst(text, ":");
  if (portText?.includes(":")) fail("an IPv6 address stands in brackets", `write [${text}]`);
  if (host === "") fail("the host is missing", `write ${SUPPORTED}`);
  // Names are left to the name service, but for what would make an address mean something else.
  if (/[?#[\]\\%"<>^`{|}]/.test(host)) fail(`${host} is not a host name`);
  return portText === undefined ? { host } : { host, port: parsePort(portText, fail) };
}

function checkIpv6(host: string, fail: Fail): string {
  // A zone (fe80::1%eth0) is the system's business; the rest only has to look like an address here.
  if (!/^[0-9a-f:.]*:[0-9a-f:.]*(%[\w.-]+)?$/i.test(host)) fail(`${host === "" ? "[]" : host} is not an IPv6 address`);
  return host;
}

function parsePort(text: string, fail: Fail): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port >= 1 && port <= 65_535)) {
    fail(
      text === "" ? "the port behind the colon is missing" : `${text} is not a port`,
      "a port is a number from 1 to 65535",
    );
  }
  return port;
}

function splitAtFirst(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}

function decode(text: string, what: string, fail: Fail): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return fail(`the ${what} has a % that no two hexadecimal digits follow`, "write %25 for a % sign");
  }
}

/** What may be an address, without user, password and query. */
export function withoutCredentials(text: string): string {
  // Up to the last @: a password may have an @ or a slash that should have been written with %.
  return text
    .replace(/^([a-z][a-z0-9+.-]*:\/\/).*@/is, "$1")
    .replace(/^[^/]*@/s, "")
    .replace(/^(wss?:\/\/[^?]*)\?.*$/is, "$1");
}
