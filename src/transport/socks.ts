import { isIPv4, isIPv6, type Socket } from "node:net";
import type { Address } from "./address.ts";
import type { ProxyServer } from "./proxy-url.ts";

/** A SOCKS proxy that said no, in people's words. */
export class SocksError extends Error {
  readonly wantsLogin: boolean;

  constructor(message: string, wantsLogin = false) {
    super(message);
    this.wantsLogin = wantsLogin;
  }
}

const VERSION = 5;
const NO_LOGIN = 0;
const LOGIN = 2;
const CONNECT = 1;
/** RFC 1928, 6. */
const REPLIES: readonly string[] = [
  "",
  "general failure",
  "its rules do not allow it",
  "network is unreachable",
  "no route to the host",
  "connection refused",
  "timed out",
  "it does not open connections",
  "it does not know this kind of address",
];

/** Lets a SOCKS5 proxy connect (RFC 1928), with a login where it wants one (RFC 1929); it also looks up the name. */
export async function socksConnect(socket: Socket, proxy: ProxyServer, { host, port }: Address): Promise<void> {
  const { userName, password = "" } = proxy;
  const read = readerOf(socket);
  const methods = userName === undefined ? [NO_LOGIN] : [NO_LOGIN, LOGIN];
  socket.write(Buffer.from([VERSION, methods.length, ...methods]));
  const [version, method] = await read(2);
  if (version !== VERSION) throw new Error("it does not speak SOCKS5");
  if (method === LOGIN && userName !== undefined) {
    socket.write(Buffer.concat([Buffer.from([1]), withLength(userName), withLength(password)]));
    const [, status] = await read(2);
    if (status !== 0) throw new SocksError("login refused", true);
  } else if (method !== NO_LOGIN) {
    throw new SocksError("login demanded", true);
  }

  const request = Buffer.concat([
    Buffer.from([VERSION, CONNECT, 0]),
    encodeHost(host),
    Buffer.from([port >> 8, port & 0xff]),
  ]);
  socket.write(request);
  const [, reply = 0xff, , kind] = await read(4);
  if (reply !== 0) throw new SocksError(REPLIES[reply] ?? `reply ${reply}`);
  // The address that it connected from: of no interest, but it stands before the broker's bytes.
  await read((kind === 1 ? 4 : kind === 4 ? 16 : ((await read(1))[0] ?? 0)) + 2);
}

function encodeHost(host: string): Buffer {
  if (isIPv4(host)) return Buffer.from([1, ...host.split(".").map(Number)]);
  if (isIPv6(host.replace(/%.*$/, ""))) return Buffer.concat([Buffer.from([4]), ipv6Bytes(host)]);
  return Buffer.concat([Buffer.from([3]), withLength(host)]);
}

function ipv6Bytes(host: string): Buffer {
  // URL writes every address in one way: groups without leading zeros, no embedded IPv4.
  const [head = "", tail] = new URL(`http://[${host.replace(/%.*$/, "")}]`).hostname.slice(1, -1).split("::");
  const groupsOf = (text: string): string[] => (text === "" ? [] : text.split(":"));
  const left = groupsOf(head);
  const right = tail === undefined ? [] : groupsOf(tail);
  const groups = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => "0"), ...right];
  const bytes = Buffer.alloc(16);
  for (const [index, group] of groups.entries()) bytes.writeUInt16BE(Number.parseInt(group, 16), index * 2);
  return bytes;
}

function withLength(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

/** Reads exact numbers of bytes, and leaves the rest to whoever comes next. */
function readerOf(socket: Socket): (length: number) => Promise<Buffer> {
  return (length) =>
    new Promise((resolve, reject) => {
      const tryRead = (): void => {
        const bytes = (length === 0 ? Buffer.alloc(0) : socket.read(length)) as Buffer | null;
        if (bytes === null) return;
        release();
        // At the end of the stream, read() gives what there is.
        if (bytes.length < length) reject(new Error("it closed the connection"));
        else resolve(bytes);
      };
      const onEnd = (): void => {
        release();
        reject(new Error("it closed the connection"));
      };
      const onError = (error: Error): void => {
        release();
        reject(error);
      };
      const release = (): void => {
        socket.off("readable", tryRead).off("end", onEnd).off("close", onEnd).off("error", onError);
      };
      socket.on("readable", tryRead).once("end", onEnd).once("close", onEnd).once("error", onError);
      tryRead();
    });
}
