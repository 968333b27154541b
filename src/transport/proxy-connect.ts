import { request } from "node:http";
import type { Socket } from "node:net";
import { type Address, formatHostAndPort, placeOf } from "./address.ts";
import { describeNetworkError, UnreachableError } from "./errors.ts";
import type { ProxyServer } from "./proxy-url.ts";
import { SocksError, socksConnect } from "./socks.ts";

/** Lets the proxy at the other end of `socket` connect to the broker. Rejects with UnreachableError, stage "proxy". */
export async function connectThrough(socket: Socket, proxy: ProxyServer, address: Address): Promise<void> {
  try {
    if (proxy.kind === "socks5") await socksConnect(socket, proxy, address);
    else await httpConnect(socket, proxy, address);
  } catch (error) {
    throw error instanceof UnreachableError ? error : failed(proxy, address, error as Error);
  }
}

/** The proxy itself could not be reached. */
export function explainProxyError({ host, port }: ProxyServer, cause: Error): UnreachableError {
  const what = `cannot connect to the proxy ${formatHostAndPort(host, port)}: ${describeNetworkError(cause)}`;
  return new UnreachableError("proxy", what, { cause, hint: "is the proxy running, and is this its port?" });
}

function httpConnect(socket: Socket, { userName, password = "" }: ProxyServer, address: Address): Promise<void> {
  const target = formatHostAndPort(address.host, address.port);
  const login = userName === undefined ? undefined : Buffer.from(`${userName}:${password}`).toString("base64");
  return new Promise((resolve, reject) => {
    const connect = request({
      method: "CONNECT",
      path: target,
      headers: { Host: target, ...(login && { "Proxy-Authorization": `Basic ${login}` }) },
      createConnection: () => socket,
    });
    connect.once("error", reject);
    connect.once("connect", ({ statusCode = 0, statusMessage = "" }, _socket, head: Buffer) => {
      if (statusCode >= 200 && statusCode < 300) {
        if (head.length > 0) socket.unshift(head);
        resolve();
      } else {
        reject(new HttpProxyError(statusCode, statusMessage));
      }
    });
    connect.end();
  });
}

class HttpProxyError extends Error {
  readonly statusCode: number;

  constructor(statusCode: number, statusMessage: string) {
    super(`it answered ${statusCode} ${statusMessage}`.trimEnd());
    this.statusCode = statusCode;
  }
}

function failed(proxy: ProxyServer, address: Address, cause: Error): UnreachableError {
  const place = formatHostAndPort(proxy.host, proxy.port);
  if (cause instanceof HttpProxyError || cause instanceof SocksError) {
    const wantsLogin = cause instanceof HttpProxyError ? cause.statusCode === 407 : cause.wantsLogin;
    const what = wantsLogin
      ? `the proxy ${place} ${proxy.userName === undefined ? "wants a user name and a password" : "does not accept user name and password"}`
      : `the proxy ${place} did not connect to ${placeOf(address)}: ${cause.message}`;
    return new UnreachableError("proxy", what, { cause, problem: wantsLogin ? "proxy-login" : undefined });
  }
  const kind = proxy.kind === "http" ? "HTTP" : "SOCKS5";
  const what = `the proxy ${place} broke off: ${describeNetworkError(cause)}`;
  return new UnreachableError("proxy", what, { cause, hint: `does it speak ${kind}?` });
}
