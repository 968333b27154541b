import { BlockList, isIP, type Socket } from "node:net";
import { UsageError } from "../errors.ts";
import type { OnProblem, Step } from "./accept.ts";
import { formatHostAndPort } from "./address.ts";
import type { PeerIdentity } from "./byte-stream.ts";

/** What a PROXY header tells (HAProxy's specification, versions 1 and 2). */
export interface ProxyHeader {
  /** Bytes of the header. */
  readonly length: number;
  /** The client as the proxy sees it; absent where the proxy speaks for itself or does not know. */
  readonly source?: { readonly host: string; readonly port: number } | undefined;
  /** Version 2: the proxy ended TLS, and checked a client certificate. */
  readonly identity?: PeerIdentity | undefined;
}

const SIGNATURE = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");
/** Version 1 is one line of at most this many bytes with its end. */
const LONGEST_LINE = 107;
/** Version 2 may be longer than anybody's is. */
const LONGEST = 4096;

/** Reads the header at the beginning of `bytes`; undefined while it is incomplete. Throws where there is none. */
export function parseProxyHeader(bytes: Buffer): ProxyHeader | undefined {
  const begin = bytes.subarray(0, SIGNATURE.length);
  if (begin.equals(SIGNATURE.subarray(0, begin.length))) {
    return bytes.length < 16 ? undefined : parseVersion2(bytes);
  }
  const text = bytes.toString("latin1", 0, LONGEST_LINE);
  if (!"PROXY ".startsWith(text.slice(0, 6)) && !text.startsWith("PROXY ")) throw new Error("no PROXY header");
  const end = text.indexOf("\r\n");
  if (end === -1) {
    if (bytes.length >= LONGEST_LINE) throw new Error("a PROXY header without end");
    return undefined;
  }
  return { length: end + 2, source: parseLine(text.slice(0, end)) };
}

function parseLine(line: string): ProxyHeader["source"] {
  const [, family, source = "", destination = "", sourcePort = "", destinationPort, ...rest] = line.split(" ");
  if (family === "UNKNOWN") return undefined;
  const version = family === "TCP4" ? 4 : family === "TCP6" ? 6 : -1;
  const port = portFrom(sourcePort);
  if (
    isIP(source) !== version ||
    isIP(destination) !== version ||
    port === undefined ||
    portFrom(destinationPort ?? "") === undefined ||
    rest.length > 0
  ) {
    throw new Error("a broken PROXY header");
  }
  return { host: source, port };
}

function portFrom(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
}

function parseVersion2(bytes: Buffer): ProxyHeader | undefined {
  const command = bytes.readUInt8(12);
  const family = bytes.readUInt8(13);
  const length = 16 + bytes.readUInt16BE(14);
  if (command !== 0x20 && command !== 0x21) throw new Error("a PROXY header of an unknown version");
  if (length > LONGEST) throw new Error("a PROXY header that is too long");
  if (bytes.length < length) return undefined;
  // LOCAL: the proxy looks whether we are there.
  if (command === 0x20) return { length };
  const body = bytes.subarray(16, length);
  const size = addressSizes[family >> 4];
  if (size === undefined || body.length < size) throw new Error("a broken PROXY header");
  return { length, source: sourceFrom(family, body), identity: identityFrom(body.subarray(size)) };
}

/** By address family: unspecified, IPv4, IPv6, Unix. */
const addressSizes: readonly (number | undefined)[] = [0, 12, 36, 216];

function sourceFrom(family: number, body: Buffer): ProxyHeader["source"] {
  switch (family) {
    case 0x11:
      return { host: body.subarray(0, 4).join("."), port: body.readUInt16BE(8) };
    case 0x21: {
      const groups = Array.from({ length: 8 }, (_, index) => body.readUInt16BE(index * 2).toString(16));
      return { host: new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1), port: body.readUInt16BE(32) };
    }
    default:
      return undefined;
  }
}

const TYPE_SSL = 0x20;
const SUBTYPE_COMMON_NAME = 0x22;
/** The client showed a certificate, on this connection or on the session that it resumes. */
const SHOWED_CERTIFICATE = 0x02 | 0x04;

function identityFrom(body: Buffer): PeerIdentity | undefined {
  for (const [type, value] of fieldsOf(body)) {
    if (type !== TYPE_SSL || value.length < 5) continue;
    const isVerified = value.readUInt32BE(1) === 0;
    if ((value.readUInt8(0) & SHOWED_CERTIFICATE) === 0 || !isVerified) return undefined;
    const names = [...fieldsOf(value.subarray(5))].filter(([subtype]) => subtype === SUBTYPE_COMMON_NAME);
    const [name] = names.map(([, bytes]) => bytes);
    const commonName = names.length === 1 && name !== undefined ? decode(name) : "";
    return { certificate: { commonName, fingerprint: "" } };
  }
  return undefined;
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return "";
  }
}

function* fieldsOf(bytes: Buffer): Generator<readonly [type: number, value: Buffer]> {
  let at = 0;
  while (at + 3 <= bytes.length) {
    const end = at + 3 + bytes.readUInt16BE(at + 1);
    if (end > bytes.length) throw new Error("a broken PROXY header");
    yield [bytes.readUInt8(at), bytes.subarray(at + 3, end)];
    at = end;
  }
}

/** Addresses and networks (`10.0.0.0/8`) as a list that can be asked. Throws UsageError for what is neither. */
export function addressList(texts: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of texts) {
    const [address = "", bits] = text.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    const length = bits === undefined ? (family === "ipv6" ? 128 : 32) : Number(bits || Number.NaN);
    if (isIP(address) === 0 || !Number.isInteger(length) || length < 0 || length > (family === "ipv6" ? 128 : 32)) {
      throw new UsageError(`${text} is not an IP address or network`, "such as 10.1.2.3 or 10.0.0.0/8");
    }
    list.addSubnet(address, length, family);
  }
  return list;
}

/**
 * The first step for listeners behind a proxy: connections from trusted addresses begin with a PROXY header, and who the
 * client is stands there. All others are clients themselves, and what they send as a header is none.
 */
export function proxyStep(trusted: readonly string[], next: Step, onProblem: OnProblem): Step {
  const list = addressList(trusted);
  return (arrival) => {
    const { socket, gate } = arrival;
    const address = (socket.remoteAddress ?? "").replace(/^::ffff:/, "");
    if (isIP(address) === 0 || !list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4")) {
      next(arrival);
      return;
    }
    gate.waitsFor = "the PROXY header";
    readHeader(
      socket,
      ({ source, identity }) => {
        const remote = source === undefined ? arrival.remote : formatHostAndPort(source.host, source.port);
        next({ ...arrival, remote, identity });
      },
      (reason) => {
        socket.destroy();
        onProblem(`from a trusted proxy came ${reason}`, arrival.remote);
      },
    );
  };
}

function readHeader(socket: Socket, done: (header: ProxyHeader) => void, fail: (reason: string) => void): void {
  let received: Buffer = Buffer.alloc(0);
  const read = (): void => {
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) return;
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    let header: ProxyHeader | undefined;
    try {
      header = parseProxyHeader(received);
    } catch (error) {
      socket.off("readable", read);
      fail(error instanceof Error ? error.message : String(error));
      return;
    }
    if (header === undefined) return;
    socket.off("readable", read);
    if (received.length > header.length) socket.unshift(received.subarray(header.length));
    done(header);
  };
  socket.on("readable", read);
}
