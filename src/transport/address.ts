import { UsageError } from "../errors.ts";

/** How a broker is reached. */
export type Scheme = "mqtt" | "unix";

/** Where a broker is. Credentials are never part of it, so that it may be shown to anyone. */
export interface Address {
  readonly scheme: Scheme;
  /** Name or IP address, IPv6 without brackets; empty for `unix`. */
  readonly host: string;
  /** 0 for `unix`. */
  readonly port: number;
  /** The socket's file for `unix`; else empty. */
  readonly path: string;
}

/** What the text of an address may hold beside the address itself. */
export interface ParsedAddress {
  readonly address: Address;
  readonly userName: string | undefined;
  readonly password: string | undefined;
  /** `mqtt://host/plant/1`: the rest is a topic, as mosquitto's clients read it. */
  readonly topic: string | undefined;
}

const DEFAULT_PORTS: Readonly<Record<Exclude<Scheme, "unix">, number>> = { mqtt: 1883 };

const SUPPORTED = "mqtt://host:port and unix:/path/to/socket";
/** What others call the same thing. */
const ALIASES: Readonly<Record<string, string>> = {
  tcp: "mqtt",

  "mqtt+tcp": "mqtt",
  "mqtt+unix": "unix",
};

/**
 * Reads `mqtt://[user[:password]@]host[:port][/topic]`, `unix:/path/to/socket` or a bare `host[:port]`.
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
  if (scheme === undefined) return parseAuthority(text, "bare", fail);
  if (scheme === "mqtt") return parseAuthority(rest, "url", fail);

  const alias = ALIASES[scheme];
  return fail(
    `unknown scheme ${scheme}://`,
    alias === undefined
      ? `mqtk connects to ${SUPPORTED}`
      : `write ${alias === "unix" ? "unix:" : `${alias}://`} instead`,
  );
}

/** `mqtt://127.0.0.1:1883`, `mqtt://[::1]:1883`, `unix:/run/mqtt.sock`: what `parseAddress` reads again. */
export function formatAddress(address: Address): string {
  if (address.scheme === "unix") return `unix:${address.path}`;
  return `${address.scheme}://${formatHostAndPort(address.host, address.port)}`;
}

/** The same for people, who know what they talk to: `127.0.0.1:1883`, `/run/mqtt.sock`. */
export function placeOf(address: Address): string {
  return address.scheme === "unix" ? address.path : formatHostAndPort(address.host, address.port);
}

/** `127.0.0.1:1883`, `[::1]:1883`. */
export function formatHostAndPort(host: string, port: number): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
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
  };
}

function parseAuthority(text: string, form: "url" | "bare", fail: Fail): ParsedAddress {
  const slash = text.indexOf("/");
  const authority = slash === -1 ? text : text.slice(0, slash);
  const topic = slash === -1 ? "" : text.slice(slash + 1);
  if (form === "bare" && slash !== -1) fail("a host has no slash in it", `write ${SUPPORTED}`);

  const at = authority.lastIndexOf("@");
  const [userText, passwordText] = at === -1 ? [] : splitAtFirst(authority.slice(0, at), ":");
  const { host, port } = parseHostAndPort(authority.slice(at + 1), form, fail);
  return {
    address: { scheme: "mqtt", host, port, path: "" },
    userName: userText === undefined ? undefined : decode(userText, "user name", fail),
    password: passwordText === undefined ? undefined : decode(passwordText, "password", fail),
    topic: topic === "" ? undefined : decode(topic, "topic", fail),
  };
}

function parseHostAndPort(text: string, form: "url" | "bare", fail: Fail): { host: string; port: number } {
  if (form === "bare" && !text.startsWith("[") && text.split(":").length > 2) {
    return { host: checkIpv6(text, fail), port: DEFAULT_PORTS.mqtt };
  }
  if (text.startsWith("[")) {
    const close = text.indexOf("]");
    if (close === -1) fail("the ] behind the IPv6 address is missing");
    const behind = text.slice(close + 1);
    if (behind !== "" && !behind.startsWith(":")) fail(`${behind} behind the IPv6 address is not a port`);
    const host = checkIpv6(text.slice(1, close), fail);
    return { host, port: behind === "" ? DEFAULT_PORTS.mqtt : parsePort(behind.slice(1), fail) };
  }
  const [host, portText] = splitAtFirst(text, ":");
  if (portText?.includes(":")) fail("an IPv6 address stands in brackets", `write [${text}]`);
  if (host === "") fail("the host is missing", `write ${SUPPORTED}`);
  // Names are left to the name service, but for what would make an address mean something else.
  if (/[?#[\]\\%"<>^`{|}]/.test(host)) fail(`${host} is not a host name`);
  return { host, port: portText === undefined ? DEFAULT_PORTS.mqtt : parsePort(portText, fail) };
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

function withoutCredentials(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^/]*@/is, "$1");
}
